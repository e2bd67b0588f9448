//! UK local time: a closing is a time and not a day, counted in local days so that the clock change
//! never makes "22 days left" wrong by one. The only place that knows a time zone.
//! Wording of dates is the screen's; arithmetic is done here.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// The zone in which askers in the United Kingdom state their closing times.
pub const ZONE: &str = "Europe/London";

/// When a call closes: the wall-clock time the asker stated, in UK time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ClosesAt {
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// The time of day, `HH:MM`; `None` where the asker states none. We then plan for midday.
    pub time: Option<String>,
}

/// A date or time that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not a date and time such as 2022-01-14T23:45")]
pub struct NotATime;

/// The time of day we plan for where the asker states none.
const MIDDAY: Time = Time::constant(12, 0, 0, 0);

fn zone() -> TimeZone {
    TimeZone::get(ZONE).unwrap_or(TimeZone::UTC)
}

fn date(text: &str) -> Result<Date, NotATime> {
    text.parse().map_err(|_| NotATime)
}

impl ClosesAt {
    /// Reads `2022-01-14T23:45`, `2022-01-14 23:45` or `2022-01-14`.
    ///
    /// # Errors
    /// [`NotATime`] where it is none of these.
    pub fn parse(text: &str) -> Result<Self, NotATime> {
        let text = text.trim();
        let (day, time) = match text.split_once(['T', ' ']) {
            Some((day, time)) => (day, Some(time)),
            None => (text, None),
        };
        let time = match time {
            Some(time) => Some(time.parse::<Time>().map_err(|_| NotATime)?.strftime("%H:%M").to_string()),
            None => None,
        };
        Ok(Self { date: date(day)?.to_string(), time })
    }

    fn local(&self) -> Result<DateTime, NotATime> {
        let time = match &self.time {
            Some(time) => time.parse().map_err(|_| NotATime)?,
            None => MIDDAY,
        };
        Ok(date(&self.date)?.to_datetime(time))
    }

    /// Returns the instant it closes, in milliseconds since 1970; midday where no time was stated.
    /// A time that the spring clock change skips counts as the hour after.
    ///
    /// # Errors
    /// [`NotATime`] where the stored text is no date or time.
    pub fn instant_ms(&self) -> Result<i64, NotATime> {
        let zoned = self.local()?.to_zoned(zone()).map_err(|_| NotATime)?;
        Ok(zoned.timestamp().as_millisecond())
    }

    /// Returns the local days from `now_ms` to the closing day; negative once it has passed.
    ///
    /// # Errors
    /// [`NotATime`] where the stored text is no date.
    pub fn days_left(&self, now_ms: i64) -> Result<i32, NotATime> {
        days_between(today(now_ms), date(&self.date)?)
    }

    /// Returns our own dates, counted back from the closing.
    ///
    /// # Errors
    /// [`NotATime`] where the stored text is no date.
    pub fn reverse_plan(&self, now_ms: i64) -> Result<Plan, NotATime> {
        let closing = date(&self.date)?;
        let today = today(now_ms);
        let whole = days_between(today, closing)?.max(0);
        // Of the days there are, the last seventh is for sign-off, the quarter before for comments.
        let back = |days: i32| -> Result<String, NotATime> {
            let day = closing.checked_sub(Span::new().days(days)).map_err(|_| NotATime)?;
            Ok(day.max(today.min(closing)).to_string())
        };
        let sign_off = (whole / 7).clamp(i32::from(whole > 1), 3);
        let comments = (whole * 2 / 5).clamp(sign_off, 8);
        let draft = (whole * 2 / 3).clamp(comments, 14);
        Ok(Plan {
            draft: back(draft)?,
            comments: back(comments)?,
            sign_off: back(sign_off)?,
            send: closing.to_string(),
        })
    }
}

/// Our own dates for one call, `YYYY-MM-DD`, in the order in which they come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Plan {
    /// Drafts are written by then.
    pub draft: String,
    /// Comments are in by then.
    pub comments: String,
    /// It is signed off by then.
    pub sign_off: String,
    /// It is sent on that day.
    pub send: String,
}

/// Returns today's date in the United Kingdom at `now_ms`, `YYYY-MM-DD`.
pub fn today_text(now_ms: i64) -> String {
    today(now_ms).to_string()
}

fn today(now_ms: i64) -> Date {
    Timestamp::from_millisecond(now_ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone()).date()
}

fn days_between(from: Date, to: Date) -> Result<i32, NotATime> {
    Ok(from.until(to).map_err(|_| NotATime)?.get_days())
}

/// Returns the date `days` after `date_text`, `YYYY-MM-DD`.
///
/// # Errors
/// [`NotATime`] where the text is no date or the result lies outside the calendar.
pub fn days_after(date_text: &str, days: i32) -> Result<String, NotATime> {
    Ok(date(date_text)?.checked_add(i64::from(days).days()).map_err(|_| NotATime)?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> i64 {
        text.parse::<Timestamp>().expect("it parses").as_millisecond()
    }

    #[test]
    fn a_closing_in_winter_and_in_summer_is_uk_wall_clock_time() {
        let winter = ClosesAt::parse("2022-01-14T23:45").expect("it parses");
        assert_eq!(winter.instant_ms().expect("it is an instant"), ms("2022-01-14T23:45:00Z"));
        let summer = ClosesAt::parse("2027-07-01 17:00").expect("it parses");
        assert_eq!(summer.instant_ms().expect("it is an instant"), ms("2027-07-01T16:00:00Z"));
    }

    #[test]
    fn the_countdown_crosses_the_clock_change_by_calendar_days() {
        let closes = ClosesAt::parse("2026-10-26T00:30").expect("it parses");
        // 25 October 2026 has 25 hours; half past eleven that evening is still one day before.
        assert_eq!(closes.days_left(ms("2026-10-25T23:30:00Z")).expect("it is a date"), 1);
        assert_eq!(closes.days_left(ms("2026-10-24T22:59:00Z")).expect("it is a date"), 2);
        assert_eq!(closes.days_left(ms("2026-10-28T12:00:00Z")).expect("it is a date"), -2);
    }

    #[test]
    fn no_stated_time_is_kept_as_none_and_planned_for_midday() {
        let closes = ClosesAt::parse("2027-01-14").expect("it parses");
        assert_eq!(closes.time, None);
        assert_eq!(closes.instant_ms().expect("it is an instant"), ms("2027-01-14T12:00:00Z"));
    }

    #[test]
    fn a_time_that_the_clock_change_skips_is_the_hour_after() {
        assert_eq!(
            ClosesAt::parse("2027-03-28T01:30").expect("it parses").instant_ms().expect("it is an instant"),
            ms("2027-03-28T01:30:00Z")
        );
    }

    #[test]
    fn the_plan_runs_back_from_the_closing_and_never_before_today() {
        let closes = ClosesAt::parse("2026-12-14T17:00").expect("it parses");
        let plan = closes.reverse_plan(ms("2026-11-22T12:00:00Z")).expect("it has a plan");
        assert_eq!(
            plan,
            Plan {
                draft: "2026-11-30".into(),
                comments: "2026-12-06".into(),
                sign_off: "2026-12-11".into(),
                send: "2026-12-14".into()
            }
        );
        let tight = closes.reverse_plan(ms("2026-12-14T09:00:00Z")).expect("it has a plan");
        assert_eq!((tight.draft.as_str(), tight.send.as_str()), ("2026-12-14", "2026-12-14"));
    }

    #[test]
    fn wrong_text_is_refused_in_words() {
        for text in ["", "soon", "2022-13-01", "14/01/2022", "2022-01-14T25:00"] {
            assert_eq!(ClosesAt::parse(text), Err(NotATime), "{text}");
        }
    }
}
