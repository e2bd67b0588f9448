//! Tables whose cells hold more than one paragraph: Markdown has no way to say that, so the table is written
//! as HTML, which every Markdown reader passes on. No blank line may stand inside, or the table ends there.

use linchpin_text::block::{Block, Cell, Run};

/// Returns a table as lines of HTML.
pub(super) fn table(rows: &[Vec<Cell>]) -> Vec<String> {
    let mut lines = vec!["<table>".to_owned()];
    for (n, row) in rows.iter().enumerate() {
        lines.push("<tr>".to_owned());
        for cell in row {
            let name = if n == 0 || cell.header { "th" } else { "td" };
            lines.push(format!("<{name}>{}</{name}>", blocks(&cell.blocks)));
        }
        lines.push("</tr>".to_owned());
    }
    lines.push("</table>".to_owned());
    lines
}

fn blocks(all: &[Block]) -> String {
    all.iter().map(block).collect()
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading { runs: words, .. } => format!("<p><strong>{}</strong></p>", runs(words)),
        Block::Para { runs: words } => format!("<p>{}</p>", runs(words)),
        Block::Quote { blocks: inner } => format!("<blockquote>{}</blockquote>", blocks(inner)),
        Block::List { start, items } => {
            let items: String = items.iter().map(|item| format!("<li>{}</li>", blocks(item))).collect();
            match start {
                Some(first) => format!("<ol start=\"{first}\">{items}</ol>"),
                None => format!("<ul>{items}</ul>"),
            }
        }
        Block::Table { rows } => table(rows).concat(),
    }
}

fn runs(all: &[Run]) -> String {
    all.iter().map(run).collect()
}

/// Notes stand in brackets: a number inside HTML would lead nowhere.
fn run(run: &Run) -> String {
    let mut text = escape(&run.text).replace('\n', "<br>");
    if run.italic {
        text = format!("<em>{text}</em>");
    }
    if run.bold {
        text = format!("<strong>{text}</strong>");
    }
    if let Some(link) = run.link.as_deref() {
        let leads_out = link.starts_with("https://") || link.starts_with("mailto:");
        text = match leads_out {
            true => format!("<a href=\"{}\">{text}</a>", escape(link)),
            false => format!("{text} ({})", escape(link)),
        };
    }
    if let Some(note) = &run.note {
        text.push_str(&format!(" [{}]", runs(note)));
    }
    text
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
