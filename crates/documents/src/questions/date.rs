//! Dates and times as they are printed in the United Kingdom: day before month, "11.45pm", "midday". A year
//! that is not printed is worked out from today and from the weekday.

use jiff::ToSpan;
use jiff::civil::{Date, Time};

/// After this many days a date without a year means the one that has just passed.
const TOO_FAR: i32 = 300;

/// A word of a folded text with its place.
pub(super) struct Word<'a> {
    /// Where it begins.
    pub(super) at: usize,
    /// The word without signs around it.
    pub(super) text: &'a str,
}

/// A date with the words it takes: first and one past the last.
pub(super) struct Printed {
    /// The day.
    pub(super) date: Date,
    /// Its first word.
    pub(super) first: usize,
    /// One past its last word.
    pub(super) end: usize,
}

/// Splits folded text into words.
pub(super) fn words(folded: &str) -> Vec<Word<'_>> {
    let mut at = 0;
    let mut words = Vec::new();
    for piece in folded.split(' ') {
        let text = piece.trim_matches(|c: char| !c.is_alphanumeric());
        if !text.is_empty() {
            let lead = piece.find(text).unwrap_or(0);
            words.push(Word { at: at + lead, text });
        }
        at += piece.len() + 1;
    }
    words
}

/// Returns every date in the words.
pub(super) fn dates(words: &[Word<'_>], today: Option<Date>) -> Vec<Printed> {
    let mut found: Vec<Printed> = Vec::new();
    for first in 0..words.len() {
        let free = found.last().is_none_or(|last| last.end <= first);
        if let Some((date, length)) = words.get(first..).filter(|_| free).and_then(|rest| {
            let weekday =
                first.checked_sub(1).and_then(|before| words.get(before)).and_then(|word| weekday(word.text));
            numeric(rest).or_else(|| in_words(rest, weekday, today))
        }) {
            found.push(Printed { date, first, end: first + length });
        }
    }
    found
}

/// Returns the time of day that stands nearest to a date, at most a few words away.
pub(super) fn time_near(words: &[Word<'_>], date: &Printed) -> Option<Time> {
    const NEAR: usize = 6;
    let before = (date.first.saturating_sub(NEAR)..date.first).rev().map(|at| (date.first - at, at));
    let after = (date.end..words.len().min(date.end + NEAR)).map(|at| (at + 1 - date.end, at));
    let mut all: Vec<_> =
        before.chain(after).filter_map(|(far, at)| Some((far, time(words.get(at..)?)?))).collect();
    all.sort_by_key(|(far, _)| *far);
    all.first().map(|(_, time)| *time)
}

fn word<'a>(words: &[Word<'a>], at: usize) -> Option<&'a str> {
    words.get(at).map(|word| word.text)
}

fn numeric(words: &[Word<'_>]) -> Option<(Date, usize)> {
    let text = word(words, 0)?;
    let sign = ['/', '-', '.'].into_iter().find(|sign| text.matches(*sign).count() == 2)?;
    let mut parts = text.split(sign);
    let (one, two, three) = (parts.next()?, parts.next()?, parts.next()?);
    let (day, month, year) = if one.len() == 4 { (three, two, one) } else { (one, two, three) };
    Some((Date::new(year_of(year)?, small(month)?, small(day)?).ok()?, 1))
}

fn small(text: &str) -> Option<i8> {
    ((1..=2).contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit())).then(|| text.parse().ok())?
}

fn year_of(text: &str) -> Option<i16> {
    let year: i16 = text.parse().ok()?;
    match text.len() {
        2 => Some(2000 + year),
        4 if (1990..=2100).contains(&year) => Some(year),
        _ => None,
    }
}

fn in_words(words: &[Word<'_>], weekday: Option<i8>, today: Option<Date>) -> Option<(Date, usize)> {
    let (day, month, mut length) = match (day_of(word(words, 0)?), month_of(word(words, 0)?)) {
        (Some(day), _) => {
            let of = usize::from(word(words, 1) == Some("of"));
            (day, month_of(word(words, 1 + of)?)?, 2 + of)
        }
        (None, Some(month)) => (day_of(word(words, 1)?)?, month, 2),
        (None, None) => return None,
    };
    let year = word(words, length).filter(|text| text.len() == 4).and_then(year_of);
    length += usize::from(year.is_some());
    let date = match year {
        Some(year) => Date::new(year, month, day).ok()?,
        None => nearest(day, month, weekday, today?)?,
    };
    Some((date, length))
}

fn day_of(text: &str) -> Option<i8> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    small(digits).filter(|day| (1..=31).contains(day))
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

pub(super) fn month_of(text: &str) -> Option<i8> {
    let at = MONTHS.iter().position(|month| *month == text || (text.len() == 3 && month.starts_with(text)));
    let at = at.or_else(|| (text == "sept").then_some(8))?;
    i8::try_from(at + 1).ok()
}

fn weekday(text: &str) -> Option<i8> {
    let at = WEEKDAYS.iter().position(|day| *day == text || (text.len() >= 3 && day.starts_with(text)))?;
    i8::try_from(at + 1).ok()
}

/// Returns the date in the year that fits the weekday, else the next to come, unless that is nearly a year off.
fn nearest(day: i8, month: i8, weekday: Option<i8>, today: Date) -> Option<Date> {
    let year = today.year();
    let all: Vec<Date> = (year - 1..=year + 1).filter_map(|year| Date::new(year, month, day).ok()).collect();
    let fits = |date: &&Date| weekday.is_none_or(|weekday| date.weekday().to_monday_one_offset() == weekday);
    let fitting: Vec<&Date> = all.iter().filter(fits).collect();
    let among = if fitting.is_empty() { all.iter().collect() } else { fitting };
    let far = today.checked_add(TOO_FAR.days()).ok()?;
    let next = among.iter().find(|date| ***date >= today && ***date <= far);
    let past = among.iter().rev().find(|date| ***date < today);
    next.or(past).or(among.first()).map(|date| **date)
}

/// Reads a time of day off the front of the words.
fn time(words: &[Word<'_>]) -> Option<Time> {
    let text = word(words, 0)?;
    match text {
        // The end of that day: a minute past it would be another date.
        "midnight" => return Some(Time::constant(23, 59, 0, 0)),
        "noon" | "midday" | "12noon" => return Some(Time::constant(12, 0, 0, 0)),
        _ => {}
    }
    let half = |text: &str| match text {
        "am" | "a.m" => Some(false),
        "pm" | "p.m" => Some(true),
        _ => None,
    };
    let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (digits, letters) = text.split_at_checked(split)?;
    let afternoon = match letters {
        "" => word(words, 1).and_then(half),
        "hrs" | "h" => None,
        letters => Some(half(letters)?),
    };
    let (hour, minute) = match digits.split_once([':', '.']) {
        Some((hour, minute)) if minute.len() == 2 => (small(hour)?, small(minute)?),
        None if afternoon.is_some() => (small(digits)?, 0),
        None if digits.len() == 4
            && (letters == "hrs" || matches!(word(words, 1), Some("hrs" | "hours"))) =>
        {
            (small(digits.get(..2)?)?, small(digits.get(2..)?)?)
        }
        _ => return None,
    };
    let hour = match afternoon {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    Time::new(hour, minute, 0, 0).ok()
}
