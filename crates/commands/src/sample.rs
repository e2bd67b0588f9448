//! The sample consultation of the first run: invented, marked as a sample, on this computer alone and never
//! sent. It shows what a begun response looks like, and goes with one press.

use crate::core::{Core, Desk};
use crate::docs::begun;
use crate::error::Error;
use linchpin_domain::id::{AnswerId, CallId, QuestionId, RecordId, ResponseId};
use linchpin_domain::london::{ClosesAt, days_after, today_text};
use linchpin_domain::order;
use linchpin_domain::record::answer::Answer;
use linchpin_domain::record::call::{Call, CallKind};
use linchpin_domain::record::question_set::{Choice, Question, QuestionKind};
use linchpin_domain::record::response::Response;
use linchpin_domain::space::Space;
use linchpin_store::reader::{Filter, Reader};
use linchpin_store::{StoreError, Tx};

/// Days until the sample closes.
const DAYS: i32 = 21;

const TITLE: &str = "Sample: Making it easier to reach your practice";
const QUESTIONS: [(&str, QuestionKind, Option<u32>); 3] = [
    (
        "What keeps people from reaching your practice, and what have you tried?",
        QuestionKind::FreeText,
        Some(250),
    ),
    (
        "Do you agree that each practice should publish how long people wait on the telephone?",
        QuestionKind::OneChoice,
        None,
    ),
    ("What would help your team most in the next year?", QuestionKind::FreeText, Some(150)),
];
const CHOICES: [&str; 3] = ["Agree", "Neither agree nor disagree", "Disagree"];
const BEGUN: &str = "Our telephones are busiest between eight and ten. A call-back list has halved the wait, but it needs \
                     one person who does nothing else.\n\nThis is a sample. Change it, add to it, or remove it in Settings.";

/// Tells whether the sample is here.
pub(crate) fn is_here(reader: &Reader<'_>) -> Result<bool, StoreError> {
    Ok(reader.list::<Call>(Filter::All)?.iter().any(|row| row.record.sample))
}

/// Lays the sample in.
pub(crate) fn lay(core: &Core, desk: &Desk) -> Result<(), Error> {
    let by = core.by(desk, "sample")?;
    let closes = days_after(&today_text(core.now()), DAYS)
        .map_err(|_| Error::internal("a date beyond the calendar"))?;
    let text = begun(BEGUN)?;
    desk.store.transact(&by, |tx| {
        let call: CallId = tx.new_id();
        let response = ResponseId::of(call);
        let (asked, ours) = (Space::Call(call), Space::Response(response));
        tx.keep_local(&asked)?;
        tx.keep_local(&ours)?;
        let record = Call {
            title: TITLE.to_owned(),
            asker: "Sample Department".to_owned(),
            kind: CallKind::Consultation,
            closes: Some(ClosesAt { date: closes, time: Some("17:00".to_owned()) }),
            first_seen_at: by.now_ms,
            sample: true,
            ..Call::default()
        };
        tx.create(call, &asked, &record)?;
        let lead = Some(by.person);
        tx.create(response, &ours, &Response { call: Some(call), lead, ..Response::default() })?;
        let mut first = None;
        for (n, ((text, kind, word_limit), place)) in
            QUESTIONS.iter().zip(order::spread(QUESTIONS.len())).enumerate()
        {
            let id: QuestionId = tx.new_id();
            let choices = if *kind == QuestionKind::OneChoice { choices() } else { Vec::new() };
            let question = Question {
                number: (n + 1).to_string(),
                text: (*text).to_owned(),
                kind: *kind,
                choices,
                word_limit: *word_limit,
                order: place,
                ..Question::default()
            };
            tx.create(id, &asked, &question)?;
            let answer = AnswerId::of(response, id);
            let record =
                Answer { response: Some(response), question: Some(id), owner: lead, ..Answer::default() };
            tx.create(answer, &ours, &record)?;
            first.get_or_insert(answer);
        }
        first.zip(text).map_or(Ok(()), |(answer, text)| tx.append_text(answer, &ours, text))
    })?;
    Ok(())
}

fn choices() -> Vec<Choice> {
    let choice = |(n, text): (usize, &&str)| Choice { id: format!("c{}", n + 1), text: (*text).to_owned() };
    CHOICES.iter().enumerate().map(choice).collect()
}

/// Deletes the sample call; what belongs to it goes out of sight with it.
pub(crate) fn remove(tx: &mut Tx<'_, '_>) -> Result<(), StoreError> {
    let calls = tx.reader().list::<Call>(Filter::All)?;
    let samples: Vec<RecordId> = calls.iter().filter(|row| row.record.sample).map(|row| row.id).collect();
    samples.into_iter().try_for_each(|id| tx.delete(id))
}
