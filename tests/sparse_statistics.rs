//! Sets, reductions and statistics of sparse matrices: what they are of full ones, and no full copy on the way.

use crate::common::run_script;

/// Sparse matrices with their full ones; S has negative numbers, Z is complex, B logical, N has NaN.
const MATRICES: &str = "
seed(5);
S = round(4 * sprandn(60, 40, 0.1)); Z = S + 1i * round(3 * sprandn(60, 40, 0.1)); B = S > 0;
N = S; N(3, 4) = NaN; N(7, 4) = NaN; N(:, 9) = NaN; E = sparse(60, 40); W = (1:60)';
v = S(:, 1); w = S(:, 2); fS = full(S);
G = [S, sparse(1e8 + rand(60, 1))];
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
                    "if !near(full(p{k}), full(q{k})), disp('{k} of {}'); end\n",
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

#[test]
fn statistics_look_at_what_is_stored() {
    let real = ["S", "B", "N", "E", "v", "v'"];
    as_of_full(
        &real,
        1,
        &[
            "mean(X)",
            "mean(X, 2)",
            "mean(X, 'all')",
            "mean(X, 'omitnan')",
            "mean(X, 2, 'omitnan')",
            "mean(abs(X), 'g')",
            "mean(abs(X), 'h')",
            "mean(abs(X) + 0 * X, 'g', 'omitnan')",
            "median(X)",
            "median(X, 2)",
            "median(X, 'all')",
            "median(X, 'omitnan')",
            "mode(X)",
            "sum(X, 'omitnan')",
            "prod(X, 'omitnan')",
            "range(X)",
            "range(X, 2, 'includenan')",
            "meansq(X)",
            "meansq(X, 2)",
        ],
    );
    as_of_full(
        &real,
        2,
        &[
            "var(X)",
            "var(X, 1)",
            "var(X, 0, 2)",
            "var(X, 0, 'all')",
            "var(X, 'omitnan')",
            "std(X, 1, 2, 'omitnan')",
            "std(X, 1, 'all')",
            "max(X)",
            "min(X, [], 2)",
            "max(X, [], 'includenan')",
            "min(X, [], 2, 'includenan')",
        ],
    );
    as_of_full(&["S", "N"], 2, &["var(X, W)", "std(X, W, 1, 'omitnan')", "var(X', W, 2)"]);
    as_of_full(&["Z"], 1, &["mean(X)", "mean(X, 2)"]);
    as_of_full(&["Z"], 2, &["var(X)", "std(X, 1, 2)", "max(X)"]);
    as_of_full(
        &["S", "B", "E", "v", "v'"],
        1,
        &[
            "skewness(X)",
            "skewness(X, 0, 2)",
            "kurtosis(X)",
            "moment(X, 3)",
            "moment(X, 3, 'a')",
            "moment(X, 2, 'r')",
            "mad(X)",
            "mad(X, 1)",
            "mad(X, 0, 2)",
            "quantile(X, [0.1 0.9])",
            "quantile(X, 0.3, 2)",
            "prctile(X)",
            "iqr(X)",
            "histc(X, -3:2:9)",
            "histc(X, 1:3, 2)",
            "histc(X, -9:-3)",
        ],
    );
    let pairs = ["S", "E", "N", "Z"];
    as_of_full(
        &pairs,
        1,
        &["cov(X)", "cov(X, 1)", "cov(X, S(:, 1:3))", "cov(X, fS)", "cov(fS, X)"],
    );
    as_of_full(&["S", "N"], 1, &["corr(X)", "corrcoef(X)", "corr(X, fS)"]);
    // A large mean does not hide small deviations.
    as_of_full(&["G"], 1, &["cov(X)"]);
}

#[test]
fn running_totals_store_what_is_not_zero() {
    as_of_full(
        &[
            "[speye(3), sparse(3, 60)]",
            "[2 * S(:, 1:3); sparse([1 0 2])]'",
            "sparse([2 3 0 4; 1 1 1 1])",
        ],
        1,
        &["cumprod(X)", "cumprod(X, 2)", "cumsum(X)", "cumsum(X, 2)"],
    );
    as_of_full(&["S", "Z", "B", "N"], 1, &["cumprod(X)", "cumprod(X, 2)"]);
    as_of_full(&["[sparse(50, 40); S]", "[sparse(70, 40); Z]"], 1, &["cumsum(X)", "cumsum(X, 1)"]);
    as_of_full(&["sparse([Inf 0 2; NaN 1 0; 2 0 0]')"], 1, &["cumprod(X)", "cumprod(X, 2)"]);
}

#[test]
fn norms_and_tests_need_no_full_copy() {
    let all = ["S", "Z", "B", "E", "N", "v", "S'", "1e200 * S"];
    as_of_full(&all, 1, &["norm(X)", "norm(X, 2)"]);
    as_of_full(
        &["S' * S + speye(40)", "S' * S - speye(40)", "Z' * Z + speye(40)", "S", "N(1:40, :)"],
        1,
        &["isdefinite(X)"],
    );
    as_of_full(
        &["v", "v'", "sort(v)", "sort(v')", "-sort(v)", "S"],
        1,
        &["issorted(X(:))", "issorted(X(:), 'descend')"],
    );
    as_of_full(&["S", "B", "v", "sparse([1 2])"], 1, &["isindex(X)"]);
    as_of_full(
        &["v", "v'", "w + 1i * v", "B(:, 1)"],
        1,
        &["toeplitz(X)", "toeplitz(X, S(1, :))", "hankel(X)", "hankel(X, S(1, :))"],
    );
    as_of_full(&["S"], 1, &["gcd(X, X + X)", "lcm(X, 3 * X)"]);
}
