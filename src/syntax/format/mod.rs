//! The canonical layout of a text (`mf fmt`).
//!
//! Lines stay lines: what changes is their indentation, the blanks inside them, and how many are empty. Tokens and
//! comments are copied one by one (`lexeme`), so nothing can be lost; whether the grammar reads the result as it read the
//! text is checked before it is returned. One pass over the text, two over its grammar.

mod layout;
mod lexeme;
mod spacing;

pub use lexeme::{Kind as LexemeKind, Lexeme};

use super::parse::{check_scanned, shape, with_room};
use super::scan::scan;
use super::{Diagnostic, Source};

/// The text in canonical layout; why it cannot be laid out when it does not parse.
///
/// ```
/// use mf::syntax::{Source, formatted};
/// let text = formatted(&Source::new("example", "if x>1\ny=[1,2 ;3,4] ;\nend")).unwrap();
/// assert_eq!(text, "if x > 1\n  y = [1, 2; 3, 4];\nend\n");
/// ```
pub fn formatted(source: &Source) -> Result<String, Box<Diagnostic>> {
    let scanned = scan(source);
    // Says what is wrong with a text that the grammar alone would accept.
    check_scanned(source, &scanned)?;
    with_room(&scanned, || {
        let text = layout::laid_out(&source.text, &lexeme::lexemes(source, &scanned)?);
        let result = Source::new(source.name.clone(), text.as_str());
        if shape(source)? != shape(&result)? {
            let message = format!("internal error: the layout of {} would change it", source.name);
            let help = "this is a bug in mf; please report it with the file";
            return Err(Box::new(Diagnostic::error(message).with_help(help)));
        }
        Ok(text)
    })
}

/// The tokens of a text that parses, none lost.
pub fn lexemes(source: &Source) -> Result<Vec<Lexeme>, Box<Diagnostic>> {
    let scanned = scan(source);
    check_scanned(source, &scanned)?;
    with_room(&scanned, || lexeme::lexemes(source, &scanned))
}

#[cfg(test)]
mod tests;
