//! What `help` and `lookfor` show: the map of what there is, areas, words of the language, and the nearest names.

use crate::value::{Fault, Host, Result, Value};
use unicode_width::UnicodeWidthStr;

/// What mf is for, and the functions to begin with.
const MAP: [(&str, &str); 11] = [
    ("Factor a matrix", "lu qr chol ldl svd eig schur hess factorize"),
    ("Solve equations", "mldivide lstsq linsolve pinv pcg gmres lsqr advise"),
    ("Large and sparse matrices", "sparse svds eigs rsvd ilu ichol amd spy"),
    ("Models of a matrix", "pca nmf kmeans parts cur interpolative sweep"),
    ("Recommend", "ratings als funksvd ials bpr itemknn recommend evaluate tune"),
    ("Look", "plot scatter bar hist imagesc imshow spy scree subplot saveas"),
    ("Read and write", "load save readmtx writemtx imread table"),
    ("Make and rearrange", "zeros eye rand linspace reshape sort find unique repmat"),
    ("Numbers of a matrix", "norm rank cond det trace mean std sum max"),
    ("Programs", "printf sprintf cellfun struct regexprep error tic timeit"),
    ("This session", "who whos clear format help lookfor run exit"),
];

/// Words of the language: how they are written, and what they do.
const WORDS: [(&str, &str, &str); 12] = [
    (
        "if elseif else endif",
        "if condition, …, elseif condition, …, else, …, end",
        "Runs the statements behind the first condition that is true, where all entries are nonzero and there are some.",
    ),
    (
        "for endfor in",
        "for i = values, …, end",
        "Runs the statements for each column of the values: `for i = 1:3` counts, `for x = A` takes the columns of A.",
    ),
    (
        "while do until endwhile",
        "while condition, …, end",
        "Repeats the statements as long as the condition is true; `do … until condition` runs them at least once.",
    ),
    (
        "switch case otherwise endswitch",
        "switch value, case choice, …, case {a, b}, …, otherwise, …, end",
        "Runs the statements of the first case that equals the value; a cell is a list of choices.",
    ),
    (
        "function endfunction return",
        "function [a, b] = name(x, y = default), …, end",
        "Defines a function; its results are the variables a and b when it ends or meets `return`. @(x) x.^2 is one \
         without a name.",
    ),
    (
        "try catch end_try_catch",
        "try, …, catch err, …, end",
        "Runs the statements behind `catch` when one before it fails; err.message says why.",
    ),
    (
        "unwind_protect unwind_protect_cleanup end_unwind_protect",
        "unwind_protect, …, unwind_protect_cleanup, …, end",
        "Runs the statements behind unwind_protect_cleanup whatever happens before, an interrupt included.",
    ),
    (
        "break continue",
        "break, continue",
        "Leaves the innermost loop; goes on with its next round.",
    ),
    ("persistent", "persistent x = 0", "Keeps a function's variable from call to call."),
    (
        "end",
        "A(end, 1), A(end+1) = x",
        "Ends a block; inside an index it is the last place there, and behind it an assignment makes the matrix grow.",
    ),
    (
        "= += -= *= /= ^= ++ --",
        "x = value, A(i, j) = value, [a, b] = f(x), x += 1, x++",
        "Assigns. With `;` at its end a statement shows nothing.",
    ),
    (
        ": % # ... @ ' { } [ ] ( ) , ; ? !",
        "a:b, a:step:b, % a comment, …",
        "`1:5` is a range, `A(:, 1)` all rows; `%` and `#` begin a comment; `...` goes on in the next line; `@f` is the \
         function f; `A'` the transpose; [1 2; 3 4] a matrix, {1, 'a'} a cell; `?lu` is help; `!x` is `not`.",
    ),
];

/// Operators and the functions that do what they do.
const OPERATORS: [(&str, &str); 22] = [
    ("+", "plus"),
    ("-", "minus"),
    ("*", "mtimes"),
    (".*", "times"),
    ("/", "mrdivide"),
    ("./", "rdivide"),
    ("\\", "mldivide"),
    (".\\", "ldivide"),
    ("^", "mpower"),
    (".^", "power"),
    (".'", "transpose"),
    ("==", "eq"),
    ("!=", "ne"),
    ("~=", "ne"),
    ("<", "lt"),
    ("<=", "le"),
    (">", "gt"),
    (">=", "ge"),
    ("&", "and"),
    ("|", "or"),
    ("&&", "and"),
    ("||", "or"),
];

/// `help`, with what it was given.
pub fn show(host: &mut dyn Host, names: &[Value]) -> Result<()> {
    let name = text_of("help", names)?;
    let page = match name.trim() {
        "" => map(host),
        "all" => everything(host),
        name => match host.help(name).or_else(|| area(host, name)).or_else(|| word(host, name)) {
            Some(text) => text,
            None => return Err(unknown(host, name)),
        },
    };
    host.page(&page);
    Ok(())
}

/// The words of a command, one blank between them.
fn text_of(function: &str, names: &[Value]) -> Result<String> {
    let words: Option<Vec<&str>> = names.iter().map(Value::as_text).collect();
    let fault = || Fault::new(format!("{function} takes a name")).hint(format!("{function} svd"));
    Ok(words.ok_or_else(fault)?.join(" "))
}

fn width(host: &mut dyn Host) -> usize {
    host.style().width.clamp(40, 100)
}

/// The first page: what there is, by what it is for.
fn map(host: &mut dyn Host) -> String {
    let width = width(host);
    let catalogue = host.catalogue();
    let mut text = String::from(
        "mf factors matrices.\n\n\
         \u{20} help lu         explains a function; so do ?lu and lu?\n\
         \u{20} help strings    lists an area, help all every function\n\
         \u{20} lookfor least   finds functions by a word\n",
    );
    for (title, names) in MAP {
        text += &format!("\n{title}\n{}", filled(names, " ", width));
    }
    let mut areas: Vec<&str> = catalogue.iter().map(|(group, ..)| group.as_str()).collect();
    areas.dedup();
    areas.sort_unstable();
    areas.dedup();
    text + &format!("\nAreas\n{}", filled(&areas.join(", "), ", ", width))
}

/// Every function by its area.
fn everything(host: &mut dyn Host) -> String {
    let width = width(host);
    let mut areas: Vec<(String, Vec<String>)> = Vec::new();
    for (group, name, _) in host.catalogue() {
        match areas.iter_mut().find(|(known, _)| *known == group) {
            Some((_, names)) => names.push(name),
            None => areas.push((group, vec![name])),
        }
    }
    let page = |(group, names): (String, Vec<String>)| {
        format!("{group}\n{}", filled(&names.join(" "), " ", width))
    };
    areas.into_iter().map(page).collect::<Vec<_>>().join("\n")
}

/// Items, which a separator separates, in lines of at most this width.
fn filled(items: &str, separator: &str, width: usize) -> String {
    let mut text = String::new();
    let mut line = String::new();
    for item in items.split_inclusive(separator) {
        if !line.is_empty() && line.width() + item.trim_end().width() + 2 > width {
            text += &format!("  {}\n", line.trim_end());
            line.clear();
        }
        line += item;
    }
    text + &format!("  {}\n", line.trim_end())
}

/// The functions of an area with their summaries.
fn area(host: &mut dyn Host, name: &str) -> Option<String> {
    let wanted = name.to_lowercase().replace('_', " ");
    let all = host.catalogue();
    let has = |group: &str| all.iter().any(|(known, ..)| known == group);
    let from_map = || MAP.iter().find(|(title, _)| title.to_lowercase() == wanted);
    let functions: Vec<_> = if has(&wanted) {
        all.into_iter().filter(|(group, ..)| *group == wanted).collect()
    } else {
        let names: Vec<&str> = from_map()?.1.split(' ').collect();
        all.into_iter().filter(|(_, name, _)| names.contains(&name.as_str())).collect()
    };
    Some(format!("{wanted}\n\n{}", listed(functions)))
}

/// Functions with their summaries, one a line.
fn listed(functions: Vec<(String, String, String)>) -> String {
    let longest = functions.iter().map(|(_, name, _)| name.len()).max().unwrap_or(0);
    functions.iter().map(|(_, name, summary)| format!("  {name:longest$}  {summary}\n")).collect()
}

/// What a word of the language or an operator means.
fn word(host: &mut dyn Host, name: &str) -> Option<String> {
    if let Some((_, function)) = OPERATORS.iter().find(|(operator, _)| *operator == name) {
        return host.help(function).map(|text| format!("  a {name} b\n{text}"));
    }
    let (_, usage, meaning) =
        WORDS.iter().find(|(words, ..)| words.split(' ').any(|word| word == name))?;
    Some(format!("  {usage}\n\n{meaning}\n"))
}

/// There is no such help; what there is of a similar name.
fn unknown(host: &mut dyn Host, name: &str) -> Box<Fault> {
    let catalogue = host.catalogue();
    let names = catalogue.iter().map(|(_, name, _)| name.as_str());
    let near = matfac::data::nearest(name, names, 3);
    let fault = Fault::new(format!("there is no help on `{name}`"));
    if !near.is_empty() {
        return fault.hint(format!("did you mean {}?", near.join(", ")));
    }
    let word = name.split(' ').next().unwrap_or(name);
    match found(&catalogue, &[word.to_lowercase()]).len() {
        0 => fault.hint("help alone shows what there is"),
        count => fault.hint(format!("lookfor {word} finds {count} functions")),
    }
}

/// `lookfor`: the functions that have to do with some words.
pub fn search(host: &mut dyn Host, function: &str, words: &[Value]) -> Result<()> {
    let text = text_of(function, words)?;
    let wanted: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    if wanted.is_empty() {
        return Err(Fault::new(format!("{function} takes a word")).hint(format!("{function} svd")));
    }
    let catalogue = host.catalogue();
    let found = found(&catalogue, &wanted);
    let page = match found.is_empty() {
        true => format!("nothing about `{text}`\n"),
        false => listed(found.into_iter().cloned().collect()),
    };
    host.page(&page);
    Ok(())
}

/// The functions in whose name or summary all words are; those first whose name has one.
fn found<'c>(
    catalogue: &'c [(String, String, String)],
    words: &[String],
) -> Vec<&'c (String, String, String)> {
    let named = |name: &str| words.iter().any(|word| name.to_lowercase().contains(word));
    let has_all = |(_, name, summary): &&(String, String, String)| {
        let text = format!("{name} {summary}").to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let mut found: Vec<_> = catalogue.iter().filter(has_all).collect();
    found.sort_by_key(|(_, name, _)| !named(name));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtins;

    #[test]
    fn operators_and_their_functions_exist() {
        for (operator, function) in OPERATORS {
            assert!(builtins::find(function).is_some(), "{operator}: {function}");
        }
    }

    #[test]
    fn every_word_of_the_language_is_explained() {
        let explained =
            |word: &str| WORDS.iter().any(|(words, ..)| words.split(' ').any(|w| w == word));
        for word in "break case catch continue do else elseif end for function if otherwise persistent return \
                     switch try until unwind_protect while"
            .split_whitespace()
        {
            assert!(crate::syntax::is_keyword(word) && explained(word), "{word}");
        }
    }

    #[test]
    fn lists_are_filled_to_the_width() {
        assert_eq!(filled("aa bb cc", " ", 8), "  aa bb\n  cc\n");
        assert_eq!(filled("a b, c", ", ", 6), "  a b,\n  c\n");
    }
}
