//! The two fields over which eigen and singular values of linear maps are found, and where generic code of this layer is
//! compiled for them; see [`crate::factor::field`].

use super::eigs::{self, Eigs, EigsOptions, Wanted};
use super::field::SparseField;
use super::pair::{self, Answer, Question};
use super::rsvd::{self, RsvdOptions};
use super::svds::{self, SvdsOptions, Truncated};
use super::svds_near;
use crate::data::Monitor;
use crate::error::Result;
use crate::factor::{Eig, EigOptions, Schur, SymmetricEig};
use crate::factor::{eig_complex, eig_hermitian, eig_symmetric, eig_with, schur, schur_complex};
use crate::linalg::{ComplexMatrix, Dense, Matrix, Operator, Random, Sparse, c64};

const RIGHT: EigOptions = EigOptions { right: true, left: false, balance: true };

/// Chooses among the eigenvalues of a triangular form, which comes along.
type Select<'a, T> = dyn Fn(&[c64], &Dense<T>) -> Vec<bool> + 'a;

/// U and T of a Schur form, and how many of its eigenvalues were chosen.
type OrderedSchur<T> = (Dense<T>, Dense<T>, usize);

/// A real matrix, if it is one.
fn real(y: &ComplexMatrix) -> Option<Matrix> {
    y.as_slice().iter().all(|z| z.im == 0.0).then(|| y.map(|z| z.re))
}

/// The chosen eigenvalues first; nothing when they cannot be moved there.
fn ordered(f: Schur<f64>, select: &Select<'_, f64>) -> Result<Option<OrderedSchur<f64>>> {
    let flags = select(&f.values(), &f.t);
    let count = flags.iter().filter(|&&s| s).count();
    Ok(f.ordered(&flags).ok().map(|f| (f.u, f.t, count)))
}

/// [`ordered`] of a complex form.
fn ordered_complex(f: Schur<c64>, select: &Select<'_, c64>) -> Result<Option<OrderedSchur<c64>>> {
    let flags = select(&f.values(), &f.t);
    let count = flags.iter().filter(|&&s| s).count();
    Ok(f.ordered(&flags).ok().map(|f| (f.u, f.t, count)))
}

macro_rules! spectral {
    (
        own { $(fn $own:ident($($given:ident: $of:ty),*) -> $result:ty { $real:expr, $complex:expr })* }
        shared { $(fn $name:ident($($argument:ident: $kind:ty),*) -> $out:ty { $body:expr })* }
    ) => {
        /// `f64` or `c64`, as entries of a linear map whose spectrum is asked for.
        pub trait Spectral: SparseField {
            $(#[doc(hidden)] fn $own($($given: $of),*) -> $result;)*
            $(#[doc(hidden)] fn $name($($argument: $kind),*) -> $out;)*
        }

        impl Spectral for f64 {
            $(fn $own($($given: $of),*) -> $result { $real })*
            $(fn $name($($argument: $kind),*) -> $out { $body })*
        }

        impl Spectral for c64 {
            $(fn $own($($given: $of),*) -> $result { $complex })*
            $(fn $name($($argument: $kind),*) -> $out { $body })*
        }
    };
}

spectral! {
    own {
        fn drawn(random: &mut Random) -> Self { random.normal(), c64::new(random.normal(), random.normal()) }
        fn hermitian(h: &Dense<Self>) -> Result<SymmetricEig<Self>> { eig_symmetric(h, true), eig_hermitian(h, true) }
        fn eigen(h: &Dense<Self>) -> Result<Eig> { eig_with(h, RIGHT), eig_complex(h, RIGHT) }
        fn narrowed(y: &ComplexMatrix) -> Option<Dense<Self>> { real(y), Some(y.clone()) }
        fn ordered_schur(h: &Dense<Self>, select: &Select<'_, Self>) -> Result<Option<OrderedSchur<Self>>> { ordered(schur(h)?, select), ordered_complex(schur_complex(h)?, select) }
    }
    shared {
        fn svds(a: &dyn Operator<Self>, k: usize, options: &SvdsOptions, monitor: &Monitor) -> Result<Truncated<Self>> { svds::decompose(a, k, options, monitor) }
        fn svds_sparse(a: &Sparse<Self>, k: usize, options: &SvdsOptions, monitor: &Monitor) -> Result<Truncated<Self>> { svds::decompose_sparse(a, k, options, monitor) }
        fn rsvd(a: &dyn Operator<Self>, k: usize, options: &RsvdOptions, monitor: &Monitor) -> Result<Truncated<Self>> { rsvd::decompose(a, k, options, monitor) }
        fn rsvd_sparse(a: &Sparse<Self>, k: usize, options: &RsvdOptions, monitor: &Monitor) -> Result<Truncated<Self>> { rsvd::decompose_sparse(a, k, options, monitor) }
        fn eigs(question: &Question<'_, Self>, options: &EigsOptions<Self>, monitor: &Monitor) -> Result<Answer<Self>> { pair::answer(question, options, monitor) }
        fn nearest_triplets(a: &Sparse<Self>, k: usize, sigma: f64, options: &SvdsOptions, monitor: &Monitor) -> Result<Truncated<Self>> { svds_near::decompose(a, k, sigma, options, monitor) }
        fn eigs_hermitian(a: &dyn Operator<Self>, k: usize, wanted: Wanted, options: &EigsOptions<Self>, monitor: &Monitor) -> Result<Eigs<f64, Self>> { eigs::of_hermitian(a, k, wanted, options, monitor) }
        fn eigs_general(a: &dyn Operator<Self>, k: usize, wanted: Wanted, options: &EigsOptions<Self>, monitor: &Monitor) -> Result<Eigs<c64, c64>> { eigs::of_general(a, k, wanted, options, monitor) }
    }
}
