//! Calls as the screens show them: lists with counts, and one call with its questions, plan and people.

use crate::calls::{
    CallCounts, CallDetail, CallFilter, CallList, CallRow, DeadlineChangeRow, ListCalls, QuestionRow,
    ShowCall, Writer,
};
use crate::core::Core;
use crate::error::Error;
use crate::versions::looks_by_answer;
use crate::view::{CallView, Faces, QuestionView, call_view};
use linchpin_domain::can::{Account, Action, Facts, Hand, Principal, can};
use linchpin_domain::id::{AnswerId, PersonId, ReplicaId};
use linchpin_domain::london::Plan;
use linchpin_domain::record::answer::{AnswerState, Chosen};
use linchpin_domain::record::call::{Call, DeadlineChange};
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::{Space, SpaceKind};
use linchpin_store::Identity;
use linchpin_store::reader::{Filter, Maker};
use std::collections::BTreeMap;

/// How many merges wait for a look, by answer.
type Looks = BTreeMap<AnswerId, u32>;

/// Returns the calls of one list, by closing time.
///
/// # Errors
/// Any fault of the store.
pub fn list_calls(core: &Core, asked: ListCalls) -> Result<CallList, Error> {
    let desk = core.desk()?;
    let (me, now) = (core.me(&desk)?, core.now());
    let (views, faces, looks) = desk
        .store
        .read(|reader| Ok((CallView::all(reader)?, Faces::read(reader, me)?, looks_by_answer(reader)?)))?;
    let wanted = asked.text.trim().to_lowercase();
    let mut counts = CallCounts { open: 0, mine: 0, sent: 0, closed: 0 };
    let mut rows = Vec::new();
    for view in &views {
        let row = call_row(view, &faces, &looks, now);
        let holds = row.title.to_lowercase().contains(&wanted) || row.asker.to_lowercase().contains(&wanted);
        let lists = lists_of(&row, me);
        counts.open += u32::from(lists.contains(&CallFilter::Open));
        counts.mine += u32::from(lists.contains(&CallFilter::Mine));
        counts.sent += u32::from(lists.contains(&CallFilter::Sent));
        counts.closed += u32::from(lists.contains(&CallFilter::Closed));
        if holds && lists.contains(&asked.filter) {
            rows.push(row);
        }
    }
    rows.sort_by_key(by_closing);
    if matches!(asked.filter, CallFilter::Sent | CallFilter::Closed) {
        rows.reverse();
    }
    Ok(CallList { rows, counts })
}

fn by_closing(row: &CallRow) -> (i64, String, linchpin_domain::id::CallId) {
    (row.closes_ms.unwrap_or(i64::MAX), row.title.to_lowercase(), row.id)
}

fn lists_of(row: &CallRow, me: PersonId) -> Vec<CallFilter> {
    if row.state == AnswerState::Sent {
        return vec![CallFilter::Sent];
    }
    if row.days_left.is_some_and(|days| days < 0) {
        return vec![CallFilter::Closed];
    }
    let mine = !row.mine.is_empty() || row.lead.as_ref().is_some_and(|lead| lead.id == me);
    if mine { vec![CallFilter::Open, CallFilter::Mine] } else { vec![CallFilter::Open] }
}

/// Returns a call as lists show it.
pub(crate) fn call_row(view: &CallView, faces: &Faces, looks: &Looks, now: i64) -> CallRow {
    let call = &view.call.record;
    let states: Vec<AnswerState> = view.questions.iter().map(|question| question.state).collect();
    let done = states.iter().filter(|state| **state >= AnswerState::Approved).count();
    let begun = states.iter().filter(|state| **state != AnswerState::NotStarted);
    let mine = view.questions.iter().filter(|question| question.owner == Some(faces.me()));
    CallRow {
        id: view.id,
        title: call.title.clone(),
        asker: call.asker.clone(),
        nation: call.nation,
        closes: call.closes.clone(),
        closes_ms: call.closes.as_ref().and_then(|closes| closes.instant_ms().ok()),
        days_left: call.closes.as_ref().and_then(|closes| closes.days_left(now).ok()),
        plan: plan(call, now),
        done: count(done),
        questions: count(states.len()),
        state: begun.min().copied().unwrap_or_default(),
        states,
        mine: mine.map(|question| question.number.clone()).collect(),
        lead: faces.known(view.lead),
        looks: view.questions.iter().filter_map(|question| looks.get(&question.answer)).sum(),
        sample: call.sample,
    }
}

/// Returns our dates: those that a person set, and for the rest those counted back from the closing.
fn plan(call: &Call, now: i64) -> Option<Plan> {
    let from = now.min(i64::try_from(call.first_seen_at).unwrap_or(now)).max(0);
    let from = if from == 0 { now } else { from };
    let counted = call.closes.as_ref()?.reverse_plan(from).ok()?;
    let or = |set: &Option<String>, counted: String| set.clone().unwrap_or(counted);
    Some(Plan {
        draft: or(&call.plan_draft, counted.draft),
        comments: or(&call.plan_comments, counted.comments),
        sign_off: or(&call.plan_sign_off, counted.sign_off),
        send: or(&call.plan_send, counted.send),
    })
}

/// Returns one call with its questions, plan and people.
///
/// # Errors
/// A call that is not here, or any fault of the store.
pub fn show_call(core: &Core, asked: ShowCall) -> Result<CallDetail, Error> {
    let desk = core.desk()?;
    let (me, now) = (core.me(&desk)?, core.now());
    let (view, faces, looks, mut changes) = desk.store.read(|reader| {
        let changes = reader.list::<DeadlineChange>(Filter::In(&Space::Call(asked.call)))?;
        Ok((call_view(reader, asked.call)?, Faces::read(reader, me)?, looks_by_answer(reader)?, changes))
    })?;
    changes.sort_by_key(|row| std::cmp::Reverse(row.record.noted_at));
    let call = &view.call.record;
    let right = Right::of(&view, me, &desk.store.identity()?);
    Ok(CallDetail {
        row: call_row(&view, &faces, &looks, now),
        may_edit: right.covers(view.call.maker),
        kind: call.kind,
        link: call.link.clone(),
        summary: call.summary.clone(),
        word_limit: call.word_limit,
        words: view.questions.iter().map(|question| question.words).sum(),
        response: view.response,
        questions: view
            .questions
            .iter()
            .map(|question| question_row(&view, question, &faces, &looks, &right))
            .collect(),
        writers: writers(&view, &faces),
        deadline_changes: changes
            .into_iter()
            .map(|row| DeadlineChangeRow {
                from: row.record.from,
                to: row.record.to,
                reason: row.record.reason,
                noted_at: row.record.noted_at,
            })
            .collect(),
    })
}

/// What the hub lets a person change in the space of a call. On one's own there is nobody to ask.
struct Right {
    me: PersonId,
    replica: ReplicaId,
    hand: Hand,
}

impl Right {
    /// Whoever brought a call in leads our response to it, and the hub gave them the whole space.
    fn of(view: &CallView, me: PersonId, here: &Identity) -> Self {
        let whole = view.lead == Some(me) || here.hub.is_none();
        Self { me, replica: here.replica, hand: if whole { Hand::Full } else { Hand::Member } }
    }

    /// Tells whether something in the call may be changed; the table lets whoever may change it delete it too.
    fn covers(&self, maker: Maker) -> bool {
        let who = Principal { account: Account::Confirmed, device_revoked: false, role: NetworkRole::Member };
        let own = maker.is(self.me, self.replica);
        let facts = Facts { own, ..Facts::of(SpaceKind::Call, Some(self.hand)) };
        can(&who, Action::FieldSet, &facts).is_allowed()
    }
}

fn question_row(
    view: &CallView,
    row: &QuestionView,
    faces: &Faces,
    looks: &Looks,
    right: &Right,
) -> QuestionRow {
    let question = &row.question;
    QuestionRow {
        id: row.id,
        answer: row.answer,
        may_edit: right.covers(row.maker),
        section: row.section.as_ref().map(|(id, _)| *id),
        section_title: row.section.as_ref().map(|(_, title)| title.clone()),
        number: row.number.clone(),
        text: question.text.clone(),
        help: question.help.clone(),
        kind: question.kind,
        choices: question.choices.clone(),
        rows: question.rows.clone(),
        scale: question.scale.clone(),
        word_limit: question.word_limit,
        character_limit: question.character_limit,
        required: question.required,
        show_if: question.show_if.clone(),
        shown: is_shown(view, row),
        state: row.state,
        owner: faces.known(row.owner),
        due: row.due.clone(),
        words: row.words,
        chosen: row.chosen.clone(),
        looks: looks.get(&row.answer).copied().unwrap_or(0),
    }
}

/// Tells whether a question is shown, given what was chosen elsewhere.
fn is_shown(view: &CallView, row: &QuestionView) -> bool {
    let Some(show_if) = &row.question.show_if else { return true };
    let Some(other) = view.questions.iter().find(|other| other.id == show_if.question) else { return true };
    matches!(&other.chosen, Some(Chosen::Choices { ids }) if ids.iter().any(|id| show_if.choices.contains(id)))
}

/// Returns who writes: owners with their questions, then others who have written, the lead first.
fn writers(view: &CallView, faces: &Faces) -> Vec<Writer> {
    let mut by_person: BTreeMap<PersonId, Vec<String>> = BTreeMap::new();
    for question in &view.questions {
        if let Some((person, _)) = question.written {
            by_person.entry(person).or_default();
        }
        if let Some(owner) = question.owner {
            by_person.entry(owner).or_default().push(question.number.clone());
        }
    }
    if let Some(lead) = view.lead {
        by_person.entry(lead).or_default();
    }
    let mut writers: Vec<Writer> = by_person
        .into_iter()
        .map(|(person, questions)| Writer { person: faces.of(person), questions })
        .collect();
    writers.sort_by_key(|writer| (Some(writer.person.id) != view.lead, writer.person.name.clone()));
    writers
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
