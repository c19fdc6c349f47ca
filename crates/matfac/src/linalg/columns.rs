//! Passes over a few columns at once, for reductions that can only go at the speed of memory.
//!
//! A reduction to tridiagonal or bidiagonal form needs, at every step, a product of the whole remaining matrix with a
//! vector that the step before has made. What such a product costs is reading the matrix, so that these kernels do all
//! that is to be done with a column while it is in the nearest cache, four columns at a time: one reading of the shared
//! vector, and one update of the shared result, serves four.
//!
//! Reference: Howell, Demmel, Fulton, Hammarling & Marmol (2008), ACM TOMS 34(3).

use super::simd::clean;
use faer::ColMut;
use faer::linalg::householder::make_householder_in_place;

/// Numbers that are summed independently: one 512-bit vector, or two or four shorter ones.
const LANES: usize = 8;
type Lanes = [f64; LANES];

/// Four columns of equal length.
pub(crate) type Four<'a> = [&'a [f64]; 4];

/// Defines a kernel that runs compiled for the widest vectors there are, with multiplications and additions fused
/// where the processor has both: half of the arithmetic, which counts while the matrix is in a cache.
macro_rules! kernel {
    ($name:ident, $body:ident, ($($arg:ident: $type:ty),*) -> $result:ty) => {
        fn $name($($arg: $type),*) -> $result {
            #[cfg(target_arch = "x86_64")]
            {
                use std::arch::is_x86_feature_detected as has;
                #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,fma")]
                fn bits_512($($arg: $type),*) -> $result {
                    $body::<true>($($arg),*)
                }
                #[target_feature(enable = "avx2,fma")]
                fn bits_256($($arg: $type),*) -> $result {
                    $body::<true>($($arg),*)
                }
                let has_512 = has!("avx512f") && has!("avx512vl") && has!("avx512bw");
                if has_512 && has!("avx512dq") && has!("fma") {
                    // SAFETY: the features that the function is compiled for were just detected.
                    return unsafe { bits_512($($arg),*) };
                }
                if has!("avx2") && has!("fma") {
                    // SAFETY: as above.
                    return unsafe { bits_256($($arg),*) };
                }
            }
            $body::<{ cfg!(target_feature = "fma") || cfg!(target_arch = "aarch64") }>($($arg),*)
        }
    };
}

kernel!(wide_dots, dots_of, (x: &[Lanes], columns: [&[Lanes]; 4]) -> [Lanes; 4]);
kernel!(wide_add, add_of, (y: &mut [f64], columns: Four<'_>, f: [f64; 4]) -> ());
kernel!(
    wide_add_and_dots,
    add_and_dots_of,
    (y: &mut [Lanes], columns: [&[Lanes]; 4], f: [f64; 4], x: &[Lanes]) -> [Lanes; 4]
);

/// Overwrites x with (beta, v) such that `(I - [1;v]*[1;v]'/tau)*x = beta*e₁`, and returns tau: infinite, for the
/// identity, where there is nothing to eliminate.
pub(crate) fn reflect(x: &mut [f64]) -> f64 {
    let Some((head, tail)) = x.split_first_mut() else { return f64::INFINITY };
    let reflection = make_householder_in_place(head, ColMut::from_slice_mut(tail));
    clean();
    reflection.tau
}

/// The inner products of four columns with x.
pub(crate) fn dots(columns: Four<'_>, x: &[f64]) -> [f64; 4] {
    let (whole, rest) = split(columns, x.len());
    let (x, x_rest) = x.as_chunks();
    finish(wide_dots(x, whole), rest, x_rest)
}

/// `y += f₀·a₀ + … + f₃·a₃`.
pub(crate) fn add(y: &mut [f64], columns: Four<'_>, f: [f64; 4]) {
    wide_add(y, columns, f);
}

/// Both at once: `y += f₀·a₀ + … + f₃·a₃`, and the inner products of the columns with x.
pub(crate) fn add_and_dots(y: &mut [f64], columns: Four<'_>, f: [f64; 4], x: &[f64]) -> [f64; 4] {
    let (whole, rest) = split(columns, y.len());
    let (x, x_rest) = x[..y.len()].as_chunks();
    let (y, y_rest) = y.as_chunks_mut();
    let sums = wide_add_and_dots(y, whole, f, x);
    add_of::<false>(y_rest, rest, f);
    finish(sums, rest, x_rest)
}

#[inline(always)]
fn dots_of<const FUSED: bool>(x: &[Lanes], [a, b, c, d]: [&[Lanes]; 4]) -> [Lanes; 4] {
    let mut sums = [[0.0; LANES]; 4];
    for ((((x, a), b), c), d) in x.iter().zip(a).zip(b).zip(c).zip(d) {
        gather::<FUSED>(&mut sums, [a, b, c, d], x);
    }
    sums
}

#[inline(always)]
fn add_of<const FUSED: bool>(y: &mut [f64], columns: Four<'_>, f: [f64; 4]) {
    let [a, b, c, d] = columns.map(|column| &column[..y.len()]);
    for ((((y, a), b), c), d) in y.iter_mut().zip(a).zip(b).zip(c).zip(d) {
        *y = combined::<FUSED>(*y, [*a, *b, *c, *d], f);
    }
}

#[inline(always)]
fn add_and_dots_of<const FUSED: bool>(
    y: &mut [Lanes],
    [a, b, c, d]: [&[Lanes]; 4],
    f: [f64; 4],
    x: &[Lanes],
) -> [Lanes; 4] {
    let mut sums = [[0.0; LANES]; 4];
    for (((((y, x), a), b), c), d) in y.iter_mut().zip(x).zip(a).zip(b).zip(c).zip(d) {
        for l in 0..LANES {
            y[l] = combined::<FUSED>(y[l], [a[l], b[l], c[l], d[l]], f);
        }
        gather::<FUSED>(&mut sums, [a, b, c, d], x);
    }
    sums
}

#[inline(always)]
fn gather<const FUSED: bool>(sums: &mut [Lanes; 4], columns: [&Lanes; 4], x: &Lanes) {
    for (sum, column) in sums.iter_mut().zip(columns) {
        for l in 0..LANES {
            sum[l] = fused::<FUSED>(column[l], x[l], sum[l]);
        }
    }
}

/// `y + f·a`, in two chains.
#[inline(always)]
fn combined<const FUSED: bool>(y: f64, a: [f64; 4], f: [f64; 4]) -> f64 {
    let first = fused::<FUSED>(a[1], f[1], fused::<FUSED>(a[0], f[0], y));
    first + fused::<FUSED>(a[3], f[3], a[2] * f[2])
}

/// `a*b + c`.
#[inline(always)]
fn fused<const FUSED: bool>(a: f64, b: f64, c: f64) -> f64 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

/// The first n entries of each column: whole vectors, and what is left.
#[inline(always)]
fn split(columns: Four<'_>, n: usize) -> ([&[Lanes]; 4], Four<'_>) {
    let parts = columns.map(|column| column[..n].as_chunks());
    (parts.map(|(whole, _)| whole), parts.map(|(_, rest)| rest))
}

/// The sums of the lanes, and of what is left. Not inside the wide loop: knowing what becomes of the lanes, the compiler
/// would keep them in pairs.
fn finish(sums: [Lanes; 4], rest: Four<'_>, x: &[f64]) -> [f64; 4] {
    let mut result = [0.0; 4];
    for k in 0..4 {
        let s = sums[k];
        let tail: f64 = rest[k].iter().zip(x).map(|(a, x)| a * x).sum();
        result[k] = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7])) + tail;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::Random;

    #[test]
    fn kernels_equal_their_definitions() {
        for n in [0, 1, 7, 8, 9, 40, 101] {
            let mut random = Random::seeded(1);
            let columns: [Vec<f64>; 4] = std::array::from_fn(|_| random.normals(n + 1));
            let (x, y, f) = (random.normals(n), random.normals(n), [0.5, -1.0, 2.0, 0.1]);
            let four = [0, 1, 2, 3].map(|k| columns[k].as_slice());
            let close =
                |a: f64, b: f64| assert!((a - b).abs() < 1e-13 * (1.0 + b.abs()), "{a} {b}");
            let products: [f64; 4] =
                std::array::from_fn(|k| (0..n).map(|i| columns[k][i] * x[i]).sum());
            let sum = |i: usize| y[i] + (0..4).map(|k| f[k] * columns[k][i]).sum::<f64>();
            let (mut added, mut both) = (y.clone(), y.clone());
            add(&mut added, four, f);
            let also = add_and_dots(&mut both, four, f, &x);
            (0..n).for_each(|i| close(added[i], sum(i)));
            (0..n).for_each(|i| close(both[i], sum(i)));
            dots(four, &x).iter().zip(products).for_each(|(a, b)| close(*a, b));
            also.iter().zip(products).for_each(|(a, b)| close(*a, b));
        }
    }

    #[test]
    fn reflections() {
        let mut x = [3.0, 0.0, 4.0];
        let tau = reflect(&mut x);
        // v = [1, 0, 4/(3+5)], and v'*v/2.
        assert!((x[0] + 5.0).abs() < 1e-15 && (x[2] - 0.5).abs() < 1e-15);
        assert!((tau - 0.625).abs() < 1e-15);
        assert!(reflect(&mut [2.0, 0.0]).is_infinite() && reflect(&mut []).is_infinite());
    }
}
