//! The words of an answer: as Yjs bytes for the editor, as plain text for scripts. Each change returns only
//! after it is on disk.

use crate::answers::{
    AnswerText, AppendText, AppendUpdate, LoadAnswer, LoadSince, QuestionName, ReadText, Saved, TextFormat,
    WriteText, WrittenRun,
};
use crate::core::{Core, Desk};
use crate::docs::Edited;
use crate::error::{Code, Error};
use crate::view::{AnswerPlace, Faces, call_view};
use linchpin_documents::write::{self, Format, Suggestions};
use linchpin_domain::id::{AnswerId, PersonId, QuestionId};
use linchpin_store::By;
use linchpin_text::schema::SCHEMA;
use linchpin_text::{count, edit};
use std::collections::BTreeMap;

/// The most bytes of one update of the editor.
const MOST_UPDATE: usize = 512 << 10;
/// About how many bytes of text are added in one piece: their update is larger.
const MOST_PIECE: usize = 100 << 10;
/// The most bytes of text from a script.
const MOST_TEXT: usize = 1 << 20;

/// Returns the whole text of an answer as one Yjs update.
///
/// # Errors
/// An answer that is not here, a text that cannot be read, or any fault of the store.
pub fn load_answer(core: &Core, asked: LoadAnswer) -> Result<Vec<u8>, Error> {
    let desk = core.desk()?;
    desk.store.read(|reader| AnswerPlace::find(reader, asked.answer))?;
    desk.with_text(asked.answer, |doc| Ok(doc.whole()))
}

/// Returns what was added to an answer's text since a state vector.
///
/// # Errors
/// As [`load_answer`], and bytes that are no state vector.
pub fn load_since(core: &Core, asked: LoadSince, state_vector: Vec<u8>) -> Result<Vec<u8>, Error> {
    let desk = core.desk()?;
    desk.store.read(|reader| AnswerPlace::find(reader, asked.answer))?;
    desk.with_text(asked.answer, |doc| Ok(doc.since(&state_vector)?))
}

/// Appends one editor update to an answer.
///
/// # Errors
/// Bytes that are no update or too many, an answer that is not here or was sent, or any fault of the store.
pub fn append_update(core: &Core, asked: AppendUpdate, update: Vec<u8>) -> Result<Saved, Error> {
    let desk = core.desk()?;
    if update.len() > MOST_UPDATE {
        return Err(linchpin_text::TextError::TooLarge(MOST_UPDATE).into());
    }
    let by = core.by(&desk, "write")?;
    let space = desk.store.read(|reader| AnswerPlace::find(reader, asked.answer))?.open_space()?;
    let edited = desk.edit_text(&by, asked.answer, &space, |doc| {
        doc.apply(&update)?;
        if doc.is_waiting() {
            // The editor holds words that are not here: it must load the answer again and send all of its own.
            return Err(Error::text_unreadable());
        }
        // The same words sent again, because an answer was lost, are one update to the store.
        Ok(Some((update.clone(), asked.schema)))
    })?;
    Ok(saved(&by, &edited))
}

/// Adds paragraphs of plain text at the end of an answer.
///
/// # Errors
/// Too much text, a question that is not there, an answer that was sent, or any fault of the store.
pub fn append_text(core: &Core, asked: AppendText) -> Result<Saved, Error> {
    small_enough(&asked.text)?;
    let pieces = pieces(&asked.text);
    if let Some(large) = pieces.iter().find(|piece| piece.len() > MOST_UPDATE / 2) {
        return Err(linchpin_text::TextError::TooLarge(large.len()).into());
    }
    let mut saved = None;
    for piece in pieces {
        saved = Some(change_text(core, &asked.at, |doc| Ok(edit::append(doc, piece)))?);
    }
    saved.map_or_else(|| change_text(core, &asked.at, |_| Ok(None)), Ok)
}

/// Divides text at blank lines into pieces that can each be sent: what is saved must be able to go to the hub.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while rest.len() > MOST_PIECE {
        let upto = rest.floor_char_boundary(MOST_PIECE);
        let (head, _) = rest.split_at(upto);
        let cut = head.rfind("\n\n").or_else(|| rest.find("\n\n")).map_or(rest.len(), |at| at + 2);
        let (piece, after) = rest.split_at(cut);
        pieces.push(piece);
        rest = after;
    }
    if !rest.trim().is_empty() {
        pieces.push(rest);
    }
    pieces
}

/// Gives an answer this plain text by the smallest edit, so that a co-author's words of meanwhile survive.
///
/// # Errors
/// As [`append_text`].
pub fn write_text(core: &Core, asked: WriteText) -> Result<Saved, Error> {
    small_enough(&asked.text)?;
    change_text(core, &asked.at, |doc| Ok(edit::rewrite(doc, &asked.text)?))
}

fn change_text(
    core: &Core,
    at: &QuestionName,
    mut change: impl FnMut(&mut linchpin_text::TextDoc) -> Result<Option<Vec<u8>>, Error>,
) -> Result<Saved, Error> {
    let desk = core.desk()?;
    let by = core.by(&desk, "write")?;
    let (_, answer) = named(&desk, at)?;
    let space = desk.store.read(|reader| AnswerPlace::find(reader, answer))?.open_space()?;
    let edited =
        desk.edit_text(&by, answer, &space, |doc| Ok(change(doc)?.map(|update| (update, SCHEMA))))?;
    Ok(saved(&by, &edited))
}

/// Returns an answer's text with who wrote which words.
///
/// # Errors
/// A question that is not there, a text that cannot be read, or any fault of the store.
pub fn read_text(core: &Core, asked: ReadText) -> Result<AnswerText, Error> {
    let desk = core.desk()?;
    let me = core.me(&desk)?;
    let (question, answer) = named(&desk, &asked.at)?;
    let (faces, authors) =
        desk.store.read(|reader| Ok((Faces::read(reader, me)?, reader.text_authors(answer)?)))?;
    let authors: BTreeMap<u64, PersonId> = authors.into_iter().collect();
    let (blocks, written) = desk.with_text(answer, |doc| Ok((doc.blocks()?, doc.written())))?;
    let format = match asked.format {
        TextFormat::Text => Format::Text,
        TextFormat::Markdown => Format::Markdown,
    };
    let count = count::count(&blocks);
    let mut runs: Vec<WrittenRun> = Vec::new();
    for run in written {
        let person = authors.get(&run.client).copied();
        // A space that the hub put between two people's words goes with the words before it.
        let goes_on =
            |last: &WrittenRun| last.person == person || (person.is_none() && run.text.trim().is_empty());
        match runs.last_mut().filter(|last| last.paragraph == run.paragraph && goes_on(last)) {
            Some(last) => last.text.push_str(&run.text),
            None => runs.push(WrittenRun {
                paragraph: run.paragraph,
                text: run.text,
                person,
                name: person.map(|person| faces.of(person).name).unwrap_or_default(),
            }),
        }
    }
    Ok(AnswerText {
        question,
        answer,
        text: write::answer(&blocks, format, Suggestions::Accepted),
        words: count.words,
        characters: count.characters,
        written: runs,
    })
}

/// Finds a question as a script names it, with its answer.
fn named(desk: &Desk, at: &QuestionName) -> Result<(QuestionId, AnswerId), Error> {
    let view = desk.store.read(|reader| call_view(reader, at.call))?;
    let found = view.question(&at.question).map(|question| (question.id, question.answer));
    found.ok_or_else(|| {
        Error::new(
            Code::NotFound,
            "error_no_question",
            "This call has no such question. Nothing was changed. Name it by its number as printed, or its place.",
        )
    })
}

fn small_enough(text: &str) -> Result<(), Error> {
    if text.len() > MOST_TEXT { Err(linchpin_text::TextError::TooLarge(MOST_TEXT).into()) } else { Ok(()) }
}

/// Returns what the screen may say: the words are on disk.
pub(crate) fn saved(by: &By, edited: &Edited) -> Saved {
    Saved { saved_at: by.now_ms, words: edited.words, characters: edited.characters, waiting: edited.waiting }
}
