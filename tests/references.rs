//! Values that were computed with 50 and more digits: mf gives as many of them as double precision can.
//!
//! `tests/references/make.py` wrote each `tests/references/NAME.json`: matrices whose entries are exact, a value, and
//! the error that perturbation theory allows. What mf is asked is read back digit by digit, not as it is displayed.

use crate::common::run_in;
use mf::session::Session;
use serde_json::Value;
use std::path::Path;

/// The cases of one file.
fn cases(name: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/references");
    let text = std::fs::read_to_string(folder.join(name).with_extension("json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_else(|| panic!("{} has no {key}", case["name"]))
}

fn float(case: &Value, key: &str) -> f64 {
    case[key].as_f64().unwrap_or_else(|| panic!("{} has no {key}", case["name"]))
}

type Complex = (f64, f64);

/// A number of a reference: its digits, or those of both parts.
fn reference(value: &Value) -> Complex {
    let part = |v: &Value| v.as_str().unwrap().parse().unwrap();
    match value.as_array() {
        Some(parts) => (part(&parts[0]), part(&parts[1])),
        None => (part(value), 0.0),
    }
}

/// The numbers of a reference, column by column.
fn references(value: &Value) -> Vec<Complex> {
    let rows = value.as_array().unwrap();
    let columns = rows[0].as_array().map_or(1, Vec::len);
    let entry = |i: usize, j: usize| match rows[i].as_array() {
        Some(row) => reference(&row[j]),
        None => reference(&rows[i]),
    };
    (0..columns)
        .flat_map(|j| (0..rows.len()).map(move |i| (i, j)))
        .map(|(i, j)| entry(i, j))
        .collect()
}

fn distance(x: Complex, y: Complex) -> f64 {
    (x.0 - y.0).hypot(x.1 - y.1)
}

/// The Frobenius norm, and that of a difference.
fn length(x: &[Complex]) -> f64 {
    x.iter().fold(0.0, |sum: f64, &z| sum.hypot(distance(z, (0.0, 0.0))))
}

fn relative_error(found: &[Complex], want: &[Complex]) -> f64 {
    let differences: Vec<_> = found.iter().zip(want).map(|(x, y)| (x.0 - y.0, x.1 - y.1)).collect();
    let error = length(&differences);
    if found.len() != want.len() { f64::INFINITY } else { error / length(want) }
}

/// mf, and what it got wrong so far.
struct Trial {
    session: Session,
    wrong: Vec<String>,
}

impl Trial {
    fn new() -> Self {
        Self { session: Session::start(), wrong: Vec::new() }
    }

    /// Sets `A` as a case has it, and checks that the function that makes this matrix gives the same one.
    fn set(&mut self, case: &Value) {
        let run = run_in(&self.session, &format!("A = {};", text(case, "A")));
        assert!(run.error.is_none(), "{}: {:?}", case["name"], run.error);
        if let Some(same) = case["same_as"].as_str() {
            let run = run_in(&self.session, &format!("isequal(A, {same})"));
            if run.output.trim() != "ans = 1" {
                self.wrong.push(format!("{same} is not exact"));
            }
        }
    }

    /// The entries of an expression, column by column.
    fn numbers(&mut self, name: &str, expression: &str) -> Option<Vec<Complex>> {
        let program = format!(
            "v__ = {expression}; printf(\"%.17e %.17e\\n\", [real(v__(:)), imag(v__(:))].');"
        );
        let run = run_in(&self.session, &program);
        if let Some(error) = run.error {
            self.wrong.push(format!("{name}: {expression}: {}", error.message));
            return None;
        }
        let number = |text: &str| text.parse().unwrap();
        let lines = run.output.lines().filter_map(|line| line.trim().split_once(' '));
        Some(lines.map(|(re, im)| (number(re), number(im))).collect())
    }

    /// Notes an error that is too large. What is not a number is too large.
    fn expect(&mut self, what: &str, error: f64, bound: f64) {
        if error.is_nan() || error > bound {
            self.wrong.push(format!("{what}: error {error:.2e}, allowed {bound:.2e}"));
        }
    }

    /// Compares a matrix with its reference, in the Frobenius norm.
    fn compare(&mut self, name: &str, expression: &str, want: &[Complex], bound: f64) {
        if let Some(found) = self.numbers(name, expression) {
            self.expect(&format!("{name}: {expression}"), relative_error(&found, want), bound);
        }
    }

    /// Compares coefficients one by one: small ones count like large ones.
    fn coefficients(&mut self, name: &str, expression: &str, want: &[Complex], digits: f64) {
        if let Some(found) = self.numbers(name, expression) {
            let error = worst_coefficient(&found, want);
            self.expect(&format!("{name}: {expression}"), error, 10f64.powf(-digits));
        }
    }

    fn end(self) {
        assert!(self.wrong.is_empty(), "{} wrong\n{}", self.wrong.len(), self.wrong.join("\n"));
    }
}

#[test]
fn determinants() {
    let mut trial = Trial::new();
    for case in cases("determinants") {
        trial.set(&case);
        let (name, bound) = (text(&case, "name"), float(&case, "relative_bound"));
        if !case["det"].is_null() {
            trial.compare(name, "det(A)", &[reference(&case["det"])], bound);
            trial.compare(name, "det(A.')", &[reference(&case["det"])], bound);
        }
        // The error of a logarithm is the relative error of its argument; its own rounding comes on top.
        let want = reference(&case["log_abs_det"]);
        if let Some(found) = trial.numbers(name, "logdet(A)") {
            let bound = bound + 4.0 * f64::EPSILON * want.0.abs();
            trial.expect(&format!("{name}: logdet(A)"), distance(found[0], want), bound);
        }
    }
    trial.end();
}

#[test]
fn functions_of_matrices() {
    let mut trial = Trial::new();
    for case in cases("functions") {
        let function = text(&case, "function");
        trial.set(&case);
        let bound = float(&case, "relative_bound");
        trial.compare(
            text(&case, "name"),
            &format!("{function}(A)"),
            &references(&case["value"]),
            bound,
        );
    }
    trial.end();
}

/// The largest error relative to its bound, when each value is paired with the nearest that is still free.
fn worst_of_pairs(found: &[Complex], want: &[(Complex, f64)]) -> f64 {
    if found.len() != want.len() {
        return f64::INFINITY;
    }
    let mut free = found.to_vec();
    let mut worst = 0.0;
    for &(value, bound) in want {
        let from = |z: &Complex| distance(*z, value);
        let nearest = free.iter().enumerate().min_by(|x, y| from(x.1).total_cmp(&from(y.1)));
        let Some((k, z)) = nearest else { return f64::INFINITY };
        worst = f64::max(worst, from(z) / bound);
        // `max` passes over what is not a number.
        if from(z).is_nan() {
            return f64::NAN;
        }
        free.swap_remove(k);
    }
    worst
}

#[test]
fn eigenvalues() {
    let mut trial = Trial::new();
    for case in cases("eigenvalues") {
        trial.set(&case);
        let name = text(&case, "name");
        let values = case["values"].as_array().unwrap();
        let want: Vec<(Complex, f64)> =
            values.iter().map(|v| (reference(&v["value"]), float(v, "bound"))).collect();
        for expression in ["eig(A)", "eig(A.')"] {
            if let Some(found) = trial.numbers(name, expression) {
                let worst = worst_of_pairs(&found, &want);
                trial.expect(&format!("{name}: {expression}, over its bound"), worst, 1.0);
                if case["symmetric"].as_bool() == Some(true) && found.iter().any(|z| z.1 != 0.0) {
                    trial.wrong.push(format!("{name}: an eigenvalue is not real"));
                }
            }
        }
    }
    trial.end();
}

#[test]
fn singular_values() {
    let mut trial = Trial::new();
    for case in cases("singular_values") {
        trial.set(&case);
        let (name, bound) = (text(&case, "name"), float(&case, "bound"));
        let want = references(&case["values"]);
        let mut check = |expression: &str, want: &[Complex]| {
            let Some(found) = trial.numbers(name, expression) else { return };
            let error = match found.len() == want.len() {
                true => found.iter().zip(want).map(|(x, y)| distance(*x, *y)).fold(0.0, f64::max),
                false => f64::INFINITY,
            };
            trial.expect(&format!("{name}: {expression}"), error, bound);
        };
        check("svd(A)", &want);
        check("svd(A')", &want);
        check("norm(A)", &want[..1]);
    }
    trial.end();
}

#[test]
fn inverses() {
    let mut trial = Trial::new();
    for case in cases("inverses") {
        trial.set(&case);
        let (name, bound) = (text(&case, "name"), float(&case, "relative_bound"));
        trial.compare(name, "inv(A)", &references(&case["value"]), bound);
    }
    trial.end();
}

#[test]
fn decisions_about_rank() {
    let mut trial = Trial::new();
    for case in cases("ranks") {
        trial.set(&case);
        let (name, rank) = (text(&case, "name"), float(&case, "rank"));
        for expression in ["rank(A)", "columns(orth(A))", "columns(A) - columns(null(A))"] {
            if let Some(found) = trial.numbers(name, expression) {
                trial.expect(&format!("{name}: {expression}"), (found[0].0 - rank).abs(), 0.0);
            }
        }
    }
    trial.end();
}

#[test]
fn solutions_of_square_systems() {
    let mut trial = Trial::new();
    for case in cases("solutions") {
        trial.set(&case);
        let run = run_in(&trial.session, &format!("b = {}; F = factorize(A);", text(&case, "b")));
        assert!(run.error.is_none(), "{:?}", run.error);
        let (name, bound) = (text(&case, "name"), float(&case, "relative_bound"));
        let want = references(&case["x"]);
        // With a condition of 1/eps or more no digit need be right; the backward error is small all the same.
        let singular = float(&case, "condition") * f64::EPSILON > 0.1;
        for expression in ["A \\ b", "F \\ b", "(b' / A')'", "linsolve(A, b)"] {
            if !singular {
                trial.compare(name, expression, &want, bound);
            }
            let backward = format!(
                "norm(A*({expression}) - b, 1) / (norm(A, 1)*norm({expression}, 1) + norm(b, 1))"
            );
            if let Some(found) = trial.numbers(name, &backward) {
                let bound = 30.0 * want.len() as f64 * f64::EPSILON;
                trial.expect(&format!("{name}: backward error of {expression}"), found[0].0, bound);
            }
        }
    }
    trial.end();
}

/// The relative error of the worst coefficient.
fn worst_coefficient(found: &[Complex], want: &[Complex]) -> f64 {
    if found.len() != want.len() {
        return f64::INFINITY;
    }
    let errors = found.iter().zip(want).map(|(x, y)| distance(*x, *y) / distance(*y, (0.0, 0.0)));
    errors.fold(0.0, |worst, e| if e.is_nan() || e > worst { e } else { worst })
}

#[test]
fn least_squares_on_hard_data() {
    let mut trial = Trial::new();
    for case in cases("least_squares") {
        let name = text(&case, "name");
        let data = format!("X = {}; y = {};", text(&case, "X"), text(&case, "y"));
        let run = run_in(&trial.session, &data);
        assert!(run.error.is_none(), "{name}: {:?}", run.error);
        let want = references(&case["coefficients"]);
        for expression in ["X \\ y", "lstsq(X, y)"] {
            trial.coefficients(name, expression, &want, float(&case, "digits"));
        }
        let Some(design) = case["expression"].as_str() else { continue };
        // The certified coefficients are those of decimals; rounding them to doubles costs some digits.
        let certified = references(&case["certified"]);
        let program = format!("x = {}; X = {design};", text(&case, "x"));
        assert!(run_in(&trial.session, &program).error.is_none(), "{program}");
        let name = format!("{name}, as certified");
        for expression in ["X \\ y", "lstsq(X, y)"] {
            let digits = float(&case, "certified_digits");
            trial.coefficients(&name, expression, &certified, digits);
        }
    }
    trial.end();
}
