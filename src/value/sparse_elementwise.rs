//! Operations entry by entry where an operand is sparse.
//!
//! | operands | places visited | result |
//! |---|---|---|
//! | `S*x S/x S.*x S.^x` (x > 0) | those stored | sparse |
//! | `S+x S-x x./S x.^S S.^x` (x ≤ 0) | all | full |
//! | comparison, `&`, `\|` with x | those stored, and all where 0 gives true | sparse |
//! | `S+T S-T`, … | those that either has, and all where `0 op 0` is not 0 | sparse |
//! | `S.*T S&T` | those that both have | sparse |
//! | `S.*D S./D S&D` | those stored, and all where D makes NaN or Inf of a zero | sparse |
//! | `S+D S-D` | all of D | full |
//! | others with D | all of D | sparse |
//!
//! x is a number, T sparse, D full, the same size or a row or column that is repeated. A 1×1 sparse matrix is a number
//! whose results are sparse. The operation itself is the one for full values, on a column of the entries and on the zeros
//! that are not stored: so real, complex and logical operands follow the rules that they follow elsewhere.

use super::operators::{arithmetic, compare, logic};
use super::sparse_array::{SparseArray, note};
use super::{Numeric, Result, Value};
use matfac::error::Shape;
use matfac::linalg::broadcast::broadcast_shape;
use matfac::linalg::elementwise::{Arith, Compare, Logic};
use matfac::linalg::sparse::{Kernel, Sparse};
use std::sync::Arc;

/// What works entry by entry on two operands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Entrywise {
    /// Arithmetic.
    Arith(Arith),
    /// A comparison.
    Compare(Compare),
    /// A connective of logicals.
    Logic(Logic),
}

use Entrywise::{Arith as A, Logic as L};

impl Entrywise {
    /// `a op b` of full operands.
    fn full(self, a: Value, b: Value) -> Result<Value> {
        match self {
            Entrywise::Arith(op) => arithmetic(op, a, b),
            Entrywise::Compare(op) => compare(op, a, b),
            Entrywise::Logic(op) => logic(op, a, b),
        }
    }

    /// Its verb in an error about shapes.
    fn verb(self) -> &'static str {
        match self {
            A(Arith::Add) => "add",
            A(Arith::Sub) => "subtract",
            A(Arith::Mul) => "multiply elementwise",
            A(Arith::Div | Arith::LeftDiv) => "divide elementwise",
            A(Arith::Pow) => "raise to powers",
            Entrywise::Compare(_) => "compare",
            _ => "combine",
        }
    }

    /// Whether what stands beside an unstored zero does not matter.
    fn is_product(self) -> bool {
        matches!(self, A(Arith::Mul) | L(Logic::And))
    }
}

/// `a op b` entry by entry, one of them sparse.
pub fn entrywise(op: Entrywise, a: Value, b: Value) -> Result<Value> {
    match (a, b) {
        (Value::Sparse(s), Value::Sparse(t)) => match (s.shape(), t.shape()) {
            (_, (1, 1)) => with_number(op, s, t.number(), Side::SparseLeft, true),
            ((1, 1), _) => with_number(op, t, s.number(), Side::SparseRight, true),
            _ => of_two(op, s, t),
        },
        (Value::Sparse(s), b) => with_full(op, s, b, Side::SparseLeft),
        (a, Value::Sparse(t)) => with_full(op, t, a, Side::SparseRight),
        (a, b) => op.full(a, b),
    }
}

/// Which operand is the sparse one.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Side {
    SparseLeft,
    SparseRight,
}

impl Side {
    /// The operation with the sparse operand, or what stands for it, on its side.
    fn apply(self, op: Entrywise, sparse: Value, other: Value) -> Result<Value> {
        match self {
            Side::SparseLeft => op.full(sparse, other),
            Side::SparseRight => op.full(other, sparse),
        }
    }

    /// The result shape.
    fn joint(self, op: Entrywise, sparse: Shape, other: Shape) -> Result<Shape> {
        Ok(match self {
            Side::SparseLeft => broadcast_shape(op.verb(), sparse, other)?,
            Side::SparseRight => broadcast_shape(op.verb(), other, sparse)?,
        })
    }
}

/// Whether `0 op x` counts as 0 even where arithmetic makes NaN of it, and whether the whole result is full.
fn of_number(op: Entrywise, x: &Value, side: Side) -> (bool, bool) {
    let positive = |x: &Value| x.as_number().is_none_or(|x| x > 0.0 || x.is_nan());
    match (op, side) {
        (A(Arith::Mul), _) => (true, false),
        (A(Arith::Div), Side::SparseLeft) | (A(Arith::LeftDiv), Side::SparseRight) => (true, false),
        (A(Arith::Pow), Side::SparseLeft) if positive(x) => (true, false),
        (A(Arith::Pow | Arith::Div | Arith::LeftDiv | Arith::Add | Arith::Sub), _) => (false, true),
        (A(Arith::Atan2), Side::SparseRight) => (false, true),
        _ => (false, false),
    }
}

/// A sparse matrix and a number, which was a sparse one perhaps.
fn with_number(
    op: Entrywise,
    s: Arc<SparseArray>,
    x: Value,
    side: Side,
    is_sparse_number: bool,
) -> Result<Value> {
    let (keeps_zeros, is_full) = of_number(op, &x, side);
    let background = if keeps_zeros && !is_sparse_number {
        0.0.into()
    } else {
        side.apply(op, s.zero(), x.clone())?
    };
    let shape = s.shape();
    let (places, entries) = SparseArray::apart(s);
    let entries = side.apply(op, entries, x)?;
    let result = SparseArray::placed(places, entries, &background)?;
    if is_full && !is_sparse_number {
        return result.spread();
    }
    tell_filled(&background, shape);
    Ok(result.into())
}

/// A sparse matrix of which every entry is stored is as large as a full one.
fn tell_filled(background: &Value, (rows, cols): (usize, usize)) {
    let is_zero = match background {
        Value::Complex(z) => z.as_slice().iter().all(|z| z.re == 0.0 && z.im == 0.0),
        other => other.as_number() == Some(0.0),
    };
    if !is_zero {
        note(Shape(rows, cols));
    }
}

fn with_full(op: Entrywise, s: Arc<SparseArray>, other: Value, side: Side) -> Result<Value> {
    // Says what it is when it is no array of numbers.
    let other = if other.is_array() { other } else { other.into_numeric()?.into() };
    if other.numel() == 1 {
        return with_number(op, s, other, side, false);
    }
    let (m, n) = s.shape();
    let (rows, cols) = other.shape();
    let shape = side.joint(op, Shape(m, n), Shape(rows, cols))?;
    let keeps_shape = shape == Shape(m, n);
    if keeps_shape && (m, n) != (1, 1) && visits_stored(op, &other, side)? {
        let (places, entries) = SparseArray::apart(s);
        let beside = picked(&other, &places.positions_in(Shape(rows, cols)))?;
        let entries = side.apply(op, entries, beside)?;
        let zero = if op == L(Logic::And) { Value::Bool(false) } else { 0.0.into() };
        return Ok(SparseArray::placed(places, entries, &zero)?.into());
    }
    if shape != Shape(rows, cols) {
        note(shape);
    }
    let full = side.apply(op, s.to_full()?, other)?;
    match (op, side) {
        (A(Arith::Add | Arith::Sub | Arith::Max | Arith::Min), _) => Ok(full),
        (A(Arith::Atan2), Side::SparseRight) => Ok(full),
        _ => Ok(SparseArray::thinned(full)?.into()),
    }
}

/// Whether the zeros that are not stored stay zeros beside these full entries.
fn visits_stored(op: Entrywise, other: &Value, side: Side) -> Result<bool> {
    let numbers = |test: fn(f64) -> bool, parts: fn(f64, f64) -> bool| -> Result<bool> {
        Ok(match other.clone().into_numeric()? {
            Numeric::Scalar(x) => test(x),
            Numeric::Real(a) => a.data.as_slice().iter().all(|&x| test(x)),
            Numeric::Complex(z) => z.as_slice().iter().all(|z| parts(z.re, z.im)),
        })
    };
    match (op, side) {
        (L(Logic::And), _) => Ok(true),
        (A(Arith::Mul), _) => numbers(f64::is_finite, |re, im| re.is_finite() && im.is_finite()),
        (A(Arith::Div), Side::SparseLeft) | (A(Arith::LeftDiv), Side::SparseRight) => numbers(
            |x| x != 0.0 && !x.is_nan(),
            |re, im| (re != 0.0 || im != 0.0) && !re.is_nan() && !im.is_nan(),
        ),
        _ => Ok(false),
    }
}

/// The entries of a full array at these positions, as a column.
fn picked(full: &Value, positions: &[usize]) -> Result<Value> {
    use matfac::linalg::sparse::Placed;
    use matfac::{BoolMatrix, ComplexMatrix, Matrix, c64};
    let n = positions.len();
    Ok(match full {
        Value::Bools(b) => BoolMatrix::from_vec(n, 1, bool::picked(b.as_slice(), positions)).into(),
        other => match other.clone().into_numeric()? {
            Numeric::Complex(z) => Value::Complex(Arc::new(ComplexMatrix::from_vec(
                n,
                1,
                c64::picked(z.as_slice(), positions),
            ))),
            real => {
                let real = real.to_real()?;
                Matrix::from_vec(n, 1, f64::picked(real.data.as_slice(), positions)).into()
            }
        },
    })
}

/// Two sparse matrices, of one size or one repeated.
fn of_two(op: Entrywise, s: Arc<SparseArray>, t: Arc<SparseArray>) -> Result<Value> {
    let of = |(m, n): (usize, usize)| Shape(m, n);
    let shape = broadcast_shape(op.verb(), of(s.shape()), of(t.shape()))?;
    let (s, t) = (repeated(s, shape)?, repeated(t, shape)?);
    if let Some(result) = quick(op, &s, &t)? {
        return Ok(result);
    }
    let aligned = if op.is_product() {
        s.places().intersection(&t.places())?
    } else {
        s.places().union(&t.places())?
    };
    let entries = op.full(s.gathered(&aligned.left), t.gathered(&aligned.right))?;
    let background = op.full(s.zero(), t.zero())?;
    tell_filled(&background, (shape.0, shape.1));
    Ok(SparseArray::placed(aligned.places, entries, &background)?.into())
}

/// The commonest operations on matrices of one kind, in one pass.
fn quick(op: Entrywise, s: &SparseArray, t: &SparseArray) -> Result<Option<Value>> {
    fn of<T: Kernel>(op: Entrywise, s: &Sparse<T>, t: &Sparse<T>) -> Result<Option<SparseArray>>
    where
        SparseArray: From<Sparse<T>>,
    {
        Ok(Some(match op {
            A(Arith::Add) => <T as Kernel>::add(s, t)?.into(),
            A(Arith::Sub) => T::subtract(s, t)?.into(),
            A(Arith::Mul) => T::multiply_entries(s, t)?.into(),
            _ => return Ok(None),
        }))
    }
    let result = match (s, t) {
        (SparseArray::Real(s), SparseArray::Real(t)) => of(op, s, t)?,
        (SparseArray::Complex(s), SparseArray::Complex(t)) => of(op, s, t)?,
        _ => None,
    };
    Ok(result.map(Value::from))
}

/// A row or column, repeated to a shape.
fn repeated(s: Arc<SparseArray>, shape: Shape) -> Result<Arc<SparseArray>> {
    let (m, n) = s.shape();
    if Shape(m, n) == shape {
        return Ok(s);
    }
    let (places, from) = s.places().repeated(shape.0, shape.1)?;
    let entries = s.gathered(&from);
    Ok(Arc::new(SparseArray::placed(places, entries, &s.zero())?))
}

/// `f` of each entry, where f works entry by entry: of those stored, and of zero, which fills the rest.
pub fn mapped(s: Arc<SparseArray>, mut f: impl FnMut(Value) -> Result<Value>) -> Result<Value> {
    let background = f(s.zero())?;
    tell_filled(&background, s.shape());
    let (places, entries) = SparseArray::apart(s);
    Ok(SparseArray::placed(places, f(entries)?, &background)?.into())
}

/// `f` of the entries of two sparse matrices of one size, or of which one is a row, a column or a number that is repeated.
pub fn mapped_two(
    s: Arc<SparseArray>,
    t: Arc<SparseArray>,
    mut f: impl FnMut(Value, Value) -> Result<Value>,
) -> Result<Value> {
    let of = |(m, n): (usize, usize)| Shape(m, n);
    let shape = broadcast_shape("combine", of(s.shape()), of(t.shape()))?;
    let (s, t) = (repeated(s, shape)?, repeated(t, shape)?);
    let aligned = s.places().union(&t.places())?;
    let background = f(s.zero(), t.zero())?;
    tell_filled(&background, (shape.0, shape.1));
    let entries = f(s.gathered(&aligned.left), t.gathered(&aligned.right))?;
    Ok(SparseArray::placed(aligned.places, entries, &background)?.into())
}
