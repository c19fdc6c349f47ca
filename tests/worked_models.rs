//! Worked examples of models of a matrix: pictures and their spectra, how many components or ranks to keep, parts beside
//! components, compressed layers, and what is refused.
//!
//! Numbers that stand here without a source were measured with NumPy and scikit-learn on the same data.

use crate::common::{error_of, holds, output_of, run_script, shared};
use crate::figures::figures;
use matfac::plot::{Mark, PointColours, Scale};
use serde_json::Value;
use std::path::Path;

/// Statements that set X to the digits' pixels, 1797×64, and y to the digits.
fn digits() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks/data/digits.csv.gz");
    format!("D = load(\"{}\"); X = D(:, 1:64); y = D(:, 65);", file.display())
}

/// The picture 128 + 50*sin(X) + 30*cos(Y) + 20*sin(X+Y), of rank 3.
const PICTURE: &str = "x = linspace(0, 4*pi, 256); [X, Y] = meshgrid(x, x);\
    A = 128 + 50*sin(X) + 30*cos(Y) + 20*sin(X + Y);";

/// Where the vertical rules of a figure stand.
fn rules(text: &str) -> Vec<f64> {
    let upright = |mark: &Mark| match mark {
        Mark::VLine(rule) => Some(rule.at),
        _ => None,
    };
    figures(text)[0].axes[0].marks.iter().filter_map(upright).collect()
}

/// What `tests/references/truncated.py` wrote.
#[test]
fn singular_triplets_of_the_digits_are_those_of_scikit_learn() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/references/truncated.json");
    let held: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let list = |numbers: &Value| numbers.to_string().replace(',', " ");
    for (name, case) in held["cases"].as_object().unwrap() {
        let made = if name == "sparse" { "sparse(X)" } else { "X" };
        let [s, variance, ratio, first] =
            ["singular_values", "variance", "ratio", "first"].map(|field| list(&case[field]));
        let conditions = |s_tol: &str, tol: &str| {
            vec![
                format!("abs(diag(S)' - {s}) < {s_tol}"),
                format!("abs(var(Z, 1) - {variance}) < {tol}"),
                format!("abs(var(Z, 1)/sum(var(X, 1)) - {ratio}) < {tol}"),
                format!("abs(abs(Z(1, :)) - {first}) < {tol}"),
            ]
        };
        for (call, conditions) in [
            (format!("svds({made}, 10)"), conditions("1e-8", "1e-6")),
            (format!("lowrank({made}, 10)"), conditions("1e-9", "1e-8")),
            (format!("rsvd({made}, 10)"), conditions("1", "5")),
        ] {
            let setup = format!("{} [U, S, V] = {call}; Z = U*S;", digits());
            let conditions: Vec<&str> = conditions.iter().map(String::as_str).collect();
            holds(&setup, &conditions);
        }
    }
}

#[test]
fn scores_are_drawn_in_the_colours_of_the_digits() {
    let script =
        format!("{} p = pca(X, 2); Z = p.scores; scatter(Z(:,1), Z(:,2), color=y)", digits());
    let all = figures(&script);
    match &all[0].axes[0].marks[..] {
        [Mark::Scatter(points)] => {
            assert_eq!(points.x.len(), 1797);
            match &points.colours {
                PointColours::Categories { of, names } => {
                    assert_eq!((of.len(), names.len()), (1797, 10));
                }
                other => panic!("{other:?}"),
            }
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn digits_come_back_in_their_own_units() {
    holds(
        &format!(
            "{} [Z, mu, sigma] = standardize(X, 1); e = []; r = [];
             for k = [5 10 20 40 64]
               p = pca(Z, k=k); R = inverse_transform(p, transform(p, Z));
               e(end+1) = norm(Z - R, \"fro\")/norm(Z, \"fro\");
               r(end+1) = sqrt(mean((X - unstandardize(R, mu, sigma))(:).^2));
             end",
            digits()
        ),
        &[
            "abs(e - [.76552 .64130 .45482 .22186 0]) < 1e-5",
            "abs(r - [3.0723 2.5592 1.9390 1.0399 0]) < 1e-4",
            // Three pixels are never inked.
            "nnz(std(X) == 0) == 3 && all(all(Z(:, std(X) == 0) == 0)) && all(isfinite(Z(:)))",
            "norm(unstandardize(Z, mu, sigma) - X) < 1e-10",
        ],
    );
}

#[test]
fn a_scree_plot_marks_where_the_share_is_reached() {
    let script = format!("{} p = pca(standardize(X)); scree(p, line=.95)", digits());
    assert_eq!(rules(&script), [40.0]);
    let marks = &figures(&script)[0].axes[0].marks;
    assert!(marks.iter().any(|mark| matches!(mark, Mark::Bar(_))));
    assert!(marks.iter().any(|mark| matches!(mark, Mark::Line(_))));
    assert!(marks.iter().any(|mark| matches!(mark, Mark::HLine(rule) if rule.at == 0.95)));
}

#[test]
fn a_spectrum_is_drawn_on_a_logarithmic_axis_and_by_its_energy() {
    for call in ["plot(s, \"logy\")", "semilogy(s)"] {
        let all = figures(&format!("{} s = svd(X); {call}", digits()));
        let axes = &all[0].axes[0];
        assert_eq!((axes.x_scale, axes.y_scale), (Scale::Linear, Scale::Log), "{call}");
    }
    assert_eq!(
        figures("plot(1:3, [1 10 100], \"r--\", \"loglog\")")[0].axes[0].x_scale,
        Scale::Log
    );
    // Of a matrix the squared singular values are drawn.
    for call in ["scree(X, line=.99)", "s = svd(X); scree(s.^2, line=.99)"] {
        assert_eq!(rules(&format!("{} {call}", digits())), [33.0], "{call}");
    }
    holds(&format!("{} s = svd(X);", digits()), &["rank_for(s, energy=.99) == 33"]);
}

#[test]
fn digits_are_recognised_by_their_nearest_neighbour_among_the_scores() {
    let setup = format!(
        "{} known = 1:1200; m = pca(X(known, :), 50); P = m.scores; Z = transform(m, X(1201:end, :));
         D = sum(Z.^2, 2) + sum(P.^2, 2)' - 2*Z*P'; [~, i] = min(D, [], 2); V = m.components; h = 8; w = 8;",
        digits()
    );
    holds(
        &setup,
        &["abs(mean(y(i) == y(1201:end)) - .9648) < 2e-3", "knn_accuracy(P, y(known)) > .98"],
    );
    for call in ["imshow(reshape(V(:,1), h, w))", "eigenimages(m, [8 8], 4, rowwise=true)"] {
        assert_eq!(run_script(&format!("{setup} {call}")).figures, 1, "{call}");
    }
}

#[test]
fn no_product_of_parts_is_nearer_than_the_truncated_svd() {
    for (seed, shape) in [(1, "12, 9"), (2, "30, 8"), (3, "7, 40")] {
        holds(
            &format!(
                "seed({seed}); A = rand({shape}); worst = -Inf; sorted = true; unit = true;
                 for k = 1:6
                   m = nmf(A, k, restarts=3);
                   worst = max(worst, norm(A - lowrank(A, k), \"fro\") - norm(A - m.W*m.H, \"fro\"));
                   sorted = sorted && issorted(-m.weights);
                   unit = unit && max(abs(vecnorm(m.W) - 1)) < 1e-12;
                 end"
            ),
            &["worst <= 1e-12", "sorted", "unit"],
        );
    }
}

#[test]
fn more_factors_and_steps_fit_the_seen_better_and_the_hidden_worse() {
    let (Some(a), Some(hidden)) =
        (shared("worked-examples/sweep_A.csv"), shared("worked-examples/sweep_test.csv"))
    else {
        return;
    };
    holds(
        &format!(
            "A = load(\"{}\"); T = load(\"{}\"); H = A; H(T != 0) = NaN; K = A; K(T == 0) = NaN;
             R = ratings(H); test = ratings(K); ks = [1 2 3 5 8];
             warning(\"off\", \"mf:not-converged\");
             for i = 1:5
               m = als(R, k=ks(i), lambda=1e-3, biases=false, weighted=false, maxiter=300, tol=1e-8);
               train(i) = rmse(m); held(i) = rmse(m, test); count(i) = numel(m.P) + numel(m.Q);
             end
             f = funksvd(R, k=3, lambda=0, biases=false, maxiter=400); steps = f.history(:, end);",
            a.display(),
            hidden.display()
        ),
        &[
            "R.nnz == 786",
            "count == ks*(40 + 25)",
            "diff(train) < 0",
            "held(3) < held(2) && held(4) > held(3) && held(5) > 2*held(4)",
            "numel(steps) == 400 && steps(400) < steps(100) && steps(100) < steps(5) && steps(5) < steps(1)",
            "abs(steps(400) - rmse(f)) < 1e-3",
        ],
    );
}

#[test]
fn the_rank_is_chosen_by_hidden_cells() {
    let planted = "seed(1); A = randn(30, 2)*randn(2, 20) + .1*randn(30, 20);";
    let shown = output_of(&format!("{planted} s = sweep(A, 1:4)"));
    for part in
        ["rank sweep: svd of 30×20 data, 480 cells seen and 120 hidden", "mean  ", "best rank 2"]
    {
        assert!(shown.contains(part), "{shown}");
    }
    holds(
        &format!(
            "{planted} s = sweep(A, 1:4, seed=3); p = sweep(A, 1:4, method=\"pca\"); n = sweep(A - min(A(:)), 1:4, method=\"nmf\");
             a = sweep(A, 1:4, method=\"als\"); B = A; B(s.hidden) = NaN; r = sweep(ratings(B), 1:3, method=\"als\");
             f = sweep(randn(20, 12), 1:3, seed=1); u = sweep(A, [3 1 3]); w = sweep(A); E = eye(6); E(E == 0) = NaN;
             E(1, :) = 1; e = sweep(E, 1, holdout=.9);"
        ),
        &[
            "s.best == 2 && p.best == 2 && n.best == 3",
            "p.test(2) < .2 && n.test(3) < .3",
            "islogical(s.hidden) && nnz(s.hidden) == 120 && islogical(s.converged)",
            "a.test(2) < a.test(1) && strcmp(a.method, \"als\")",
            // Of ratings the hidden ones are ratings, as the verbs of recommenders take them.
            "r.hidden.nnz == 96 && size(r.hidden) == [30 20]",
            "f.best == 0 && f.test > f.baseline",
            "u.ranks' == [1 3] && w.ranks' == [1 2 3 4 5 7 10 15 20]",
            // Every row and every column keeps a cell.
            "all(any(!isnan(E) & !e.hidden, 1)) && all(any(!isnan(E) & !e.hidden, 2))",
        ],
    );
    let rank = rules(&format!("{planted} plot(sweep(A, 1:4))"));
    assert_eq!(rank, [2.0]);
    let (Some(a), Some(hidden)) =
        (shared("worked-examples/sweep_A.csv"), shared("worked-examples/sweep_test.csv"))
    else {
        return;
    };
    holds(
        &format!(
            "A = load(\"{}\"); T = load(\"{}\"); s = sweep(A, ranks=[1 2 3 5 10], hidden=T, method=\"svd\");
             o = sweep(A, ranks=[1 2 3 5 10], holdout=.2, method=\"svd\");",
            a.display(),
            hidden.display()
        ),
        &[
            "nnz(s.hidden) == 214",
            "abs(mean(A(!s.hidden)) - 2.871312) < 1e-6",
            "abs(s.test' - [.3118 .2496 .3124 .3559 .3947]) < 1e-4",
            "s.best == 2 && o.best == 2",
            "abs(s.baseline - sqrt(mean((A(s.hidden) - 2.871312).^2))) < 1e-6",
        ],
    );
}

#[test]
fn layers_and_pictures_take_fewer_numbers() {
    holds(
        &format!(
            "{PICTURE} [U, S, V] = rsvd(repmat(A, 2), 10); [B, ratio] = svd_compress(A, 3); d = denoise(A + 0.01*sin(1:256));
             seed(1); W = randn(768, 50)*randn(50, 3072) + .1*randn(768, 3072); s = svd(W); e = []; q = [];
             for k = [16 32 64 128]
               [P, Q] = lowrank(W, k, split=\"sqrt\");
               e(end+1) = norm(W - P*Q', \"fro\")/norm(W, \"fro\"); q(end+1) = numel(W)/(numel(P) + numel(Q));
             end
             x = randn(4096, 1); L = randn(1024, 32); R = randn(32, 4096); F = randn(1024, 4096);"
        ),
        &[
            "numel(U) + numel(S) + numel(V) == 10340 && numel(repmat(A, 2)) == 262144",
            "rank(d, tol=1e-6) <= 3",
            "abs(q - [38.4 19.2 9.6 4.8]) < 1e-12",
            "abs(e - [.7566 .5053 .0133 .0121]) < [.01 .01 2e-4 2e-4]",
            "abs(s(50) - 1122.5) < 40 && abs(s(51) - 8.19) < .2",
            "numel(F) == 4194304 && params(1024, 4096, 32) == 163840",
            "timeit(@() L*(R*x)) < timeit(@() F*x)",
            // The cheaper order is found without parentheses.
            "timeit(@() L*R*x) < timeit(@() F*x)",
        ],
    );
    let Some(file) = shared("images/china.jpg") else { return };
    holds(
        &format!("p = imread(\"{}\"); q = svd_compress(p, 20);", file.display()),
        &[
            "isequal(q.green, lowrank(p.green, 20))",
            "abs(psnr(p, q) - 10*log10(255^2/mean([(p.red - q.red)(:); (p.green - q.green)(:); (p.blue - q.blue)(:)].^2))) < 1e-9",
            "psnr(p, svd_compress(p, 50)) > psnr(p, q) + 2",
        ],
    );
}

#[test]
fn what_is_no_data_for_a_model_is_told() {
    for (call, part) in [
        ("nmf([1 2; -3 4], 1)", "entry (2,1) is -3"),
        ("nmf([1 2; 3 4], 3)", "between 1 and 2 for a 2×2 matrix; it is 3"),
        ("nmf([], 1)", "at least one row"),
        ("nmf([1 Inf], 1)", "(1,2) is Inf"),
        ("kmeans([1; 2], 3)", "between 1 and 2"),
        ("kmeans([1 NaN; 2 3], 1)", "(1,2) is NaN"),
        ("kmeans([], 1)", "at least one row"),
        ("pca([], 1)", "at least one row"),
        ("lora([], 1)", "0x0"),
        ("cur([], 1)", "not empty"),
        ("svd_compress([], 1)", "0x0"),
        ("svd_compress([1 NaN; 2 3], 1)", "(1,2) is NaN"),
        ("denoise([1 2 3])", "one row or column"),
        ("denoise([])", "not empty"),
        ("scree([])", "empty"),
        ("psnr([], [])", "empty"),
        ("psnr(1, \"a\")", "two colour pictures"),
        ("eigenimages(\"abc\", [1 1])", "pca model"),
        ("parts({}, [1 1])", "nmf model"),
        ("transform(5, 5)", "m = pca(X)"),
        ("transform(pca(magic(4)), [1 NaN 2 3])", "(1,2) is NaN"),
        ("sweep([], 1)", "0×0"),
        ("sweep([1 2 3], 1)", "1×3"),
        ("sweep([1 Inf; 3 4], 1)", "X(1,2) is Inf"),
        ("sweep(NaN(3), 1)", "0 cells are seen"),
        ("sweep([1 NaN; NaN 4], 1)", "0 hidden"),
        ("sweep(ones(3), 4)", "between 1 and 3"),
        ("sweep(magic(4), 1.5)", "1.5"),
        ("sweep(magic(4), 4, method=\"pca\")", "between 1 and 3 for \"pca\""),
        ("sweep(magic(4), 1, method=\"foo\")", "one of svd, pca, nmf, als"),
        ("sweep(-magic(4), 1, method=\"nmf\")", "non-negative"),
        ("sweep(ones(3), 1, holdout=1)", "between 0 and 1"),
        ("sweep(magic(4), 1, hidden=ones(3))", "3×3"),
        ("sweep(magic(4), 1, hidden=ones(4))", "0 cells are seen"),
        ("sweep([1i 2; 3 4], 1)", "complex"),
        ("sweep(\"abc\", 1)", "\"abc\""),
    ] {
        let message = error_of(call);
        assert!(message.contains(part), "{call}\n{message}");
    }
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("no.png");
    std::fs::write(&file, "a,b\n1,2\n").unwrap();
    let message = error_of(&format!("imread(\"{}\")", file.display()));
    assert!(message.contains("not a picture"), "{message}");
}

#[test]
fn what_is_poor_data_has_a_sound_model() {
    holds(
        "z = nmf([0 0 0; 1 2 3; 4 5 6], 2); c = nmf([0 1 2; 0 2 3; 0 5 6], 2); n = nmf([1 2 3], 1); o = nmf(5, 1);
         s = pca([1 1; 1 2; 1 3], scale=true); r = pca([1 2 3]); g = nmf([NaN NaN; 2 3], 1, missing=true); k = kmeans([1 2 3], 1);
         d = denoise([1 2 3], sigma=100); l = denoise(zeros(3));
         seed(4); H = randn(30, 2)*randn(2, 6); H(3:7:end) = NaN; m = pca(H, k=2, missing=\"em\"); a = [1 2 3 4 5 6]; b = [1 NaN 3 NaN 5 6];",
        &[
            "all(isfinite([z.W(:); z.H(:); c.W(:); c.H(:); n.W(:); o.H(:); g.W(:); g.H(:)]))",
            "z.error(end) < 1e-6 && all(c.H(:, 1) == 0)",
            "all(isfinite(s.scores(:))) && s.scale(1) == 1 && r.variance == 0",
            "k.inertia == 0 && all(d == 0) && all(l(:) == 0)",
            // Rows with holes have the likelihood of what they have.
            "abs(2*score(m, [a; b]) - score(m, a) - score(m, b)) < 1e-6*abs(score(m, a))",
            "score(m, b) > score(m, a)",
        ],
    );
    let run = run_script("m = nmf(magic(6), k=2, maxiter=2);");
    assert!(run.warnings[0].contains("last change"), "{:?}", run.warnings);
}
