//! Which known word a misspelt one was meant to be.

/// The known word nearest to `word`, if one is near enough to have been meant.
///
/// Case, spaces, `-` and `_` do not count; at most one wrong letter in three does.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = plain(word);
    known
        .into_iter()
        .map(|candidate| (distance(&word, &plain(candidate)), candidate))
        .filter(|&(wrong, candidate)| {
            wrong <= (candidate.chars().count().max(word.len()) / 3).clamp(1, 3) && wrong < word.len().max(1)
        })
        .min_by_key(|&(wrong, _)| wrong)
        .map(|(_, candidate)| candidate)
}

/// "did you mean `x`?" for the nearest known word, or the list of what is known.
pub fn suggest<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(meant) = nearest(word, known.clone()) {
        return format!("did you mean `{meant}`?");
    }
    let mut names: Vec<&str> = known.into_iter().collect();
    if names.is_empty() {
        return "none is known".to_owned();
    }
    let more = names.len().saturating_sub(12);
    names.truncate(12);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("known are {}{rest}", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
}

/// A name as it is compared: lower case, without spaces, `-` and `_`.
pub(super) fn plain(word: &str) -> Vec<char> {
    word.chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '_' | '-' | '\u{feff}'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Optimal string alignment distance: letters inserted, dropped, changed, or two neighbours swapped.
fn distance(left: &[char], right: &[char]) -> usize {
    // Words are column names and codes; anything longer was never meant to be one.
    if left.len() > 64 || right.len() > 64 {
        return usize::MAX;
    }
    let mut table = vec![vec![0; right.len() + 1]; left.len() + 1];
    for i in 0..=left.len() {
        for j in 0..=right.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let changed = usize::from(left[i - 1] != right[j - 1]);
                let mut best = (table[i - 1][j] + 1).min(table[i][j - 1] + 1).min(table[i - 1][j - 1] + changed);
                if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                    best = best.min(table[i - 2][j - 2] + 1);
                }
                best
            };
        }
    }
    table[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_or_swapped_letter_is_forgiven_and_a_different_word_is_not() {
        let known = ["timestamp", "queue", "offered", "aht_seconds"];
        assert_eq!(nearest("ofered", known), Some("offered"));
        assert_eq!(nearest("queue", known), Some("queue"));
        assert_eq!(nearest("AHT Seconds", known), Some("aht_seconds"));
        assert_eq!(nearest("agent", known), None);
        assert_eq!(nearest("", known), None);
    }

    #[test]
    fn a_suggestion_names_the_meant_word_or_all_known() {
        assert_eq!(suggest("halp", ["help"]), "did you mean `help`?");
        assert_eq!(suggest("x", ["early", "late"]), "known are `early`, `late`");
    }
}
