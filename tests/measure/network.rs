//! A network of the size of the large test set: people, and calls whose questions are answered. Texts are made of words
//! that nobody's language has, many enough that they pack about as well as English does.

use crate::desk::{Desk, now_ms, part, text};
use anyhow::{Context, Result};
use linchpin_domain::change::{Change, Op};
use linchpin_domain::command::{Command, Sharing};
use linchpin_domain::id::{AnswerId, CallId, QuestionId, ResponseId};
use linchpin_domain::record::Fields;
use linchpin_domain::record::answer::Answer;
use linchpin_domain::record::call::Call;
use linchpin_domain::record::question_set::Question;
use linchpin_domain::record::response::Response;
use linchpin_domain::space::Space;
use linchpin_hub::Hub;
use linchpin_text::{TextDoc, edit};
use std::ops::Range;

/// Questions of a call, each with its answer.
const QUESTIONS: u64 = 75;
/// Words of an answer.
const WORDS: usize = 120;
/// In how many pieces an answer is written where its history counts, and the states it goes through.
const PIECES: usize = 5;
const STATES: [&str; 2] = ["inProgress", "needsReview"];
/// How many threads let people in.
const THREADS: usize = 2;

/// Lets people in.
pub(crate) fn let_in(hub: &Hub, numbers: Range<u64>) -> Result<()> {
    let numbers: Vec<u64> = numbers.collect();
    let each = numbers.len().div_ceil(THREADS).max(1);
    std::thread::scope(|scope| {
        let joins = |some: &[u64]| some.iter().try_for_each(|n| Desk::joins(hub, *n).map(|_| ()));
        let threads: Vec<_> = numbers.chunks(each).map(|some| scope.spawn(move || joins(some))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().ok().context("a thread broke off")?)
    })
}

/// Somebody who writes it all.
pub(crate) struct Writer {
    desk: Desk,
    /// How many changes were sent.
    pub(crate) sent: u64,
    seed: u64,
}

impl Writer {
    pub(crate) fn new(desk: Desk) -> Self {
        Self { desk, sent: 0, seed: 1 }
    }

    /// Brings a call in, open to everybody, with an answer of one update to each question.
    pub(crate) fn call(&mut self, hub: &Hub, n: u64) -> Result<()> {
        self.brings_in(hub, n, 1)
    }

    /// The same as it is written in fact: answers in pieces, and the states that they go through.
    pub(crate) fn call_at_length(&mut self, hub: &Hub, n: u64) -> Result<()> {
        self.brings_in(hub, n, PIECES)
    }

    fn brings_in(&mut self, hub: &Hub, n: u64, pieces: usize) -> Result<()> {
        let call = CallId::new(now_ms(), part(5, n));
        let response = ResponseId::of(call);
        let (of_call, of_response) = (Space::Call(call), Space::Response(response));
        let record = Call { title: self.words(8), summary: self.words(60), ..Call::default() };
        let questions = (0..QUESTIONS).map(|no| QuestionId::new(now_ms(), part(6, n << 8 | no)));
        let questions: Vec<QuestionId> = questions.collect();
        let group = self.desk.group();
        let mut changes = vec![self.desk.command(group, &of_call, Command::OpenCall { call })];
        let op = self.desk.creates(call, &record);
        changes.push(self.desk.change(group, &of_call, 0, op));
        for (no, question) in questions.iter().enumerate() {
            let (number, text) = ((no + 1).to_string(), self.words(15));
            let op = self.desk.creates(*question, &Question { number, text, ..Question::default() });
            changes.push(self.desk.change(group, &of_call, 0, op));
        }
        let (group, sharing) = (self.desk.group(), Sharing::Everyone);
        let opened = Command::OpenResponse { response, call, sharing };
        changes.push(self.desk.command(group, &of_response, opened));
        let ours = Response { call: Some(call), ..Response::default() };
        let op = self.desk.creates(response, &ours);
        changes.push(self.desk.change(group, &of_response, 0, op));
        self.sends(hub, changes)?;
        let mut changes = Vec::new();
        for question in &questions {
            changes.extend(self.answers(response, *question, pieces)?);
        }
        self.sends(hub, changes)
    }

    fn answers(&mut self, response: ResponseId, question: QuestionId, pieces: usize) -> Result<Vec<Change>> {
        let (answer, space) = (AnswerId::of(response, question), Space::Response(response));
        let record = Answer { response: Some(response), question: Some(question), ..Answer::default() };
        let op = self.desk.creates(answer, &record);
        let mut changes = vec![self.alone(&space, op)];
        let mut doc = TextDoc::new(self.desk.replica.0 + 1_000);
        for _ in 0..pieces {
            let sv_before = doc.state_vector();
            let words = self.words(WORDS / pieces);
            let bytes = edit::append(&mut doc, &words).context("some words")?;
            changes.push(self.alone(&space, text(answer, sv_before, bytes)));
        }
        for state in STATES.iter().filter(|_| pieces > 1) {
            let fields = Fields::from([("state".to_owned(), (*state).into())]);
            let op = self.desk.puts::<Answer>(answer, false, fields);
            changes.push(self.alone(&space, op));
        }
        Ok(changes)
    }

    /// A change in a group of its own, as one is that was made by itself.
    fn alone(&mut self, space: &Space, op: Op) -> Change {
        let group = self.desk.group();
        self.desk.change(group, space, 1, op)
    }

    fn sends(&mut self, hub: &Hub, changes: Vec<Change>) -> Result<()> {
        self.sent += u64::try_from(changes.len())?;
        self.desk.pushes(hub, changes)
    }

    fn words(&mut self, count: usize) -> String {
        const STARTS: [&str; 16] =
            ["ba", "co", "de", "fi", "gu", "ha", "jo", "ke", "li", "mu", "na", "po", "re", "si", "tu", "wa"];
        const ENDS: [&str; 16] =
            ["n", "st", "ral", "ment", "ve", "tion", "ck", "d", "sh", "le", "ng", "m", "rt", "x", "per", "t"];
        let mut words = Vec::with_capacity(count);
        for _ in 0..count {
            self.seed =
                self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let of = |shift: u32| usize::try_from(self.seed >> shift & 15).unwrap_or(0);
            let pick = |from: &[&'static str; 16], shift| from.get(of(shift)).copied().unwrap_or_default();
            // Some three thousand words, the short ones more often.
            let middle = if of(52) < 8 { "" } else { pick(&STARTS, 48) };
            words.push(format!("{}{middle}{}", pick(&STARTS, 60), pick(&ENDS, 56)));
        }
        words.join(" ")
    }
}
