//! Special functions of each entry: gamma, beta and error functions, exponential and elliptic integrals.

use super::argument::what;
use super::entry::builtins;
use super::gather::refuse_text;
use crate::value::{Blame, Fault, Host, Numeric, Result, Value};
use matfac::linalg::special::{
    digamma, elliptic, error_function, exponential_integral, gamma_function, trigonometric_integral,
};
use matfac::{ComplexMatrix, Matrix, c64};

builtins! { "special functions";
    /// The gamma function: (n-1)! of a whole number n.
    ///
    /// >>> gamma(5)
    /// ans = 24
    ///
    /// See also: lgamma, factorial, gammainc
    fn gamma(cx, /** Real numbers. */ x: Value) -> [y] { of_real("gamma", gamma_function::gamma, x) } scalar Scalar::One(gamma_function::gamma);

    /// The logarithm of the gamma function; where that is negative, its imaginary part is pi.
    ///
    /// >>> lgamma(1)
    /// ans = 0
    /// >>> lgamma(100)
    /// ans = 359.13
    ///
    /// See also: gamma, gammaln, betaln
    fn lgamma(cx, /** Real numbers. */ x: Value) -> [y] { log_gamma("lgamma", x) }

    /// The logarithm of the gamma function; where that is negative, its imaginary part is pi.
    ///
    /// >>> gammaln(100)
    /// ans = 359.13
    ///
    /// See also: gamma, lgamma
    fn gammaln(cx, /** Real numbers. */ x: Value) -> [y] { log_gamma("gammaln", x) }

    /// The beta function, gamma(a) gamma(b) / gamma(a + b).
    ///
    /// >>> beta(2, 3)
    /// ans = 0.083333
    ///
    /// See also: betaln, betainc, gamma
    fn beta(cx, /** Real numbers. */ a: Value, /** Real numbers; of the size of `a`, or one for all. */ b: Value) -> [y] { of_common("beta", [a, b], |[a, b]| gamma_function::beta(a, b)) }

    /// The logarithm of the beta function, which keeps its digits where the function itself is 0 or infinite.
    ///
    /// >>> betaln(200, 300)
    /// ans = -337.98
    ///
    /// See also: beta, lgamma
    fn betaln(cx, /** Real numbers. */ a: Value, /** Real numbers; of the size of `a`, or one for all. */ b: Value) -> [y] { of_common("betaln", [a, b], |[a, b]| gamma_function::log_beta(a, b)) }

    /// The error function.
    ///
    /// >>> erf(0.5)
    /// ans = 0.5205
    ///
    /// See also: erfc, erfcx, erfi, erfinv
    fn erf(cx, /** Numbers, real or complex. */ z: Value) -> [y] { of_either("erf", error_function::erf, error_function::erf_complex, z) } scalar Scalar::One(error_function::erf);

    /// 1 - erf(z), exact where erf is close to 1.
    ///
    /// >>> erfc(10)
    /// ans = 2.0885e-45
    ///
    /// See also: erf, erfcx, erfcinv
    fn erfc(cx, /** Numbers, real or complex. */ z: Value) -> [y] { of_either("erfc", error_function::erfc, error_function::erfc_complex, z) } scalar Scalar::One(error_function::erfc);

    /// exp(z^2) erfc(z), which does not vanish where erfc does.
    ///
    /// >>> erfcx(100)
    /// ans = 5.6416e-03
    ///
    /// See also: erfc, dawson
    fn erfcx(cx, /** Numbers, real or complex. */ z: Value) -> [y] { of_either("erfcx", error_function::erfcx, error_function::erfcx_complex, z) }

    /// The imaginary error function, -i erf(i z).
    ///
    /// >>> erfi(1)
    /// ans = 1.6504
    ///
    /// See also: erf, dawson
    fn erfi(cx, /** Numbers, real or complex. */ z: Value) -> [y] { of_either("erfi", error_function::erfi, error_function::erfi_complex, z) }

    /// Dawson's function, sqrt(pi)/2 exp(-z^2) erfi(z).
    ///
    /// >>> dawson(1)
    /// ans = 0.5381
    ///
    /// See also: erfi, erfcx
    fn dawson(cx, /** Numbers, real or complex. */ z: Value) -> [y] { of_either("dawson", error_function::dawson, error_function::dawson_complex, z) }

    /// The number whose error function this is; NaN outside [-1, 1].
    ///
    /// >>> erfinv(0.5)
    /// ans = 0.4769
    ///
    /// See also: erf, erfcinv
    fn erfinv(cx, /** Real numbers. */ x: Value) -> [y] { of_real("erfinv", error_function::erfinv, x) }

    /// The number whose complementary error function this is; NaN outside [0, 2].
    ///
    /// >>> erfcinv(1e-100)
    /// ans = 15.066
    ///
    /// See also: erfc, erfinv
    fn erfcinv(cx, /** Real numbers. */ x: Value) -> [y] { of_real("erfcinv", error_function::erfcinv, x) }

    /// The exponential integral E1: of exp(-t)/t from z on.
    ///
    /// Negative numbers are on its cut, and its value there is that above the cut.
    ///
    /// >>> expint(1)
    /// ans = 0.2194
    /// >>> expint(-1)
    /// ans = -1.8951 - 3.1416i
    ///
    /// See also: sinint, cosint, gammainc
    fn expint(cx, /** Numbers, real or complex. */ z: Value) -> [y] { off_the_reals("expint", |x| x < 0.0, exponential_integral::expint, exponential_integral::expint_complex, z) }

    /// The sine integral: of sin(t)/t from 0 to z.
    ///
    /// >>> sinint(1)
    /// ans = 0.9461
    ///
    /// See also: cosint, expint
    fn sinint(cx, /** Numbers, real or complex. */ z: Value) -> [y] { of_either("sinint", trigonometric_integral::sinint, trigonometric_integral::sinint_complex, z) }

    /// The cosine integral: Euler's constant, log(z), and the integral of (cos(t) - 1)/t from 0 to z.
    ///
    /// >>> cosint(1)
    /// ans = 0.3374
    ///
    /// See also: sinint, expint
    fn cosint(cx, /** Numbers, real or complex. */ z: Value) -> [y] { off_the_reals("cosint", |x| x < 0.0, trigonometric_integral::cosint, trigonometric_integral::cosint_complex, z) }

    /// The digamma function, the derivative of log(gamma(z)); `psi(k, x)` is its k-th derivative.
    ///
    /// >>> psi(1)
    /// ans = -0.5772
    /// >>> psi(1, 1)
    /// ans = 1.6449
    ///
    /// See also: gamma, lgamma
    fn psi(cx, /** Numbers, real or complex. */ z: Value) -> [y] {
        of_either("psi", digamma::digamma, digamma::digamma_complex, z)
    } or (cx, /** Which derivative, 0 or more. */ k: usize, /** Real numbers, 0 or more where k is positive. */ z: Value) -> [y] {
        derivative_of_psi(k, z)
    }

    /// The complete elliptic integrals of the first and second kind, of the parameter m = k^2.
    ///
    /// >>> [k, e] = ellipke(0.5)
    /// k = 1.8541
    /// e = 1.3506
    ///
    /// See also: ellipj
    fn ellipke(cx, /** Real numbers, at most 1. */ m: Value) -> [k, e] { complete_elliptic(m) }

    /// Jacobi's elliptic functions sn, cn and dn, of the parameter m = k^2.
    ///
    /// Of a column `u` and a row `m`, every pair. The fourth output, an error estimate in Octave, is 0.
    ///
    /// >>> [sn, cn, dn] = ellipj(0.5, 0.3)
    /// sn = 0.4742
    /// cn = 0.8804
    /// dn = 0.9657
    ///
    /// See also: ellipke
    fn ellipj(cx, /** Numbers, real or complex. */ u: Value, /** Real numbers from 0 to 1; of the size of `u`, or one for all. */ m: Value, /** Taken for Octave's sake, and not used: the functions are exact. */ tol: Option<f64>) -> [sn, cn, dn, err] { jacobi_functions(cx.host, u, m) }
}

/// A function that has real numbers only.
pub(super) fn of_real(function: &str, f: fn(f64) -> f64, x: Value) -> Result<Value> {
    refuse_text(function, &x)?;
    Ok(match x.into_numeric()? {
        Numeric::Scalar(x) => f(x).into(),
        Numeric::Real(a) => a.data.map(f).into(),
        Numeric::Complex(_) => {
            return Err(Fault::new(format!(
                "{function} needs real numbers, and these are complex"
            )));
        }
    })
}

/// A function that has real and complex numbers, and is real on the reals.
pub(super) fn of_either(
    function: &str,
    real: fn(f64) -> f64,
    complex: fn(c64) -> c64,
    z: Value,
) -> Result<Value> {
    off_the_reals(function, |_| false, real, complex, z)
}

/// A function that is complex of complex numbers, and of real ones when `leaves` holds for some of them.
fn off_the_reals(
    function: &str,
    leaves: fn(f64) -> bool,
    real: fn(f64) -> f64,
    complex: fn(c64) -> c64,
    z: Value,
) -> Result<Value> {
    refuse_text(function, &z)?;
    Ok(match z.into_numeric()? {
        Numeric::Scalar(x) if !leaves(x) => real(x).into(),
        Numeric::Real(a) if !a.data.as_slice().iter().any(|&x| leaves(x)) => {
            a.data.map(real).into()
        }
        numbers => numbers.to_complex().map(complex).into(),
    })
}

/// log Γ, complex when Γ is negative somewhere.
fn log_gamma(function: &str, x: Value) -> Result<Value> {
    let complex = |z: c64| {
        let im = if gamma_function::gamma_is_negative(z.re) { std::f64::consts::PI } else { 0.0 };
        c64::new(gamma_function::lgamma(z.re), im)
    };
    if matches!(x, Value::Complex(_)) {
        return of_real(function, gamma_function::lgamma, x);
    }
    off_the_reals(function, gamma_function::gamma_is_negative, gamma_function::lgamma, complex, x)
}

/// Real arrays of one size, each of which may be one number for all.
pub(super) struct Aligned<const N: usize> {
    /// Rows and columns.
    pub shape: (usize, usize),
    arrays: [std::sync::Arc<crate::value::Array>; N],
}

impl<const N: usize> Aligned<N> {
    /// The arguments of `function`.
    pub fn new(function: &str, values: [Value; N]) -> Result<Aligned<N>> {
        for (k, value) in values.iter().enumerate() {
            refuse_text(function, value)?;
            if matches!(value, Value::Complex(_)) {
                return Err(Fault::new(format!(
                    "{function} needs real numbers, and these are complex"
                ))
                .blame(Blame::Positional(k)));
            }
        }
        let mut arrays = Vec::with_capacity(N);
        for value in &values {
            arrays.push(value.to_array()?);
        }
        let sizes = arrays.iter().map(|a| (a.data.rows(), a.data.cols()));
        let shape = sizes.clone().find(|&size| size != (1, 1)).unwrap_or((1, 1));
        if let Some((m, n)) = sizes.into_iter().find(|&size| size != (1, 1) && size != shape) {
            return Err(Fault::new(format!(
                "{function}: the arguments have one size or are single numbers, and these are {}×{} and {m}×{n}",
                shape.0, shape.1
            ))
            .identified("Octave:nonconformant-args"));
        }
        let arrays = arrays.try_into().unwrap_or_else(|_| unreachable!("one array for each value"));
        Ok(Aligned { shape, arrays })
    }

    /// Refuses the k-th argument (from 0) unless the test, put into words, holds for its entries; NaN passes.
    pub fn require(
        &self,
        function: &str,
        k: usize,
        name: &str,
        test: fn(f64) -> bool,
        words: &str,
    ) -> Result<()> {
        match self.arrays[k].data.as_slice().iter().find(|x| !x.is_nan() && !test(**x)) {
            None => Ok(()),
            Some(bad) => {
                Err(Fault::new(format!("{function}: {name} is {words}, and {bad} is not"))
                    .blame(Blame::Positional(k)))
            }
        }
    }

    /// f of the entries at each place.
    pub fn map(&self, f: impl Fn([f64; N]) -> f64) -> Matrix {
        let at = |k: usize| {
            std::array::from_fn(|i| {
                let entries = self.arrays[i].data.as_slice();
                entries[if entries.len() == 1 { 0 } else { k }]
            })
        };
        let (m, n) = self.shape;
        Matrix::from_vec(m, n, (0..m * n).map(|k| f(at(k))).collect())
    }

    /// f, which is complex, of the entries at each place.
    pub fn map_complex(&self, f: impl Fn([f64; N]) -> c64) -> ComplexMatrix {
        let at = |k: usize| {
            std::array::from_fn(|i| {
                let entries = self.arrays[i].data.as_slice();
                entries[if entries.len() == 1 { 0 } else { k }]
            })
        };
        let (m, n) = self.shape;
        ComplexMatrix::from_vec(m, n, (0..m * n).map(|k| f(at(k))).collect())
    }
}

/// A function of several real numbers, of arrays of one size.
fn of_common<const N: usize>(
    function: &str,
    values: [Value; N],
    f: fn([f64; N]) -> f64,
) -> Result<Matrix> {
    Ok(Aligned::new(function, values)?.map(f))
}

fn derivative_of_psi(k: usize, z: Value) -> Result<Value> {
    if k == 0 {
        return of_either("psi", digamma::digamma, digamma::digamma_complex, z);
    }
    let order =
        u32::try_from(k).map_err(|_| Fault::new(format!("psi: {k} derivatives are too many")))?;
    let z = Aligned::new("psi", [z])?;
    z.require("psi", 0, "z", |x| x >= 0.0, "0 or more where k is positive")?;
    Ok(z.map(|[x]| digamma::polygamma(order, x)).into())
}

fn complete_elliptic(m: Value) -> Result<(Matrix, Matrix)> {
    let m = Aligned::new("ellipke", [m])?;
    m.require("ellipke", 0, "m", |m| m <= 1.0, "at most 1")?;
    let k = m.map(|[m]| elliptic::complete_integrals(m).0);
    Ok((k, m.map(|[m]| elliptic::complete_integrals(m).1)))
}

/// Every pair of a column and a row, else entries at the same places.
fn jacobi_functions(host: &mut dyn Host, u: Value, m: Value) -> Result<Vec<Value>> {
    for (k, value) in [&u, &m].into_iter().enumerate() {
        if matches!(value, Value::Text(_)) || (k == 1 && matches!(value, Value::Complex(_))) {
            return Err(Fault::new(format!("ellipj needs numbers, and this is {}", what(value)))
                .blame(Blame::Positional(k)));
        }
    }
    let is_complex = matches!(u, Value::Complex(_));
    let (u, m) = (u.into_numeric()?.to_complex(), m.to_array()?);
    let (rows, cols) = match ((u.rows(), u.cols()), (m.data.rows(), m.data.cols())) {
        (size, (1, 1)) => size,
        ((1, 1), size) => size,
        ((n, 1), (1, k)) => (n, k),
        (size, other) if size == other => size,
        (size, other) => {
            return Err(Fault::new(format!(
                "ellipj: u and m have one size, or u is a column and m a row; they are {}×{} and {}×{}",
                size.0, size.1, other.0, other.1
            ))
            .identified("Octave:nonconformant-args"));
        }
    };
    if m.data.as_slice().iter().any(|m| !(0.0..=1.0).contains(m)) {
        let message = "ellipj: the parameter m is from 0 to 1; where it is not, the result is NaN";
        host.warn("Octave:ellipj-invalid-m", message)?;
    }
    let place = |size: usize, i: usize| if size == 1 { 0 } else { i };
    let at = |i: usize, j: usize| {
        let z = u[(place(u.rows(), i), place(u.cols(), j))];
        elliptic::jacobi_complex(z, m.data[(place(m.data.rows(), i), place(m.data.cols(), j))])
    };
    let all: Vec<_> =
        (0..cols).flat_map(|j| (0..rows).map(move |i| (i, j))).map(|(i, j)| at(i, j)).collect();
    let gathered = |part: fn(&elliptic::Jacobi<c64>) -> c64| -> Value {
        if is_complex {
            return ComplexMatrix::from_vec(rows, cols, all.iter().map(part).collect()).into();
        }
        Matrix::from_vec(rows, cols, all.iter().map(|j| part(j).re).collect()).into()
    };
    let error = Matrix::zeros(rows, cols).into();
    Ok(vec![gathered(|j| j.sn), gathered(|j| j.cn), gathered(|j| j.dn), error])
}
