//! The escapes of double-quoted strings.

/// Reads the escapes of a double-quoted string; an unknown one stays as it is written.
pub fn unescape(text: &str) -> Box<str> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '"' {
            chars.next_if_eq(&'"');
            out.push('"');
            continue;
        }
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('a') => out.push('\x07'),
            Some('b') => out.push('\x08'),
            Some('f') => out.push('\x0c'),
            Some('v') => out.push('\x0b'),
            Some('x') => {
                let mut code = 0;
                for _ in 0..2 {
                    match chars.peek().and_then(|c| c.to_digit(16)) {
                        Some(digit) => code = code * 16 + digit,
                        None => break,
                    }
                    chars.next();
                }
                out.extend(char::from_u32(code));
            }
            Some(digit @ '0'..='7') => {
                let mut code = digit as u32 - '0' as u32;
                for _ in 0..2 {
                    match chars.peek().and_then(|c| c.to_digit(8)) {
                        Some(digit) => code = code * 8 + digit,
                        None => break,
                    }
                    chars.next();
                }
                out.extend(char::from_u32(code));
            }
            Some(other) if matches!(other, '\\' | '"' | '\'') => out.push(other),
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
            None => out.push('\\'),
        }
    }
    out.into()
}
