//! What waits to be sent, what was sent and received, and words that could not be sent.

use crate::core::Core;
use crate::error::Error;
use crate::sync::{
    Gone, KeepAgain, KeptBecause, KeptWords, LetGo, ListKept, ListWaiting, SetAsideBecause, SyncHistoryAsked,
    SyncLine, SyncWhat, WaitingRow, WaitingWhat,
};
use crate::view::{AnswerPlace, Faces, Views, number_of};
use linchpin_domain::id::{AnswerId, CallId, PersonId, QuestionId};
use linchpin_domain::record::RecordKind;
use linchpin_domain::record::look::Notice;
use linchpin_domain::record::response::Response;
use linchpin_domain::space::Space;
use linchpin_store::StoreError;
use linchpin_store::reader::{self, AsideWhy, Filter, KeptWhy, Reader};
use serde_json::Value;

/// The most rows of a list.
const MOST: usize = 500;

/// Returns what waits to be sent, newest first.
///
/// # Errors
/// Any fault of the store.
pub fn list_waiting(core: &Core, _: ListWaiting) -> Result<Vec<WaitingRow>, Error> {
    let desk = core.desk()?;
    Ok(desk.store.read(|reader| {
        let (rows, mut views) = (reader.waiting_rows(MOST)?, Views::default());
        rows.into_iter().map(|row| waiting(reader, &mut views, row)).collect::<Result<Vec<_>, _>>()
    })?)
}

fn waiting(
    reader: &Reader<'_>,
    views: &mut Views,
    row: reader::WaitingRow,
) -> Result<WaitingRow, StoreError> {
    let what = match row.kind.as_str() {
        "text" => WaitingWhat::Text,
        kind if kind == RecordKind::Answer.name() => WaitingWhat::Answer,
        kind if kind == RecordKind::Version.name() => WaitingWhat::Version,
        kind if kind == RecordKind::Member.name() => WaitingWhat::Profile,
        _ if matches!(row.space, Space::Call(_)) => WaitingWhat::Call,
        _ => WaitingWhat::Other,
    };
    let place = match what {
        WaitingWhat::Text | WaitingWhat::Answer => AnswerPlace::read(reader, AnswerId::from(row.record))?,
        _ => None,
    };
    let call = match (&place, &row.space) {
        (Some(place), _) => Some(place.call),
        (None, Space::Call(call)) => Some(*call),
        (None, Space::Response(response)) => {
            reader.get::<Response>(*response)?.and_then(|row| row.record.call)
        }
        _ => None,
    };
    let view = match call {
        Some(call) => views.of(reader, call)?,
        None => None,
    };
    let question = place.map(|place| place.question);
    Ok(WaitingRow {
        what,
        call,
        call_title: view.map(|view| view.call.record.title.clone()).unwrap_or_default(),
        question,
        number: view.zip(question).map(|(view, question)| number_of(view, question)).unwrap_or_default(),
        changes: row.changes,
        at: row.newest_ms,
        refused: (row.status != "waiting").then(|| because(&row.reason)),
        record: row.record,
        can_let_go: row.status == "refused",
    })
}

/// Reads the hub's reason, as its code.
fn because(reason: &str) -> SetAsideBecause {
    match reason {
        "forbiddenSpace" | "authorMismatch" => SetAsideBecause::NoAccess,
        "tooLarge" => SetAsideBecause::TooLarge,
        "schemaAhead" => SetAsideBecause::HubTooOld,
        "unreadable" => SetAsideBecause::Unreadable,
        "massDeletion" => SetAsideBecause::MuchDeleted,
        _ => SetAsideBecause::BadValue,
    }
}

/// Returns what was sent and received, newest first. A time out of touch is one line, and so is every merge.
///
/// # Errors
/// Any fault of the store.
pub fn sync_history(core: &Core, asked: SyncHistoryAsked) -> Result<Vec<SyncLine>, Error> {
    let desk = core.desk()?;
    let me = core.me(&desk)?;
    let most = usize::try_from(asked.limit).unwrap_or(MOST).clamp(1, MOST);
    Ok(desk.store.read(|reader| {
        let faces = Faces::read(reader, me)?;
        let mut lines: Vec<SyncLine> = reader
            .sync_log(most)?
            .into_iter()
            .filter_map(|line| Some(SyncLine { at: line.at, what: what(&line.what, &line.facts, &faces)? }))
            .collect();
        let mut notices = reader.list::<Notice>(Filter::All)?;
        notices.sort_by_key(|notice| std::cmp::Reverse(notice.record.at));
        // The newest that lead somewhere; the rest would fall off the end of the list.
        let (mut views, mut found) = (Views::default(), 0);
        for notice in notices {
            if found == most {
                break;
            }
            if let Some(line) = merged(reader, &mut views, &notice.record)? {
                lines.push(line);
                found += 1;
            }
        }
        lines.sort_by_key(|line| std::cmp::Reverse(line.at));
        lines.truncate(most);
        Ok(lines)
    })?)
}

fn what(word: &str, facts: &Value, faces: &Faces) -> Option<SyncWhat> {
    let number = |name: &str| facts.get(name).and_then(Value::as_u64).unwrap_or(0);
    let changes = u32::try_from(number("changes")).unwrap_or(u32::MAX);
    Some(match word {
        "inStep" => SyncWhat::InStep,
        "received" => {
            let people = facts.get("people").cloned().unwrap_or_default();
            let people: Vec<PersonId> = serde_json::from_value(people).unwrap_or_default();
            SyncWhat::Received {
                changes,
                people: people.into_iter().map(|person| faces.of(person)).collect(),
            }
        }
        "sent" => SyncWhat::Sent { changes },
        "offline" => SyncWhat::Offline { for_ms: number("forMs") },
        "backedUp" => SyncWhat::BackedUp,
        "hubRestored" => SyncWhat::HubRestored,
        "newCopy" => SyncWhat::NewCopy,
        "recordCut" => {
            let kept = facts.get("kept")?;
            let hash = kept.get("hash").and_then(Value::as_str)?.to_owned();
            SyncWhat::RecordCut { no: kept.get("no").and_then(Value::as_u64)?, hash }
        }
        "checked" => SyncWhat::Checked {
            differed: u32::try_from(number("fetched") + number("later")).unwrap_or(u32::MAX),
        },
        // A line of another version; it is shown by the version that wrote it.
        _ => return None,
    })
}

fn merged(reader: &Reader<'_>, views: &mut Views, notice: &Notice) -> Result<Option<SyncLine>, StoreError> {
    let Some(answer) = notice.answer else { return Ok(None) };
    let Some((call, question, number)) = place(reader, views, answer)? else { return Ok(None) };
    Ok(Some(SyncLine { at: notice.at, what: SyncWhat::BroughtTogether { call, question, number } }))
}

fn place(
    reader: &Reader<'_>,
    views: &mut Views,
    answer: AnswerId,
) -> Result<Option<(CallId, QuestionId, String)>, StoreError> {
    let Some(place) = AnswerPlace::read(reader, answer)? else { return Ok(None) };
    let Some(view) = views.of(reader, place.call)? else { return Ok(None) };
    Ok(Some((place.call, place.question, number_of(view, place.question))))
}

/// Lets go of what is kept of a record. Nothing is erased for 30 days, so that it can be taken back.
///
/// # Errors
/// Any fault of the store.
pub fn let_go(core: &Core, asked: LetGo) -> Result<Gone, Error> {
    let desk = core.desk()?;
    let by = core.by(&desk, "letGo")?;
    desk.store.transact(&by, |tx| tx.let_go(asked.record))?;
    Ok(Gone { at: by.now_ms })
}

/// Keeps again what was let go of.
///
/// # Errors
/// Any fault of the store.
pub fn keep_again(core: &Core, asked: KeepAgain) -> Result<Gone, Error> {
    let desk = core.desk()?;
    let by = core.by(&desk, "keepAgain")?;
    desk.store.transact(&by, |tx| tx.keep_again(asked.record, asked.at))?;
    Ok(Gone { at: asked.at })
}

/// Returns words that could not be sent or lost their place, and those that the hub no longer has, newest first.
///
/// # Errors
/// Any fault of the store.
pub fn list_kept(core: &Core, _: ListKept) -> Result<Vec<KeptWords>, Error> {
    let desk = core.desk()?;
    Ok(desk.store.read(|reader| {
        let (mut rows, mut views): (Vec<KeptWords>, _) = (Vec::new(), Views::default());
        for kept in reader.kept()? {
            let answer = AnswerId::from(kept.record);
            let here = AnswerPlace::read(reader, answer)?.is_some();
            let why = match kept.why {
                KeptWhy::NoAccess => KeptBecause::NoAccess,
                KeptWhy::Refused => KeptBecause::Refused,
            };
            let is_file = kept.kind == RecordKind::File.name();
            let file = if is_file { reader.unsent_file(kept.record)? } else { None };
            rows.push(KeptWords {
                record: Some(kept.record),
                file: file.map(|_| kept.record.into()),
                words: kept.words,
                place: kept.place,
                answer: here.then_some(answer),
                why,
                at: kept.at,
            });
        }
        for row in reader.recovered_local()? {
            let place = place(reader, &mut views, row.doc)?;
            rows.push(KeptWords {
                record: Some(row.doc.into()),
                file: None,
                words: row.found.words,
                place: row.found.around,
                answer: place.map(|_| row.doc),
                why: KeptBecause::AroundRemoved,
                at: row.at,
            });
        }
        for aside in reader.words_aside()? {
            let answer = AnswerId::from(aside.record);
            let why = match aside.why {
                AsideWhy::Removed => KeptBecause::HubHasItNoMore,
                AsideWhy::HubWentBack => KeptBecause::HubWentBack,
            };
            rows.push(KeptWords {
                record: None,
                file: None,
                words: aside.words,
                place: aside.place,
                answer: AnswerPlace::read(reader, answer)?.map(|_| answer),
                why,
                at: aside.at_ms,
            });
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.at));
        Ok(rows)
    })?)
}
