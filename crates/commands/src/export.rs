//! Export of a response as one file.

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
