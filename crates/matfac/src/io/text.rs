//! Whole text files in memory as UTF-8, whatever they were written as.
//!
//! Gzip is recognised by its first bytes, UTF-8 and UTF-16 by their byte-order marks; other bytes that
//! are not UTF-8 are taken as Latin-1, in which every byte is a character. `O(file size)`.

use crate::data::nearest;
use crate::error::{Error, Result};
use flate2::read::MultiGzDecoder;
use std::io::Read;
use std::path::Path;

/// The text of a file, decompressed and decoded.
///
/// # Errors
/// When it cannot be read (the hint names similar files beside it) or is binary.
pub fn read_text(path: &Path) -> Result<String> {
    decode(path, read_bytes(path)?)
}

/// The bytes of a file, decompressed.
pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    if bytes.starts_with(&[0x1f, 0x8b]) { gunzip(path, &bytes) } else { Ok(bytes) }
}

/// The error for a file that could not be opened.
pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    let mut message = error.to_string();
    let mut hint = None;
    if path.is_dir() {
        message = "it is a directory".into();
    } else if error.kind() == std::io::ErrorKind::NotFound {
        message = "there is no such file".into();
        hint = similar_files(path);
    }
    Error::Io { action: "read", path: path.display().to_string(), message, hint }
}

/// Names the files a mistyped path may have meant, or the directory that is missing.
fn similar_files(path: &Path) -> Option<String> {
    let directory = path.parent().filter(|d| !d.as_os_str().is_empty());
    let directory = directory.unwrap_or_else(|| Path::new("."));
    let Ok(entries) = std::fs::read_dir(directory) else {
        return Some(format!("there is no directory {}", directory.display()));
    };
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    let wanted = path.file_name()?.to_string_lossy().into_owned();
    let mut found = nearest(&wanted, names.iter().map(String::as_str), 3);
    // The right name with another extension, or without one.
    let stem = |name: &str| name.split('.').next().unwrap_or("").to_lowercase();
    for name in &names {
        if found.len() < 3 && stem(name) == stem(&wanted) && !found.contains(&name.as_str()) {
            found.push(name);
        }
    }
    let place = if directory == Path::new(".") {
        std::env::current_dir().unwrap_or_default()
    } else {
        directory.to_path_buf()
    };
    Some(if found.is_empty() {
        format!("looked in {}", place.display())
    } else {
        format!("did you mean {}? (looked in {})", found.join(" or "), place.display())
    })
}

fn gunzip(path: &Path, bytes: &[u8]) -> Result<Vec<u8>> {
    let mut plain = Vec::with_capacity(bytes.len().saturating_mul(4));
    MultiGzDecoder::new(bytes).read_to_end(&mut plain).map_err(|error| Error::Io {
        action: "read",
        path: path.display().to_string(),
        message: format!("the gzip data is damaged ({error})"),
        hint: None,
    })?;
    Ok(plain)
}

fn decode(path: &Path, mut bytes: Vec<u8>) -> Result<String> {
    let wide = |pair: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let units: Vec<u16> = bytes[2..].as_chunks::<2>().0.iter().map(|&p| pair(p)).collect();
        String::from_utf16_lossy(&units)
    };
    let text = if bytes.starts_with(&[0xff, 0xfe]) {
        wide(u16::from_le_bytes, &bytes)
    } else if bytes.starts_with(&[0xfe, 0xff]) {
        wide(u16::from_be_bytes, &bytes)
    } else {
        if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
            bytes.drain(..3);
        }
        match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => error.as_bytes().iter().map(|&byte| char::from(byte)).collect(),
        }
    };
    if text.as_bytes()[..text.len().min(1 << 16)].contains(&0) {
        return Err(Error::Io {
            action: "read",
            path: path.display().to_string(),
            message: "it is a binary file, not text".into(),
            hint: None,
        });
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        let decoded = |bytes: &[u8]| decode(Path::new("x"), bytes.to_vec());
        assert_eq!(decoded(b"\xef\xbb\xbfa,b").unwrap(), "a,b");
        assert_eq!(decoded(b"\xff\xfea\0,\0").unwrap(), "a,");
        assert_eq!(decoded(b"\xfe\xff\0a\0,").unwrap(), "a,");
        assert_eq!(decoded(b"M\xfcnchen").unwrap(), "München");
        assert!(decoded(b"PAR1\0\0").is_err());
    }

    #[test]
    fn a_missing_file_hints_at_its_neighbours() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("ratings.csv"), "1").unwrap();
        let hint =
            |name: &str| read_text(&directory.path().join(name)).unwrap_err().hint().unwrap();
        assert!(hint("ratigns.csv").contains("did you mean ratings.csv"));
        assert!(hint("ratings.tsv").contains("did you mean ratings.csv"));
        assert!(hint("nothing.txt").starts_with("looked in"));
        assert!(hint("no/where.csv").contains("there is no directory"));
        let error = read_text(directory.path()).unwrap_err().to_string();
        assert!(error.contains("it is a directory"), "{error}");
    }
}
