//! The sign in front of a line: number, letter, bullet or box. A day at the start of a line is no number.

use super::date;

/// The most characters of a number as printed.
const LONGEST_NUMBER: usize = 20;

/// What stands in front of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Mark {
    /// Nothing.
    None,
    /// A number, with how it was printed.
    Number {
        /// As printed, without signs: `3`, `2.1`, `3a`.
        label: String,
        /// Whether "Question" or "Q" stands before it.
        named: bool,
    },
    /// A single letter: `a`.
    Letter(char),
    /// A small roman number: `iv`.
    Roman(String),
    /// A bullet.
    Bullet,
    /// A box or ring to be ticked.
    Tick,
    /// The sign of a heading in Markdown.
    Heading,
}

/// Words before a number that name a question.
const NAMES: [&str; 5] = ["consultation question", "question", "cwestiwn", "qu", "q"];
/// Signs that are bullets wherever a space follows.
const BULLETS: [char; 18] =
    ['•', '●', '▪', '■', '◦', '‣', '∙', '➢', '►', '▶', '✓', '✔', '❖', '◆', '–', '-', '*', '·'];
/// Boxes and rings, and what a page that is read aloud writes for them.
const TICKS: [&str; 18] = [
    "☐",
    "☑",
    "☒",
    "□",
    "○",
    "◯",
    "◻",
    "⬜",
    "❏",
    "❑",
    "[ ]",
    "[]",
    "[x]",
    "( )",
    "radio button: unticked",
    "radio button: ticked",
    "checkbox: unticked",
    "checkbox: ticked",
];

/// Splits a line into its mark and the rest.
pub(super) fn split(line: &str) -> (Mark, &str) {
    let found = ticked(line)
        .or_else(|| heading(line))
        .or_else(|| bulleted(line))
        .or_else(|| named(line))
        .or_else(|| numbered(line))
        .or_else(|| coded(line))
        .or_else(|| lettered(line));
    found.map_or((Mark::None, line), |(mark, rest)| (mark, rest.trim()))
}

/// Splits a bullet that was damaged on its way off a line. Only to be believed where several follow.
pub(super) fn damaged_bullet(line: &str) -> Option<&str> {
    line.strip_prefix(['o', '?', '¿']).and_then(|rest| rest.strip_prefix([' ', '\t'])).map(str::trim)
}

fn ticked(line: &str) -> Option<(Mark, &str)> {
    TICKS.iter().find_map(|sign| {
        let front = line.get(..sign.len())?;
        front.eq_ignore_ascii_case(sign).then_some(())?;
        let rest = line.get(sign.len()..)?;
        let parted = !sign.ends_with(char::is_alphabetic) || rest.starts_with(char::is_whitespace);
        parted.then_some((Mark::Tick, rest))
    })
}

fn heading(line: &str) -> Option<(Mark, &str)> {
    let rest = line.trim_start_matches('#');
    ((1..=6).contains(&(line.len() - rest.len())) && rest.starts_with(' ')).then_some((Mark::Heading, rest))
}

fn bulleted(line: &str) -> Option<(Mark, &str)> {
    let sign = line.chars().next()?;
    let rest = line.get(sign.len_utf8()..)?;
    // Word's own bullets arrive as characters of a private range.
    let private = ('\u{f000}'..='\u{f0ff}').contains(&sign);
    let parted = rest.starts_with(char::is_whitespace) || private || sign == '•';
    ((private || BULLETS.contains(&sign)) && parted).then_some((Mark::Bullet, rest))
}

fn named(line: &str) -> Option<(Mark, &str)> {
    NAMES.iter().find_map(|name| {
        let rest = line.get(..name.len()).filter(|front| front.eq_ignore_ascii_case(name))?;
        let rest = line.get(rest.len()..)?;
        let rest = rest.strip_prefix('.').unwrap_or(rest).trim_start_matches([' ', '\u{a0}']);
        let (label, rest) = label(rest)?;
        if let Some(total) = of_how_many(rest) {
            return number(format!("{label} {total}"), true, "");
        }
        let after = rest.trim_start();
        let signs = after.trim_start_matches(['.', ':', ')', '-', '–', '—']);
        // After a sign anything may follow; without one "Question 3" needs a space.
        let parted = rest.is_empty() || after.len() > signs.len() || rest.starts_with(char::is_whitespace);
        parted.then(|| number(label, true, signs))?
    })
}

fn number(label: String, named: bool, rest: &str) -> Option<(Mark, &str)> {
    (label.chars().count() <= LONGEST_NUMBER).then_some((Mark::Number { label, named }, rest))
}

/// Returns "of 12" where nothing else follows, as surveys print it.
fn of_how_many(rest: &str) -> Option<&str> {
    let rest = rest.trim();
    let total = rest.strip_prefix("of ")?;
    (total.len() <= 3 && !total.is_empty() && total.chars().all(|c| c.is_ascii_digit())).then_some(rest)
}

/// Takes `3`, `2.1`, `3a` or `3(a)` off the front.
fn label(text: &str) -> Option<(String, &str)> {
    let mut end = 0;
    let mut rest = text;
    loop {
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        if !(1..=3).contains(&digits) {
            break;
        }
        end = text.len() - rest.len() + digits;
        match rest.get(digits..).and_then(|rest| rest.strip_prefix('.')) {
            Some(next) => rest = next,
            None => break,
        }
    }
    let (number, after) = text.split_at_checked(end).filter(|(number, _)| !number.is_empty())?;
    let mut signs = after.chars();
    let (one, two, three) = (signs.next(), signs.next(), signs.next());
    let is_letter = |c: Option<char>| c.filter(char::is_ascii_lowercase);
    let joins = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    if let (Some('('), Some(letter), Some(')')) = (one, is_letter(two), three) {
        return Some((format!("{number}{letter}"), after.get(3..)?));
    }
    match is_letter(one) {
        Some(letter) if !joins(two) => Some((format!("{number}{letter}"), after.get(1..)?)),
        _ => Some((number.to_owned(), after)),
    }
}

fn numbered(line: &str) -> Option<(Mark, &str)> {
    let inside = line.strip_prefix(['(', '[']);
    let (label, rest) = label(inside.unwrap_or(line))?;
    let is_plain = label.chars().all(|c| c.is_ascii_digit());
    if inside.is_some() {
        let rest = rest.strip_prefix([')', ']'])?;
        return (rest.is_empty() || rest.starts_with(char::is_whitespace))
            .then(|| number(label, false, rest))?;
    }
    let signs = rest.trim_start_matches(['.', ')', ':']);
    let follows = signs.trim_start();
    let opens =
        follows.chars().next().is_some_and(|c| c.is_uppercase() || matches!(c, '"' | '\'' | '‘' | '“'));
    let has_sign = signs.len() < rest.len();
    let has_gap = signs.starts_with(char::is_whitespace) || signs.is_empty();
    let believed = match (has_sign, has_gap) {
        (true, true) => true,
        (true, false) => opens,
        (false, true) if is_plain => signs.starts_with(['\t', '\u{a0}']) || signs.starts_with("  "),
        (false, true) => opens,
        (false, false) => false,
    };
    (believed && !(is_plain && is_month(follows))).then(|| number(label, false, signs))?
}

/// Takes "A1." off the front: a part of the call and a number in it.
fn coded(line: &str) -> Option<(Mark, &str)> {
    let letter = line.chars().next().filter(char::is_ascii_uppercase)?;
    let (label, rest) = label(line.get(1..)?)?;
    let signs = rest.strip_prefix(['.', ')', ':'])?;
    (signs.is_empty() || signs.starts_with(char::is_whitespace))
        .then(|| number(format!("{letter}{label}"), false, signs))?
}

fn is_month(text: &str) -> bool {
    let word: String =
        text.chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    date::month_of(&word).is_some()
}

fn lettered(line: &str) -> Option<(Mark, &str)> {
    let inside = line.strip_prefix('(');
    let text = inside.unwrap_or(line);
    let word: String = text.chars().take_while(char::is_ascii_alphabetic).take(6).collect();
    let rest = text.get(word.len()..)?;
    let sign = rest.chars().next()?;
    let rest = rest.get(sign.len_utf8()..)?;
    let parted = rest.is_empty() || rest.starts_with(char::is_whitespace);
    let is_small = word.chars().all(|c| c.is_ascii_lowercase());
    // "A." may begin a name; "a." does not.
    let signed = sign == ')' || (sign == '.' && inside.is_none() && is_small);
    if !(parted && signed && !word.is_empty()) {
        return None;
    }
    let mark = match word.as_str() {
        "i" | "ii" | "iii" | "iv" | "vi" | "vii" | "viii" | "ix" | "xi" | "xii" => Mark::Roman(word),
        one if one.len() == 1 => Mark::Letter(one.chars().next()?.to_ascii_lowercase()),
        _ => return None,
    };
    Some((mark, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, mark: Mark, rest: &str) {
        assert_eq!(split(line), (mark, rest), "{line}");
    }

    fn number(label: &str, named: bool) -> Mark {
        Mark::Number { label: label.into(), named }
    }

    #[test]
    fn numbers_are_read_as_askers_print_them() {
        check("1. What is it?", number("1", false), "What is it?");
        check("3a) Why?", number("3a", false), "Why?");
        check("2.1 Access to care", number("2.1", false), "Access to care");
        check("(4) Why?", number("4", false), "Why?");
        check("1\tWhy?", number("1", false), "Why?");
        check("Q1 Why?", number("1", true), "Why?");
        check("Q.2: Why?", number("2", true), "Why?");
        check("Question 3: Why?", number("3", true), "Why?");
        check("QUESTION 12", number("12", true), "");
        check("Question 3(b) – Why?", number("3b", true), "Why?");
        check("Question 4 of 12", number("4 of 12", true), "");
        check("Cwestiwn 2: Pam?", number("2", true), "Pam?");
        check("C3: Pam?", number("C3", false), "Pam?");
        check("A1. Why?", number("A1", false), "Why?");
        check("1.1.2.3.4.5 Deep", number("1.1.2.3.4.5", false), "Deep");
    }

    #[test]
    fn what_only_looks_like_a_number_is_none() {
        for line in [
            "14 January 2022",
            "2021. A hard year",
            "1.5 million patients",
            "10.30am start",
            "3 people came",
            "5.5% uplift",
            "Questionable",
            "Q",
            "C3 is a form",
            "£3. Then",
            "A. Smith wrote",
            "i.e. this",
            "1234567890) no",
            "",
            "quarter 3",
        ] {
            check(line, Mark::None, line);
        }
    }

    #[test]
    fn letters_bullets_and_boxes_are_read() {
        check("(a) one", Mark::Letter('a'), "one");
        check("b. two", Mark::Letter('b'), "two");
        check("(iv) four", Mark::Roman("iv".into()), "four");
        check("• one", Mark::Bullet, "one");
        check("\u{f0b7}\tone", Mark::Bullet, "one");
        check("- one", Mark::Bullet, "one");
        check("☐ Yes", Mark::Tick, "Yes");
        check("[ ] Yes", Mark::Tick, "Yes");
        check("Radio button: Unticked Yes", Mark::Tick, "Yes");
        check("## Part two", Mark::Heading, "Part two");
        check("-5 degrees", Mark::None, "-5 degrees");
        assert_eq!(damaged_bullet("o one"), Some("one"));
    }
}
