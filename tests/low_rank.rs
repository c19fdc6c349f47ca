//! Low-rank tools: pictures, noise, adapted layers, chosen rows and columns, and which rank to take.

use crate::common::{error_of, holds, output_of, run_script, shared};

/// The picture of the worked example: 128 + 50*sin(X) + 30*cos(Y) + 20*sin(X+Y), of rank 3.
const PICTURE: &str = "x = linspace(0, 4*pi, 256); [X, Y] = meshgrid(x, x);\
    A = 128 + 50*sin(X) + 30*cos(Y) + 20*sin(X + Y);";

#[test]
fn pictures_are_compressed_by_singular_values() {
    holds(
        &format!(
            "{PICTURE} s = svd(A); t = compress_table(A, [1 5 10 25 50 256]); u = compress_table(A, [2 3]);"
        ),
        &[
            "abs(s(1:3) - [34535.655657; 2559.944733; 1005.721285]) < 1e-5",
            "s(4) < 1e-9",
            "abs(energy(s, 1) - .993697) < 1e-6",
            "abs(energy(s, 2) - .999157) < 1e-6",
            "round(10*t.ratio') == [1278 256 128 51 26 5]",
            "abs(t.psnr(1) - 27.50) < .01",
            // Rounded, where the source truncates: 27.49, 36.11 and never more than 52.88.
            "abs(t.psnr(2:6) - 58.96) < .05",
            "abs(u.psnr(1) - 36.22) < .01",
            "t.kept(1) == 513",
        ],
    );
    holds(
        &format!(
            "{PICTURE} [B, ratio] = svd_compress(A, 3); p = rgb(A, A', 255 - A); q = svd_compress(p, 3);"
        ),
        &[
            "norm(B - A) < 1e-9",
            "abs(ratio - 256^2/(3*513)) < 1e-12",
            "norm(q.green - A') < 1e-9",
            "norm(gray(q) - (.2126*A + .7152*A' + .0722*(255 - A))) < 1e-9",
            "norm(reshape(gray(A), 256, 256) - A) == 0",
            "ssim(A, A) == 1",
            "ssim(A, svd_compress(A, 1)) < .98",
        ],
    );
}

#[test]
fn structural_similarity_is_that_of_others() {
    let Some(camera) = shared("images/camera.pgm") else { return };
    // The numbers are those of scipy.ndimage.gaussian_filter(sigma=1.5, truncate=3.5) in the paper's formula, without a
    // border of five pixels.
    holds(
        &format!(
            "A = imread(\"{}\"); B = svd_compress(A, 20); C = svd_compress(A, 80);",
            camera.display()
        ),
        &[
            "size(A) == [245 327]",
            "min(A(:)) >= 0 && max(A(:)) <= 255",
            "abs(ssim(A, B) - .6993928334) < 1e-8",
            "abs(ssim(A, C) - .8667215218) < 1e-8",
            "abs(psnr(A, C) - 32.9233108649) < 1e-8",
            "abs(ssim(A, B) - ssim(B, A)) < 1e-12",
        ],
    );
}

#[test]
fn noise_is_taken_out() {
    holds(
        &format!(
            "{PICTURE} rand(\"seed\", 3); randn(\"seed\", 3); N = A + 30*randn(256); mse = @(B) mean((B(:) - A(:)).^2);\
             [R, kr] = denoise(N, ratio=.05); [G, kg, threshold] = denoise(N, method=\"gavish_donoho\", sigma=30);\
             [H, kh, ~, sigma] = denoise(N); [S, ks] = denoise(N, \"soft\");"
        ),
        &[
            "abs(mse(N) - 900) < 25",
            "kr == 2 && abs(mse(R) - 30.7) < 1.5",
            "kg == 3 && abs(mse(G) - 24.7) < 1.5",
            "abs(threshold - 4/sqrt(3)*16*30) < 1e-9",
            "kh == 3 && abs(sigma - 30) < 1",
            "ks == 3 && mse(S) < mse(N)/5",
        ],
    );
    let error = error_of("denoise(magic(4), ratio=2)");
    assert!(error.contains("ratio must lie between 0 and 1"), "{error}");
    holds("B = denoise(zeros(3)); C = denoise(5, \"ratio\");", &["B == zeros(3)", "C == 5"]);
}

#[test]
fn layers_are_adapted_with_few_numbers() {
    holds(
        "W = randn(96, 64); x = randn(64, 1); [A, B, s] = lora(W, r=16); L = lora(W, r=16, alpha=32);\
         D = randn(96, 16)*randn(16, 64); M = lora(W, r=16, delta=D); P = lora(W, r=4, delta=D);",
        &[
            "isequal(W*x + s*(A*(B*x)), W*x)",
            "s == 1 && L.scale == 2",
            "L.count == 16*(96 + 64) && L.total == 96*64",
            "norm(M.scale*M.A*M.B - D) < 1e-10*norm(D)",
            "norm(P.scale*P.A*P.B - lowrank(D, 4)) < 1e-10*norm(D)",
            "isequal(lora(W, r=16).A, A)",
        ],
    );
    // As counted in the text: 131072 of 16777216 = 0.78 %.
    holds(
        "L = lora(zeros(4096), r=16);",
        &["L.count == 131072", "abs(L.share - .0078125) < 1e-15"],
    );
    holds(
        "k = [32 64 128 256]; [ratio, kept] = compression(1024, 4096, k);",
        &["kept == [163840 327680 655360 1310720]", "round(10*ratio) == [256 128 64 32]"],
    );
}

#[test]
fn rows_and_columns_stand_for_a_matrix() {
    holds(
        "randn(\"seed\", 1); A = randn(30, 6)*randn(6, 20); [cols, X] = interpolative(A, 6); c = interpolative(A);",
        &[
            "norm(A(:, cols)*X - A) < 1e-10*norm(A)",
            "X(:, cols) == eye(6)",
            "max(abs(X(:))) < 5",
            "numel(c) == 6",
        ],
    );
    for method in ["qr", "deim", "leverage"] {
        holds(
            &format!(
                "randn(\"seed\", 1); A = randn(30, 6)*randn(6, 20); [C, U, R, p, q] = cur(A, 6, \"{method}\", seed=2);\
                 [~, ~, ~, p2, q2] = cur(sparse(A), 6, \"{method}\", seed=2);"
            ),
            &[
                "norm(C*U*R - A) < 1e-9*norm(A)",
                "isequal(C, A(:, q)) && isequal(R, A(p, :))",
                "numel(unique(p)) == 6 && numel(unique(q)) == 6",
                "isequal(p, p2) && isequal(q, q2)",
            ],
        );
    }
    holds(
        "[c, X] = interpolative(zeros(3, 2), 1); e = interpolative(zeros(0, 3));",
        &["size(X) == [1 2]", "isempty(e)"],
    );
    assert!(error_of("cur(magic(4), 5)").contains("between 1 and 4"));
}

#[test]
fn picture_files_are_read_and_written() {
    let (Some(camera), Some(china)) = (shared("images/camera.pgm"), shared("images/china.jpg"))
    else {
        return;
    };
    let output = output_of(&format!("p = imread(\"{}\")", china.display()));
    assert!(output.contains("p = colour picture, 427×640 pixels"), "{output}");
    holds(
        &format!(
            "p = imread(\"{}\"); [r, g, b] = imread(\"{}\"); A = imread(\"{}\"); B = imread(\"{}\");\
             f = [tempname() \".png\"]; imwrite(p, f); q = imread(f); delete(f); s = size(gray(p));",
            china.display(),
            china.display(),
            camera.display(),
            camera.with_extension("png").display(),
        ),
        &[
            "isequal(p.red, r) && isequal(p.green, g) && isequal(p.b, b)",
            "isequal(B.red, A) && norm(gray(B) - A) < 1e-9",
            "isequal(q.red, r) && isequal(q.blue, b)",
            "s == [427 640]",
        ],
    );
    assert_eq!(run_script("imshow(rgb([255 0], [0 0], [0 255]))").figures, 1);
    assert!(error_of("rgb(1, [1 2], 3)").contains("one size"));
    assert!(error_of("imread(\"nowhere.png\")").contains("nowhere.png"));
    assert!(error_of("imwrite([1 2], \"a.xyz\")").contains("ending"));
    assert!(error_of("gray({1})").contains("picture"));
}
