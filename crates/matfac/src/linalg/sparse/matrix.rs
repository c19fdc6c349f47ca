//! The matrix itself: columns of places and entries.

use crate::error::{Error, Result, Shape};
use crate::linalg::{Dense, Scalar, c64};
use faer::sparse::{SparseColMatRef, SymbolicSparseColMatRef};
use sprs::{CompressedStorage, CsMatI, CsMatViewI};

/// The most rows, columns or entries: what faer takes with four-byte indices.
pub const LIMIT: usize = i32::MAX as usize;

/// What can be stored: real and complex numbers, and logicals.
pub trait Entry: Copy + PartialEq + Default + Send + Sync + 'static {
    /// Whether it need not be stored; NaN must.
    fn is_zero(self) -> bool;

    /// The sum of two for one place; of logicals whether any is true.
    fn joined(self, other: Self) -> Self;
}

impl Entry for f64 {
    fn is_zero(self) -> bool {
        self == 0.0
    }

    fn joined(self, other: f64) -> f64 {
        self + other
    }
}

impl Entry for c64 {
    fn is_zero(self) -> bool {
        self.re == 0.0 && self.im == 0.0
    }

    fn joined(self, other: c64) -> c64 {
        self + other
    }
}

impl Entry for bool {
    fn is_zero(self) -> bool {
        !self
    }

    fn joined(self, other: bool) -> bool {
        self | other
    }
}

/// An m×n matrix of which only the entries other than zero are stored.
///
/// ```
/// use matfac::linalg::Matrix;
/// use matfac::linalg::sparse::Sparse;
/// let a = Sparse::from_dense(&Matrix::from_rows(&[&[0.0, 2.0], &[3.0, 0.0]]))?;
/// assert_eq!((a.nnz(), a.get(1, 0), a.get(0, 0)), (2, 3.0, 0.0));
/// assert_eq!(a.col(1), (&[0][..], &[2.0][..]));
/// # Ok::<(), matfac::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Sparse<T>(CsMatI<T, u32>);

/// [`Error::Argument`] when a side is beyond [`LIMIT`].
pub(super) fn require_sides(rows: usize, cols: usize) -> Result<()> {
    if rows <= LIMIT && cols <= LIMIT {
        return Ok(());
    }
    let shape = Shape(rows, cols);
    Err(Error::argument_hint(
        "size",
        format!("a sparse matrix has at most {LIMIT} rows and columns, and this would be {shape}"),
        "S(:) of a large matrix is as long as the whole of it; nonzeros(S) has the entries alone",
    ))
}

/// [`Error::Argument`] when there are more than [`LIMIT`] entries.
pub(super) fn require_entries(entries: usize) -> Result<()> {
    if entries <= LIMIT {
        return Ok(());
    }
    let message =
        format!("a sparse matrix has at most {LIMIT} entries, and this would have {entries}");
    Err(Error::argument("entries", message))
}

impl<T: Entry> Sparse<T> {
    /// A matrix of no entries. [`Error::Argument`] when a side is beyond [`LIMIT`].
    pub fn zeros(rows: usize, cols: usize) -> Result<Sparse<T>> {
        require_sides(rows, cols)?;
        Ok(Sparse::from_parts(rows, cols, vec![0; cols + 1], Vec::new(), Vec::new()))
    }

    /// A matrix of columns that are already as they must be: places ascending in each, no zeros, within [`LIMIT`].
    /// Column j has the entries `starts[j]..starts[j + 1]`.
    pub(crate) fn from_parts(
        rows: usize,
        cols: usize,
        starts: Vec<u32>,
        places: Vec<u32>,
        entries: Vec<T>,
    ) -> Sparse<T> {
        debug_assert_eq!(starts.len(), cols + 1);
        debug_assert_eq!((places.len(), entries.len()), (starts[cols] as usize, places.len()));
        debug_assert!(starts.windows(2).all(|w| w[0] <= w[1]
            && places[w[0] as usize..w[1] as usize].windows(2).all(|p| p[0] < p[1])));
        debug_assert!(places.iter().all(|&i| (i as usize) < rows));
        debug_assert!(!entries.iter().any(|x| x.is_zero()));
        // SAFETY: the structure is what sprs demands, as the lines above check in debug builds.
        Sparse(unsafe {
            CsMatI::new_unchecked(CompressedStorage::CSC, (rows, cols), starts, places, entries)
        })
    }

    /// A matrix of the columns that `column(j, places, entries)` appends, places ascending; zeros are dropped.
    pub(crate) fn from_columns(
        rows: usize,
        cols: usize,
        mut column: impl FnMut(usize, &mut Vec<u32>, &mut Vec<T>) -> Result<()>,
    ) -> Result<Sparse<T>> {
        require_sides(rows, cols)?;
        let mut starts = Vec::with_capacity(cols + 1);
        starts.push(0);
        let (mut places, mut entries): (Vec<u32>, Vec<T>) = (Vec::new(), Vec::new());
        for j in 0..cols {
            let first = entries.len();
            column(j, &mut places, &mut entries)?;
            let mut kept = first;
            for k in first..entries.len() {
                if !entries[k].is_zero() {
                    (places[kept], entries[kept]) = (places[k], entries[k]);
                    kept += 1;
                }
            }
            places.truncate(kept);
            entries.truncate(kept);
            require_entries(kept)?;
            starts.push(kept as u32);
        }
        Ok(Sparse::from_parts(rows, cols, starts, places, entries))
    }

    /// The entries of a full matrix that are not zero.
    pub fn from_dense(a: &Dense<T>) -> Result<Sparse<T>> {
        Sparse::from_columns(a.rows(), a.cols(), |j, places, entries| {
            for (i, &x) in a.col(j).iter().enumerate().filter(|(_, x)| !x.is_zero()) {
                places.push(i as u32);
                entries.push(x);
            }
            Ok(())
        })
    }

    /// The full matrix. [`Error::TooLarge`] when memory cannot hold it.
    pub fn to_dense(&self) -> Result<Dense<T>> {
        let mut full = Dense::filled(self.rows(), self.cols(), T::default())?;
        for j in 0..self.cols() {
            let (places, entries) = self.col(j);
            let column = full.col_mut(j);
            for (&i, &x) in places.iter().zip(entries) {
                column[i as usize] = x;
            }
        }
        Ok(full)
    }

    /// Number of rows, m.
    pub fn rows(&self) -> usize {
        self.0.rows()
    }

    /// Number of columns, n.
    pub fn cols(&self) -> usize {
        self.0.cols()
    }

    /// m×n.
    pub fn shape(&self) -> Shape {
        Shape(self.rows(), self.cols())
    }

    /// Whether m = n.
    pub fn is_square(&self) -> bool {
        self.rows() == self.cols()
    }

    /// Number of stored entries.
    pub fn nnz(&self) -> usize {
        self.0.nnz()
    }

    /// Where each column's entries start, and the last one's end: n + 1 numbers.
    pub fn starts(&self) -> &[u32] {
        self.0.indptr().into_raw_storage()
    }

    /// The rows of all entries, from 0, column after column.
    pub fn places(&self) -> &[u32] {
        self.0.indices()
    }

    /// All entries, column after column.
    pub fn entries(&self) -> &[T] {
        self.0.data()
    }

    /// All entries, column after column. The caller writes no zeros.
    pub(crate) fn entries_mut(&mut self) -> &mut [T] {
        self.0.data_mut()
    }

    /// The rows, from 0, and the entries of column j, from 0.
    pub fn col(&self, j: usize) -> (&[u32], &[T]) {
        let starts = self.starts();
        let range = starts[j] as usize..starts[j + 1] as usize;
        (&self.places()[range.clone()], &self.entries()[range])
    }

    /// How many entries column j has.
    pub fn col_nnz(&self, j: usize) -> usize {
        let starts = self.starts();
        (starts[j + 1] - starts[j]) as usize
    }

    /// Entry (i, j), from 0; zero when it is not stored.
    pub fn get(&self, i: usize, j: usize) -> T {
        let (places, entries) = self.col(j);
        match places.binary_search(&(i as u32)) {
            Ok(k) => entries[k],
            Err(_) => T::default(),
        }
    }

    /// Row, column and entry of all that is stored, column after column.
    pub fn triplets(&self) -> impl Iterator<Item = (usize, usize, T)> + '_ {
        (0..self.cols()).flat_map(move |j| {
            let (places, entries) = self.col(j);
            places.iter().zip(entries).map(move |(&i, &x)| (i as usize, j, x))
        })
    }

    /// Applies `f`, with f(0) = 0, to every stored entry; what becomes zero is dropped.
    pub fn map<U: Entry>(&self, mut f: impl FnMut(T) -> U) -> Sparse<U> {
        let entries: Vec<U> = self.entries().iter().map(|&x| f(x)).collect();
        let (starts, places) = (self.starts().to_vec(), self.places().to_vec());
        Sparse::without_zeros(self.rows(), self.cols(), starts, places, entries)
    }

    /// A matrix of columns with ascending places, of whose entries zeros are dropped.
    pub(crate) fn without_zeros(
        rows: usize,
        cols: usize,
        mut starts: Vec<u32>,
        mut places: Vec<u32>,
        mut entries: Vec<T>,
    ) -> Sparse<T> {
        if entries.iter().any(|x| x.is_zero()) {
            let (mut kept, mut k) = (0, 0);
            for end in &mut starts[1..] {
                while k < *end as usize {
                    if !entries[k].is_zero() {
                        (places[kept], entries[kept]) = (places[k], entries[k]);
                        kept += 1;
                    }
                    k += 1;
                }
                *end = kept as u32;
            }
            places.truncate(kept);
            entries.truncate(kept);
        }
        Sparse::from_parts(rows, cols, starts, places, entries)
    }

    /// Where columns start, the rows of the entries, and the entries.
    pub fn into_parts(self) -> (Vec<u32>, Vec<u32>, Vec<T>) {
        self.0.into_raw_storage()
    }

    /// The same arrays as sprs's view.
    pub fn view(&self) -> CsMatViewI<'_, T, u32> {
        self.0.view()
    }

    /// The same arrays as faer's view.
    pub fn faer(&self) -> SparseColMatRef<'_, u32, T> {
        SparseColMatRef::new(self.pattern(), self.entries())
    }

    /// The places alone as faer's view.
    pub fn pattern(&self) -> SymbolicSparseColMatRef<'_, u32> {
        // SAFETY: places ascend within each column and are below m; starts ascend and end at their number.
        unsafe {
            SymbolicSparseColMatRef::new_unchecked(
                self.rows(),
                self.cols(),
                self.starts(),
                None,
                self.places(),
            )
        }
    }
}

impl<T: Scalar + Entry> Sparse<T> {
    /// The n×n identity.
    pub fn identity(n: usize) -> Result<Sparse<T>> {
        require_sides(n, n)?;
        let count = n as u32;
        Ok(Sparse::from_parts(n, n, (0..=count).collect(), (0..count).collect(), vec![T::ONE; n]))
    }

    /// [`Error::NonFinite`] that names the first NaN or infinity.
    pub fn require_finite(&self, operation: &'static str) -> Result<()> {
        if T::all_finite(self.entries()) {
            return Ok(());
        }
        let bad = self.triplets().find_map(|(i, j, x)| x.bad_part().map(|value| (i, j, value)));
        match bad {
            Some((i, j, value)) => {
                Err(Error::NonFinite { operation, row: i + 1, col: j + 1, value })
            }
            None => Ok(()),
        }
    }

    /// [`Error::NotSquare`] unless m = n.
    pub fn require_square(&self, operation: &'static str) -> Result<()> {
        if self.is_square() {
            return Ok(());
        }
        Err(Error::NotSquare { operation, shape: self.shape() })
    }

    /// The largest column sum of moduli: the 1-norm.
    pub fn one_norm(&self) -> f64 {
        let larger = |m: f64, s: f64| if m >= s || m.is_nan() { m } else { s };
        (0..self.cols()).map(|j| T::sum_of_moduli(self.col(j).1)).fold(0.0, larger)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::{Matrix, Random};

    pub(super) fn random(m: usize, n: usize, density: f64, seed: u64) -> Sparse<f64> {
        let mut r = Random::seeded(seed);
        let full =
            Matrix::from_fn(
                m,
                n,
                |_, _| {
                    if r.uniform() < density { r.uniform() - 0.5 } else { 0.0 }
                },
            );
        Sparse::from_dense(&full).unwrap()
    }

    #[test]
    fn full_and_back() {
        for (m, n) in [(0, 0), (0, 3), (3, 0), (1, 1), (5, 7), (40, 3)] {
            let a = random(m, n, 0.4, 3);
            let full = a.to_dense().unwrap();
            assert_eq!(Sparse::from_dense(&full).unwrap(), a);
            assert_eq!(a.transposed().to_dense().unwrap(), full.transposed());
        }
    }

    #[test]
    fn zeros_are_not_stored() {
        let a = random(9, 8, 0.5, 1);
        let half = a.map(|x| if x > 0.0 { x } else { 0.0 });
        let expected = a.to_dense().unwrap().map(|x| x.max(0.0));
        assert_eq!(half, Sparse::from_dense(&expected).unwrap());
        assert!(half.nnz() < a.nnz());
    }

    #[test]
    fn absurd_sizes_are_refused() {
        assert!(Sparse::<f64>::zeros(1 << 40, 2).is_err());
        assert!(Sparse::<f64>::zeros(2_000_000_000, 2_000_000).unwrap().to_dense().is_err());
    }
}
