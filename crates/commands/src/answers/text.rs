//! The words of an answer: as Yjs bytes for the editor, as plain text for scripts. Each change returns only
//! after it is on disk.

use crate::answers::{
    AnswerText, AppendText, AppendUpdate, LoadAnswer, LoadSince, QuestionName, ReadText, Saved, SavedText,
    TextFormat, WriteText, WrittenRun,
};
use crate::core::{Core, Desk};
use crate::docs::Edited;
use crate::error::Error;
use crate::view::{AnswerPlace, Faces, QuestionView, call_view};
use linchpin_documents::write::{self, Format, Suggestions};
use linchpin_domain::id::PersonId;
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
/// How many words of a question tell which one it is.
const FIRST_WORDS: usize = 8;

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
/// Too much text or none, a question that is not there, an answer that was sent, or any fault of the store.
pub fn append_text(core: &Core, asked: AppendText) -> Result<SavedText, Error> {
    small_enough(&asked.text)?;
    let pieces = pieces(&asked.text);
    if let Some(large) = pieces.iter().find(|piece| piece.len() > MOST_UPDATE / 2) {
        return Err(linchpin_text::TextError::TooLarge(large.len()).into());
    }
    let saved = each_piece(pieces, |piece| change_text(core, &asked.at, |doc| Ok(edit::append(doc, piece))))?;
    saved.ok_or_else(|| {
        Error::field(
            "text",
            "error_no_words",
            "There are no words in this text. Nothing was changed. Check the file or the program that gives them.",
        )
    })
}

/// Saves the pieces in order and returns what the last one left. Each is saved by itself, so where a later one cannot
/// be, it is said that the earlier ones are: whoever tries again with all of them would double those.
fn each_piece<T>(
    pieces: Vec<&str>,
    mut save: impl FnMut(&str) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    let mut last = None;
    for piece in pieces {
        match save(piece) {
            Ok(saved) => last = Some(saved),
            Err(error) if last.is_none() => return Err(error),
            Err(error) => return Err(Error::partly_appended(error.code)),
        }
    }
    Ok(last)
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
pub fn write_text(core: &Core, asked: WriteText) -> Result<SavedText, Error> {
    small_enough(&asked.text)?;
    // A script whose source came out empty would delete what everybody wrote.
    if asked.text.trim().is_empty() {
        return Err(Error::field(
            "text",
            "error_no_words_to_write",
            "There are no words in this text, and to write it would delete the whole answer. Nothing was changed. To \
             empty an answer, delete its words in the window.",
        ));
    }
    change_text(core, &asked.at, |doc| Ok(edit::rewrite(doc, &asked.text)?))
}

fn change_text(
    core: &Core,
    at: &QuestionName,
    mut change: impl FnMut(&mut linchpin_text::TextDoc) -> Result<Option<Vec<u8>>, Error>,
) -> Result<SavedText, Error> {
    let desk = core.desk()?;
    let by = core.by(&desk, "write")?;
    let QuestionView { answer, number, question, .. } = named(&desk, at)?;
    let space = desk.store.read(|reader| AnswerPlace::find(reader, answer))?.open_space()?;
    let edited =
        desk.edit_text(&by, answer, &space, |doc| Ok(change(doc)?.map(|update| (update, SCHEMA))))?;
    Ok(SavedText { saved: saved(&by, &edited), number, question: first_words(&question.text) })
}

/// Returns the first words of a question, enough to see which one it is.
fn first_words(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.get(..FIRST_WORDS) {
        Some(first) if words.len() > FIRST_WORDS => format!("{} …", first.join(" ")),
        _ => words.join(" "),
    }
}

/// Returns an answer's text with who wrote which words.
///
/// # Errors
/// A question that is not there, a text that cannot be read, or any fault of the store.
pub fn read_text(core: &Core, asked: ReadText) -> Result<AnswerText, Error> {
    let desk = core.desk()?;
    let me = core.me(&desk)?;
    let QuestionView { id: question, answer, .. } = named(&desk, &asked.at)?;
    let (faces, authors) =
        desk.store.read(|reader| Ok((Faces::read(reader, me)?, reader.text_authors(answer)?)))?;
    let authors: BTreeMap<u64, PersonId> = authors.into_iter().collect();
    let (blocks, needs_newer, written) =
        desk.with_text(answer, |doc| Ok((doc.readable()?, doc.blocks().is_err(), doc.written())))?;
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
        needs_newer,
        written: runs,
    })
}

/// Finds a question as a script names it, with its answer.
fn named(desk: &Desk, at: &QuestionName) -> Result<QuestionView, Error> {
    desk.store.read(|reader| call_view(reader, at.call))?.into_question(&at.question)
}

fn small_enough(text: &str) -> Result<(), Error> {
    if text.len() > MOST_TEXT { Err(linchpin_text::TextError::TooLarge(MOST_TEXT).into()) } else { Ok(()) }
}

/// Returns what the screen may say: the words are on disk.
pub(crate) fn saved(by: &By, edited: &Edited) -> Saved {
    Saved { saved_at: by.now_ms, words: edited.words, characters: edited.characters, waiting: edited.waiting }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::{QuestionDraft, SaveCall, save_call};
    use crate::error::Code;
    use crate::kit::{Asha, asha};
    use linchpin_domain::id::CallId;

    /// A call whose questions are printed under these numbers.
    fn call_with(asha: &Asha, numbers: &[&str]) -> CallId {
        let questions = numbers.iter().map(|number| QuestionDraft {
            number: (*number).to_owned(),
            text: format!("What would you change about the printed number {number} first of all?"),
            ..QuestionDraft::default()
        });
        let asked = SaveCall {
            title: "Numbers".to_owned(),
            asker: String::new(),
            kind: Default::default(),
            nation: Default::default(),
            closes: None,
            link: String::new(),
            word_limit: None,
            questions: questions.collect(),
        };
        save_call(&asha.core, asked).expect("the call is saved").id
    }

    fn append(asha: &Asha, call: CallId, question: &str, text: &str) -> Result<SavedText, Error> {
        let at = QuestionName { call, question: question.to_owned() };
        append_text(&asha.core, AppendText { at, text: text.to_owned() })
    }

    #[test]
    fn words_go_to_the_question_with_that_number_and_the_answer_names_it() {
        let asha = asha();
        let call = call_with(&asha, &["4", "1a", "1b"]);
        let saved = append(&asha, call, "1a", "Two words").expect("it is saved");
        assert_eq!((saved.number.as_str(), saved.saved.words), ("1a", 2));
        assert_eq!(saved.question, "What would you change about the printed number …");
        // The second place is no number here.
        for unknown in ["2", "0", "7", ""] {
            let refused = append(&asha, call, unknown, "Lost").expect_err("there is no such question");
            assert_eq!((refused.code, refused.key), (Code::NotFound, "error_no_question"), "{unknown}");
        }
    }

    #[test]
    fn a_number_that_two_questions_have_is_refused() {
        let asha = asha();
        // The third has no printed number, so the screens show its place.
        let call = call_with(&asha, &["1", "3", ""]);
        let refused = append(&asha, call, "3", "Whose").expect_err("nobody knows which is meant");
        assert_eq!((refused.code, refused.key), (Code::Validation, "error_many_questions"));
        let view = asha.desk.store.read(|reader| call_view(reader, call)).expect("it is here");
        let third = view.questions.last().expect("there are three").id.to_string();
        assert_eq!(append(&asha, call, &third, "By its id").expect("it is saved").saved.words, 3);
    }

    #[test]
    fn a_text_of_which_only_the_first_pieces_went_in_is_said_to_be_there_in_part() {
        let full = || Error::from(linchpin_store::StoreError::DiskFull);
        let upto = |most: usize| {
            let mut kept = Vec::new();
            let done = each_piece(vec!["one", "two", "three"], |piece| {
                if kept.len() == most {
                    return Err(full());
                }
                kept.push(piece.to_owned());
                Ok(kept.len())
            });
            done.map_err(|error| (error.code, error.key))
        };
        assert_eq!(upto(3), Ok(Some(3)));
        assert_eq!(upto(2), Err((Code::Full, "error_partly_appended")));
        assert_eq!(upto(0), Err((Code::Full, full().key)), "nothing went in");
    }

    #[test]
    fn an_answer_with_something_newer_says_so() {
        let asha = asha();
        let call = asha.brings_in("Access", &[("What of it?", "Known words.")]);
        let shown = || {
            let at = QuestionName { call: call.id, question: "1".to_owned() };
            read_text(&asha.core, ReadText { at, format: TextFormat::Text }).expect("it is read")
        };
        assert!(!shown().needs_newer);
        asha.newer_app_adds(asha.answers(&call)[0], &linchpin_domain::space::Space::Response(call.response));
        let shown = shown();
        assert!(shown.needs_newer && shown.text.contains("Known words."), "{}", shown.text);
    }

    #[test]
    fn a_text_without_words_is_refused_and_deletes_nothing() {
        let asha = asha();
        let call = asha.brings_in("Access", &[("What of it?", "What stood here before")]);
        let at = || QuestionName { call: call.id, question: "1".to_owned() };
        for text in ["", " \n\n\t\n"] {
            let refused = append(&asha, call.id, "1", text).expect_err("there is nothing to add");
            assert_eq!((refused.code, refused.field), (Code::Validation, Some("text")));
            let refused = write_text(&asha.core, WriteText { at: at(), text: text.to_owned() });
            assert_eq!(refused.expect_err("it would delete").code, Code::Validation);
        }
        assert_eq!(asha.plain(asha.answers(&call)[0]).trim(), "What stood here before");
    }
}
