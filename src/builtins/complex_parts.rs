//! Complex numbers from their parts, and their parts.

use super::entry::builtins;
use super::gather::refuse_text;
use crate::value::{Fault, Numeric, Result, SparseArray, Value, mapped_two};
use matfac::linalg::{complex, elementwise};
use matfac::{ComplexMatrix, Matrix, c64};
use std::sync::Arc;

builtins! { "complex numbers";
    /// The real part.
    ///
    /// >>> real(3 + 4i)
    /// ans = 3
    ///
    /// See also: imag, conj, abs
    fn real(cx, /** Numbers. */ z: Value) -> [x] { part(z, complex::real, |x| x) }

    /// The imaginary part.
    ///
    /// >>> imag(3 + 4i)
    /// ans = 4
    ///
    /// See also: real, conj, abs
    fn imag(cx, /** Numbers. */ z: Value) -> [x] { part(z, complex::imag, |_| 0.0) }

    /// The complex conjugate.
    ///
    /// >>> conj(3 + 4i)
    /// ans = 3 - 4i
    ///
    /// See also: real, imag
    fn conj(cx, /** Numbers. */ z: Value) -> [w] { refuse_text("conj", &z).and_then(|()| conjugate(z)) }

    /// The angle of a complex number, in radians.
    ///
    /// >>> arg(1i)
    /// ans = 1.5708
    ///
    /// See also: abs, real, imag
    fn arg(cx, /** Numbers. */ z: Value) -> [x] {
        argument(z)
    }

    /// The angle of a complex number, in radians.
    ///
    /// >>> angle(1i)
    /// ans = 1.5708
    ///
    /// See also: arg, abs, real, imag
    fn angle(cx, /** Numbers. */ z: Value) -> [x] {
        argument(z)
    }

    /// A complex number from its real and imaginary parts; it stays complex when the imaginary part is zero.
    ///
    /// >>> complex(1, 2)
    /// ans = 1 + 2i
    /// >>> iscomplex(complex(1, 0))
    /// ans = 1
    ///
    /// See also: real, imag, iscomplex
    fn complex(cx, /** The real parts, or complex numbers. */ x: Value, /** The imaginary parts. */ y: Option<Value>) -> [z] { from_parts(x, y) }
}

fn from_parts(x: Value, y: Option<Value>) -> Result<Value> {
    let Some(y) = y else {
        return match x {
            Value::Complex(_) => Ok(x),
            Value::Sparse(s) => Ok(SparseArray::Complex(s.to_complex()).into()),
            Value::Text(_) => Err(Fault::new("complex needs numbers, and this is a string")),
            x => Ok(Value::Complex(x.into_numeric()?.to_complex())),
        };
    };
    let is_complex = |s: &SparseArray| matches!(s, SparseArray::Complex(_));
    for part in [&x, &y] {
        let is_sparse_complex = matches!(part, Value::Sparse(s) if is_complex(s));
        if is_sparse_complex || matches!(part, Value::Complex(_) | Value::Text(_)) {
            return Err(Fault::new(format!(
                "complex: a part is a real number, and this is a {}",
                part.describe()
            )));
        }
    }
    if let (Value::Sparse(x), Value::Sparse(y)) = (&x, &y) {
        let both = mapped_two(x.clone(), y.clone(), |re, im| from_parts(re, Some(im)))?;
        return match both {
            Value::Sparse(z) => Ok(SparseArray::Complex(z.to_complex()).into()),
            full => Ok(full),
        };
    }
    let (re, im) = (x.to_array()?, y.to_array()?);
    // Adding -0, which changes nothing, not even the sign of 0, makes the shape that of the broadcast.
    let zeros = |a: &Matrix| a.map(|_| -0.0);
    let add = |a: &Matrix, b: &Matrix| elementwise::broadcast(elementwise::Arith::Add, a, b);
    let (re, im) = (add(&re.data, &zeros(&im.data))?, add(&zeros(&re.data), &im.data)?);
    let entries = re.as_slice().iter().zip(im.as_slice()).map(|(&re, &im)| c64::new(re, im));
    Ok(Value::Complex(Arc::new(ComplexMatrix::from_vec(re.rows(), re.cols(), entries.collect()))))
}

fn part(
    z: Value,
    of_complex: fn(&ComplexMatrix) -> Matrix,
    of_real: fn(f64) -> f64,
) -> Result<Value> {
    Ok(match z.into_numeric()? {
        Numeric::Scalar(x) => of_real(x).into(),
        Numeric::Real(a) => a.data.map(of_real).into(),
        Numeric::Complex(z) => of_complex(&z).into(),
    })
}

/// The angles; of -0, as of negative numbers, π.
fn argument(z: Value) -> Result<Value> {
    refuse_text("arg", &z)?;
    part(z, complex::arg, |x| {
        if x.is_sign_negative() && !x.is_nan() { std::f64::consts::PI } else { 0.0 }
    })
}

/// The conjugates of numbers of any kind.
pub(super) fn conjugate(z: Value) -> Result<Value> {
    Ok(match z.into_numeric()? {
        Numeric::Scalar(x) => x.into(),
        Numeric::Real(a) => Value::Matrix(a),
        Numeric::Complex(z) => complex::conj(&z).into(),
    })
}
