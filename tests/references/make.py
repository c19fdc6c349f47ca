"""Writes the references that tests/references.rs holds mf to: exact matrices, and their values with 50 digits.

    python3 -m venv /tmp/refs && /tmp/refs/bin/pip install mpmath
    /tmp/refs/bin/python tests/references/make.py [NAME …]

Every entry of every matrix is a double and is written so that it is read back exactly; what is computed from it here
is computed with 100 digits and written with 25. Beside each value stands how much of it double precision can give:
`bound` is the error allowed, from the perturbation theory of that quantity (named where it is computed) with a modest
factor, never from what mf happens to compute.

The regression data in data/ are those of NIST's Statistical Reference Datasets; the certified coefficients are
computed again here, so that a wrong digit in the data would be noticed.
"""

import json
import pathlib
import sys

from mpmath import mp, mpf, mpc

HERE = pathlib.Path(__file__).parent
EPS = mpf(2) ** -52
# LAPACK's tests take 30 as the largest ratio of an error to n·eps.
RATIO = 30
mp.dps = 100


# --- matrices: lists of rows of doubles -------------------------------------------------------------------------------


def table(m, n, entry):
    return [[entry(i, j) for j in range(1, n + 1)] for i in range(1, m + 1)]


def hilbert(n):
    return table(n, n, lambda i, j: 1.0 / (i + j - 1))


def integer_hilbert(n):
    scale = 1
    for k in range(1, 2 * n):
        scale = scale * k // __import__("math").gcd(scale, k)
    return table(n, n, lambda i, j: float(scale // (i + j - 1)))


def frank(n):
    return table(n, n, lambda i, j: float(n + 1 - max(i, j)) if j >= i - 1 else 0.0)


def grcar(n, k=3):
    return table(n, n, lambda i, j: -1.0 if i == j + 1 else 1.0 if 0 <= j - i <= k else 0.0)


def kahan(n, s):
    c = (1 - s * s) ** 0.5
    return table(n, n, lambda i, j: s ** (i - 1) * (1.0 if i == j else -c if j > i else 0.0))


def wilkinson(n):
    return table(n, n, lambda i, j: abs((n + 1) / 2 - i) if i == j else 1.0 if abs(i - j) == 1 else 0.0)


ROSSER = [
    [611, 196, -192, 407, -8, -52, -49, 29],
    [196, 899, 113, -192, -71, -43, -8, -44],
    [-192, 113, 899, 196, 61, 49, 8, 52],
    [407, -192, 196, 611, 8, 44, 59, -23],
    [-8, -71, 61, 8, 411, -599, 208, 208],
    [-52, -43, 49, 44, -599, 411, 208, 208],
    [-49, -8, 8, 59, 208, 208, 99, -911],
    [29, -44, 52, -23, 208, 208, -911, 99],
]


def lehmer(n):
    return table(n, n, lambda i, j: min(i, j) / max(i, j))


def pascal(n):
    return table(n, n, lambda i, j: float(mp.binomial(i + j - 2, i - 1)))


def magic4():
    return [[16, 2, 3, 13], [5, 11, 10, 8], [9, 7, 6, 12], [4, 14, 15, 1]]


def magic5():
    return [[17, 24, 1, 8, 15], [23, 5, 7, 14, 16], [4, 6, 13, 20, 22], [10, 12, 19, 21, 3], [11, 18, 25, 2, 9]]


def vandermonde(x):
    n = len(x)
    return [[float(mpf(t) ** (n - j)) for j in range(1, n + 1)] for t in x]


def toeplitz(column, row):
    n = len(column)
    return table(n, n, lambda i, j: float(column[i - j] if i >= j else row[j - i]))


def jordan(value, n, corner=0.0):
    return table(n, n, lambda i, j: value if i == j else 1.0 if j == i + 1 else corner if (i, j) == (n, 1) else 0.0)


def graded(n):
    """Symmetric, with entries from 1 down to 2^(-6(n-1))."""
    return table(n, n, lambda i, j: 2.0 ** (-3 * (i + j - 2)) * (4.0 if i == j else 1.0))


def scattered(m, n, seed):
    """Numbers in [-1, 1] with 20 bits, by a linear congruence."""
    state = seed
    rows = []
    for _ in range(m):
        row = []
        for _ in range(n):
            state = (1103515245 * state + 12345) % 2**31
            row.append(float((state >> 10) - 2**20) / 2**20)
        rows.append(row)
    return rows


def complexed(real, imaginary):
    return [[complex(a, b) for a, b in zip(r, s)] for r, s in zip(real, imaginary)]


def scaled(a, factor):
    return [[x * factor for x in row] for row in a]


def plus_identity(a, factor=1.0):
    return [[x + (factor if i == j else 0.0) for j, x in enumerate(row)] for i, row in enumerate(a)]


# --- writing ----------------------------------------------------------------------------------------------------------


def number(x):
    """A double, so that mf reads the same double."""
    if isinstance(x, complex):
        sign = "" if x.imag < 0 or str(x.imag)[0] == "-" else "+"
        return f"{number(x.real)}{sign}{number(x.imag)}i"
    text = repr(float(x))
    return text[:-2] if text.endswith(".0") else text


def literal(a):
    return "[" + "; ".join(" ".join(number(x) for x in row) for row in a) + "]"


def digits(x):
    x = mpc(x)
    real = mp.nstr(x.real, 25, strip_zeros=True)
    return [real, mp.nstr(x.imag, 25, strip_zeros=True)] if x.imag != 0 else real


def entries(a):
    return [[digits(a[i, j]) for j in range(a.cols)] for i in range(a.rows)]


def bound(x):
    return float(mp.nstr(x, 3))


def exact(a):
    return mp.matrix([[mpmathify(x) for x in row] for row in a])


def mpmathify(x):
    return mpc(x.real, x.imag) if isinstance(x, complex) else mpf(x)


def norm2(a):
    return singular(a)[0]


def singular(a):
    s = (mp.svd_c if any(isinstance(x, mpc) for x in a) else mp.svd_r)(a, compute_uv=False)
    return sorted(s, reverse=True)


def frobenius(a):
    return mp.norm(a, 2)


# --- the references ---------------------------------------------------------------------------------------------------


def determinants():
    """det and logdet: to first order d(log det A) = trace(A⁻¹ dA), and an elimination with partial pivoting solves
    A + dA with |dA| ≤ n·eps·‖A‖: the relative error is at most n·eps times the condition number."""
    cases = [
        ("Hilbert 5", hilbert(5), "hilb(5)"),
        ("Hilbert 8", hilbert(8), "hilb(8)"),
        ("whole Hilbert 8", integer_hilbert(8), None),
        ("Frank 8", frank(8), None),
        ("Frank 12", frank(12), None),
        ("Grcar 12", grcar(12), None),
        ("Grcar 30", grcar(30), None),
        ("Kahan 20", kahan(20, 0.9), None),
        ("W21+", wilkinson(21), "wilkinson(21)"),
        ("Lehmer 10", lehmer(10), None),
        ("Pascal 8", pascal(8), "pascal(8)"),
        ("magic 5", magic5(), "magic(5)"),
        ("Vandermonde 8", vandermonde([k / 8 for k in range(1, 9)]), None),
        ("Toeplitz 9", toeplitz([2, -1, 0.5, 0, 0, 0, 0, 0, 3], [2, 7, 0, 0, -1, 0, 0, 0, 0]), None),
        ("graded 9", graded(9), None),
        ("complex 7", complexed(scattered(7, 7, 3), scattered(7, 7, 4)), None),
        ("large entries", scaled(scattered(6, 6, 11), 2.0**600), None),
        ("small entries", scaled(scattered(6, 6, 12), 2.0**-600), None),
    ]
    out = []
    for name, a, same in cases:
        m = exact(a)
        s = singular(m)
        d = mp.det(m)
        relative = RATIO * len(a) * EPS * s[0] / s[-1] / 8
        fits = mpf(10) ** -300 < abs(d) < mpf(10) ** 300
        out.append({
            "name": name, "A": literal(a), "same_as": same,
            "det": digits(d) if fits else None,
            "log_abs_det": digits(mp.log(abs(d))), "sign": digits(d / abs(d)),
            "relative_bound": bound(relative), "condition": bound(s[0] / s[-1]),
        })
    return out


def exp_derivative(m):
    """The matrix of the Fréchet derivative of exp at m, by columns from exp([m E; 0 m]) (Higham 2008, §3.2)."""
    n = m.rows
    derivative = mp.matrix(n * n)
    for k in range(n):
        for l in range(n):
            big = mp.zeros(2 * n)
            for i in range(n):
                for j in range(n):
                    big[i, j] = big[n + i, n + j] = m[i, j]
            big[k, n + l] = 1
            value = power_series_exp(big)
            for i in range(n):
                for j in range(n):
                    derivative[i + n * j, k + n * l] = value[i, n + j]
    return derivative


def derivative_norm(which, m, value):
    """The Frobenius norm of the derivative of the function at m; log is the inverse of exp, sqrt of squaring."""
    n = m.rows
    if which == "expm":
        return frobenius(exp_derivative(m))
    if which == "logm":
        return frobenius(exp_derivative(value) ** -1)
    squaring = mp.matrix(n * n)
    for i in range(n):
        for j in range(n):
            for k in range(n):
                squaring[i + n * j, k + n * j] += value[i, k]
                squaring[i + n * j, i + n * k] += value[k, j]
    return frobenius(squaring**-1)


def functions():
    """expm, logm, sqrtm: the relative error in the Frobenius norm, against eps times the condition number of the
    function at A (the Frobenius norm of its derivative there, Higham 2008, chapter 3)."""
    rotation = [[0.0, 3.0], [-3.0, 0.0]]
    near = [[1.0, 1.0, 0.0], [0.0, 1.0 + 2.0**-26, 1.0], [0.0, 0.0, 1.0 - 2.0**-26]]
    cases = [
        ("expm", "rotation", rotation), ("expm", "zero", [[0.0, 0.0], [0.0, 0.0]]),
        ("expm", "Jordan block", jordan(-1.0, 4)), ("expm", "Frank 5", frank(5)), ("expm", "Grcar 6", grcar(6)),
        ("expm", "overscaling", [[1.0, 2.0**20], [0.0, -1.0]]),
        ("expm", "Ward", [[-131.0, 19.0, 18.0], [-390.0, 56.0, 54.0], [-387.0, 57.0, 52.0]]),
        ("expm", "near-multiple", near), ("expm", "Hilbert 6", hilbert(6)), ("expm", "Lehmer 6", lehmer(6)),
        ("expm", "negative graded", scaled(graded(5), -8.0)),
        ("expm", "complex", complexed(scattered(5, 5, 5), scattered(5, 5, 6))),
        ("expm", "Rosser / 512", scaled([[float(x) for x in r] for r in ROSSER], 2.0**-9)),
        ("logm", "Lehmer 6", lehmer(6)), ("logm", "Pascal 5", pascal(5)), ("logm", "Jordan block", jordan(2.0, 4)),
        ("logm", "near-multiple", near), ("logm", "rotation", [[0.5, 0.75], [-0.75, 0.5]]),
        ("logm", "Frank 5", frank(5)), ("logm", "Hilbert 5", hilbert(5)),
        ("logm", "complex", complexed(plus_identity(scattered(4, 4, 7), 3.0), scattered(4, 4, 8))),
        ("logm", "eigenvalues below 0", [[-2.0, 1.0], [0.0, -3.0]]),
        ("sqrtm", "Lehmer 6", lehmer(6)), ("sqrtm", "Pascal 5", pascal(5)), ("sqrtm", "Jordan block", jordan(2.0, 4)),
        ("sqrtm", "near-multiple", near), ("sqrtm", "rotation", rotation), ("sqrtm", "Frank 6", frank(6)),
        ("sqrtm", "Hilbert 6", hilbert(6)), ("sqrtm", "Grcar 6", grcar(6)),
        ("sqrtm", "complex", complexed(scattered(5, 5, 9), scattered(5, 5, 10))),
        ("sqrtm", "eigenvalues below 0", [[-2.0, 1.0], [0.0, -3.0]]),
    ]
    out = []
    for which, name, a in cases:
        m = exact(a)
        value = function_of(which, m)
        with mp.workdps(20):
            condition = derivative_norm(which, m, value) * frobenius(m) / frobenius(value)
        # A bound of the algorithms' own error, beside the one of the data: both are forward stable at best.
        relative = RATIO * len(a) * EPS * (1 + condition)
        out.append({
            "name": f"{which} of {name}", "function": which, "A": literal(a), "value": entries(value),
            "complex": any(isinstance(x, complex) for r in a for x in r),
            "relative_bound": bound(relative), "condition": bound(condition),
        })
    return out


def power_series_exp(m):
    """exp by scaling, Taylor and squaring: all digits of the working precision and no more."""
    with mp.workdps(mp.dps + 30):
        steps = max(0, int(mp.ceil(mp.log(mp.mnorm(m, 1) + 1, 2))) + 4)
        small = m / mpf(2) ** steps
        term = total = mp.eye(m.rows)
        k = 0
        while mp.mnorm(term, 1) > mpf(10) ** -(mp.dps + 5):
            k += 1
            term = term * small / k
            total = total + term
        for _ in range(steps):
            total = total * total
    return total


def principal_root(m):
    """The principal square root by Denman and Beavers' iteration, checked by squaring."""
    with mp.workdps(mp.dps + 40):
        y, z = m.copy(), mp.eye(m.rows)
        for _ in range(200):
            y_next, z = (y + z**-1) / 2, (z + y**-1) / 2
            change = mp.mnorm(y_next - y, 1)
            y = y_next
            if change <= mpf(10) ** -(mp.dps - 30) * mp.mnorm(y, 1):
                break
        assert mp.mnorm(y * y - m, 1) <= mpf(10) ** -(mp.dps - 40) * mp.mnorm(m, 1)
    return y


def principal_log(m):
    """log by inverse scaling (square roots) and the series of atanh, checked by exp."""
    with mp.workdps(mp.dps + 40):
        one, root, steps = mp.eye(m.rows), m, 0
        while mp.mnorm(root - one, 1) > 0.05:
            root, steps = principal_root(root), steps + 1
        x = (root - one) * (root + one) ** -1
        square, term, total, k = x * x, x, x * 0, 1
        while mp.mnorm(term, 1) > mpf(10) ** -mp.dps:
            total, term, k = total + term / k, term * square, k + 2
        value = total * 2 * mpf(2) ** steps
    return value


def function_of(which, m):
    if which == "expm":
        return power_series_exp(m)
    if [m[0, 0], m[1, 1]] == [-2, -3]:
        # Eigenvalues on the cut have the branch of positive imaginary part; [a b; 0 c] has a divided difference.
        f = {"logm": mp.log, "sqrtm": mp.sqrt}[which]
        a, c = f(m[0, 0]), f(m[1, 1])
        return mp.matrix([[a, m[0, 1] * (a - c) / (m[0, 0] - m[1, 1])], [0, c]])
    value = {"logm": principal_log, "sqrtm": principal_root}[which](m)
    back = power_series_exp(value) if which == "logm" else value * value
    assert frobenius(back - m) < mpf(10) ** -40 * frobenius(m)
    return value


def spectrum(name, a, same=None, multiplicity=1):
    """Eigenvalues with the error that each may have: eps·‖A‖ times its condition number 1/|y'x| (Wilkinson 1965), or
    the root of it that a defective eigenvalue of some multiplicity has."""
    m = exact(a)
    n = len(a)
    size = norm2(m)
    hermitian = all(m[i, j] == mp.conj(m[j, i]) for i in range(n) for j in range(n))
    if hermitian:
        values = (mp.eighe if any(isinstance(x, mpc) for x in m) else mp.eigsy)(m, eigvals_only=True)
        pairs = [(v, mpf(1)) for v in values]
    else:
        values, left, right = mp.eig(m, left=True, right=True)
        pairs = []
        for k, v in enumerate(values):
            y = [left[k, i] for i in range(n)]
            x = [right[i, k] for i in range(n)]
            product = abs(sum(a * b for a, b in zip(x, y)))
            length = mp.sqrt(sum(abs(t) ** 2 for t in x) * sum(abs(t) ** 2 for t in y))
            pairs.append((v, length / product if multiplicity == 1 else mpf(1)))
    out = []
    for v, condition in sorted(pairs, key=lambda p: (mp.re(p[0]), mp.im(p[0]))):
        error = RATIO * n * EPS * size * condition
        if multiplicity > 1:
            error = 4 * (n * EPS * size) ** (mpf(1) / multiplicity)
        if abs(mp.im(v)) < mpf(10) ** -60 * size:
            v = mp.re(v)
        out.append({"value": digits(v), "bound": bound(error)})
    return {
        "name": name, "A": literal(a), "same_as": same, "symmetric": hermitian,
        "complex": any(isinstance(x, complex) for r in a for x in r), "values": out,
    }


def eigenvalues():
    rosser = [[float(x) for x in row] for row in ROSSER]
    clustered = [[1.0 + 2.0**-30 * i if i == j else 2.0**-32 for j in range(6)] for i in range(6)]
    return [
        spectrum("Hilbert 5", hilbert(5), "hilb(5)"),
        spectrum("Hilbert 8", hilbert(8), "hilb(8)"),
        spectrum("Hilbert 12", hilbert(12), "hilb(12)"),
        spectrum("Frank 8", frank(8)),
        spectrum("Frank 12", frank(12)),
        spectrum("Grcar 12", grcar(12)),
        spectrum("Grcar 30", grcar(30)),
        spectrum("Kahan 8, triangular", kahan(8, 0.8)),
        spectrum("W21+", wilkinson(21), "wilkinson(21)"),
        spectrum("Rosser", rosser, "rosser()"),
        spectrum("Lehmer 10", lehmer(10)),
        spectrum("Pascal 6", pascal(6), "pascal(6)"),
        spectrum("magic 5", magic5(), "magic(5)"),
        spectrum("Vandermonde 6", vandermonde([1, 2, 3, 4, 5, 6]), "vander(1:6)"),
        spectrum("Toeplitz 9", toeplitz([2, -1, 0.5, 0, 0, 0, 0, 0, 3], [2, 7, 0, 0, -1, 0, 0, 0, 0])),
        spectrum("Toeplitz 10, symmetric", toeplitz([4, 1, 0.5, 0.25] + [0] * 6, [4, 1, 0.5, 0.25] + [0] * 6)),
        spectrum("graded 9", graded(9)),
        spectrum("companion of (x-1)…(x-6)", table(6, 6, lambda i, j: (
            [21.0, -175.0, 735.0, -1624.0, 1764.0, -720.0][j - 1] if i == 1 else 1.0 if i == j + 1 else 0.0))),
        spectrum("circulant 7", toeplitz([1, 7, 6, 5, 4, 3, 2], [1, 2, 3, 4, 5, 6, 7])),
        spectrum("Jordan block with a corner of 2^-40", jordan(1.0, 4, 2.0**-40)),
        spectrum("similar to a Jordan block", [[3.0, 1.0, 0.0], [-1.0, 1.0, 1.0], [0.0, 0.0, 2.0]], None, 3),
        spectrum("clustered, symmetric", clustered),
        spectrum("two blocks, 2^-20 apart", [[1.0, 1.0, 0.0], [0.0, 1.0 + 2.0**-20, 1.0], [0.0, 0.0, 3.0]]),
        spectrum("rotation", [[0.0, 1.0], [-1.0, 0.0]]),
        spectrum("large entries", scaled(scattered(6, 6, 21), 2.0**900)),
        spectrum("small entries", scaled(scattered(6, 6, 22), 2.0**-900)),
        spectrum("complex 7", complexed(scattered(7, 7, 13), scattered(7, 7, 14))),
        spectrum("Hermitian 6", hermitian(6)),
        spectrum("complex triangular", [[1 + 1j, 2j, 3 + 0j], [0j, 1 - 1j, 4 + 4j], [0j, 0j, -2j]]),
    ]


def hermitian(n):
    a = complexed(scattered(n, n, 15), scattered(n, n, 16))
    return [[a[i][j] + a[j][i].conjugate() for j in range(n)] for i in range(n)]


def singular_values():
    """Each to eps·‖A‖ (Weyl)."""
    cases = [
        ("Hilbert 8", hilbert(8)), ("Hilbert 12", hilbert(12)), ("Kahan 12", kahan(12, 0.8)),
        ("Kahan 30", kahan(30, 0.9)), ("graded 9", graded(9)), ("Frank 12", frank(12)), ("Grcar 12", grcar(12)),
        ("Lehmer 10", lehmer(10)), ("tall Vandermonde", [[float(mpf(t) ** k) for k in range(6)] for t in
         [k / 16 for k in range(12)]]), ("wide", scattered(4, 9, 31)), ("Jordan block", jordan(1e-3, 8)),
        ("magic 4", magic4()), ("row", [[3.0, 4.0, 12.0]]), ("column", [[1e200], [2e200], [2e200]]),
        ("Läuchli", [[1.0, 1.0, 1.0], [1e-9, 0.0, 0.0], [0.0, 1e-9, 0.0], [0.0, 0.0, 1e-9]]),
        ("large entries", scaled(scattered(5, 5, 32), 2.0**1000)), ("tiny entries", scaled(scattered(5, 5, 33), 2.0**-1000)),
        ("complex 6×4", complexed(scattered(6, 4, 34), scattered(6, 4, 35))),
    ]
    out = []
    for name, a in cases:
        m = exact(a)
        if m.rows < m.cols:
            m = m.H
        s = singular(m)
        n = max(m.rows, m.cols)
        out.append({
            "name": name, "A": literal(a), "values": [digits(x) for x in s], "bound": bound(RATIO * n * EPS * s[0]),
            "complex": any(isinstance(x, complex) for r in a for x in r),
        })
    return out


def inverses():
    """The relative error in the 1-norm, against n·eps times the condition number (Higham 2002, chapter 14)."""
    cases = [
        ("Hilbert 5", hilbert(5), "hilb(5)"), ("Hilbert 8", hilbert(8), "hilb(8)"),
        ("whole Hilbert 8", integer_hilbert(8), None), ("Pascal 6", pascal(6), "pascal(6)"),
        ("Pascal 10", pascal(10), "pascal(10)"), ("magic 5", magic5(), "magic(5)"), ("Lehmer 10", lehmer(10), None),
        ("Frank 8", frank(8), None), ("Kahan 12", kahan(12, 0.8), None), ("graded 6", graded(6), None),
        ("Vandermonde 6", vandermonde([1, 2, 3, 4, 5, 6]), "vander(1:6)"), ("W21+", wilkinson(21), "wilkinson(21)"),
        ("complex 6", complexed(scattered(6, 6, 41), scattered(6, 6, 42)), None),
    ]
    out = []
    for name, a, same in cases:
        m = exact(a)
        inverse = m**-1
        condition = mp.mnorm(m, 1) * mp.mnorm(inverse, 1)
        out.append({
            "name": name, "A": literal(a), "same_as": same, "value": entries(inverse),
            "relative_bound": bound(RATIO * len(a) * EPS * condition / 4), "condition": bound(condition),
        })
    return out


def ranks():
    """Whole-number decisions: rank, columns of null and of orth."""
    deficient = [[float(i * j + i + j) for j in range(1, 7)] for i in range(1, 9)]
    cases = [
        ("magic 4", magic4(), 3), ("rank one", table(5, 4, lambda i, j: float(i * j)), 1),
        ("i*j + i + j", deficient, 2), ("zeros", table(3, 4, lambda i, j: 0.0), 0), ("Hilbert 8", hilbert(8), 8),
        ("Pascal 8", pascal(8), 8), ("Läuchli", [[1.0, 1.0], [1e-9, 0.0], [0.0, 1e-9]], 2),
        ("ones, tiny", table(4, 4, lambda i, j: 1e-300), 1), ("ones, huge", table(4, 4, lambda i, j: 1e300), 1),
        ("a small pivot that counts", [[1.0, 0.0], [0.0, 1e-10]], 2),
        ("nilpotent", jordan(0.0, 6), 5), ("counting", table(6, 6, lambda i, j: float(6 * (i - 1) + j)), 2),
    ]
    return [{"name": name, "A": literal(a), "rank": rank} for name, a, rank in cases]


def solutions():
    """Square systems. The forward error is bounded by n·eps times the condition number; the backward error is held to
    30·n·eps whatever the condition."""
    out = []

    def case(name, a, x=None, same=None):
        m = exact(a)
        n = len(a)
        if x is None:
            b = exact([[float(i % 3 + 1)] for i in range(n)])
            x = mp.lu_solve(m, b)
        else:
            x = exact([[t] for t in x])
            b = m * x
            assert all(mpf(float(t)) == t for t in b), name
        condition = mp.mnorm(m, 1) * mp.mnorm(m**-1, 1)
        out.append({
            "name": name, "A": literal(a), "b": literal([[float(t)] for t in b]), "same_as": same,
            "x": [digits(t) for t in x], "relative_bound": bound(RATIO * n * EPS * condition / 4),
            "condition": bound(condition),
        })

    case("whole Hilbert 8, x = 1", integer_hilbert(8), [1.0] * 8)
    case("whole Hilbert 12, x = 1", integer_hilbert(12), [1.0] * 12)
    case("whole Hilbert 8, alternating", integer_hilbert(8), [(-1.0) ** k * k for k in range(8)])
    case("Hilbert 5", hilbert(5), None, "hilb(5)")
    case("Hilbert 8", hilbert(8), None, "hilb(8)")
    case("Hilbert 12", hilbert(12), None, "hilb(12)")
    case("Pascal 10", pascal(10), [1.0] * 10, "pascal(10)")
    case("Frank 12", frank(12), [1.0] * 12)
    case("Grcar 30", grcar(30), [float(k % 5) for k in range(30)])
    case("Kahan 20", kahan(20, 0.9))
    case("W21+", wilkinson(21), None, "wilkinson(21)")
    case("Lehmer 10", lehmer(10))
    case("Vandermonde 8", vandermonde([k / 8 for k in range(1, 9)]))
    case("Toeplitz 9", toeplitz([2, -1, 0.5, 0, 0, 0, 0, 0, 3], [2, 7, 0, 0, -1, 0, 0, 0, 0]))
    case("graded 9", graded(9))
    # Elimination with partial pivoting doubles the last column at each step (Wilkinson 1961).
    case("growth 24", table(24, 24, lambda i, j: 1.0 if i == j or j == 24 else -1.0 if i > j else 0.0))
    case("tridiagonal 20", table(20, 20, lambda i, j: 2.0 if i == j else -1.0 if abs(i - j) == 1 else 0.0))
    case("indefinite", [[0.0, 1.0, 2.0], [1.0, 0.0, 3.0], [2.0, 3.0, 0.0]], [1.0, -2.0, 3.0])
    case("large entries", scaled(scattered(6, 6, 51), 2.0**900))
    case("small entries", scaled(scattered(6, 6, 52), 2.0**-900))
    return out


def projected(design, y):
    """The coefficients and the residual of least squares, by normal equations with enough digits for them."""
    with mp.workdps(250):
        x, y = exact(design), exact([[t] for t in y])
        beta = mp.lu_solve(x.T * x, x.T * y)
        return beta, y - x * beta


def column_condition(design):
    """The condition number once all columns have length 1: what column scaling cannot remove."""
    x = exact(design)
    lengths = [mp.sqrt(sum(x[i, j] ** 2 for i in range(x.rows))) for j in range(x.cols)]
    s = singular(mp.matrix(x.rows, x.cols) + mp.matrix(
        [[x[i, j] / lengths[j] for j in range(x.cols)] for i in range(x.rows)]))
    return s[0] / s[-1]


def polynomial(x, degree):
    return [[float(mpf(t) ** k) for k in range(degree + 1)] for t in x]


def fit(name, design, y, certified=None, expression=None, decimal=None):
    """Coefficients for the doubles of the design; where the data are decimals, for those too."""
    beta, residual = projected(design, y)
    condition = column_condition(design)
    # 1/condition in working precision is what is needed to converge; then all digits are there to be had. 8 are asked.
    assert condition < mpf(10) ** 14, (name, mp.nstr(condition, 5))
    case = {
        "name": name, "X": literal(design), "y": literal([[t] for t in y]),
        "coefficients": [digits(b) for b in beta], "digits": 8,
        "condition": bound(condition), "residual_norm": digits(mp.norm(residual, 2)), "expression": None,
        "certified": None, "certified_digits": None,
    }
    if certified:
        true, true_residual = projected_decimals(decimal)
        degrees = len(decimal) - len(beta)
        check_certified(name, certified, true, true_residual, degrees)
        case["certified"] = [digits(b) for b in true]
        # What rounding the data to doubles leaves of the certified coefficients.
        lost = max(abs((b - t) / t) for b, t in zip(beta, true))
        left = 15 if lost == 0 else min(15, float(-mp.log(lost, 10)))
        case["certified_digits"] = round(min(8.0, left - 0.3), 1)
        case["expression"] = expression
    return case


def projected_decimals(rows):
    with mp.workdps(250):
        x = mp.matrix([row[1:] for row in rows])
        y = mp.matrix([[row[0]] for row in rows])
        beta = mp.lu_solve(x.T * x, x.T * y)
        return beta, y - x * beta


def check_certified(name, certified, beta, residual, degrees):
    coefficients, deviation = certified
    for b, c in zip(beta, coefficients):
        assert abs(b - c) <= abs(c) * mpf(10) ** -13, (name, mp.nstr(b, 20), mp.nstr(c, 20))
    found = mp.norm(residual, 2) / mp.sqrt(degrees)
    assert abs(found - deviation) <= deviation * mpf(10) ** -13 + mpf(10) ** -60, (name, mp.nstr(found, 20))


def strd(name):
    lines = (HERE / f"data/{name}.txt").read_text().splitlines()
    certified = ([mpf(t) for t in lines[1].split()], mpf(lines[2]))
    rows = [[mpf(t) for t in line.split()] for line in lines[4:]]
    doubles = [[float(t) for t in line.split()] for line in lines[4:]]
    terms = len(certified[0])
    y = [row[0] for row in doubles]
    if name == "Longley":
        design, decimal, formula = [[1.0] + r[1:] for r in doubles], [[r[0], mpf(1)] + r[1:] for r in rows], "[ones(rows(x), 1) x]"
    elif name.startswith("NoInt"):
        design, decimal, formula = [r[1:] for r in doubles], rows, "x"
    else:
        design = polynomial([r[1] for r in doubles], terms - 1)
        decimal = [[r[0]] + [r[1] ** k for k in range(terms)] for r in rows]
        formula = f"x .^ (0:{terms - 1})"
    case = fit(name, design, y, certified, formula, decimal)
    case["x"] = literal([r[1:] for r in doubles])
    return case


def wave(t):
    """A smooth number that no polynomial gives exactly."""
    return float(mp.exp(mpf(t)) + mp.sin(5 * mpf(t)))


def least_squares():
    names = ["Norris", "Pontius", "NoInt1", "NoInt2", "Longley", "Filip"] + [f"Wampler{k}" for k in range(1, 6)]
    out = [strd(name) for name in names]
    unit = [k / 32 for k in range(33)]
    for degree in range(5, 13):
        out.append(fit(f"degree {degree} on [0,1]", polynomial(unit, degree), [wave(t) for t in unit]))
    far = [100 + k / 24 for k in range(25)]
    for degree in range(2, 5):
        out.append(fit(f"degree {degree} on [100,101]", polynomial(far, degree), [wave(t - 100) for t in far]))
    whole = [float(k) for k in range(21)]
    noise = [row[0] for row in scattered(21, 1, 61)]
    out.append(fit("degree 7 on 0:20, large residual", polynomial(whole, 7), [1e4 * t for t in noise]))
    columns = scattered(20, 6, 62)
    sizes = [2.0**e for e in (-27, -13, 0, 9, 18, 27)]
    badly = [[t * s for t, s in zip(row, sizes)] for row in columns]
    out.append(fit("columns from 1e-8 to 1e8", badly, [row[0] for row in scattered(20, 1, 63)]))
    dependent = [row[:5] + [row[0] + row[1] + 2.0**-20 * row[5]] for row in columns]
    out.append(fit("columns nearly dependent", dependent, [row[0] for row in scattered(20, 1, 64)]))
    rows = [[t * (1e6 if i < 4 else 1.0) for t in row] for i, row in enumerate(columns)]
    out.append(fit("four rows of 1e6", rows, [float(i % 4) for i in range(20)]))
    cauchy = table(14, 7, lambda i, j: 1.0 / (i + j))
    out.append(fit("Cauchy 14×7", cauchy, [1.0 / i for i in range(1, 15)]))
    lauchli = [[1.0] * 4] + [[2.0**-20 if i == j else 0.0 for j in range(4)] for i in range(4)]
    out.append(fit("Läuchli 5×4", lauchli, [1.0, 2.0, 3.0, 4.0, 5.0]))
    return out


ALL = [determinants, functions, eigenvalues, singular_values, inverses, ranks, solutions, least_squares]

for make in ALL:
    if len(sys.argv) == 1 or make.__name__ in sys.argv[1:]:
        cases = make()
        lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
        (HERE / f"{make.__name__}.json").write_text(f"[\n{lines}\n]\n")
        print(f"{make.__name__}: {len(cases)} cases")
