//! Matrices, tables, and what factoring a matrix gives.

use super::card::Card;
use super::grid::{Entry, Grid, number};
use super::types::displays;
use crate::data::{LabelledMatrix, Labels, Ratings, Table};
use crate::factor::chol::{Chol, Triangle};
use crate::factor::{
    Bidiagonal, Eig, Factorized, Field, Hess, Ldl, LowRank, Lu, Qr, Qz, Schur, Svd, SymmetricEig,
};
use crate::linalg::sparse::Entry as Stored;
use crate::linalg::{ComplexMatrix, Dense, Sparse, c64};
use crate::sparse::svds::Truncated;
use crate::sparse::{self, field::SparseField};

/// Stored entries shown of a sparse matrix or of ratings.
const STORED: usize = 10;

fn shape(rows: usize, cols: usize) -> String {
    format!("{rows}×{cols}")
}

fn sparse_card<T: Entry + Stored>(a: &Sparse<T>) -> Card {
    let (rows, cols) = (a.rows(), a.cols());
    let share = 100.0 * a.nnz() as f64 / (rows as f64 * cols as f64).max(1.0);
    let stored: Vec<_> = a.triplets().take(STORED).collect();
    let cell = |k: usize, j: usize| match (stored[k], j) {
        ((i, _, _), 0) => (i + 1).to_string(),
        ((_, i, _), 1) => (i + 1).to_string(),
        ((_, _, x), _) => x.text(),
    };
    triplets(
        Card::new(format!("{} {}sparse matrix", shape(rows, cols), T::KIND))
            .fact("stored", format!("{} ({share:.3} %)", a.nnz())),
        (stored.len(), a.nnz()),
        ["row", "column", "value"],
        cell,
    )
}

/// A table of the first stored entries, three columns.
fn triplets(
    card: Card,
    (shown, all): (usize, usize),
    names: [&str; 3],
    cell: impl Fn(usize, usize) -> String,
) -> Card {
    let title = if shown < all { format!("the first {shown}") } else { String::new() };
    let name = |j: usize| names[j].to_string();
    card.table(title, Grid::new((shown, 3), |k| (k + 1).to_string(), name, cell))
}

fn ratings_card(r: &Ratings) -> Card {
    let stored: Vec<_> = r.iter().take(STORED).collect();
    let cell = |k: usize, j: usize| match (stored[k], j) {
        ((u, _, _), 0) => r.users().name(u).to_string(),
        ((_, i, _), 1) => r.items().name(i).to_string(),
        ((_, _, x), _) => number(x),
    };
    let card = Card::new(format!("{} ratings", shape(r.users().len(), r.items().len())))
        .fact("observed", format!("{} ({:.2} %)", r.nnz(), 100.0 * r.density()))
        .number("mean", r.mean().unwrap_or(f64::NAN));
    triplets(card, (stored.len(), r.nnz()), ["user", "item", "rating"], cell)
}

fn table_card(t: &Table) -> Card {
    let grid = Grid::new(
        (t.len(), t.width()),
        |i| (i + 1).to_string(),
        |j| t.names().name(j).to_string(),
        |i, j| t.columns()[j].cell(i),
    );
    Card::new(format!("{} table", shape(t.len(), t.width()))).table("", grid)
}

fn labels_card(l: &Labels) -> Card {
    let cell = |i: usize, j: usize| match j {
        0 => l.name(i).to_string(),
        _ => l.title(i).unwrap_or_default().to_string(),
    };
    let name = |j: usize| ["name", "title"][j].to_string();
    let columns = 1 + usize::from(l.has_titles());
    let grid = Grid::new((l.len(), columns), |i| (i + 1).to_string(), name, cell);
    Card::new(format!("{} names", l.len())).table("", grid)
}

fn eigenvalues(values: &[c64]) -> ComplexMatrix {
    Dense::column_vector(values.to_vec())
}

fn factorized_card<T: crate::factor::field::Field>(f: &Factorized<T>) -> Card {
    Card::new(format!("factorization of a {} matrix", shape(f.rows, f.cols)))
        .fact("method", words(&format!("{:?}", f.method)))
        .number("rcond", f.rcond)
        .fact("rank", f.rank().to_string())
}

fn sparse_factorized_card<T: SparseField>(f: &sparse::solve::Factorized<T>) -> Card {
    Card::new(format!("factorization of a {} sparse matrix", shape(f.rows(), f.cols())))
        .fact("method", words(&format!("{:?}", f.method)))
        .fact("order", f.ordering())
        .fact("stored", f.nnz().to_string())
        .number("fill", f.fill())
}

/// `LeastSquares` as `least squares`.
fn words(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.extend(c.to_lowercase());
    }
    out
}

displays! {
    [T: Entry] Dense<T>, |a| Card::new(format!("{} {}matrix", a.shape(), T::KIND))
        .table("", Grid::matrix(a, None, None));
    [] Sparse<f64>, |a| sparse_card(a);
    [] Sparse<c64>, |a| sparse_card(a);
    [] Sparse<bool>, |a| sparse_card(a);
    [] LabelledMatrix, |a| Card::new(format!("{} matrix", a.values.shape()))
        .table("", Grid::matrix(&a.values, a.rows.as_ref(), a.cols.as_ref()));
    [] Table, |t| table_card(t);
    [] Labels, |l| labels_card(l);
    [] Ratings, |r| ratings_card(r);

    [T: Entry] Svd<T>, |f| Card::new("singular value decomposition, A = U*diag(s)*V'")
        .matrix("U", &f.u).column("s", &f.s).matrix("V", &f.v);
    [T: Entry] LowRank<T>, |f| Card::new(format!("approximation of rank {}", f.s.len()))
        .number("error", f.error).number("energy", f.energy)
        .matrix("U", &f.u).column("s", &f.s).matrix("V", &f.v);
    [T: Entry] Truncated<T>, |f| Card::new(format!("the {} largest singular values", f.s.len()))
        .fact("converged", if f.converged { "yes" } else { "no" })
        .fact("products", f.products.to_string())
        .table("", Grid::columns(&[("s", &f.s), ("residual", &f.residuals)]));
    [T: Entry] Lu<T>, |f| Card::new("LU factorization, P*A = L*U")
        .matrix("L", &f.l).matrix("U", &f.u);
    [T: Entry] Qr<T>, |f| Card::new("QR factorization, A = Q*R")
        .matrix("Q", &f.q).matrix("R", &f.r);
    [T: Entry] Chol<T>, |f| match f.triangle {
        Triangle::Upper => Card::new("Cholesky factorization, A = R'*R").matrix("R", &f.factor),
        Triangle::Lower => Card::new("Cholesky factorization, A = L*L'").matrix("L", &f.factor),
    };
    [T: Entry] Ldl<T>, |f| Card::new("LDL' factorization, P'*A*P = L*D*L'")
        .matrix("L", &f.l).matrix("D", &f.d);
    [] Eig, |f| Card::new("eigenvalue decomposition, A*V = V*diag(values)")
        .matrix("values", &eigenvalues(&f.values)).matrix("V", &f.vectors);
    [T: Entry] SymmetricEig<T>, |f| Card::new("symmetric eigenvalue decomposition, A = V*diag(values)*V'")
        .column("values", &f.values).matrix("V", &f.vectors);
    [T: Entry] Schur<T>, |f| Card::new("Schur decomposition, A = U*T*U'")
        .matrix("U", &f.u).matrix("T", &f.t);
    [T: Entry] Hess<T>, |f| Card::new("Hessenberg form, A = P*H*P'")
        .matrix("P", &f.p).matrix("H", &f.h);
    [T: Entry] Qz<T>, |f| Card::new("generalized Schur decomposition")
        .matrix("S", &f.s).matrix("P", &f.p).matrix("Q", &f.q).matrix("Z", &f.z);
    [T: Entry] Bidiagonal<T>, |f| Card::new("bidiagonal form, A = U*B*V'")
        .matrix("U", &f.u).matrix("B", &f.b).matrix("V", &f.v);
    [T: Field] Factorized<T>, |f| factorized_card(f);
    [T: SparseField] sparse::solve::Factorized<T>, |f| sparse_factorized_card(f);
}
