//! A preconditioner as a value: what is applied to residuals, made once of a matrix.

use super::iterative_maps::{Entries, Kept};
use crate::value::{Fault, Numeric, Object, Precision, Result, Value, format_scalar};
use matfac::linalg::{Dense, Operator, Scalar};
use matfac::sparse::precondition::Shared;
use matfac::{ComplexMatrix, Matrix, c64};
use std::any::Any;

/// A preconditioner as a value: `M\b` applies it.
pub struct Preconditioner {
    kind: &'static str,
    n: usize,
    real: Option<Kept<f64>>,
    complex: Kept<c64>,
    sizes: Vec<usize>,
    complexity: f64,
}

impl Preconditioner {
    /// What `map` does, of `n` rows.
    pub(super) fn new<T: Entries>(kind: &'static str, n: usize, map: Shared<T>) -> Preconditioner {
        let (real, complex) = T::both_fields(map);
        Preconditioner { kind, n, real, complex, sizes: vec![n], complexity: 1.0 }
    }

    /// The same of a multigrid method: the sizes of its levels, and the entries of all to those of the first.
    pub(super) fn with_levels(self, sizes: Vec<usize>, complexity: f64) -> Preconditioner {
        Preconditioner { sizes, complexity, ..self }
    }

    /// What it does to real vectors, unless it is complex.
    pub fn real(&self) -> Option<&dyn Operator<f64>> {
        self.real.as_deref().map(|m| m as &dyn Operator<f64>)
    }

    /// What it does to complex vectors.
    pub fn complex(&self) -> Option<&dyn Operator<c64>> {
        Some(self.complex.as_ref())
    }

    /// `M\B`, or `M'\B`.
    fn applied(&self, b: &Numeric, adjoint: bool) -> Result<Numeric> {
        let (rows, cols) = b.shape();
        if rows != self.n {
            return Err(Fault::new(format!(
                "a preconditioner of {n}×{n} and {rows}×{cols} numbers do not fit",
                n = self.n
            )));
        }
        match (&self.real, b) {
            (Some(real), Numeric::Scalar(_) | Numeric::Real(_)) => {
                let b = b.to_real()?;
                let mut x = Matrix::filled(rows, cols, 0.0)?;
                block(real.as_ref(), &b.data, &mut x, adjoint)?;
                Ok(x.into())
            }
            _ => {
                let b = b.to_complex();
                let mut x = ComplexMatrix::filled(rows, cols, c64::new(0.0, 0.0))?;
                block(self.complex.as_ref(), &b, &mut x, adjoint)?;
                Ok(x.into())
            }
        }
    }
}

fn block<T: Scalar>(
    m: &dyn Operator<T>,
    b: &Dense<T>,
    x: &mut Dense<T>,
    adjoint: bool,
) -> Result<()> {
    match adjoint {
        false => m.apply_block(b, x)?,
        true => m.apply_adjoint_block(b, x)?,
    }
    Ok(())
}

/// A real map on the parts of complex vectors.
pub(super) struct OnParts(pub Kept<f64>);

impl OnParts {
    fn both(
        &self,
        x: &[c64],
        y: &mut [c64],
        f: impl Fn(&[f64], &mut [f64]) -> matfac::Result<()>,
    ) -> matfac::Result<()> {
        let mut out = vec![0.0; y.len()];
        f(&x.iter().map(|z| z.re).collect::<Vec<_>>(), &mut out)?;
        y.iter_mut().zip(&out).for_each(|(y, &re)| y.re = re);
        f(&x.iter().map(|z| z.im).collect::<Vec<_>>(), &mut out)?;
        y.iter_mut().zip(&out).for_each(|(y, &im)| y.im = im);
        Ok(())
    }
}

impl Operator<c64> for OnParts {
    fn rows(&self) -> usize {
        self.0.rows()
    }

    fn cols(&self) -> usize {
        self.0.cols()
    }

    fn apply(&self, x: &[c64], y: &mut [c64]) -> matfac::Result<()> {
        self.both(x, y, |x, y| self.0.apply(x, y))
    }

    fn apply_adjoint(&self, x: &[c64], y: &mut [c64]) -> matfac::Result<()> {
        self.both(x, y, |x, y| self.0.apply_adjoint(x, y))
    }
}

impl std::fmt::Debug for Preconditioner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Preconditioner").field("kind", &self.kind).field("n", &self.n).finish()
    }
}

impl Object for Preconditioner {
    fn class(&self) -> &'static str {
        "preconditioner"
    }

    fn summary(&self) -> String {
        let mut lines =
            vec![format!("preconditioner: {} of a {n}×{n} matrix", self.kind, n = self.n)];
        if self.kind == "amg" {
            let sizes: Vec<String> = self.sizes.iter().map(usize::to_string).collect();
            let complexity = format_scalar(self.complexity, Precision::SHORT);
            lines.push(format!("  orders      {}", sizes.join(", ")));
            lines.push(format!("  complexity  {complexity}"));
        }
        lines.push(format!("  fields: {}", self.fields().join(" ")));
        lines.join("\n")
    }

    fn fields(&self) -> &'static [&'static str] {
        if self.kind == "amg" { &["kind", "n", "sizes", "complexity"] } else { &["kind", "n"] }
    }

    fn field(&self, name: &str) -> Option<Result<Value>> {
        if !self.fields().contains(&name) {
            return None;
        }
        Some(Ok(match name {
            "kind" => Value::text(self.kind),
            "n" => self.n.into(),
            "sizes" => Matrix::row_vector(self.sizes.iter().map(|&n| n as f64).collect()).into(),
            _ => self.complexity.into(),
        }))
    }

    fn shape(&self) -> (usize, usize) {
        (self.n, self.n)
    }

    fn solve(&self, b: &Numeric) -> Option<Result<Numeric>> {
        Some(self.applied(b, false))
    }

    fn right_solve(&self, b: &Numeric) -> Option<Result<Numeric>> {
        Some(self.applied(&b.adjoint(), true).map(|x| x.adjoint()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
