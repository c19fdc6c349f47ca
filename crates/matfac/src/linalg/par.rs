//! When threads pay: the one policy that every dense routine asks.
//!
//! A thread costs a few microseconds to wake (tens of them on a virtual machine), and the panel steps of a factorization
//! do not split at all, so that below a size that depends on the operation two threads are slower than one.

use faer::Par;

/// Entries of a matrix from which one walk over it, at the speed of memory, is divided among the threads: half a megabyte,
/// which takes one thread about 20 µs, several times what it costs to hand out work inside the pool.
pub(crate) const WALK: usize = 1 << 16;

/// The kind of work that a policy decision is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Matrix products and triangular solves with many right-hand sides.
    Product,
    /// Cholesky.
    Cholesky,
    /// Eigenvalues.
    Eig,
    /// Singular values.
    Svd,
    /// Gaussian elimination.
    Lu,
    /// Householder QR.
    Qr,
}

impl Op {
    /// The order of a square problem from which threads are faster than one thread.
    fn threshold(self) -> usize {
        match self {
            Op::Product | Op::Eig | Op::Svd => 200,
            // Measured on two cores with one thread and with two: Cholesky 1.7 and 2.8 ms at n = 500, 4.9 and 5.6 at
            // 700; LU 3.5 and 6.4 ms at 500, 13.8 and 13.6 at 700.
            Op::Cholesky => 800,
            Op::Lu | Op::Qr => 1000,
        }
    }
}

/// One thread or all of the current pool, for `op` on a problem of order `n`.
///
/// For a rectangular problem pass [`order`] of its sides.
pub fn par(op: Op, n: usize) -> Par {
    if n < op.threshold() || rayon::current_num_threads() == 1 { Par::Seq } else { Par::rayon(0) }
}

/// The order of the square problem with about as much work: the geometric mean of the sides.
pub fn order(sides: &[usize]) -> usize {
    let product: f64 = sides.iter().map(|&s| s as f64).product();
    product.powf(1.0 / sides.len().max(1) as f64).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_work_stays_on_one_thread() {
        assert_eq!(par(Op::Product, 100), Par::Seq);
        assert_eq!(par(Op::Lu, 900), Par::Seq);
        assert_eq!(par(Op::Qr, 900), Par::Seq);
        assert_eq!(order(&[10, 1000]), 100);
        assert_eq!(order(&[0, 1000]), 0);
    }
}
