//! Sets, reductions and statistics of sparse matrices: what they are of full ones, and no full copy on the way.

use crate::common::run_script;

/// Sparse matrices with their full ones; S has negative numbers, Z is complex, B logical, N has NaN.
const MATRICES: &str = "
seed(5);
S = round(4 * sprandn(60, 40, 0.1)); Z = S + 1i * round(3 * sprandn(60, 40, 0.1)); B = S > 0;
N = S; N(3, 4) = NaN; N(7, 4) = NaN; N(:, 9) = NaN; E = sparse(60, 40); W = (1:60)';
v = S(:, 1); w = S(:, 2); fS = full(S);
near = @(x, y) isequal(size(x), size(y)) && all((x == y | abs(x - y) <= 1e-10 * (1 + abs(y)) | (isnan(x) & isnan(y)))(:));
";

/// Each case with `X` one of the matrices is what it is of the full matrix, every output, without a warning.
#[track_caller]
fn as_of_full(matrices: &[&str], outputs: usize, cases: &[&str]) {
    let mut script = MATRICES.to_string();
    let names = |letter: char| -> String {
        (0..outputs).map(|k| format!("{letter}{k}")).collect::<Vec<_>>().join(", ")
    };
    for case in cases {
        for matrix in matrices {
            let full = case.replace('X', &format!("full({matrix})"));
            let sparse = case.replace('X', matrix);
            script += &format!("[{}] = {sparse}; [{}] = {full};\n", names('p'), names('q'));
            for k in 0..outputs {
                script += &format!(
                    "if !near(full(p{k}), q{k}), disp('{k} of {}'); end\n",
                    sparse.replace('\'', "''")
                );
            }
        }
    }
    let run = run_script(&script);
    assert!(run.error.is_none(), "{}", run.error.unwrap().render(false));
    assert_eq!(run.output, "");
    assert_eq!(run.warnings, Vec::<String>::new());
}

#[test]
fn sets_look_at_what_is_stored() {
    let all = ["S", "Z", "B", "E", "v", "v'"];
    as_of_full(
        &all,
        3,
        &["unique(X)", "unique(X, 'last')", "unique(X, 'stable')", "unique(X, 'legacy')"],
    );
    as_of_full(&all, 3, &["unique(X, 'rows')", "union(X, w)", "intersect(X, w)", "setxor(w, X)"]);
    as_of_full(&all, 2, &["setdiff(X, w)", "setdiff(w, X)", "ismember(w, X)", "ismember(fS, X)"]);
}
