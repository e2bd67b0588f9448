//! What people bring in and begin: a call with questions, a response with its answers. Ids are fixed by small
//! numbers, so that two devices that begin apart mean the same thing.

use crate::KitError;
use crate::device::Device;
use linchpin_domain::command::{Command, Sharing};
use linchpin_domain::id::{AnswerId, CallId, QuestionId, RecordId, ResponseId};
use linchpin_domain::record::answer::Answer;
use linchpin_domain::record::call::Call;
use linchpin_domain::record::question_set::Question;
use linchpin_domain::record::response::Response;
use linchpin_domain::space::Space;

/// When the small numbers' ids were made.
const MADE_MS: u64 = 1_650_000_000_000;

/// Returns the id of a small number.
pub fn id<I: From<RecordId>>(n: u8) -> I {
    I::from(RecordId::new(MADE_MS + u64::from(n), [n; 10]))
}

/// Returns the call of a small number.
pub fn call(n: u8) -> CallId {
    id(n)
}

/// Returns a question of a call.
pub fn question(call: u8, n: u8) -> QuestionId {
    id(100 + 10 * call + n)
}

/// Returns the network's response to a call.
pub fn response(n: u8) -> ResponseId {
    ResponseId::of(call(n))
}

/// Returns the answer to a question of a call.
pub fn answer(call: u8, n: u8) -> AnswerId {
    AnswerId::of(response(call), question(call, n))
}

impl Device {
    /// Brings a call in with its questions.
    ///
    /// # Errors
    /// Faults of the store.
    pub fn brings_in(&self, n: u8, title: &str, questions: u8) -> Result<(), KitError> {
        let space = Space::Call(call(n));
        let record = Call { title: title.to_owned(), ..Call::default() };
        self.store().transact(&self.by("bring in"), |tx| {
            tx.command(&space, Command::OpenCall { call: call(n) })?;
            tx.create(call(n), &space, &record)?;
            for q in 0..questions {
                let record = Question { text: format!("Question {q} of {title}"), ..Question::default() };
                tx.create(question(n, q), &space, &record)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Begins the network's response to a call, with an answer for each question.
    ///
    /// # Errors
    /// Faults of the store.
    pub fn begins_response(&self, n: u8, questions: u8) -> Result<(), KitError> {
        let space = Space::Response(response(n));
        self.store().transact(&self.by("begin response"), |tx| {
            let command =
                Command::OpenResponse { response: response(n), call: call(n), sharing: Sharing::Everyone };
            tx.command(&space, command)?;
            tx.create(response(n), &space, &Response { call: Some(call(n)), ..Response::default() })?;
            for q in 0..questions {
                let (response, question) = (Some(response(n)), Some(question(n, q)));
                tx.create(answer(n, q), &space, &Answer { response, question, ..Answer::default() })?;
            }
            Ok(())
        })?;
        Ok(())
    }
}
