//! A hub with everything that many editors need: accounts with a passphrase and a second factor, sessions, teams of ten
//! that share a response, and an answer with some words for each of them.

use crate::desk::{Desk, now_ms, part, text};
use crate::editor::Editor;
use anyhow::{Context, Result, bail};
use linchpin_domain::command::{Command, Sharing};
use linchpin_domain::id::{AnswerId, CallId, QuestionId, ResponseId};
use linchpin_domain::record::answer::Answer;
use linchpin_domain::record::call::Call as CallRecord;
use linchpin_domain::record::question_set::Question;
use linchpin_domain::role::ResponseRole;
use linchpin_domain::space::Space;
use linchpin_hub::Hub;
use linchpin_protocol::hello::HelloRequest;
use linchpin_protocol::sign_in::{ConfirmAccountRequest, SetUpRequest};
use linchpin_protocol::{PROTOCOLS, caps};
use linchpin_sync::seam::{AccountCall, AccountReply, Call, Reply};
use linchpin_testkit::codes;
use linchpin_text::schema::SCHEMA;
use linchpin_text::{TextDoc, edit};
use std::collections::BTreeMap;

/// How many write in one response.
const TEAM: usize = 10;
/// How many words an answer has to begin with, in sentences of eight.
const SENTENCES: usize = 40;
/// A passphrase takes a good part of a second by intent; a hub looks at two at once.
const THREADS: usize = 2;

/// Fills a hub that is empty, and has it serve only whoever is signed in.
pub(crate) fn editors(hub: &Hub, count: u64) -> Result<Vec<Editor>> {
    let numbers: Vec<u64> = (0..count).collect();
    let each = numbers.len().div_ceil(THREADS).max(1);
    let mut desks: Vec<Desk> = std::thread::scope(|scope| {
        let lets_in = |some: &[u64]| some.iter().map(|n| signed_in(hub, *n)).collect::<Result<Vec<_>>>();
        let threads: Vec<_> = numbers.chunks(each).map(|some| scope.spawn(move || lets_in(some))).collect();
        let ended = threads.into_iter().map(|thread| thread.join().ok().context("a thread broke off")?);
        ended.collect::<Result<Vec<_>>>()
    })?
    .into_iter()
    .flatten()
    .collect();
    hub.require_sign_in(true, now_ms())?;
    let mut all = Vec::new();
    for team in 0.. {
        if desks.is_empty() {
            break;
        }
        let rest = desks.split_off(desks.len().min(TEAM));
        all.extend(opens(hub, desks, team)?);
        desks = rest;
    }
    // Once more when everything is there, so that everybody begins in step.
    for editor in &mut all {
        editor.cursors = hello(hub, &mut editor.desk)?;
    }
    Ok(all)
}

fn signed_in(hub: &Hub, n: u64) -> Result<Desk> {
    let mut desk = Desk::joins(hub, n)?;
    hello(hub, &mut desk)?;
    let asked = SetUpRequest { passphrase: "lantern moss canary".into() };
    let Reply::Account(AccountReply::SetUp(begun)) =
        desk.asks(hub, &Call::Account(AccountCall::SetUp(asked)))?
    else {
        bail!("no answer to setting an account up");
    };
    let code = codes::code(&begun.otpauth.0, now_ms()).context("a secret")?;
    let asked = ConfirmAccountRequest { code: code.as_str().into() };
    let Reply::Account(AccountReply::Confirm(done)) =
        desk.asks(hub, &Call::Account(AccountCall::Confirm(asked)))?
    else {
        bail!("no answer to confirming an account");
    };
    desk.session = Some(done.session);
    Ok(desk)
}

/// The first of a team brings a call in and opens a response to the others; each begins an answer.
fn opens(hub: &Hub, mut team: Vec<Desk>, n: u64) -> Result<Vec<Editor>> {
    let call = CallId::new(now_ms(), part(5, n));
    let response = ResponseId::of(call);
    let (of_call, space) = (Space::Call(call), Space::Response(response));
    let people = team.iter().skip(1).map(|desk| (desk.person, ResponseRole::CoAuthor)).collect();
    let lead = team.first_mut().context("a team of none")?;
    let group = lead.group();
    let mut changes = vec![lead.command(group, &of_call, Command::OpenCall { call })];
    let record = CallRecord { title: format!("Sample {n}"), ..CallRecord::default() };
    let op = lead.creates(call, &record);
    changes.push(lead.change(group, &of_call, 0, op));
    let questions = (0..TEAM).map(|no| Ok(QuestionId::new(now_ms(), part(6, n << 8 | u64::try_from(no)?))));
    let questions = questions.collect::<Result<Vec<_>>>()?;
    for question in &questions {
        let op = lead.creates(*question, &Question { text: "What of it?".to_owned(), ..Question::default() });
        changes.push(lead.change(group, &of_call, 0, op));
    }
    let (group, sharing) = (lead.group(), Sharing::Named { people });
    changes.push(lead.command(group, &space, Command::OpenResponse { response, call, sharing }));
    let answers: Vec<AnswerId> = questions.iter().map(|question| AnswerId::of(response, *question)).collect();
    for (answer, question) in answers.iter().zip(questions) {
        let record = Answer { response: Some(response), question: Some(question), ..Answer::default() };
        let op = lead.creates(*answer, &record);
        changes.push(lead.change(group, &space, 0, op));
    }
    lead.pushes(hub, changes)?;
    team.into_iter().zip(answers).map(|(desk, answer)| begins(hub, desk, space.clone(), answer)).collect()
}

fn begins(hub: &Hub, mut desk: Desk, space: Space, answer: AnswerId) -> Result<Editor> {
    let mut doc = TextDoc::new(desk.replica.0 + 1_000);
    let sv_before = doc.state_vector();
    let words = "Our patients wait for weeks to be seen. ".repeat(SENTENCES);
    let bytes = edit::append(&mut doc, words.trim()).context("some words")?;
    let group = desk.group();
    let change = desk.change(group, &space, 0, text(answer, sv_before, bytes));
    desk.pushes(hub, vec![change])?;
    Ok(Editor { desk, space, answer, doc, cursors: BTreeMap::new() })
}

/// Says hello as an app does, and returns every space that may be read, with its head.
fn hello(hub: &Hub, desk: &mut Desk) -> Result<BTreeMap<Space, u64>> {
    let asked = HelloRequest {
        replica: desk.replica,
        nonce: desk.nonce.take(),
        next_nonce: None,
        last_counter: desk.counter,
        app: env!("CARGO_PKG_VERSION").to_owned(),
        protocols: PROTOCOLS.to_vec(),
        schema: SCHEMA,
        caps: caps::OURS.iter().map(|&word| word.to_owned()).collect(),
    };
    let Reply::Hello(answer) = desk.asks(hub, &Call::Hello(asked))? else { bail!("no answer to hello") };
    desk.nonce = Some(answer.nonce);
    Ok(answer.spaces.into_iter().map(|head| (head.space, head.head)).collect())
}
