//! Writes a response, or one answer, as a file. What every format has in common stands here; each format is
//! a file of its own in this folder and one line in the list below.

use linchpin_domain::london::ClosesAt;
use linchpin_domain::record::answer::Chosen;
use linchpin_domain::record::question_set::{Choice, ScaleEnds};
use linchpin_text::block::Block;
use linchpin_text::count::{Count, count};

mod frame;
mod markdown;
mod settle;
mod text;

/// Declares the formats. To add one: its file in this folder and one line below.
macro_rules! formats {
    ($($(#[$doc:meta])* $format:ident = $module:ident, $name:literal, $extension:literal;)*) => {
        /// A form of file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Format {
            $($(#[$doc])* $format,)*
        }

        impl Format {
            /// Every format.
            pub const ALL: &[Self] = &[$(Self::$format),*];

            /// Returns the word by which commands call it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$format => $name,)* }
            }

            /// Returns the ending of its files, without the dot.
            pub const fn extension(self) -> &'static str {
                match self { $(Self::$format => $extension,)* }
            }

            fn response(self, response: &Response) -> String {
                match self { $(Self::$format => $module::response(response),)* }
            }

            fn answer(self, blocks: &[Block]) -> String {
                match self { $(Self::$format => $module::answer(blocks),)* }
            }
        }
    };
}

formats! {
    /// Markdown, as CommonMark with tables and footnotes.
    Markdown = markdown, "markdown", "md";
    /// Plain text, for e-mail and for the boxes of a web form.
    Text = text, "text", "txt";
}

/// A whole response.
#[derive(Clone, Default)]
pub struct Response {
    /// The title of the call.
    pub title: String,
    /// Who asked.
    pub asker: String,
    /// Who answers, and in what capacity; may be empty.
    pub from: String,
    /// When the call closes.
    pub closes: Option<ClosesAt>,
    /// The sections in order.
    pub sections: Vec<Section>,
}

/// One section of a response.
#[derive(Clone, Default)]
pub struct Section {
    /// Its heading; empty for questions that stand in no section.
    pub heading: String,
    /// Its questions in order.
    pub questions: Vec<Answered>,
}

/// A question with its answer.
#[derive(Clone, Default)]
pub struct Answered {
    /// Its number as the asker prints it; may be empty.
    pub number: String,
    /// What is asked.
    pub text: String,
    /// The choices, or the columns of a matrix.
    pub choices: Vec<Choice>,
    /// The rows of a matrix.
    pub rows: Vec<Choice>,
    /// The ends of a scale.
    pub scale: Option<ScaleEnds>,
    /// What was chosen.
    pub chosen: Option<Chosen>,
    /// What was written.
    pub blocks: Vec<Block>,
}

/// What becomes of words that are proposed and not agreed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Suggestions {
    /// The text as it was before the proposals.
    #[default]
    Original,
    /// The text as if every proposal were agreed.
    Accepted,
}

/// A response as the text of one file.
#[derive(Clone, PartialEq, Eq)]
pub struct Written {
    /// The text of the file.
    pub text: String,
    /// The words and characters of the answers in it, without questions and headings.
    pub count: Count,
}

/// Writes a whole response.
pub fn response(response: &Response, format: Format, suggestions: Suggestions) -> Written {
    let mut settled = response.clone();
    let mut whole = Count::default();
    for question in settled.sections.iter_mut().flat_map(|section| &mut section.questions) {
        question.blocks = settle::blocks(&question.blocks, suggestions);
        let here = count(&question.blocks);
        whole.words = whole.words.saturating_add(here.words);
        whole.characters = whole.characters.saturating_add(here.characters);
    }
    Written { text: format.response(&settled), count: whole }
}

/// Writes one answer alone.
pub fn answer(blocks: &[Block], format: Format, suggestions: Suggestions) -> String {
    format.answer(&settle::blocks(blocks, suggestions))
}
