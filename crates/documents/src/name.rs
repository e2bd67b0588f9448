//! Names for files that Windows, macOS and Linux all take. Not here: folders, dialogs and writing.

/// The most bytes of a name without its ending. Every system takes 255 for the whole; some leave room for a
/// number and for the names of temporary files beside it.
const MOST_BYTES: usize = 120;

/// The name of a file whose title has no letter that a name may hold.
const NAMELESS: &str = "Response";

/// The name of an added file that has no letter that a name may hold.
const NAMELESS_FILE: &str = "File";

/// Returns a name for a file made from a title, with its ending.
pub fn file_name(title: &str, extension: &str) -> String {
    named(title, extension, NAMELESS)
}

/// Returns the name under which a file that somebody added is written to a disk. Only the ending that `extension` says
/// counts as one: whatever else stands at the end of the name is part of it.
pub fn added_file_name(name: &str, extension: &str) -> String {
    let stem =
        name.rsplit_once('.').filter(|(_, ending)| same(ending, extension)).map_or(name, |(stem, _)| stem);
    named(stem, extension, NAMELESS_FILE)
}

fn named(title: &str, extension: &str, nameless: &str) -> String {
    let spaced: String = title.chars().map(allowed).collect();
    let words = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    // A dot or dash in front hides a file or reads as an option; Windows drops dots and spaces at the end.
    let name = words.trim_start_matches(['.', '-', ' ', '~']);
    let mut end = name.len().min(MOST_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    let name = name.get(..end).unwrap_or_default().trim_end_matches(['.', ' ']);
    let name = if name.is_empty() { nameless } else { name };
    let extension: String = extension.chars().filter(char::is_ascii_alphanumeric).collect();
    let whole = match device(name) {
        Some((device, rest)) => format!("{device}_{rest}"),
        None => name.to_owned(),
    };
    if extension.is_empty() { whole } else { format!("{whole}.{extension}") }
}

/// Tells whether two names mean the same file on a system that does not look at capitals.
pub fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// Returns the character, or a space for one that some system refuses or that shows another name than is
/// there: control characters, marks of writing direction, and characters that cannot be seen.
fn allowed(c: char) -> char {
    match c {
        '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' => ' ',
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{61c}'
        | '\u{feff}'
        | '\u{ad}' => ' ',
        c if c.is_control() => ' ',
        c => c,
    }
}

/// Splits a name that Windows takes for a device: whatever stands after the first dot counts for nothing.
fn device(name: &str) -> Option<(&str, &str)> {
    let (front, rest) = name.split_at_checked(name.find('.').unwrap_or(name.len()))?;
    let stem = front.trim_end().to_uppercase();
    let port = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    let is_port = port.is_some_and(|number| {
        let mut digits = number.chars();
        matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    });
    let is_device = is_port || matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$");
    is_device.then(|| (front.trim_end(), rest))
}
