//! Real matrices of Matrix Market and Harwell–Boeing files, read, written and computed with.
//!
//! Entries, norms and symmetries of the table were measured with SciPy 1.17.1 (`scipy.io.mmread`, zeros dropped).

use crate::common::{error_of, holds, output_of, shared};

/// File, its size, entries, 1-norm, Frobenius norm, whether symmetric.
const MATRICES: &[(&str, &str, usize, f64, f64, bool)] = &[
    ("converted/bcsstk01_fromHB.mtx", "[48 48]", 400, 3570948074.69744, 7521821564.35772, true),
    (
        "converted/bcsstk16_fromTriplet.mtx.gz",
        "[4884 4884]",
        290378,
        7008379365.76916,
        60060287709.7315,
        true,
    ),
    (
        "converted/fs_183_1_fromTriplet.mtx",
        "[183 183]",
        998,
        1703177421.0073,
        1129409117.60251,
        false,
    ),
    (
        "converted/illc1033_fromHB.mtx.gz",
        "[1033 320]",
        4719,
        16.81350394022,
        17.8885438202361,
        false,
    ),
    (
        "converted/well1850_fromHB.mtx.gz",
        "[1850 712]",
        8755,
        16.8577666199143,
        26.6833281284252,
        false,
    ),
    ("matrices/1138_bus.mtx", "[1138 1138]", 4054, 40366.72317, 125946.159371931, true),
    ("matrices/494_bus.mtx", "[494 494]", 1666, 40015.422479, 57513.1596173414, true),
    ("matrices/LFAT5.mtx", "[14 14]", 46, 25132800.0, 25132818.0995743, true),
    ("matrices/ash219.mtx", "[219 85]", 438, 9.0, 20.9284495364563, false),
    ("matrices/bcsstk03.mtx", "[112 112]", 640, 211874080895.923, 346866255533.221, true),
    ("matrices/bcsstk13.mtx.gz", "[2003 2003]", 83883, 5159647209379.97, 7536390473474.84, true),
    ("matrices/bfwa62.mtx", "[62 62]", 450, 11.8636136, 30.6387693397997, false),
    ("matrices/can___24.mtx", "[24 24]", 160, 9.0, 12.6491106406735, true),
    ("matrices/gr_30_30.mtx", "[900 900]", 7744, 16.0, 253.858228151069, true),
    ("matrices/hor_131.mtx", "[434 434]", 4182, 0.90178765924, 2.09630112987877, false),
    ("matrices/impcol_a.mtx", "[207 207]", 572, 681.730944, 2353.58559540805, false),
    ("matrices/jagmesh7.mtx", "[1138 1138]", 7450, 7.0, 86.3133825081603, true),
    ("matrices/karate.mtx", "[34 34]", 156, 17.0, 12.4899959967968, true),
    ("matrices/lp_share1b.mtx", "[117 253]", 1179, 1935.5598, 6386.69803515822, false),
    ("matrices/olm500.mtx", "[500 500]", 1996, 22980.5092, 223716.253846886, false),
    ("matrices/orsirr_1.mtx", "[1030 1030]", 6858, 568295.353, 1846975.724854, false),
    ("matrices/west0479.mtx", "[479 479]", 1888, 382221.51, 710459.151843393, false),
    ("matrices/young1c.mtx", "[841 841]", 4089, 474.46, 6484.53319915921, false),
    ("matrices/zenios.mtx.gz", "[2873 2873]", 1314, 5.384457155095, 9.31460449773756, true),
];

#[test]
fn real_matrices_are_what_they_are() {
    let Some(folder) = shared("mtx") else { return };
    for (name, size, nnz, one, frobenius, symmetric) in MATRICES {
        let path = folder.join(name).display().to_string();
        holds(
            &format!("S = load(\"{path}\");"),
            &[
                &format!("issparse(S) && isequal(size(S), {size}) && nnz(S) == {nnz}"),
                &format!("abs(norm(S, 1)/{one:?} - 1) < 1e-13"),
                &format!("abs(norm(S, \"fro\")/{frobenius:?} - 1) < 1e-13"),
                &format!("issymmetric(S) == {symmetric}"),
                "isequal(S, readmtx(\"path\"))".replace("path", &path).as_str(),
            ],
        );
    }
}

/// Square matrices that have an inverse, with the backward error `norm(S*x - b)/(norm(S)*norm(x) + norm(b))` of a
/// known solution's right-hand side.
#[test]
fn systems_of_real_matrices_are_solved_backward_stably() {
    let Some(folder) = shared("mtx") else { return };
    for name in [
        "converted/bcsstk01_fromHB.mtx",
        "converted/fs_183_1_fromTriplet.mtx",
        "matrices/1138_bus.mtx",
        "matrices/494_bus.mtx",
        "matrices/LFAT5.mtx",
        "matrices/bcsstk03.mtx",
        "matrices/bfwa62.mtx",
        "matrices/gr_30_30.mtx",
        "matrices/hor_131.mtx",
        "matrices/olm500.mtx",
        "matrices/orsirr_1.mtx",
        "matrices/west0479.mtx",
        "matrices/young1c.mtx",
    ] {
        let path = folder.join(name).display().to_string();
        holds(
            &format!(
                "S = load(\"{path}\"); n = rows(S); b = S*(1:n)'; x = S\\b; X = S\\[b, ones(n, 1)]; s = norm(S, Inf);"
            ),
            &[
                "norm(S*x - b, Inf)/(s*norm(x, Inf) + norm(b, Inf)) < 1e-13",
                "norm(S*X(:, 2) - 1, Inf)/(s*norm(X(:, 2), Inf) + 1) < 1e-13",
                "norm(X(:, 1) - x, Inf) <= 1e-8*norm(x, Inf) || rcond(full(S)) < 1e-8",
            ],
        );
    }
}

#[test]
fn products_are_those_of_the_full_matrix() {
    let Some(folder) = shared("mtx/matrices") else { return };
    for name in ["west0479.mtx", "young1c.mtx", "lp_share1b.mtx", "ash219.mtx", "494_bus.mtx"] {
        let path = folder.join(name).display().to_string();
        holds(
            &format!(
                "S = load(\"{path}\"); F = full(S); x = sin(1:columns(S))'; y = cos(1:rows(S))'; tol = 1e-14*norm(F, 1);"
            ),
            &[
                "norm(S*x - F*x, Inf) <= tol",
                "norm(S'*y - F'*y, Inf) <= tol",
                "norm(S.'*y - F.'*y, Inf) <= tol",
                "issparse(S'*S) && norm(S'*S - F'*F, 1) <= tol*norm(F, 1)",
                "norm(S*[x x] - F*[x x], 1) <= 9*tol",
            ],
        );
    }
}

#[test]
fn least_squares_of_the_surveys() {
    let Some(folder) = shared("hb") else { return };
    for name in ["illc1033", "well1850"] {
        let (original, converted) = (folder.join(name), folder.join("../mtx/converted").join(name));
        let (original, converted) = (original.display(), converted.display());
        holds(
            &format!(
                "[S, b, guess, x, title] = readhb(\"{original}.rra\"); x = S\\b; r = b - S*x;
                 T = load(\"{converted}_fromHB.mtx.gz\"); c = load(\"{converted}_fromHB_b.mtx\");"
            ),
            &[
                "isequal(S, T) && isequal(b, c) && issparse(S) && !issparse(b)",
                "isequal(S, load(file))".replace("file", &format!("\"{original}.rra\"")).as_str(),
                "isequal(size(guess), [columns(S) 0])",
                "!isempty(strfind(title, \"UNSYMMETRIC LEAST-SQUARES PROBLEM\"))",
                "norm(S'*r, Inf) < 1e-10*norm(S, 1)*norm(b)",
                "norm(x - full(S)\\b, Inf) < 1e-8*norm(x, Inf)",
            ],
        );
    }
}

#[test]
fn written_matrices_read_back_to_the_bit() {
    holds(
        "file = [tempname() \".mtx\"]; zipped = [file \".gz\"]; rng(1);
         function A = again(file, A), writemtx(file, A); A = readmtx(file); end
         function A = general(file, A), writemtx(file, A, symmetry=\"general\"); A = readmtx(file); end
         function A = pattern(file, A), writemtx(file, A, field=\"pattern\"); A = readmtx(file); end
         function A = integer(file, A), writemtx(file, A, field=\"integer\"); A = readmtx(file); end
         function A = rounded(file, A, digits), writemtx(file, A, precision=digits); A = readmtx(file); end
         function s = symmetry(file), [~, ~, ~, ~, ~, ~, s] = readmtx(file); end
         R = sprandn(40, 30, 0.1) .* 10.^(600*rand(40, 30) - 300); Z = R + 1i*sprandn(40, 30, 0.05);
         W = sprandn(20, 20, 0.2); K = W - W.'; H = W + 1i*(W*W); H = H + H';",
        &[
            "isequal(again(file, R), R) && issparse(again(file, R))",
            "isequal(again(zipped, R), R)",
            "isequal(again(file, full(R)), full(R)) && !issparse(again(file, full(R)))",
            "isequal(again(file, Z), Z) && isequal(again(file, full(Z)), full(Z))",
            "isequal(again(file, W + W'), W + W') && strcmp(symmetry(file), \"symmetric\")",
            "isequal(again(file, K), K) && strcmp(symmetry(file), \"skew-symmetric\")",
            "isequal(again(file, full(K)), full(K)) && strcmp(symmetry(file), \"skew-symmetric\")",
            "isequal(again(file, H), H) && strcmp(symmetry(file), \"hermitian\")",
            "isequal(general(file, H), H) && strcmp(symmetry(file), \"general\")",
            "isequal(again(file, W > 0), double(W > 0))",
            "isequal(pattern(file, W), spones(W))",
            "isequal(again(file, sparse(0, 3)), sparse(0, 3)) && isequal(again(file, zeros(3, 0)), zeros(3, 0))",
            "isequaln(again(file, [NaN Inf -Inf]), [NaN Inf -Inf])",
            "abs(rounded(file, pi, 4) - 3.142) < 1e-12",
            "isequal(integer(file, round(100*W)), round(100*W))",
        ],
    );
}

#[test]
fn save_writes_by_the_ending() {
    let out = output_of(
        "file = [tempname() \".mtx\"]; A = sparse([2 0; 0 3]); save(file, A=A); B = load(file), save([file \".gz\"], \"A\");
         isequal(load([file \".gz\"]), A), delete(file); delete([file \".gz\"]);",
    );
    assert_eq!(
        out,
        "B = 2×2 sparse, 2 entries (50 %)\n\n  (1, 1)    2\n  (2, 2)    3\n\nans = 1\n"
    );
}

#[test]
fn errors_say_what_and_where() {
    let refused = |text: &str| error_of(&format!("file = [tempname() \".mtx\"]; {text}"));
    for (call, expected) in [
        ("writemtx(file, [1 2; 3 4], symmetry=\"symmetric\")", "the matrix is not symmetric"),
        (
            "writemtx(file, sparse(1.5), field=\"integer\")",
            "entry (1,1) is no whole number and cannot be written as integer",
        ),
        (
            "writemtx(file, 1i, field=\"real\")",
            "entry (1,1) is complex and cannot be written as real",
        ),
        ("writemtx(file, [1 2], field=\"pattern\")", "a full matrix has no pattern"),
        ("writemtx(file, {1})", "a Matrix Market file holds a matrix, not a 1×1 cell"),
        ("writemtx(file, 1, precision=0)", "precision counts digits"),
        ("writemtx(\"/nowhere/x.mtx\", 1)", "there is no directory /nowhere"),
        ("readmtx(\"/nowhere/x.mtx\")", "there is no such file"),
        ("readhb(\"/nowhere/x.rua\")", "there is no such file"),
        ("save(file, {1})", "a Matrix Market file holds a matrix, not a 1×1 cell"),
    ] {
        let message = refused(call);
        assert!(message.contains(expected), "{call}\n{message}");
    }
    let Some(folder) = shared("mtx/variants/invalid") else { return };
    let path = folder.join("invalid_indices_out_of_range_4.mtx").display().to_string();
    let message = error_of(&format!("readmtx(\"{path}\")"));
    assert_eq!(
        message,
        format!(
            "{path}:6:3: the column is 0, outside 1…7\nthe first row and column are numbered 1"
        )
    );
}
