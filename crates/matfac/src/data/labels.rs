//! Names of rows, columns, users or items.
//!
//! A label is text: the user labelled 318 is `"318"`. Labels may carry titles (a film's name), which
//! are shown beside them and never used to look anything up.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// An ordered list of distinct names with a fast way back from name to position.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    names: Arc<Vec<Box<str>>>,
    titles: Option<Arc<Vec<Box<str>>>>,
    positions: OnceLock<Arc<HashMap<Box<str>, u32>>>,
}

impl Labels {
    /// Labels in order; of equal names the first is found.
    pub fn new(names: Vec<Box<str>>) -> Labels {
        Labels { names: Arc::new(names), titles: None, positions: OnceLock::new() }
    }

    /// `"1"`, `"2"`, … `"n"`: what unlabelled data is called.
    pub fn numbered(n: usize) -> Labels {
        Labels::new((1..=n).map(|i| i.to_string().into()).collect())
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The name at position `i`, from 0.
    pub fn name(&self, i: usize) -> &str {
        &self.names[i]
    }

    /// All names in order.
    pub fn names(&self) -> &[Box<str>] {
        &self.names
    }

    /// Where `name` stands, from 0.
    pub fn position(&self, name: &str) -> Option<usize> {
        let positions = self.positions.get_or_init(|| {
            let mut map = HashMap::with_capacity(self.names.len());
            for (i, name) in self.names.iter().enumerate() {
                map.entry(name.clone()).or_insert(i as u32);
            }
            Arc::new(map)
        });
        positions.get(name).map(|&i| i as usize)
    }

    /// The same names with titles, one each in the same order (`""` for none).
    ///
    /// # Panics
    /// When there are not as many titles as names.
    pub fn with_titles(&self, titles: Vec<Box<str>>) -> Labels {
        assert_eq!(titles.len(), self.names.len(), "one title for each label");
        Labels { titles: Some(Arc::new(titles)), ..self.clone() }
    }

    /// The title at position `i`, when there is one.
    pub fn title(&self, i: usize) -> Option<&str> {
        let title = &*self.titles.as_ref()?[i];
        (!title.is_empty()).then_some(title)
    }

    /// Whether any titles were given.
    pub fn has_titles(&self) -> bool {
        self.titles.is_some()
    }

    /// The labels at the given positions, from 0, with their titles.
    pub fn select(&self, positions: &[usize]) -> Labels {
        let pick = |list: &Arc<Vec<Box<str>>>| {
            Arc::new(positions.iter().map(|&i| list[i].clone()).collect::<Vec<_>>())
        };
        Labels {
            names: pick(&self.names),
            titles: self.titles.as_ref().map(pick),
            positions: OnceLock::new(),
        }
    }
}

impl PartialEq for Labels {
    fn eq(&self, other: &Labels) -> bool {
        self.names == other.names && self.titles == other.titles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_titles_and_selection() {
        let labels = Labels::new(vec!["a".into(), "b".into(), "a".into()]).with_titles(vec![
            "A".into(),
            "".into(),
            "C".into(),
        ]);
        assert_eq!(labels.position("a"), Some(0));
        assert_eq!(labels.position("z"), None);
        assert_eq!((labels.title(0), labels.title(1)), (Some("A"), None));
        let picked = labels.select(&[2, 1]);
        assert_eq!((picked.name(0), picked.title(0)), ("a", Some("C")));
    }
}
