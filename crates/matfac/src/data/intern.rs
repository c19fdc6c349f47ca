//! Names of users and items into positions: by first appearance, or sorted when all are integers, so that
//! user 2 stands before user 10. `O(n)` and a sort of the distinct names.

use super::Labels;
use super::table::{Column, number_text};
use crate::error::{Error, Result};
use std::collections::HashMap;
use std::hash::Hash;

/// Numbers `names` by first appearance, then reorders when all of them are integers.
fn intern<K: Hash + Eq + Copy>(
    keys: impl Iterator<Item = K>,
    name: impl Fn(K) -> Box<str>,
) -> (Vec<u32>, Labels) {
    let mut known: HashMap<K, u32> = HashMap::new();
    let mut names: Vec<Box<str>> = Vec::new();
    let mut positions: Vec<u32> = keys
        .map(|key| {
            *known.entry(key).or_insert_with(|| {
                names.push(name(key));
                names.len() as u32 - 1
            })
        })
        .collect();
    let numbers: Option<Vec<i128>> = names.iter().map(|name| name.parse().ok()).collect();
    if let Some(numbers) = numbers {
        let mut order: Vec<usize> = (0..names.len()).collect();
        order.sort_by_key(|&n| numbers[n]);
        let mut rank = vec![0u32; names.len()];
        for (new, &old) in order.iter().enumerate() {
            rank[old] = new as u32;
        }
        positions.iter_mut().for_each(|p| *p = rank[*p as usize]);
        names = order.into_iter().map(|old| std::mem::take(&mut names[old])).collect();
    }
    (positions, Labels::new(names))
}

pub(super) fn intern_column(axis: &'static str, names: &Column) -> Result<(Vec<u32>, Labels)> {
    match names {
        Column::Numbers(names) => intern_numbers(axis, names),
        Column::Text(names) => match names.iter().position(|name| name.trim().is_empty()) {
            None => Ok(intern_text(names)),
            Some(row) => {
                let message = format!("row {} of the {axis} is empty, which names nobody", row + 1);
                Err(Error::argument(axis, message))
            }
        },
    }
}

pub(super) fn intern_text<S: AsRef<str>>(names: &[S]) -> (Vec<u32>, Labels) {
    intern(names.iter().map(AsRef::as_ref), |name: &str| name.into())
}

pub(super) fn intern_numbers(axis: &'static str, names: &[f64]) -> Result<(Vec<u32>, Labels)> {
    if let Some(row) = names.iter().position(|x| !x.is_finite()) {
        let message =
            format!("row {} of the {axis} is {}, which names nobody", row + 1, names[row]);
        return Err(Error::argument(axis, message));
    }
    // Adding zero makes -0 and 0 one label.
    let bits = names.iter().map(|&x| (x + 0.0).to_bits());
    Ok(intern(bits, |bits| number_text(f64::from_bits(bits)).into()))
}
