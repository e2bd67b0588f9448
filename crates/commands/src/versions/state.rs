//! States of an answer's text: now, a kept version, or a point of its history; keeping one, comparing two, and
//! putting one back as new edits on top.

use crate::answers::Saved;
use crate::core::{Core, Desk};
use crate::error::{Code, Error};
use crate::versions::history::Past;
use crate::versions::{
    CompareVersions, ComparedBlock, ComparedHow, ComparedParagraph, ComparedRun, Comparison, RestoreVersion,
    SaveVersion, SavedVersion, StateName,
};
use crate::view::{AnswerPlace, line};
use linchpin_domain::id::{AnswerId, VersionId};
use linchpin_domain::record::version::Version;
use linchpin_store::StoreError;
use linchpin_text::block::{Block, hash};
use linchpin_text::compare::{self, How, Piece, Sort};
use linchpin_text::{count, edit, schema};
use serde_json::json;

/// Keeps the answer as it stands under a name.
///
/// # Errors
/// A name that is empty or too long, an answer that is not here, or any fault of the store.
pub fn save_version(core: &Core, asked: SaveVersion) -> Result<SavedVersion, Error> {
    let desk = core.desk()?;
    let name = line("name", &asked.name, 200)?;
    let by = core.by(&desk, "version")?;
    let blocks = desk.blocks(asked.answer)?;
    let (hash, words) = (hash(&blocks), count::count(&blocks).words);
    let version = Version {
        answer: Some(asked.answer),
        name,
        reason: String::new(),
        made_by: Some(by.person),
        made_at: by.now_ms,
        blocks: json!(blocks),
        hash: hash.clone(),
        words,
    };
    let done = desk.store.transact(&by, |tx| {
        let space = AnswerPlace::find(&tx.reader(), asked.answer)?.space();
        let id: VersionId = tx.new_id();
        tx.create(id, &space, &version)?;
        Ok(id)
    })?;
    Ok(SavedVersion { id: done.value, hash, words })
}

/// Compares two states of an answer word by word.
///
/// # Errors
/// A state that is not kept, or any fault of the store.
pub fn compare_versions(core: &Core, asked: CompareVersions) -> Result<Comparison, Error> {
    let desk = core.desk()?;
    let (from, to) =
        (blocks_of(&desk, asked.answer, &asked.from)?, blocks_of(&desk, asked.answer, &asked.to)?);
    let compared = compare::compare(&from, &to);
    let paragraphs = compared.paragraphs.into_iter().map(|paragraph| ComparedParagraph {
        block: match paragraph.sort {
            Sort::Paragraph => ComparedBlock::Paragraph,
            Sort::Heading => ComparedBlock::Heading,
            Sort::Item => ComparedBlock::Item,
            Sort::Quote => ComparedBlock::Quote,
            Sort::Cell => ComparedBlock::Cell,
        },
        runs: paragraph.pieces.into_iter().map(run).collect(),
    });
    Ok(Comparison {
        paragraphs: paragraphs.collect(),
        words_in: compared.words_in,
        words_out: compared.words_out,
    })
}

/// Returns a piece as the screens take it.
pub(super) fn run(piece: Piece) -> ComparedRun {
    let how = match piece.how {
        How::Same => ComparedHow::Same,
        How::Inserted => ComparedHow::Inserted,
        How::Removed => ComparedHow::Removed,
    };
    ComparedRun { text: piece.text, how }
}

/// Puts an earlier state of one answer back, as new edits on top: history keeps what stood there.
///
/// # Errors
/// A state that is not kept, an answer that was sent, or any fault of the store.
pub fn restore_version(core: &Core, asked: RestoreVersion) -> Result<Saved, Error> {
    let desk = core.desk()?;
    let wanted = blocks_of(&desk, asked.answer, &asked.state)?;
    let by = core.by(&desk, "restoreVersion")?;
    let space = desk.store.read(|reader| AnswerPlace::find(reader, asked.answer))?.open_space()?;
    let edited = desk.edit_text(&by, asked.answer, &space, |doc| {
        Ok(edit::set_blocks(doc, &wanted)?.map(|update| (update, schema::SCHEMA)))
    })?;
    Ok(crate::answers::saved(&by, &edited))
}

/// Returns the blocks of a state.
pub(super) fn blocks_of(desk: &Desk, answer: AnswerId, state: &StateName) -> Result<Vec<Block>, Error> {
    match state {
        StateName::Now => desk.blocks(answer),
        StateName::Version { id } => {
            let row = desk.store.read(|reader| reader.get::<Version>(*id))?;
            let version = row
                .filter(|row| !row.deleted && row.record.answer == Some(answer))
                .ok_or_else(Error::not_found)?;
            serde_json::from_value(version.record.blocks).map_err(|_| StoreError::Corrupt.into())
        }
        StateName::Point { row } => at_point(desk, answer, *row),
    }
}

/// Reads the text as it stood after a row of the log.
fn at_point(desk: &Desk, answer: AnswerId, row: i64) -> Result<Vec<Block>, Error> {
    let past = desk.store.read(|reader| Past::read(reader, answer))?;
    if !past.log.iter().any(|update| update.row == row) {
        return Err(Error::not_found());
    }
    let (mut doc, log) = past.begin()?;
    for update in log.iter().filter(|update| update.row <= row) {
        doc.apply(&update.bytes)?;
    }
    if doc.is_waiting() {
        return Err(Error::new(
            Code::NotFound,
            "error_state_gone",
            "This point of the history is no longer kept on this computer. The text as it stands is safe. Choose a later \
             point or a kept version.",
        ));
    }
    Ok(doc.blocks()?)
}
