//! A string: a 1×n row of characters, as in Octave, indexed in constant time when it is ASCII. One that nobody else
//! holds grows in amortised constant time a character.

/// Characters, and which quotes they came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    text: String,
    is_ascii: bool,
    /// Rows and columns when there is no character: `''` is 0×0 and `s(1:0)` is 1×0.
    empty: (u32, u32),
    /// Whether it was written in double quotes: concatenations keep that.
    pub double_quoted: bool,
}

impl Text {
    /// A single-quoted string.
    pub fn new(text: impl Into<String>) -> Text {
        let text = text.into();
        Text { is_ascii: text.is_ascii(), text, empty: (0, 0), double_quoted: false }
    }

    /// m×n without a character, one of them being 0.
    pub fn empty(rows: usize, cols: usize) -> Text {
        let side = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Text { empty: (side(rows), side(cols)), ..Text::new("") }
    }

    /// Rows and columns: 1×n, or the shape of an empty one.
    pub fn shape(&self) -> (usize, usize) {
        match self.text.is_empty() {
            true => (self.empty.0 as usize, self.empty.1 as usize),
            false => (1, self.len()),
        }
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Adds characters at the end.
    pub fn push(&mut self, text: &Text) {
        self.text.push_str(&text.text);
        self.is_ascii &= text.is_ascii;
        self.double_quoted |= text.double_quoted;
    }

    /// Replaces the character at position `i`, from 0, or adds it right after the last; `false` when that takes more
    /// than constant time. The string then counts as single-quoted, as after any assignment to a part.
    pub fn put(&mut self, i: usize, character: &Text) -> bool {
        if !self.is_ascii || !character.is_ascii || character.text.len() != 1 || i > self.text.len()
        {
            return false;
        }
        let end = (i + 1).min(self.text.len());
        self.text.replace_range(i..end, &character.text);
        self.double_quoted = false;
        true
    }

    /// How many characters.
    pub fn len(&self) -> usize {
        if self.is_ascii { self.text.len() } else { self.text.chars().count() }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The character at position `i`, from 0.
    pub fn at(&self, i: usize) -> Option<char> {
        if self.is_ascii {
            self.text.as_bytes().get(i).map(|&b| b as char)
        } else {
            self.text.chars().nth(i)
        }
    }

    /// The characters' codes.
    pub fn codes(&self) -> Vec<f64> {
        self.text.chars().map(|c| c as u32 as f64).collect()
    }

    /// The characters at the given positions, from 0; `Err` holds the first that does not exist.
    pub fn select(&self, positions: impl Iterator<Item = usize>) -> Result<Text, usize> {
        let selected: Result<String, usize> = if self.is_ascii {
            positions.map(|i| self.at(i).ok_or(i)).collect()
        } else {
            let chars: Vec<char> = self.text.chars().collect();
            positions.map(|i| chars.get(i).copied().ok_or(i)).collect()
        };
        let mut text = Text::new(selected?);
        text.double_quoted = self.double_quoted;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_added_and_replaced() {
        let mut text = Text::new("ab");
        text.push(&Text::new("cé"));
        assert_eq!((text.as_str(), text.len()), ("abcé", 4));
        assert!(!text.put(0, &Text::new("x")));
        let mut text = Text::new("ab");
        assert!(text.put(2, &Text::new("c")) && text.put(0, &Text::new("x")));
        assert!(!text.put(4, &Text::new("y")) && !text.put(0, &Text::new("")));
        assert_eq!(text.as_str(), "xbc");
    }

    #[test]
    fn characters_are_counted_and_selected() {
        let text = Text::new("aéß");
        assert_eq!((text.len(), text.at(1), text.at(3)), (3, Some('é'), None));
        assert_eq!(text.select([2, 0].into_iter()).unwrap().as_str(), "ßa");
        assert_eq!(text.select([5].into_iter()), Err(5));
    }
}
