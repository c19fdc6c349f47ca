//! The operators as functions: `plus(a, b)` is `a + b`.

use super::argument::Rest;
use super::entry::builtins;
use super::gather::refuse_text;
use crate::syntax::{BinaryOp, UnaryOp};
use crate::value::{Host, Result, Value, binary, logic, unary};
use matfac::linalg::elementwise::Logic;

builtins! { "operators as functions";
    /// x + y, and so on with more arguments.
    ///
    /// >>> plus(1, 2)
    /// ans = 3
    ///
    /// See also: minus, sum
    fn plus(cx, /** An array. */ x: Value, /** An array. */ y: Value, /** More of them. */ more: Rest) -> [z] { chain(cx.host, BinaryOp::Add, x, y, more) }

    /// x - y.
    ///
    /// >>> minus(1, 2)
    /// ans = -1
    ///
    /// See also: plus
    fn minus(cx, /** An array. */ x: Value, /** An array. */ y: Value) -> [z] { binary(cx.host, BinaryOp::Sub, x, y) }

    /// x .* y, entry by entry, and so on with more arguments.
    ///
    /// >>> times([1 2], [3 4])
    /// ans = 1×2
    ///    3   8
    ///
    /// See also: mtimes, rdivide
    fn times(cx, /** An array. */ x: Value, /** An array. */ y: Value, /** More of them. */ more: Rest) -> [z] { chain(cx.host, BinaryOp::ElMul, x, y, more) }

    /// x * y, the matrix product, and so on with more arguments.
    ///
    /// >>> mtimes([1 2], [3; 4])
    /// ans = 11
    ///
    /// See also: times, dot
    fn mtimes(cx, /** An array. */ x: Value, /** An array. */ y: Value, /** More of them. */ more: Rest) -> [z] { chain(cx.host, BinaryOp::Mul, x, y, more) }

    /// x ./ y, entry by entry.
    ///
    /// >>> rdivide(1, 2)
    /// ans = 0.5000
    ///
    /// See also: ldivide, mrdivide
    fn rdivide(cx, /** An array. */ x: Value, /** An array. */ y: Value) -> [z] { binary(cx.host, BinaryOp::ElDiv, x, y) }

    /// x .\ y, entry by entry: y over x.
    ///
    /// >>> ldivide(2, 1)
    /// ans = 0.5000
    ///
    /// See also: rdivide, mldivide
    fn ldivide(cx, /** An array. */ x: Value, /** An array. */ y: Value) -> [z] { binary(cx.host, BinaryOp::ElLeftDiv, x, y) }

    /// x .^ y, entry by entry.
    ///
    /// >>> power(2, [1 2 3])
    /// ans = 1×3
    ///    2   4   8
    ///
    /// See also: mpower, times
    fn power(cx, /** An array. */ x: Value, /** An array. */ y: Value) -> [z] { binary(cx.host, BinaryOp::ElPow, x, y) }

    /// x ^ y, the power of a square matrix.
    ///
    /// >>> mpower([1 1; 0 1], 3)
    /// ans = 2×2
    ///    1   3
    ///    0   1
    ///
    /// See also: power, mtimes
    fn mpower(cx, /** An array. */ x: Value, /** An array. */ y: Value) -> [z] { binary(cx.host, BinaryOp::Pow, x, y) }

    /// x == y, entry by entry.
    ///
    /// >>> eq([1 2], 2)
    /// ans = 1×2 logical
    ///   0  1
    ///
    /// See also: ne, isequal
    fn eq(cx, /** An array. */ x: Value, /** An array. */ y: Value) -> [z] { binary(cx.host, BinaryOp::Eq, x, y) }

    /// x != y, entry by entry.
    ///
    /// >>> ne([1 2], 2)
    /// ans = 1×2 logical
    ///   1  0
    ///
    /// See also: eq
    fn ne(cx, /** An array. */ x: Value, /** An array. */ y: Value) -> [z] { binary(cx.host, BinaryOp::Ne, x, y) }

    /// x < y, entry by entry.
    ///
    /// >>> lt(1, 2)
    /// ans = 1
    ///
    /// See also: le, gt
    fn lt(cx, /** An array. */ x: Value, /** An array. */ y: Value) -> [z] { binary(cx.host, BinaryOp::Lt, x, y) }

    /// x <= y, entry by entry.
    ///
    /// >>> le(2, 2)
    /// ans = 1
    ///
    /// See also: lt, ge
    fn le(cx, /** An array. */ x: Value, /** An array. */ y: Value) -> [z] { binary(cx.host, BinaryOp::Le, x, y) }

    /// x > y, entry by entry.
    ///
    /// >>> gt(1, 2)
    /// ans = 0
    ///
    /// See also: ge, lt
    fn gt(cx, /** An array. */ x: Value, /** An array. */ y: Value) -> [z] { binary(cx.host, BinaryOp::Gt, x, y) }

    /// x >= y, entry by entry.
    ///
    /// >>> ge(2, 2)
    /// ans = 1
    ///
    /// See also: gt, le
    fn ge(cx, /** An array. */ x: Value, /** An array. */ y: Value) -> [z] { binary(cx.host, BinaryOp::Ge, x, y) }

    /// x & y, entry by entry, and so on with more arguments.
    ///
    /// >>> and(1, [0 2])
    /// ans = 1×2 logical
    ///   0  1
    ///
    /// See also: or, not, all
    fn and(cx, /** An array. */ x: Value, /** An array. */ y: Value, /** More of them. */ more: Rest) -> [z] { chain(cx.host, BinaryOp::And, x, y, more) }

    /// x | y, entry by entry, and so on with more arguments.
    ///
    /// >>> or(0, [0 2])
    /// ans = 1×2 logical
    ///   0  1
    ///
    /// See also: and, not, any
    fn or(cx, /** An array. */ x: Value, /** An array. */ y: Value, /** More of them. */ more: Rest) -> [z] { chain(cx.host, BinaryOp::Or, x, y, more) }

    /// -x.
    ///
    /// >>> uminus(2)
    /// ans = -2
    ///
    /// See also: uplus, minus
    fn uminus(cx, /** An array. */ x: Value) -> [y] { unary(UnaryOp::Neg, x) }

    /// +x: numbers from whatever x holds.
    ///
    /// >>> uplus(true)
    /// ans = 1
    ///
    /// See also: uminus, plus
    fn uplus(cx, /** An array. */ x: Value) -> [y] { unary(UnaryOp::Plus, x) }

    /// !x, the opposite of each entry: true where it is zero.
    ///
    /// >>> not([0 2])
    /// ans = 1×2 logical
    ///   1  0
    ///
    /// See also: and, or, any
    fn not(cx, /** An array. */ x: Value) -> [y] { unary(UnaryOp::Not, x) }

    /// x.', the transpose without conjugation.
    ///
    /// >>> transpose([1 2])
    /// ans = 2×1
    ///    1
    ///    2
    ///
    /// See also: ctranspose, permute
    fn transpose(cx, /** An array. */ x: Value) -> [y] { unary(UnaryOp::Transpose, x) }

    /// x', the conjugate transpose.
    ///
    /// >>> ctranspose(1i)
    /// ans = 0 - 1i
    ///
    /// See also: transpose
    fn ctranspose(cx, /** An array. */ x: Value) -> [y] { unary(UnaryOp::ConjTranspose, x) }

    /// Whether exactly one of two is true, entry by entry; with more arguments from the left.
    ///
    /// >>> xor(true, false)
    /// ans = 1
    ///
    /// See also: not, or
    fn xor(cx, /** An array. */ x: Value, /** An array. */ y: Value, /** More of them. */ more: Rest) -> [z] { exclusive(x, y, more) }
}

fn chain(host: &mut dyn Host, op: BinaryOp, x: Value, y: Value, more: Rest) -> Result<Value> {
    let first = binary(host, op, x, y)?;
    more.0.into_iter().try_fold(first, |sofar, next| binary(host, op, sofar, next))
}

fn exclusive(x: Value, y: Value, more: Rest) -> Result<Value> {
    let either = |x: Value, y: Value| -> Result<Value> {
        refuse_text("xor", &x)?;
        refuse_text("xor", &y)?;
        logic(Logic::Xor, x, y)
    };
    more.0.into_iter().try_fold(either(x, y)?, either)
}
