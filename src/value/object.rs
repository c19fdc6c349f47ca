//! Opaque values: factorizations, models and figures. They have fields, a summary and a picture.

use super::{Array, Data, Host, Numeric, Result, SparseArray, Value};
use matfac::data::Labels;
use matfac::plot::Figure;
use std::any::Any;
use std::fmt::Debug;

/// What every opaque value can do.
pub trait Object: Any + Debug + Send + Sync {
    /// Its class, such as `pca model`.
    fn class(&self) -> &'static str;

    /// A few lines that say what it is and how well it went, without a final newline.
    fn summary(&self) -> String;

    /// Names of its fields.
    fn fields(&self) -> &'static [&'static str];

    /// A field's value; `None` when there is no such field.
    fn field(&self, name: &str) -> Option<Result<Value>>;

    /// The names that its verbs take: of users, of items.
    fn labels(&self) -> Vec<Labels> {
        Vec::new()
    }

    /// `size(x)` of the object; 1×1 for most.
    fn shape(&self) -> (usize, usize) {
        (1, 1)
    }

    /// `F \ b` for a factorization; `None` when the object cannot solve.
    fn solve(&self, _b: &Numeric) -> Option<Result<Numeric>> {
        None
    }

    /// `b / F` for a factorization; `None` when the object cannot solve.
    fn right_solve(&self, _b: &Numeric) -> Option<Result<Numeric>> {
        None
    }

    /// `F \ b` or, `right`, `b / F` for a sparse b; `None` when the object has no way of its own.
    fn solve_sparse(&self, _b: &SparseArray, _right: bool) -> Option<Result<Value>> {
        None
    }

    /// `transform(m, X)`: new rows in the model's coordinates; `None` when it has none.
    fn transform(&self, _x: &Data, _host: &mut dyn Host) -> Option<Result<Value>> {
        None
    }

    /// `reconstruct(m)`: what the model makes of the data it was fitted to; `None` when it has no such thing.
    fn reconstruct(&self) -> Option<Result<Value>> {
        None
    }

    /// `score(m, X)`: how well the model explains rows, more being better; `None` when it has no measure.
    fn score(&self, _x: &Data, _host: &mut dyn Host) -> Option<Result<Value>> {
        None
    }

    /// `inverse_transform(m, Z)`: what coordinates stand for; `None` when it has none.
    fn inverse_transform(&self, _z: &Array) -> Option<Result<Value>> {
        None
    }

    /// Its picture, for `plot(m)`.
    fn plot(&self) -> Option<Result<Figure>> {
        None
    }

    /// For the functions that know the class.
    fn as_any(&self) -> &dyn Any;
}
