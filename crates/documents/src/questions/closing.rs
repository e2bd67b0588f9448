//! When a call closes, read from the line that says so. The line itself stays where it is.

use super::date::{Printed, Word, dates, time_near, words};
use super::line::Line;
use crate::clean::{begins, has, place_of};
use jiff::civil::Date;
use linchpin_domain::london::ClosesAt;

/// Words after which the closing date stands.
const SURE: [&str; 16] = [
    "closing date",
    "closing time",
    "closing",
    "closes",
    "closed",
    "will close",
    "deadline",
    "ends on",
    "ends at",
    "end date",
    "open until",
    "runs until",
    "no later than",
    "dyddiad cau",
    "cau ar",
    "respond by",
];
/// Words that make "by" a closing.
const SENT: [&str; 18] = [
    "submit",
    "submitted",
    "submission",
    "submissions",
    "response",
    "responses",
    "reply",
    "replies",
    "return",
    "returned",
    "send",
    "sent",
    "email",
    "e-mail",
    "comments",
    "views",
    "evidence",
    "received",
];
const UNTIL: [&str; 4] = ["by", "before", "until", "no later than"];
/// The most words of a line that says nothing but "by 5pm on Friday".
const SHORT: usize = 14;

/// Returns the closing time and the place of the line that says it; none where no line does.
pub(super) fn find(lines: &[Line], today: &str) -> Option<(ClosesAt, usize)> {
    let today = today.trim().parse::<Date>().ok();
    let mut best: Option<(u8, ClosesAt, usize)> = None;
    for (at, line) in lines.iter().enumerate() {
        let next = lines.get(at + 1);
        if let Some((level, closes)) = in_line(line, next, today)
            && best.as_ref().is_none_or(|(best, ..)| level > *best)
        {
            best = Some((level, closes, line.at));
        }
    }
    best.map(|(_, closes, at)| (closes, at))
}

fn in_line(line: &Line, next: Option<&Line>, today: Option<Date>) -> Option<(u8, ClosesAt)> {
    let key = line.key.as_str();
    let all = words(key);
    let printed = dates(&all, today);
    if let Some(cue) = SURE.iter().filter_map(|cue| place_of(key, cue)).min() {
        let later = |date: &&Printed| all.get(date.first).is_some_and(|word| word.at >= cue);
        let was_moved = has(key, "extended");
        let after = if was_moved { printed.iter().rfind(later) } else { printed.iter().find(later) };
        if let Some(date) = after.or(printed.last()) {
            return Some((3, closes(&all, date)));
        }
        // "Closing date" as a line of its own, with the date below.
        let label_only = all.len() <= 5;
        let below = next.filter(|next| label_only && next.words() <= SHORT)?;
        let below_words = words(&below.key);
        let date = dates(&below_words, today);
        return date.first().map(|date| (3, closes(&below_words, date)));
    }
    let last = printed.last()?;
    let until = |word: &Word<'_>| UNTIL.contains(&word.text);
    let stands_before = all.iter().take(last.first).rev().take(7).any(until);
    if stands_before && SENT.iter().any(|word| has(key, word)) {
        return Some((2, closes(&all, last)));
    }
    let runs = (has(key, "runs from") || has(key, "open from")) && printed.len() > 1;
    if runs {
        return Some((2, closes(&all, last)));
    }
    (begins(key, "by") && line.words() <= SHORT).then(|| (1, closes(&all, last)))
}

fn closes(words: &[Word<'_>], date: &Printed) -> ClosesAt {
    let time = time_near(words, date).map(|time| time.strftime("%H:%M").to_string());
    ClosesAt { date: date.date.to_string(), time }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questions::line::lines;

    fn check(text: &str, wanted: &str) {
        let found = find(&lines(text), "2026-11-24");
        let said = found.map(|(closes, _)| match closes.time {
            Some(time) => format!("{} {time}", closes.date),
            None => closes.date,
        });
        assert_eq!(said.unwrap_or_default(), wanted, "{text}");
    }

    #[test]
    fn closing_times_are_read_in_british_forms() {
        check("This consultation closes at 11:45pm on 14 January 2022", "2022-01-14 23:45");
        check("Closes at 11.59 p.m. on Friday 14th January 2022.", "2022-01-14 23:59");
        check("Closing date: 14/01/2022", "2022-01-14");
        check("Closing date\n14 January 2022", "2022-01-14");
        check("Deadline: midday, Tuesday 1 December 2026", "2026-12-01 12:00");
        check("Please send your response by 5pm, Friday 4 December to the team", "2026-12-04 17:00");
        check("by 17:00 on 3 March 2027", "2027-03-03 17:00");
        check("The consultation runs from 3 October 2026 to 26 December 2026", "2026-12-26");
        check("Opened 3 Oct 2026. Closes 26 Dec 2026", "2026-12-26");
        check("Closing date: 2027-01-09", "2027-01-09");
        check("The deadline was extended from 1 May 2026 to 8 May 2026", "2026-05-08");
        check("Ymgynghoriad yn cau ar 14 Jan 2027", "2027-01-14");
        check("The survey will close at midnight on the 7th of February 2027", "2027-02-07 23:59");
        check("Responses must be received by 1700 hours on 2 June 2027", "2027-06-02 17:00");
    }

    #[test]
    fn a_year_that_is_not_printed_is_the_one_that_fits() {
        // 3 March is a Friday in 2023 and a Wednesday in 2027; neither weekday nor year fits Friday near 2026.
        check("Closes Wednesday 3 March", "2027-03-03");
        check("Closes 1 November", "2026-11-01");
        check("Closes 1 December", "2026-12-01");
        check("Closes 29 February", "");
    }

    #[test]
    fn dates_that_close_nothing_are_left_alone() {
        check("In December 2021 the committee called for submissions", "");
        check("Published 3 October 2024", "");
        check("We opened our second site on 4 May 2020.", "");
        check("Closing date: 31/31/2022", "");
        check("Closing the gap by 2030", "");
    }
}
