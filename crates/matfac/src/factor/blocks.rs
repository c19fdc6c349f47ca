//! Diagonal blocks of a Schur form: their standard shape, their eigenvalues, and exchanging two of them.
//!
//! References: Golub & Van Loan (2013), §7.6.2; Bai & Demmel (1993), Linear Algebra and its Applications 186, for the
//! exchange; Hammarling (1987) for the standard shape. Cost: O(n) flops each.

use super::francis::Shifts;
use crate::linalg::{Dense, Scalar, c64};

/// What differs between the real and the complex Schur form: blocks of order 2 stand for conjugate pairs in the first.
pub(crate) trait Blocks: Scalar {
    /// Makes the block at row j triangular, or, in the real form when its eigenvalues are not real, one with equal
    /// diagonal entries. Rotates T and the columns of U.
    fn standardize(t: &mut Dense<Self>, u: &mut Dense<Self>, j: usize);

    /// The shifts that belong to the block `[a b; c d]`.
    fn shifts(a: Self, b: Self, c: Self, d: Self) -> Shifts<Self>;

    /// The eigenvalues in the order of the diagonal; of a pair the one with positive imaginary part first.
    fn values(t: &Dense<Self>) -> Vec<c64>;

    /// A complex number that is known to be of this kind.
    fn narrowed(z: c64) -> Self;

    /// Shifts, in pairs, from the diagonal blocks of a Schur form.
    fn all_shifts(t: &Dense<Self>, count: usize) -> Vec<Shifts<Self>>;
}

/// Applies the rotation `[c s; -s' c]` to rows j and j+1 of T from column j on, and its adjoint to the columns of T
/// and U. What is below the diagonal is left to the caller.
pub(crate) fn rotate<T: Scalar>(t: &mut Dense<T>, u: &mut Dense<T>, j: usize, c: f64, s: T) {
    for k in j..t.cols() {
        let (x, y) = (t[(j, k)], t[(j + 1, k)]);
        t[(j, k)] = x.scaled(c) + s * y;
        t[(j + 1, k)] = y.scaled(c) - s.conjugate() * x;
    }
    rotate_columns(t, j, j + 2, c, s);
    let rows = u.rows();
    rotate_columns(u, j, rows, c, s);
}

/// Columns j and j+1 times `[c -s; s' c]`, in the first `count` rows.
fn rotate_columns<T: Scalar>(a: &mut Dense<T>, j: usize, count: usize, c: f64, s: T) {
    let m = a.rows();
    let (left, right) = a.as_mut_slice()[j * m..(j + 2) * m].split_at_mut(m);
    for (x, y) in left[..count].iter_mut().zip(&mut right[..count]) {
        let (old_x, old_y) = (*x, *y);
        *x = old_x.scaled(c) + s.conjugate() * old_y;
        *y = old_y.scaled(c) - s * old_x;
    }
}

impl Blocks for f64 {
    fn standardize(t: &mut Dense<f64>, u: &mut Dense<f64>, j: usize) {
        let block = [t[(j, j)], t[(j, j + 1)], t[(j + 1, j)], t[(j + 1, j + 1)]];
        let ((c, s), standard) = standard(block);
        rotate(t, u, j, c, s);
        [t[(j, j)], t[(j, j + 1)], t[(j + 1, j)], t[(j + 1, j + 1)]] = standard;
    }

    fn shifts(a: f64, b: f64, c: f64, d: f64) -> Shifts<f64> {
        let size = a.abs() + b.abs() + c.abs() + d.abs();
        if size == 0.0 {
            return Shifts { first: 0.0, second: 0.0, im: 0.0 };
        }
        let [a, b, c, d] = [a, b, c, d].map(|x| x / size);
        let mean = 0.5 * (a + d);
        let determinant = (a - mean) * (d - mean) - b * c;
        let root = determinant.abs().sqrt();
        if determinant >= 0.0 {
            return Shifts { first: mean * size, second: mean * size, im: root * size };
        }
        // Of two real eigenvalues the one nearer to the corner, twice.
        let near = if (mean + root - d).abs() <= (mean - root - d).abs() {
            mean + root
        } else {
            mean - root
        };
        Shifts { first: near * size, second: near * size, im: 0.0 }
    }

    fn values(t: &Dense<f64>) -> Vec<c64> {
        let mut values = Vec::with_capacity(t.cols());
        for order in orders(t) {
            let j = values.len();
            if order == 1 {
                values.push(c64::new(t[(j, j)], 0.0));
                continue;
            }
            let [a, b, c, d] = [t[(j, j)], t[(j, j + 1)], t[(j + 1, j)], t[(j + 1, j + 1)]];
            if a == d && b.signum() != c.signum() {
                let im = b.abs().sqrt() * c.abs().sqrt();
                values.extend([c64::new(a, im), c64::new(a, -im)]);
            } else {
                values.extend(eigenvalues([a, b, c, d]));
            }
        }
        values
    }

    fn narrowed(z: c64) -> f64 {
        z.re
    }

    fn all_shifts(t: &Dense<f64>, count: usize) -> Vec<Shifts<f64>> {
        let (mut shifts, mut single) = (Vec::new(), None);
        let mut j = 0;
        while j < count {
            let a = t[(j, j)];
            if j + 1 < count && t[(j + 1, j)] != 0.0 {
                let im = t[(j + 1, j)].abs().sqrt() * t[(j, j + 1)].abs().sqrt();
                shifts.push(Shifts { first: a, second: a, im });
                j += 2;
                continue;
            }
            match single.take() {
                Some(b) => shifts.push(Shifts { first: b, second: a, im: 0.0 }),
                None => single = Some(a),
            }
            j += 1;
        }
        shifts.extend(single.map(|a| Shifts { first: a, second: a, im: 0.0 }));
        shifts
    }
}

/// The rotation (c, s) that makes `[a b; c d]` standard, and the standard block.
fn standard([a, b, c, d]: [f64; 4]) -> ((f64, f64), [f64; 4]) {
    if c == 0.0 {
        return ((1.0, 0.0), [a, b, c, d]);
    }
    if b == 0.0 {
        return ((0.0, 1.0), [d, -c, 0.0, a]);
    }
    let gap = a - d;
    if gap == 0.0 && b.signum() != c.signum() {
        return ((1.0, 0.0), [a, b, c, d]);
    }
    let half = 0.5 * gap;
    let large = b.abs().max(c.abs());
    let small = b.abs().min(c.abs()) * b.signum() * c.signum();
    let size = half.abs().max(large);
    let discriminant = half / size * half + large / size * small;
    if discriminant >= 4.0 * f64::EPSILON * size {
        // Two real eigenvalues, well apart.
        let z = half + (size.sqrt() * discriminant.sqrt()).copysign(half);
        let length = c.hypot(z);
        return ((z / length, c / length), [d + z, b - c, 0.0, d - large / z * small]);
    }
    // A conjugate pair, or real eigenvalues so near that their rotation would be ill determined: equal diagonal first.
    let sum = b + c;
    let length = sum.hypot(gap);
    let cos = (0.5 * (1.0 + sum.abs() / length)).sqrt();
    let sin = -half / (length * cos) * sum.signum();
    let (aa, bb) = (a * cos + b * sin, b * cos - a * sin);
    let (cc, dd) = (c * cos + d * sin, d * cos - c * sin);
    let (a, b) = (aa * cos + cc * sin, bb * cos + dd * sin);
    let (c, d) = (cc * cos - aa * sin, dd * cos - bb * sin);
    let mean = 0.5 * (a + d);
    if c == 0.0 {
        return ((cos, sin), [mean, b, 0.0, mean]);
    }
    if b == 0.0 {
        return ((-sin, cos), [mean, -c, 0.0, mean]);
    }
    if b.signum() != c.signum() {
        return ((cos, sin), [mean, b, c, mean]);
    }
    let (root_b, root_c) = (b.abs().sqrt(), c.abs().sqrt());
    let p = (root_b * root_c).copysign(c);
    let length = (b + c).abs().sqrt();
    let (cos1, sin1) = (root_b / length, root_c / length);
    ((cos * cos1 - sin * sin1, cos * sin1 + sin * cos1), [mean + p, b - c, 0.0, mean - p])
}

impl Blocks for c64 {
    fn standardize(t: &mut Dense<c64>, u: &mut Dense<c64>, j: usize) {
        let (a, b, c, d) = (t[(j, j)], t[(j, j + 1)], t[(j + 1, j)], t[(j + 1, j + 1)]);
        if c == c64::ZERO {
            return;
        }
        // (λ - d, c) is an eigenvector; the λ that is farther from d has no cancellation.
        let half = (a - d).scaled(0.5);
        let root = pythagorean_root(half, b, c);
        let far = if (half + root).modulus() >= (half - root).modulus() {
            half + root
        } else {
            half - root
        };
        let size = far.modulus().hypot(c.modulus());
        let phase = if far == c64::ZERO { c64::ONE } else { far.scaled(1.0 / far.modulus()) };
        let s = phase * c.conjugate().scaled(1.0 / size);
        rotate(t, u, j, far.modulus() / size, s);
        t[(j + 1, j)] = c64::ZERO;
    }

    fn shifts(a: c64, b: c64, c: c64, d: c64) -> Shifts<c64> {
        let mean = (a + d).scaled(0.5);
        let root = pythagorean_root((a - d).scaled(0.5), b, c);
        Shifts { first: mean + root, second: mean - root, im: 0.0 }
    }

    fn values(t: &Dense<c64>) -> Vec<c64> {
        (0..t.cols()).map(|i| t[(i, i)]).collect()
    }

    fn narrowed(z: c64) -> c64 {
        z
    }

    fn all_shifts(t: &Dense<c64>, count: usize) -> Vec<Shifts<c64>> {
        let pair = |j: usize| {
            let (first, second) = (t[(j, j)], t[((j + 1).min(count - 1), (j + 1).min(count - 1))]);
            Shifts { first, second, im: 0.0 }
        };
        (0..count).step_by(2).map(pair).collect()
    }
}

/// `√(h² + b*c)`, without overflow.
fn pythagorean_root(h: c64, b: c64, c: c64) -> c64 {
    let size = h.modulus().max(b.modulus()).max(c.modulus());
    if size == 0.0 {
        return c64::ZERO;
    }
    let [h, b, c] = [h, b, c].map(|x| x.scaled(1.0 / size.sqrt()).scaled(1.0 / size.sqrt()));
    (h * h + b * c).sqrt().scaled(size)
}

/// The orders of the diagonal blocks, from the top.
pub(crate) fn orders<T: Scalar>(t: &Dense<T>) -> Vec<usize> {
    let n = t.cols();
    let mut orders = Vec::new();
    let mut j = 0;
    while j < n {
        let order = if j + 1 < n && t[(j + 1, j)] != T::ZERO { 2 } else { 1 };
        orders.push(order);
        j += order;
    }
    orders
}

/// The eigenvalues of `[a b; c d]`, of a conjugate pair the one with positive imaginary part first.
pub(crate) fn eigenvalues(block: [f64; 4]) -> [c64; 2] {
    let (_, [a, b, c, d]) = standard(block);
    let im = if c == 0.0 { 0.0 } else { b.abs().sqrt() * c.abs().sqrt() };
    [c64::new(a, im), c64::new(d, -im)]
}

/// Exchanges the neighbouring blocks of orders p and q at row j; false, with nothing changed, when they are too close
/// for that.
pub(crate) fn exchange<T: Blocks>(
    t: &mut Dense<T>,
    u: &mut Dense<T>,
    j: usize,
    p: usize,
    q: usize,
) -> bool {
    if p == 1 && q == 1 {
        exchange_numbers(t, u, j);
        return true;
    }
    let m = p + q;
    let block = Dense::from_fn(m, m, |r, c| t[(j + r, j + c)]);
    let size = block.largest();
    // A₁₁*X - X*A₂₂ = γ*A₁₂: the columns of [-X; γI] span the space of the second block's eigenvalues.
    let Some((x, gamma)) = decouple(&block, p, q) else { return false };
    let mut basis = Dense::from_fn(m, q, |r, c| match (r < p, r == c + p) {
        (true, _) => -x[c * p + r],
        (false, true) => T::of(gamma),
        _ => T::ZERO,
    });
    let mut turn = Dense::<T>::identity(m);
    for c in 0..q {
        let (v, tau, _) = householder(&basis.col(c)[c..]);
        reflect_rows(&mut basis, &v, tau, c, c..q);
        reflect_columns(&mut turn, &v, tau, c, 0..m);
    }
    let turned = small_product(&small_product(&turn.adjoint(), &block), &turn);
    let rest = (0..q).flat_map(|c| (q..m).map(move |r| (r, c)));
    if rest.map(|place| turned[place].modulus()).fold(0.0, f64::max) > 20.0 * f64::EPSILON * size {
        return false;
    }
    apply(t, u, j, &turn);
    for c in 0..m {
        for r in 0..m {
            let gone = r >= q && c < q;
            t[(j + r, j + c)] = if gone { T::ZERO } else { turned[(r, c)] };
        }
    }
    if q == 2 {
        T::standardize(t, u, j);
    }
    if p == 2 {
        T::standardize(t, u, j + q);
    }
    true
}

/// Exchanges two entries of the diagonal by a rotation.
fn exchange_numbers<T: Blocks>(t: &mut Dense<T>, u: &mut Dense<T>, j: usize) {
    let (a, b, d) = (t[(j, j)], t[(j, j + 1)], t[(j + 1, j + 1)]);
    let gap = d - a;
    let length = b.modulus().hypot(gap.modulus());
    if gap == T::ZERO || length == 0.0 {
        return;
    }
    // (b, d - a) is the eigenvector for d.
    let phase = if b == T::ZERO { T::ONE } else { b.scaled(1.0 / b.modulus()) };
    rotate(t, u, j, b.modulus() / length, phase * gap.conjugate().scaled(1.0 / length));
    t[(j, j)] = d;
    t[(j + 1, j + 1)] = a;
    t[(j + 1, j)] = T::ZERO;
}

/// X, by columns, and γ ≤ 1 with `A₁₁*X - X*A₂₂ = γ*A₁₂`, by elimination with complete pivoting of the system of order
/// p*q; nothing when the blocks share an eigenvalue.
fn decouple<T: Scalar>(block: &Dense<T>, p: usize, q: usize) -> Option<(Vec<T>, f64)> {
    let n = p * q;
    let mut system = vec![vec![T::ZERO; n + 1]; n];
    for c in 0..q {
        for r in 0..p {
            let row = &mut system[c * p + r];
            (0..p).for_each(|k| row[c * p + k] += block[(r, k)]);
            (0..q).for_each(|k| row[k * p + r] -= block[(p + k, p + c)]);
            row[n] = block[(r, p + c)];
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    let floor = f64::EPSILON * block.largest();
    for k in 0..n {
        let places = (k..n).flat_map(|r| (k..n).map(move |c| (r, c)));
        let size = |&(r, c): &(usize, usize)| system[r][c].modulus();
        let (r, c) = places.max_by(|a, b| size(a).total_cmp(&size(b)))?;
        if size(&(r, c)) <= floor {
            return None;
        }
        system.swap(k, r);
        system.iter_mut().for_each(|row| row.swap(k, c));
        order.swap(k, c);
        let (head, tail) = system.split_at_mut(k + 1);
        let pivot = &head[k];
        for row in tail {
            let factor = row[k].over(pivot[k]);
            (k..=n).for_each(|c| row[c] -= factor * pivot[c]);
        }
    }
    let mut x = vec![T::ZERO; n];
    for k in (0..n).rev() {
        let known: T = (k + 1..n).map(|c| system[k][c] * x[order[c]]).sum();
        x[order[k]] = (system[k][n] - known).over(system[k][k]);
    }
    let largest = x.iter().map(|x| x.modulus()).fold(1.0, f64::max);
    let gamma = 1.0 / largest;
    Some((x.into_iter().map(|x| x.scaled(gamma)).collect(), gamma))
}

fn small_product<T: Scalar>(a: &Dense<T>, b: &Dense<T>) -> Dense<T> {
    Dense::from_fn(a.rows(), b.cols(), |i, j| (0..a.cols()).map(|k| a[(i, k)] * b[(k, j)]).sum())
}

/// `T ← Q'*T*Q` and `U ← U*Q` for a small Q that acts on the rows and columns from j on, without the block on the
/// diagonal.
fn apply<T: Scalar>(t: &mut Dense<T>, u: &mut Dense<T>, j: usize, q: &Dense<T>) {
    let m = q.cols();
    let mut old = [T::ZERO; 4];
    for column in j + m..t.cols() {
        let x = &mut t.col_mut(column)[j..j + m];
        old[..m].copy_from_slice(x);
        for (r, x) in x.iter_mut().enumerate() {
            *x = (0..m).map(|k| q[(k, r)].conjugate() * old[k]).sum();
        }
    }
    for (a, rows) in [(t, j), (&mut *u, usize::MAX)] {
        for r in 0..rows.min(a.rows()) {
            (0..m).for_each(|k| old[k] = a[(r, j + k)]);
            (0..m).for_each(|c| a[(r, j + c)] = (0..m).map(|k| old[k] * q[(k, c)]).sum());
        }
    }
}

/// v, τ and β with `(I - τ*v*v')*x = β*e₁`, Hermitian, v(1) = 1.
pub(crate) fn householder<T: Scalar>(x: &[T]) -> (Vec<T>, f64, T) {
    let size = x.iter().map(|x| x.modulus()).fold(0.0, f64::max);
    let mut v = vec![T::ZERO; x.len()];
    let Some(first) = v.first_mut() else { return (v, 0.0, T::ZERO) };
    *first = T::ONE;
    if x[1..].iter().all(|&x| x == T::ZERO) || size < f64::MIN_POSITIVE {
        return (v, 0.0, x[0]);
    }
    let unit = |x: T| x.scaled(1.0 / size.sqrt()).scaled(1.0 / size.sqrt());
    let norm = x.iter().map(|&x| unit(x).modulus().powi(2)).sum::<f64>().sqrt();
    let head = unit(x[0]).modulus();
    let phase = if head == 0.0 { T::ONE } else { unit(x[0]).scaled(1.0 / head) };
    let pivot = phase.scaled(head + norm);
    v[1..].iter_mut().zip(&x[1..]).for_each(|(v, &x)| *v = unit(x).over(pivot));
    (v, (head + norm) / norm, -phase.scaled(norm * size))
}

/// Applies `I - τ*v*v'` to the rows from k on.
pub(crate) fn reflect_rows<T: Scalar>(
    a: &mut Dense<T>,
    v: &[T],
    tau: f64,
    k: usize,
    columns: std::ops::Range<usize>,
) {
    for j in columns {
        let x = &mut a.col_mut(j)[k..k + v.len()];
        let sum: T = x.iter().zip(v).map(|(&x, v)| v.conjugate() * x).sum();
        let sum = sum.scaled(tau);
        x.iter_mut().zip(v).for_each(|(x, &v)| *x -= v * sum);
    }
}

/// Applies `I - τ*v*v'` to the columns from k on.
pub(crate) fn reflect_columns<T: Scalar>(
    a: &mut Dense<T>,
    v: &[T],
    tau: f64,
    k: usize,
    rows: std::ops::Range<usize>,
) {
    let mut sums = vec![T::ZERO; rows.len()];
    for (c, &v) in v.iter().enumerate() {
        let column = &a.col(k + c)[rows.clone()];
        sums.iter_mut().zip(column).for_each(|(s, &x)| *s += x * v);
    }
    for (c, v) in v.iter().enumerate() {
        let factor = v.conjugate().scaled(tau);
        let column = &mut a.col_mut(k + c)[rows.clone()];
        column.iter_mut().zip(&sums).for_each(|(x, &s)| *x -= s * factor);
    }
}
