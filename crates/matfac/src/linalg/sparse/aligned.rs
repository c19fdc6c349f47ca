//! The entries of two matrices brought to the same places, so that what works on full vectors works on them.
//!
//! An operation entry by entry has many forms: real, complex and logical operands, and a result of any of these. The merge
//! of the places is done here once for all of them, O(n + nnz(A) + nnz(B)); the operation itself is a pass over two vectors
//! of entries.

use super::matrix::{Entry, Sparse, require_entries, require_sides};
use crate::error::{Error, Result, Shape};
use crate::linalg::{Dense, c64, memory};

/// Where entries stand in an m×n matrix: what a [`Sparse`] is without its entries.
#[derive(Debug, Clone, PartialEq)]
pub struct Places {
    rows: usize,
    cols: usize,
    starts: Vec<u32>,
    places: Vec<u32>,
}

/// Places, and for each of them where the entry of either matrix is found: `Aligned::NONE` where it has none.
#[derive(Debug, Clone)]
pub struct Aligned {
    /// The places.
    pub places: Places,
    /// Positions among the left matrix's entries.
    pub left: Vec<u32>,
    /// Positions among the right matrix's entries.
    pub right: Vec<u32>,
}

impl Aligned {
    /// No entry is stored at this place.
    pub const NONE: u32 = u32::MAX;
}

impl Places {
    /// The places of a matrix's entries.
    pub fn of<T: Entry>(a: &Sparse<T>) -> Places {
        let (starts, places) = (a.starts().to_vec(), a.places().to_vec());
        Places { rows: a.rows(), cols: a.cols(), starts, places }
    }

    /// Number of rows and columns.
    pub fn shape(&self) -> Shape {
        Shape(self.rows, self.cols)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Where each column's places start, and the last one's end.
    pub fn starts(&self) -> &[u32] {
        &self.starts
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The places that either matrix has. The shapes are equal.
    pub fn union(&self, other: &Places) -> Result<Aligned> {
        self.merged(other, true)
    }

    /// The places that both matrices have. The shapes are equal.
    pub fn intersection(&self, other: &Places) -> Result<Aligned> {
        self.merged(other, false)
    }

    fn merged(&self, other: &Places, of_either: bool) -> Result<Aligned> {
        let (left, right) = (self.shape(), other.shape());
        if left != right {
            return Err(Error::Shapes { operation: "combine", left, right, hint: None });
        }
        let most = if of_either { self.len() + other.len() } else { self.len().min(other.len()) };
        let mut starts = Vec::with_capacity(self.cols + 1);
        starts.push(0);
        let mut places = Vec::with_capacity(most);
        let (mut of_left, mut of_right) = (Vec::with_capacity(most), Vec::with_capacity(most));
        for j in 0..self.cols {
            let (mut k, mut l) = (self.starts[j] as usize, other.starts[j] as usize);
            let (k_end, l_end) = (self.starts[j + 1] as usize, other.starts[j + 1] as usize);
            while k < k_end && l < l_end {
                let (p, q) = (self.places[k], other.places[l]);
                let (in_left, in_right) = (p <= q, q <= p);
                if of_either || p == q {
                    places.push(p.min(q));
                    of_left.push(if in_left { k as u32 } else { Aligned::NONE });
                    of_right.push(if in_right { l as u32 } else { Aligned::NONE });
                }
                k += usize::from(in_left);
                l += usize::from(in_right);
            }
            if of_either {
                places.extend_from_slice(&self.places[k..k_end]);
                of_left.extend(k as u32..k_end as u32);
                places.extend_from_slice(&other.places[l..l_end]);
                of_right.resize(of_left.len(), Aligned::NONE);
                of_right.extend(l as u32..l_end as u32);
                of_left.resize(of_right.len(), Aligned::NONE);
            }
            require_entries(places.len())?;
            starts.push(places.len() as u32);
        }
        let places = Places { rows: self.rows, cols: self.cols, starts, places };
        Ok(Aligned { places, left: of_left, right: of_right })
    }

    /// The positions, column after column, that the places have in a full m×n matrix, in a column of m entries, or in a row
    /// of n.
    pub fn positions_in(&self, shape: Shape) -> Vec<usize> {
        let mut positions = Vec::with_capacity(self.len());
        for j in 0..self.cols {
            let rows = &self.places[self.starts[j] as usize..self.starts[j + 1] as usize];
            let first = if shape.1 == 1 { 0 } else { j * shape.0 };
            if shape.0 == 1 {
                positions.resize(positions.len() + rows.len(), first);
            } else {
                positions.extend(rows.iter().map(|&i| first + i as usize));
            }
        }
        positions
    }

    /// The places of a row, a column or a 1×1 matrix that is repeated to m×n, and where each entry comes from.
    pub fn repeated(&self, m: usize, n: usize) -> Result<(Places, Vec<u32>)> {
        require_sides(m, n)?;
        let (one_row, one_column) = (self.rows == 1 && m != 1, self.cols == 1 && n != 1);
        let times = |is: bool, side: usize| if is { side } else { 1 };
        require_entries(
            self.len().saturating_mul(times(one_row, m)).saturating_mul(times(one_column, n)),
        )?;
        let (mut starts, mut places, mut from) = (vec![0], Vec::new(), Vec::new());
        for j in 0..n {
            let j = if one_column { 0 } else { j };
            for k in self.starts[j]..self.starts[j + 1] {
                if one_row {
                    places.extend(0..m as u32);
                    from.resize(places.len(), k);
                } else {
                    places.push(self.places[k as usize]);
                    from.push(k);
                }
            }
            starts.push(places.len() as u32);
        }
        Ok((Places { rows: m, cols: n, starts, places }, from))
    }
}

/// Entries that can be brought to places.
pub trait Placed: Entry {
    /// The entries at these positions; zero where there is none.
    fn gathered(entries: &[Self], positions: &[u32]) -> Vec<Self>;

    /// The entries at these positions of a full matrix.
    fn picked(entries: &[Self], positions: &[usize]) -> Vec<Self>;

    /// The matrix with these entries at the places, and `background` everywhere else.
    ///
    /// [`Error::TooLarge`] when a background other than zero makes it too large.
    fn at_places(places: Places, entries: Vec<Self>, background: Self) -> Result<Sparse<Self>>;

    /// The places of a matrix and its entries.
    fn apart(a: Sparse<Self>) -> (Places, Vec<Self>);

    /// The entries of a full matrix that are not zero.
    fn thinned(a: &Dense<Self>) -> Result<Sparse<Self>>;
}

macro_rules! placed {
    ($($type:ty),*) => { $(
        impl Placed for $type {
            fn gathered(entries: &[Self], positions: &[u32]) -> Vec<Self> {
                let entry = |&k: &u32| entries.get(k as usize).copied().unwrap_or_default();
                positions.iter().map(entry).collect()
            }

            fn picked(entries: &[Self], positions: &[usize]) -> Vec<Self> {
                positions.iter().map(|&k| entries[k]).collect()
            }

            fn at_places(places: Places, entries: Vec<Self>, background: Self) -> Result<Sparse<Self>> {
                placed_on(places, entries, background)
            }

            fn apart(a: Sparse<Self>) -> (Places, Vec<Self>) {
                let (rows, cols) = (a.rows(), a.cols());
                let (starts, places, entries) = a.into_parts();
                (Places { rows, cols, starts, places }, entries)
            }

            fn thinned(a: &Dense<Self>) -> Result<Sparse<Self>> {
                Sparse::from_dense(a)
            }
        }
    )* };
}

placed!(f64, c64, bool);

fn placed_on<T: Entry>(places: Places, entries: Vec<T>, background: T) -> Result<Sparse<T>> {
    let Places { rows, cols, starts, places } = places;
    if background.is_zero() {
        return Ok(Sparse::without_zeros(rows, cols, starts, places, entries));
    }
    // The full matrix, and the entries and places that are made of it.
    require_entries(memory::entries::<(T, T, u32)>(rows, cols)?)?;
    let mut full = Dense::filled(rows, cols, background)?;
    for j in 0..cols {
        let column = full.col_mut(j);
        for k in starts[j] as usize..starts[j + 1] as usize {
            column[places[k] as usize] = entries[k];
        }
    }
    Sparse::from_dense(&full)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::Matrix;

    fn of(rows: &[&[f64]]) -> Sparse<f64> {
        Sparse::from_dense(&Matrix::from_rows(rows)).unwrap()
    }

    #[test]
    fn places_are_merged() {
        let a = of(&[&[1.0, 0.0, 2.0], &[0.0, 0.0, 3.0]]);
        let b = of(&[&[0.0, 5.0, 6.0], &[4.0, 0.0, 0.0]]);
        let either = Places::of(&a).union(&Places::of(&b)).unwrap();
        let left = f64::gathered(a.entries(), &either.left);
        let right = f64::gathered(b.entries(), &either.right);
        let sum = left.iter().zip(&right).map(|(x, y)| x + y).collect();
        let sum = f64::at_places(either.places, sum, 0.0).unwrap();
        assert_eq!(sum, of(&[&[1.0, 5.0, 8.0], &[4.0, 0.0, 3.0]]));
        let both = Places::of(&a).intersection(&Places::of(&b)).unwrap();
        assert_eq!((both.left, both.right), (vec![1], vec![2]));
        assert_eq!(f64::at_places(both.places, vec![9.0], 0.0).unwrap().get(0, 2), 9.0);
        assert!(Places::of(&a).union(&Places::of(&a.transposed())).is_err());
    }

    #[test]
    fn rows_and_columns_are_repeated() {
        let row = of(&[&[0.0, 7.0, 8.0]]);
        let (places, from) = Places::of(&row).repeated(2, 3).unwrap();
        let wide =
            f64::at_places(places.clone(), f64::gathered(row.entries(), &from), 0.0).unwrap();
        assert_eq!(wide, of(&[&[0.0, 7.0, 8.0], &[0.0, 7.0, 8.0]]));
        assert_eq!(places.positions_in(Shape(1, 3)), [1, 1, 2, 2]);
        assert_eq!(places.positions_in(Shape(2, 1)), [0, 1, 0, 1]);
        assert_eq!(places.positions_in(Shape(2, 3)), [2, 3, 4, 5]);
        let column = row.transposed();
        let (places, from) = Places::of(&column).repeated(3, 2).unwrap();
        assert_eq!(f64::gathered(column.entries(), &from), [7.0, 8.0, 7.0, 8.0]);
        assert_eq!(places.len(), 4);
    }

    #[test]
    fn what_stands_elsewhere_fills_the_matrix() {
        let a = of(&[&[0.0, 2.0]]);
        let filled = f64::at_places(Places::of(&a), vec![0.0], 1.0).unwrap();
        assert_eq!(filled.triplets().collect::<Vec<_>>(), [(0, 0, 1.0)]);
    }
}
