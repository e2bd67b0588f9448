//! The call's sections and questions. Questions keep their ids when they move, are merged or split, so an
//! answer never loses its question.

use crate::Wrong;
use crate::id::{QuestionId, SectionId};
use crate::order::is_place;
use crate::record::record;
use serde::{Deserialize, Serialize};

/// How a question is to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum QuestionKind {
    /// In words.
    #[default]
    FreeText,
    /// One of several choices.
    OneChoice,
    /// Any of several choices.
    ManyChoices,
    /// A number on a scale.
    Scale,
    /// One choice for each row.
    Matrix,
    /// A number.
    Number,
    /// A file.
    Upload,
}

/// One choice of a question, or one row of a matrix.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Choice {
    /// Its id within the question.
    pub id: String,
    /// What it says.
    pub text: String,
}

/// The ends of a scale.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ScaleEnds {
    /// The lowest number.
    pub from: i32,
    /// The highest number.
    pub to: i32,
    /// What the lowest means.
    pub from_label: String,
    /// What the highest means.
    pub to_label: String,
}

/// When a question is shown: one of these choices was taken in another question.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ShowIf {
    /// The other question.
    pub question: QuestionId,
    /// The choices of it that show this one.
    pub choices: Vec<String>,
}

record! {
    /// A section of the question set.
    Section, schema 1, place [Call], words false {
        /// Its heading.
        title: String = "title" LastWriter 302;
        /// Its place among sections.
        order: String = "order" LastWriter 202;
    }
    check |section| {
        if is_place(&section.order) { Ok(()) } else { Err(Wrong::new("order", "is no place")) }
    };
}

record! {
    /// A question.
    Question, schema 1, place [Call], words true {
        /// The section it stands in.
        section: Option<SectionId> = "section" LastWriter 60;
        /// Its number as the asker prints it.
        number: String = "number" LastWriter 22;
        /// What is asked.
        text: String = "text" LastWriter 8002;
        /// The asker's guidance.
        help: String = "help" LastWriter 8002;
        /// How it is to be answered.
        kind: QuestionKind = "kind" LastWriter 20;
        /// The choices, or the columns of a matrix.
        choices: Vec<Choice> = "choices" LastWriter 60000;
        /// The rows of a matrix.
        rows: Vec<Choice> = "rows" LastWriter 60000;
        /// The ends of a scale.
        scale: Option<ScaleEnds> = "scale" LastWriter 600;
        /// The most words.
        word_limit: Option<u32> = "wordLimit" LastWriter 12;
        /// The most characters.
        character_limit: Option<u32> = "characterLimit" LastWriter 12;
        /// Whether the asker demands an answer.
        required: bool = "required" LastWriter 5;
        /// When it is shown.
        show_if: Option<ShowIf> = "showIf" LastWriter 6000;
        /// Its place in the call.
        order: String = "order" LastWriter 202;
    }
    check |question| {
        let needs_choices =
            matches!(question.kind, QuestionKind::OneChoice | QuestionKind::ManyChoices | QuestionKind::Matrix);
        if question.text.trim().is_empty() {
            Err(Wrong::new("text", "is empty"))
        } else if needs_choices && question.choices.is_empty() {
            Err(Wrong::new("choices", "this kind of question needs choices"))
        } else if question.kind == QuestionKind::Matrix && question.rows.is_empty() {
            Err(Wrong::new("rows", "a table of choices needs rows"))
        } else if question.scale.as_ref().is_some_and(|scale| scale.from >= scale.to) {
            Err(Wrong::new("scale", "the highest number is above the lowest"))
        } else if !is_place(&question.order) {
            Err(Wrong::new("order", "is no place"))
        } else {
            Ok(())
        }
    };
}
