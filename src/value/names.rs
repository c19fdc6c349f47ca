//! Names that look like a misspelt one.

/// The known names nearest to `name`, best first, at most three.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut scored: Vec<(f64, &str)> = known
        .filter(|k| *k != name)
        .map(|k| {
            let same_letters = k.eq_ignore_ascii_case(name);
            let score = if same_letters { 1.0 } else { strsim::jaro_winkler(name, k) };
            let edits = strsim::osa_distance(name, k);
            (if edits <= 1 { score.max(0.9) } else { score }, k)
        })
        .filter(|(score, k)| *score >= 0.85 && k.len() + 2 >= name.len())
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, k)| k.to_string()).collect()
}

/// `did you mean a, b or c?`
pub fn did_you_mean(names: &[String]) -> Option<String> {
    match names {
        [] => None,
        [one] => Some(format!("did you mean {one}?")),
        [head @ .., last] => Some(format!("did you mean {} or {last}?", head.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_find_their_names() {
        let known = ["nmf", "norm", "ones", "zeros", "plot"];
        assert_eq!(nearest("nfm", known.into_iter()), ["nmf"]);
        assert_eq!(nearest("zeroes", known.into_iter())[0], "zeros");
        assert_eq!(nearest("Plot", known.into_iter())[0], "plot");
        assert!(nearest("qqq", known.into_iter()).is_empty());
    }
}
