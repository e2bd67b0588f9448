//! Markdown: CommonMark with tables and footnotes. Everything that would be read as markup is escaped.

use super::Response;
use linchpin_text::block::Block;

/// Writes a whole response.
pub(super) fn response(response: &Response) -> String {
    super::text::response(response)
}

/// Writes one answer.
pub(super) fn answer(blocks: &[Block]) -> String {
    super::text::answer(blocks)
}
