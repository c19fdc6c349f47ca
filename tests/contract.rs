//! What every factorization and every solver promises, held for every kind of matrix: residuals and departures from
//! orthogonality in units of `n·eps·‖A‖` stay below 30, as in LAPACK's tests (Anderson et al. 1999, chapter 4).
//!
//! [`FAMILIES`] × [`ROWS`]: a family is an expression of the language that makes a matrix; a row says of which
//! matrices it speaks, what to compute, and what of that must be small. `contract/prelude.mf` has the words.

mod extremes;
mod families;
mod rows;

use crate::common::run_in;
use families::FAMILIES;
use mf::session::Session;
use rows::ROWS;

/// Rows and calls that do not hold yet for a family, or at all.
const PENDING: &[(&str, &str)] = &[
    // Balancing can undo the backward stability that the eigenvectors have without it (Watkins 2006).
    ("eig", "columns from 1 to 1e15"),
    ("eig", "rows from 1e-150 to 1e150"),
    ("eig", "columns from 1e-150 to 1e150"),
    ("eig", "entries from 1e-200 to 1e200"),
    ("eig_left", "columns from 1 to 1e15"),
    ("eig_left", "rows from 1e-150 to 1e150"),
    ("eig_left", "columns from 1e-150 to 1e150"),
    ("eig_left", "entries from 1e-200 to 1e200"),
    // Elimination with partial pivoting lets the entries grow by 2^n here; solving with A' from the factors of A shows it.
    ("decomposition", "pivots that grow"),
    ("factorize_methods", "pivots that grow"),
];

/// Whether a promise is known not to hold yet.
fn is_pending(row: &str, what: &str) -> bool {
    PENDING.contains(&(row, what))
}

/// The largest ratio that is allowed, that of LAPACK's own tests.
const RATIO: f64 = 30.0;

const PRELUDE: &str = include_str!("contract/prelude.mf");

/// What is known of a matrix beyond what can be asked of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing.
    Any,
    /// It has an inverse, and a condition number far below 1/eps.
    Regular,
    /// Regular, with entries near 1 and a small condition number.
    Gentle,
    /// Hermitian positive definite; the condition number is far below 1/eps.
    Definite,
    /// Definite and gentle.
    GentleDefinite,
    /// Of known rank, with a wide gap in its singular values.
    Rank(usize),
}

impl Kind {
    fn is(self, need: Need) -> bool {
        use Kind::*;
        match need {
            Need::Nothing => true,
            Need::Regular => matches!(self, Regular | Gentle | Definite | GentleDefinite),
            Need::Gentle => matches!(self, Gentle | GentleDefinite),
            Need::Definite => matches!(self, Definite | GentleDefinite),
            Need::GentleDefinite => self == GentleDefinite,
            Need::KnownRank => !matches!(self, Any),
        }
    }
}

/// What a row must know of a matrix.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Nothing,
    Regular,
    Gentle,
    Definite,
    GentleDefinite,
    /// The rank is known: full, or [`Kind::Rank`].
    KnownRank,
}

/// A kind of matrix.
struct Family {
    name: &'static str,
    /// An expression that makes one, the same each time.
    matrix: &'static str,
    kind: Kind,
}

/// A promise.
struct Row {
    /// The function and the aspect: one test.
    name: &'static str,
    need: Need,
    /// A condition on `A`, which is `m×n`; `r` is its rank where it is known.
    of: &'static str,
    /// Statements that compute from `A`.
    compute: &'static str,
    /// Expressions that must not exceed [`RATIO`].
    small: &'static [&'static str],
}

/// Holds one row against all families.
fn hold(name: &str) {
    let row = ROWS
        .iter()
        .copied()
        .flatten()
        .find(|row| row.name == name)
        .expect("a test is named after its row");
    let session = Session::start();
    let prelude = run_in(&session, PRELUDE);
    assert!(prelude.error.is_none(), "{:?}", prelude.error);
    let mut wrong = Vec::new();
    let mut number = 0;
    let is_meant = |family: &&Family| family.kind.is(row.need) && !is_pending(name, family.name);
    for family in FAMILIES.iter().filter(is_meant) {
        if let Some(faults) = faults(&session, row, family) {
            number += 1;
            wrong.extend(faults);
        }
    }
    assert!(wrong.is_empty(), "{name}: {} wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(number > 2, "{name} speaks of {number} families only");
}

/// What is wrong with a row for one family; nothing if the row does not speak of it.
fn faults(session: &Session, row: &Row, family: &Family) -> Option<Vec<String>> {
    let rank = match family.kind {
        Kind::Rank(rank) => rank.to_string(),
        _ => "min(m, n)".into(),
    };
    let program = format!(
        "clear -variables\nrng(7); A = {}; [m, n] = size(A); r = {rank};\n\
         if {}\n{}\nresult = [{}]; printf(\"%.3g \", result);\nend",
        family.matrix,
        row.of,
        row.compute,
        row.small.iter().map(|small| format!("({small})")).collect::<Vec<_>>().join(", "),
    );
    let run = run_in(session, &program);
    let what = |text: &str| format!("  {}: {text}", family.name);
    if let Some(error) = run.error {
        return Some(vec![what(&error.message)]);
    }
    let results: Vec<&str> = run.output.split_whitespace().collect();
    if results.is_empty() {
        return None;
    }
    if results.len() != row.small.len() {
        return Some(vec![what(&format!("{} results: {}", results.len(), run.output))]);
    }
    let value = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
    let large = row.small.iter().zip(results).filter(|(_, result)| {
        let value = value(result);
        value.is_nan() || value > RATIO
    });
    Some(large.map(|(small, result)| what(&format!("{small} is {result}"))).collect())
}

/// One test for each row, so that they run side by side.
macro_rules! contract {
    ($($name:ident)*) => {
        $(#[test] fn $name() { hold(stringify!($name)); })*

        #[test]
        fn every_row_is_a_test() {
            let tests = [$(stringify!($name)),*];
            let rows: Vec<_> = ROWS.iter().copied().flatten().map(|row| row.name).collect();
            assert_eq!(tests.as_slice(), rows);
        }
    };
}

contract! {
    lu lu_full qr qr_pivoted chol chol_that_fails ldl svd eig_hermitian eig eig_left eig_pencil
    hess schur schur_complex schur_ordered qz balance poldec cod bidiag pinv inv solve
    solve_from_the_right least_squares least_norm factorize structure rank null orth lowrank
    rref decomposition factorize_methods cond rcond norms det logdet expm sqrtm logm sylvester
    lyap condest normest nearestspd subspace krylov givens housh mpower funm cholupdate
    choldowndate cholinsert choldelete qrupdate qrinsert qrdelete
}
