//! Export of a response as one file.

use crate::core::Core;
use crate::error::Error;
use crate::files;
use crate::view::{CallView, call_view};
use linchpin_documents::name::file_name;
use linchpin_documents::write::{self, Answered, Format, Response, Section, Suggestions};
use linchpin_domain::id::CallId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Writes a response to a file.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportResponse {
    /// The call.
    pub call: CallId,
    /// In which form.
    pub format: ExportFormat,
}

/// A form of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ExportFormat {
    /// Markdown.
    Markdown,
    /// Plain text.
    Text,
}

/// The file was written, or the person chose none.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Exported {
    /// Its name without the folder; none where the person chose no file.
    pub file: Option<String>,
    /// Words in it.
    pub words: u32,
}

/// Writes a response to a file that the person chooses.
///
/// # Errors
/// A call that is not here, a text that cannot be read, or a file that cannot be written.
pub fn export_response(core: &Core, asked: ExportResponse) -> Result<Exported, Error> {
    let desk = core.desk()?;
    let format = match asked.format {
        ExportFormat::Markdown => Format::Markdown,
        ExportFormat::Text => Format::Text,
    };
    let view = desk.store.read(|reader| call_view(reader, asked.call))?;
    let response = response(&view, |answer| desk.blocks(answer))?;
    let written = write::response(&response, format, Suggestions::Original);
    let suggested = file_name(&view.call.record.title, format.extension());
    let Some(path) = core.host.choose_save("Export response", &suggested) else {
        return Ok(Exported { file: None, words: 0 });
    };
    files::refuse_among_our_own(&path)?;
    files::write_whole(&path, written.text.as_bytes())?;
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(Exported { file, words: written.count.words })
}

/// Returns the response as formats take it: questions in order, each under the heading of its section.
fn response(
    view: &CallView,
    blocks: impl Fn(linchpin_domain::id::AnswerId) -> Result<Vec<linchpin_text::block::Block>, Error>,
) -> Result<Response, Error> {
    let mut sections: Vec<Section> = Vec::new();
    for row in &view.questions {
        let heading = row.section.as_ref().map(|(_, title)| title.clone()).unwrap_or_default();
        if sections.last().is_none_or(|section| section.heading != heading) {
            sections.push(Section { heading, questions: Vec::new() });
        }
        let answered = Answered {
            number: row.number.clone(),
            text: row.question.text.clone(),
            choices: row.question.choices.clone(),
            rows: row.question.rows.clone(),
            scale: row.question.scale.clone(),
            chosen: row.chosen.clone(),
            blocks: blocks(row.answer)?,
        };
        if let Some(section) = sections.last_mut() {
            section.questions.push(answered);
        }
    }
    let call = &view.call.record;
    Ok(Response {
        title: call.title.clone(),
        asker: call.asker.clone(),
        from: view.body.clone(),
        closes: call.closes.clone(),
        sections,
    })
}
