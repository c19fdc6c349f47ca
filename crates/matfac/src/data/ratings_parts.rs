//! Ratings made from ratings: some of them, those of some users and items, and those of two sets together.
//!
//! Each takes one pass over the ratings it is made from.

use super::{Duplicates, Labels, Ratings};
use crate::error::{Error, Result};
use std::sync::Arc;

impl Ratings {
    /// The ratings whose number in the order of [`Ratings::iter`] is picked, over the same labels.
    pub fn filter(&self, mut pick: impl FnMut(usize) -> bool) -> Ratings {
        let (mut indptr, mut indices, mut data) = (vec![0u32], Vec::new(), Vec::new());
        let mut times = self.times.as_ref().map(|_| Vec::new());
        let mut n = 0;
        for u in 0..self.users.len() {
            let (items, values) = self.user_row(u);
            for (&i, &r) in items.iter().zip(values) {
                if pick(n) {
                    indices.push(i);
                    data.push(r);
                    if let (Some(kept), Some(all)) = (&mut times, &self.times) {
                        kept.push(all[n]);
                    }
                }
                n += 1;
            }
            indptr.push(indices.len() as u32);
        }
        let parts =
            Self::from_rows(indptr, indices, data, times, self.users.clone(), self.items.clone());
        Ratings { implicit: self.implicit, ..parts }
    }

    /// The users and items at the given positions, from 0, in that order.
    pub fn select(&self, users: &[usize], items: &[usize]) -> Ratings {
        let mut places: Vec<Vec<u32>> = vec![Vec::new(); self.items.len()];
        for (new, &old) in items.iter().enumerate() {
            places[old].push(new as u32);
        }
        let (mut indptr, mut indices, mut data) = (vec![0u32], Vec::new(), Vec::new());
        let mut times = self.times.as_ref().map(|_| Vec::new());
        for &u in users {
            let (old, values) = self.user_row(u);
            let mut row: Vec<(u32, usize)> = Vec::new();
            for (n, &i) in old.iter().enumerate() {
                row.extend(places[i as usize].iter().map(|&new| (new, n)));
            }
            row.sort_unstable();
            for (new, n) in row {
                indices.push(new);
                data.push(values[n]);
                if let (Some(kept), Some(all)) = (&mut times, self.user_times(u)) {
                    kept.push(all[n]);
                }
            }
            indptr.push(indices.len() as u32);
        }
        let (users, items) = (self.users.select(users), self.items.select(items));
        let selected = Self::from_rows(indptr, indices, data, times, users, items);
        Ratings { implicit: self.implicit, ..selected }
    }

    /// The ratings from `threshold` on as observations; without a threshold all, as weights.
    ///
    /// With a threshold each observation weighs 1.
    ///
    /// # Errors
    /// When a weight is negative (the error names the user and the item).
    pub fn into_implicit(self, threshold: Option<f64>) -> Result<Ratings> {
        let kept = match threshold {
            None => self,
            Some(least) => {
                let values = self.by_user.data();
                let kept = self.filter(|n| values[n] >= least);
                Self::from_rows(
                    kept.by_user.indptr().raw_storage().to_vec(),
                    kept.by_user.indices().to_vec(),
                    vec![1.0; kept.nnz()],
                    kept.times().map(<[f64]>::to_vec),
                    kept.users.clone(),
                    kept.items.clone(),
                )
            }
        };
        if let Some((u, i, weight)) = kept.iter().find(|&(_, _, r)| r < 0.0) {
            let (user, item) = (kept.users.name(u), kept.items.name(i));
            let message = format!("user {user} has item {item} {weight} times; a weight is ≥ 0");
            let hint = "threshold=… keeps what is rated at least that, with weight 1";
            return Err(Error::argument_hint("implicit", message, hint));
        }
        Ok(Ratings { implicit: true, ..kept })
    }

    /// Users with at least `min_user` ratings and items with at least `min_item`, taken away again and
    /// again until all that are left have as many.
    pub fn at_least(&self, min_user: usize, min_item: usize) -> Ratings {
        let mut user_counts: Vec<usize> =
            (0..self.users.len()).map(|u| self.user_row(u).0.len()).collect();
        let mut item_counts: Vec<usize> =
            (0..self.items.len()).map(|i| self.item_col(i).0.len()).collect();
        let mut users_left = vec![true; self.users.len()];
        let mut items_left = vec![true; self.items.len()];
        loop {
            let mut changed = false;
            for u in 0..self.users.len() {
                if users_left[u] && user_counts[u] < min_user {
                    (users_left[u], changed) = (false, true);
                    self.user_row(u).0.iter().for_each(|&i| {
                        item_counts[i as usize] -= usize::from(items_left[i as usize]);
                    });
                }
            }
            for i in 0..self.items.len() {
                if items_left[i] && item_counts[i] < min_item {
                    (items_left[i], changed) = (false, true);
                    self.item_col(i).0.iter().for_each(|&u| {
                        user_counts[u as usize] -= usize::from(users_left[u as usize]);
                    });
                }
            }
            if !changed {
                break;
            }
        }
        let places =
            |left: &[bool]| -> Vec<usize> { (0..left.len()).filter(|&n| left[n]).collect() };
        self.select(&places(&users_left), &places(&items_left))
    }

    /// These ratings and those of `newer`, which replace what both have; labels of `newer` that are not
    /// known yet come after the known ones. Times are kept when both have them.
    pub fn union(&self, newer: &Ratings) -> Ratings {
        let users = joined(&self.users, &newer.users);
        let items = joined(&self.items, &newer.items);
        let nnz = self.nnz() + newer.nnz();
        let (mut rows, mut cols) = (Vec::with_capacity(nnz), Vec::with_capacity(nnz));
        let mut values = Vec::with_capacity(nnz);
        for part in [self, newer] {
            let place =
                |all: &Labels, name: &str| all.position(name).expect("all names are joined");
            let user_at: Vec<u32> =
                part.users.names().iter().map(|name| place(&users, name) as u32).collect();
            let item_at: Vec<u32> =
                part.items.names().iter().map(|name| place(&items, name) as u32).collect();
            for (u, i, r) in part.iter() {
                rows.push(user_at[u]);
                cols.push(item_at[i]);
                values.push(r);
            }
        }
        let times = match (self.times(), newer.times()) {
            (Some(old), Some(new)) => Some([old, new].concat()),
            _ => None,
        };
        // Of equal pairs the last in order wins, whatever the clock says: times order within one source.
        let order = None;
        let mut all =
            Self::from_positions(&rows, &cols, &values, order, users, items, Duplicates::Last)
                .expect("positions come from the labels and values from ratings");
        if let Some(times) = times {
            let clock = Self::from_positions(
                &rows,
                &cols,
                &times,
                None,
                all.users.clone(),
                all.items.clone(),
                Duplicates::Last,
            );
            let clock = clock.expect("times were checked when they came in");
            all.times = Some(Arc::new(clock.by_user.data().to_vec()));
        }
        Ratings { implicit: self.implicit, ..all }
    }
}

/// Names of both, the first list's first; titles where either has one.
fn joined(first: &Labels, second: &Labels) -> Labels {
    let mut names = first.names().to_vec();
    let mut from: Vec<(&Labels, usize)> = (0..names.len()).map(|n| (first, n)).collect();
    for (n, name) in second.names().iter().enumerate() {
        match first.position(name) {
            None => {
                names.push(name.clone());
                from.push((second, n));
            }
            Some(at) if first.title(at).is_none() => from[at] = (second, n),
            Some(_) => {}
        }
    }
    if !first.has_titles() && !second.has_titles() {
        return Labels::new(names);
    }
    let titles = from.iter().map(|(labels, n)| labels.title(*n).unwrap_or("").into()).collect();
    Labels::new(names).with_titles(titles)
}
