//! Observed ratings of items by users: a sparse matrix in which a missing entry is unknown, not zero.
//!
//! Stored twice over sprs: by user (CSR, built at once) and by item (CSC, built when first asked for),
//! with `u32` indices: 12 bytes per rating and copy. A rated zero is kept.

use super::Labels;
use super::intern::{intern_column, intern_numbers, intern_text};
use super::table::Column;
use crate::error::{Error, Result, Shape};
use crate::linalg::Matrix;
use sprs::CsMatI;
use std::sync::{Arc, OnceLock};

/// Compressed rows or columns with 32-bit indices.
pub type Entries = CsMatI<f64, u32>;

/// What to do with several ratings of one item by one user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Duplicates {
    /// Keep the latest by time when there are times, else the last in the given order.
    #[default]
    Last,
    /// Keep their mean (and the latest time).
    Mean,
    /// Add them up (with the latest time): how often something was taken.
    Sum,
    /// Refuse them.
    Error,
}

/// Ratings of items (columns) by users (rows).
#[derive(Debug, Clone)]
pub struct Ratings {
    pub(super) by_user: Arc<Entries>,
    pub(super) by_item: Arc<OnceLock<Entries>>,
    pub(super) times: Option<Arc<Vec<f64>>>,
    pub(super) users: Labels,
    pub(super) items: Labels,
    pub(super) implicit: bool,
}

impl Ratings {
    /// Ratings from one text label of user and item each; see [`Ratings::from_positions`].
    ///
    /// Labels that are all integers are sorted as numbers; others keep the order of first appearance.
    pub fn from_triplets<S: AsRef<str>>(
        users: &[S],
        items: &[S],
        values: &[f64],
        times: Option<&[f64]>,
        duplicates: Duplicates,
    ) -> Result<Ratings> {
        let (user_at, user_labels) = intern_text(users);
        let (item_at, item_labels) = intern_text(items);
        Self::from_positions(
            &user_at,
            &item_at,
            values,
            times,
            user_labels,
            item_labels,
            duplicates,
        )
    }

    /// Ratings from numbers that name users and items: 318 becomes the label `"318"`.
    pub fn from_numbers(
        users: &[f64],
        items: &[f64],
        values: &[f64],
        times: Option<&[f64]>,
        duplicates: Duplicates,
    ) -> Result<Ratings> {
        let (user_at, user_labels) = intern_numbers("users", users)?;
        let (item_at, item_labels) = intern_numbers("items", items)?;
        Self::from_positions(
            &user_at,
            &item_at,
            values,
            times,
            user_labels,
            item_labels,
            duplicates,
        )
    }

    /// Ratings from columns of a table, which name users and items by numbers or by text.
    pub fn from_columns(
        users: &Column,
        items: &Column,
        values: &[f64],
        times: Option<&[f64]>,
        duplicates: Duplicates,
    ) -> Result<Ratings> {
        let (user_at, user_labels) = intern_column("users", users)?;
        let (item_at, item_labels) = intern_column("items", items)?;
        Self::from_positions(
            &user_at,
            &item_at,
            values,
            times,
            user_labels,
            item_labels,
            duplicates,
        )
    }

    /// Ratings from positions, from 0, into the given labels.
    ///
    /// # Errors
    /// When the lists differ in length, a position is out of range, a rating is NaN or infinite (the
    /// error names its row, from 1), or a pair occurs twice under [`Duplicates::Error`].
    pub fn from_positions(
        users: &[u32],
        items: &[u32],
        values: &[f64],
        times: Option<&[f64]>,
        user_labels: Labels,
        item_labels: Labels,
        duplicates: Duplicates,
    ) -> Result<Ratings> {
        check_triplets(users, items, values, times, &user_labels, &item_labels)?;
        // A counting sort by user, then a sort by item inside each user: O(nnz log(row length)).
        let mut starts = vec![0usize; user_labels.len() + 1];
        for &u in users {
            starts[u as usize + 1] += 1;
        }
        for u in 0..user_labels.len() {
            starts[u + 1] += starts[u];
        }
        let mut order = vec![0u32; values.len()];
        let mut next = starts.clone();
        for (n, &u) in users.iter().enumerate() {
            order[next[u as usize]] = n as u32;
            next[u as usize] += 1;
        }
        let mut indptr = vec![0u32];
        let mut indices = Vec::with_capacity(values.len());
        let mut data: Vec<f64> = Vec::with_capacity(values.len());
        let mut kept_times = times.map(|_| Vec::with_capacity(values.len()));
        for u in 0..user_labels.len() {
            let row = &mut order[starts[u]..starts[u + 1]];
            let time = |n: u32| times.map_or(0.0, |t| t[n as usize]);
            row.sort_by(|&a, &b| {
                let item = |n: u32| items[n as usize];
                item(a).cmp(&item(b)).then(time(a).total_cmp(&time(b))).then(a.cmp(&b))
            });
            for group in row.chunk_by(|&a, &b| items[a as usize] == items[b as usize]) {
                let last = group[group.len() - 1] as usize;
                if group.len() > 1 && duplicates == Duplicates::Error {
                    let (a, b) = (group[0].min(group[1]) + 1, group[0].max(group[1]) + 1);
                    let message = format!(
                        "user {} rates item {} more than once (rows {a} and {b})",
                        user_labels.name(u),
                        item_labels.name(items[last] as usize),
                    );
                    let hint = "duplicates=\"last\" or \"mean\" decides between them";
                    return Err(Error::argument_hint("duplicates", message, hint));
                }
                indices.push(items[last]);
                let sum = || group.iter().map(|&n| values[n as usize]).sum::<f64>();
                data.push(match duplicates {
                    Duplicates::Mean => sum() / group.len() as f64,
                    Duplicates::Sum => sum(),
                    Duplicates::Last | Duplicates::Error => values[last],
                });
                if let (Some(kept), Some(times)) = (&mut kept_times, times) {
                    kept.push(times[last]);
                }
            }
            indptr.push(indices.len() as u32);
        }
        Ok(Self::from_rows(indptr, indices, data, kept_times, user_labels, item_labels))
    }

    /// Ratings from a matrix in which NaN is a hole; users and items are labelled `"1"`, `"2"`, ….
    ///
    /// # Errors
    /// When an entry is infinite.
    pub fn from_dense(a: &Matrix) -> Result<Ratings> {
        Self::from_dense_labelled(a, Labels::numbered(a.rows()), Labels::numbered(a.cols()))
    }

    /// Ratings from a matrix in which NaN is a hole, with labels of its rows and columns.
    pub fn from_dense_labelled(a: &Matrix, users: Labels, items: Labels) -> Result<Ratings> {
        if (users.len(), items.len()) != (a.rows(), a.cols()) {
            let message = format!(
                "{} users and {} items cannot label a {} matrix",
                users.len(),
                items.len(),
                a.shape()
            );
            return Err(Error::argument("labels", message));
        }
        let (mut indptr, mut indices, mut data) = (vec![0u32], Vec::new(), Vec::new());
        for i in 0..a.rows() {
            for j in 0..a.cols() {
                let value = a[(i, j)];
                if value.is_infinite() {
                    let (row, col) = (i + 1, j + 1);
                    return Err(Error::NonFinite { operation: "ratings", row, col, value });
                }
                if !value.is_nan() {
                    indices.push(j as u32);
                    data.push(value);
                }
            }
            check_count(indices.len())?;
            indptr.push(indices.len() as u32);
        }
        Ok(Self::from_rows(indptr, indices, data, None, users, items))
    }

    pub(super) fn from_rows(
        indptr: Vec<u32>,
        indices: Vec<u32>,
        data: Vec<f64>,
        times: Option<Vec<f64>>,
        users: Labels,
        items: Labels,
    ) -> Ratings {
        let by_user = CsMatI::new((users.len(), items.len()), indptr, indices, data);
        Ratings {
            by_user: Arc::new(by_user),
            by_item: Arc::default(),
            times: times.map(Arc::new),
            users,
            items,
            implicit: false,
        }
    }

    /// Users and items.
    pub fn shape(&self) -> Shape {
        Shape(self.by_user.rows(), self.by_user.cols())
    }

    /// How many ratings.
    pub fn nnz(&self) -> usize {
        self.by_user.nnz()
    }

    /// The fraction of all pairs that is rated (0 when there is no pair).
    pub fn density(&self) -> f64 {
        let pairs = self.users.len() as f64 * self.items.len() as f64;
        if pairs == 0.0 { 0.0 } else { self.nnz() as f64 / pairs }
    }

    /// The mean rating; `None` when there is none.
    pub fn mean(&self) -> Option<f64> {
        let n = self.nnz();
        (n > 0).then(|| self.by_user.data().iter().sum::<f64>() / n as f64)
    }

    /// The least and the greatest rating; `None` when there is none.
    pub fn scale(&self) -> Option<(f64, f64)> {
        let values = self.by_user.data().iter();
        values.fold(None, |range, &x| {
            let (low, high) = range.unwrap_or((x, x));
            Some((low.min(x), high.max(x)))
        })
    }

    /// The users' labels.
    pub fn users(&self) -> &Labels {
        &self.users
    }

    /// The items' labels.
    pub fn items(&self) -> &Labels {
        &self.items
    }

    /// The rating of item `j` by user `i`, from 0; `None` is unknown (or outside).
    pub fn get(&self, i: usize, j: usize) -> Option<f64> {
        if i >= self.users.len() {
            return None;
        }
        let (items, values) = self.user_row(i);
        items.binary_search(&u32::try_from(j).ok()?).ok().map(|n| values[n])
    }

    /// User `u`'s items, ascending, and their ratings.
    pub fn user_row(&self, u: usize) -> (&[u32], &[f64]) {
        slice_of(&self.by_user, u)
    }

    /// Item `i`'s users, ascending, and their ratings.
    pub fn item_col(&self, i: usize) -> (&[u32], &[f64]) {
        slice_of(self.by_item(), i)
    }

    /// When user `u` gave the ratings of [`Ratings::user_row`], if that is known.
    pub fn user_times(&self, u: usize) -> Option<&[f64]> {
        let range = self.by_user.indptr().outer_inds_sz(u);
        self.times.as_ref().map(|times| &times[range])
    }

    /// All times in the order of [`Ratings::iter`], if they are known.
    pub fn times(&self) -> Option<&[f64]> {
        self.times.as_ref().map(|times| &times[..])
    }

    /// All ratings in the order of [`Ratings::iter`].
    pub fn values(&self) -> &[f64] {
        self.by_user.data()
    }

    /// The compressed rows, one per user.
    pub fn by_user(&self) -> &Entries {
        &self.by_user
    }

    /// The compressed columns, one per item; made on the first call, `O(nnz)`.
    pub fn by_item(&self) -> &Entries {
        self.by_item.get_or_init(|| self.by_user.to_csc())
    }

    /// Every rating as (user, item, rating), from 0: users ascending, items ascending within each.
    pub fn iter(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        (0..self.users.len()).flat_map(move |u| {
            let (items, values) = self.user_row(u);
            items.iter().zip(values).map(move |(&i, &r)| (u, i as usize, r))
        })
    }

    /// Whether the numbers are weights of observations (how often something was bought, played, clicked)
    /// instead of ratings: a larger one is more certain, not better liked.
    pub fn is_implicit(&self) -> bool {
        self.implicit
    }

    /// The same ratings with other item labels, for instance with titles.
    ///
    /// # Panics
    /// When there are not as many labels as items.
    pub fn with_items(&self, items: Labels) -> Ratings {
        assert_eq!(items.len(), self.items.len(), "one label for each item");
        Ratings { items, ..self.clone() }
    }

    /// A matrix with NaN where nothing is rated.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when it would not fit in memory.
    pub fn to_dense(&self) -> Result<Matrix> {
        let mut a = Matrix::filled(self.users.len(), self.items.len(), f64::NAN)?;
        for (u, i, r) in self.iter() {
            a[(u, i)] = r;
        }
        Ok(a)
    }
}

impl PartialEq for Ratings {
    fn eq(&self, other: &Ratings) -> bool {
        self.by_user == other.by_user
            && self.times == other.times
            && self.users == other.users
            && self.items == other.items
            && self.implicit == other.implicit
    }
}

fn slice_of(entries: &Entries, outer: usize) -> (&[u32], &[f64]) {
    let range = entries.indptr().outer_inds_sz(outer);
    (&entries.indices()[range.clone()], &entries.data()[range])
}

/// Positions have 32 bits.
pub(super) fn check_count(ratings: usize) -> Result<()> {
    match u32::try_from(ratings) {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::argument("ratings", "more than 4294967295 ratings are not supported")),
    }
}

fn check_triplets(
    users: &[u32],
    items: &[u32],
    values: &[f64],
    times: Option<&[f64]>,
    user_labels: &Labels,
    item_labels: &Labels,
) -> Result<()> {
    let (a, b, c) = (users.len(), items.len(), values.len());
    let t = times.map_or(c, <[f64]>::len);
    if let Some((row, t)) = times.and_then(|t| t.iter().enumerate().find(|(_, t)| !t.is_finite())) {
        let message = format!("the time in row {} is {t}, not a finite number", row + 1);
        return Err(Error::argument("times", message));
    }
    if (a, b, t) != (c, c, c) {
        let mut message = format!("{a} users, {b} items and {c} ratings do not pair up");
        if t != c {
            message = format!("{c} ratings and {t} times do not pair up");
        }
        return Err(Error::argument("ratings", message));
    }
    check_count(c)?;
    for (row, value) in values.iter().enumerate() {
        if !value.is_finite() {
            let message = format!(
                "the rating in row {} (user {}, item {}) is {value}; ratings must be finite numbers",
                row + 1,
                user_labels.names().get(users[row] as usize).map_or("?", |name| name),
                item_labels.names().get(items[row] as usize).map_or("?", |name| name),
            );
            let hint = "an unknown rating is left out of the list";
            return Err(Error::argument_hint("ratings", message, hint));
        }
    }
    for (axis, positions, labels) in [("user", users, user_labels), ("item", items, item_labels)] {
        if let Some(row) = positions.iter().position(|&p| p as usize >= labels.len()) {
            let message = format!(
                "{axis} {} in row {} is outside 1…{}",
                positions[row] as usize + 1,
                row + 1,
                labels.len()
            );
            return Err(Error::argument("ratings", message));
        }
    }
    Ok(())
}
