//! The names nearest to a mistyped one.
//!
//! Edit distance with adjacent transpositions (optimal string alignment: Damerau 1964, Levenshtein
//! 1966), `O(|a|·|b|)` for each name.

use super::Labels;
use crate::error::Error;

/// The number of insertions, deletions, substitutions and swaps of neighbours between two words.
pub fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j - 1] + change).min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

/// Up to `count` of `names` that look like `wanted`, best first; equal ones in their given order.
pub fn nearest<'a>(
    wanted: &str,
    names: impl IntoIterator<Item = &'a str>,
    count: usize,
) -> Vec<&'a str> {
    let wanted = wanted.to_lowercase();
    let limit = (wanted.chars().count() / 3).max(1);
    let mut found: Vec<(usize, &str)> = Vec::new();
    for name in names {
        // The length bound spares the table for nearly all of a long list.
        if name.len().abs_diff(wanted.len()) > 4 * limit {
            continue;
        }
        let lower = name.to_lowercase();
        let distance = edit_distance(&wanted, &lower);
        if distance <= limit {
            found.push((distance, name));
        }
    }
    found.sort_by_key(|&(distance, _)| distance);
    found.into_iter().take(count).map(|(_, name)| name).collect()
}

impl Labels {
    /// Where `label` stands, or [`Error::UnknownLabel`] with the nearest labels.
    ///
    /// A title is not a label, but a piece of one leads to it: `Toy Story` suggests
    /// `1 (Toy Story (1995))`.
    pub fn find(&self, axis: &'static str, label: &str) -> crate::Result<usize> {
        if let Some(position) = self.position(label) {
            return Ok(position);
        }
        let wanted = label.trim().to_lowercase();
        let mut suggestions: Vec<String> = Vec::new();
        if self.has_titles() && wanted.chars().any(char::is_alphabetic) {
            suggestions = (0..self.len())
                .filter_map(|i| Some((i, self.title(i)?)))
                .filter(|(_, title)| title.to_lowercase().contains(&wanted))
                .take(3)
                .map(|(i, title)| format!("{} ({title})", self.name(i)))
                .collect();
        }
        if suggestions.is_empty() {
            let names = self.names().iter().map(|name| &**name);
            suggestions = nearest(label, names, 3).into_iter().map(String::from).collect();
        }
        Err(Error::UnknownLabel { axis, label: label.into(), nearest: suggestions })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_swaps_once() {
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("ratings.csv", "ratigns.csv"), 1);
        assert_eq!(edit_distance("kitten", "sitting"), 3);
    }

    #[test]
    fn unknown_labels_name_what_is_near() {
        let labels = Labels::new(vec!["318".into(), "1".into(), "3181".into()]).with_titles(vec![
            "Shawshank".into(),
            "Toy Story (1995)".into(),
            "".into(),
        ]);
        assert_eq!(labels.find("item", "1"), Ok(1));
        let Err(Error::UnknownLabel { nearest, .. }) = labels.find("item", "3118") else {
            panic!()
        };
        assert_eq!(nearest, ["318", "3181"]);
        let Err(Error::UnknownLabel { nearest, .. }) = labels.find("item", "toy") else { panic!() };
        assert_eq!(nearest, ["1 (Toy Story (1995))"]);
    }
}
