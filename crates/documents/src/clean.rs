//! Characters: what no document may hold is taken out, and text is folded so that typing habits (capitals,
//! curly marks, no-break spaces, soft hyphens) do not hide a word from a comparison.

/// Returns text without the characters that no document format may hold. Every line end becomes `\n`; a page
/// feed parts words, so it becomes a space.
pub(crate) fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars()
        .filter_map(|c| match c {
            '\r' => Some('\n'),
            '\u{b}' | '\u{c}' => Some(' '),
            '\n' | '\t' => Some(c),
            '\u{fffe}' | '\u{ffff}' => None,
            c if c < ' ' || c == '\u{7f}' => None,
            c => Some(c),
        })
        .collect()
}

/// Returns text on one line, for headings and cells.
pub(crate) fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns text as it is compared: small letters, plain marks, single spaces, nothing that cannot be seen.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !is_unseen(*c)) {
        match c {
            c if c.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            '\u{2018}' | '\u{2019}' | '\u{201b}' | '`' => out.push('\''),
            '\u{201c}' | '\u{201d}' => out.push('"'),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
            c => out.extend(c.to_lowercase()),
        }
    }
    out.trim().to_owned()
}

/// Tells whether a character takes no place: soft hyphens, zero-width signs, marks of writing direction.
pub(crate) fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Tells whether a folded text has a phrase in it as whole words.
pub(crate) fn has(folded: &str, phrase: &str) -> bool {
    place_of(folded, phrase).is_some()
}

/// Returns where a phrase ends in a folded text, as whole words.
pub(crate) fn place_of(folded: &str, phrase: &str) -> Option<usize> {
    let joins = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    folded.match_indices(phrase).find_map(|(at, hit)| {
        let (before, after) =
            (folded.get(..at)?.chars().next_back(), folded.get(at + hit.len()..)?.chars().next());
        let open = !(joins(before) && joins(phrase.chars().next()));
        let shut = !(joins(after) && joins(phrase.chars().next_back()));
        (open && shut).then_some(at + hit.len())
    })
}

/// Tells whether a folded text begins with a phrase as whole words.
pub(crate) fn begins(folded: &str, phrase: &str) -> bool {
    folded.strip_prefix(phrase).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn habits_of_typing_fold_away() {
        assert_eq!(
            fold(" What\u{a0}\u{a0}IS the con\u{ad}sultation\u{2019}s aim \u{2013} now "),
            "what is the consultation's aim - now"
        );
    }

    #[test]
    fn phrases_are_found_as_whole_words_only() {
        assert!(has("the closing date is", "closing date") && !has("enclosing dates", "closing date"));
        assert!(begins("if yes, please", "if yes") && !begins("if yesterday", "if yes"));
    }

    #[test]
    fn characters_that_no_file_may_hold_go_and_words_stay_apart() {
        assert_eq!(clean("a\u{0}b\u{c}c\r\nd\re\u{ffff}"), "ab c\nd\ne");
    }
}
