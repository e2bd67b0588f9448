//! Which files people may add: a closed list of kinds, told by their first bytes and never by their name alone. What
//! can run is refused by its name and by its content. Not here: names that are safe to write on a disk (documents).

mod zip;

use serde::{Deserialize, Serialize};
use zip::{BadZip, Zip};

/// Most bytes of a file: 25 MiB.
pub const MOST_BYTES: u64 = 25 << 20;
/// Most characters of a file's name.
pub const NAME_CHARS: usize = 200;
/// How much of a text is looked at for what a browser or a shell would run.
const BEGINNING: usize = 512;

/// A kind of file that may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum FileKind {
    /// A PDF.
    Pdf,
    /// A document of Word.
    Docx,
    /// A workbook of Excel.
    Xlsx,
    /// Slides of PowerPoint.
    Pptx,
    /// A document of LibreOffice.
    Odt,
    /// A picture without loss.
    Png,
    /// A photograph.
    Jpeg,
    /// Plain text.
    Text,
    /// A table as plain text.
    Csv,
}

/// Endings of names with the kind that they promise.
const ENDINGS: [(&str, FileKind); 10] = [
    ("pdf", FileKind::Pdf),
    ("docx", FileKind::Docx),
    ("xlsx", FileKind::Xlsx),
    ("pptx", FileKind::Pptx),
    ("odt", FileKind::Odt),
    ("png", FileKind::Png),
    ("jpg", FileKind::Jpeg),
    ("jpeg", FileKind::Jpeg),
    ("txt", FileKind::Text),
    ("csv", FileKind::Csv),
];

/// Endings of documents that may hold macros.
const MACROS: [&str; 17] = [
    "docm", "dotm", "xlsm", "xltm", "xlam", "xlsb", "xla", "pptm", "potm", "ppam", "ppsm", "sldm", "doc",
    "dot", "xls", "xlt", "ppt",
];

/// Endings of what can run.
const PROGRAMS: [&str; 44] = [
    "exe", "com", "scr", "pif", "msi", "msp", "msix", "appx", "dll", "ocx", "sys", "cpl", "bat", "cmd",
    "ps1", "psm1", "vbs", "vbe", "js", "jse", "mjs", "ws", "wsf", "wsh", "hta", "jar", "lnk", "url", "reg",
    "inf", "scf", "msc", "chm", "sh", "bash", "command", "app", "pkg", "dmg", "deb", "rpm", "py", "apk",
    "desktop",
];

/// Endings of what holds other files.
const ARCHIVES: [&str; 14] =
    ["zip", "7z", "rar", "tar", "gz", "tgz", "bz2", "xz", "zst", "cab", "iso", "img", "vhd", "vhdx"];

/// The part of an Office file that says what its other parts are.
const TYPES: &str = "[Content_Types].xml";
/// Most bytes of that part, unpacked.
const TYPES_BYTES: usize = 1 << 20;
/// What stands in the type of a part that may hold macros.
const MACRO_TYPES: [&str; 3] = ["vba", "macro", "activex"];

/// What a document of LibreOffice says it is.
const ODT: &[u8] = b"application/vnd.oasis.opendocument.text";
/// The part by which the formats of Office are told from each other.
const MAIN_PARTS: [(&str, FileKind); 3] = [
    ("word/document.xml", FileKind::Docx),
    ("xl/workbook.xml", FileKind::Xlsx),
    ("ppt/presentation.xml", FileKind::Pptx),
];

/// Why a file may not be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAdded {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is larger than [`MOST_BYTES`].
    #[error("the file is larger than 25 MB")]
    TooLarge,
    /// It is none of the kinds that may be added.
    #[error(
        "files of this kind cannot be added; PDF, Word, Excel, PowerPoint, ODT, PNG, JPEG, text and CSV can"
    )]
    OtherKind,
    /// It may hold macros.
    #[error("the file holds macros, or is of a kind that may; save it without them and add that")]
    Macros,
    /// It can run, or holds something that can.
    #[error("the file is a program or holds one")]
    Program,
    /// Its content is of another kind than its name says.
    #[error("the file is not what its name says it is")]
    NotItsName,
    /// It is packed in a way that no program for documents does.
    #[error("the file is damaged, or packed in a way that documents are not")]
    Damaged,
}

impl FileKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Pdf,
        Self::Docx,
        Self::Xlsx,
        Self::Pptx,
        Self::Odt,
        Self::Png,
        Self::Jpeg,
        Self::Text,
        Self::Csv,
    ];

    /// Returns the ending of a name that goes with it.
    pub fn ending(self) -> &'static str {
        ENDINGS.iter().find(|(_, kind)| *kind == self).map_or("", |(ending, _)| ending)
    }

    /// Returns the kind that a name promises.
    ///
    /// # Errors
    /// [`NotAdded`], where the name promises none that may be added.
    pub fn of_name(name: &str) -> Result<Self, NotAdded> {
        let ending = ending_of(name);
        if let Some((_, kind)) = ENDINGS.iter().find(|(known, _)| *known == ending) {
            return Ok(*kind);
        }
        let is_among = |endings: &[&str]| endings.contains(&ending.as_str());
        Err(if is_among(&MACROS) {
            NotAdded::Macros
        } else if is_among(&PROGRAMS) {
            NotAdded::Program
        } else {
            NotAdded::OtherKind
        })
    }

    /// Returns the kind of some content, by its bytes alone. A table as plain text cannot be told from other text.
    ///
    /// # Errors
    /// [`NotAdded`], where it is none that may be added.
    pub fn of_bytes(bytes: &[u8]) -> Result<Self, NotAdded> {
        if bytes.is_empty() {
            return Err(NotAdded::Empty);
        }
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MOST_BYTES {
            return Err(NotAdded::TooLarge);
        }
        if bytes.starts_with(b"%PDF-") {
            return Ok(Self::Pdf);
        }
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Ok(Self::Png);
        }
        if bytes.starts_with(b"\xff\xd8\xff") {
            return Ok(Self::Jpeg);
        }
        if bytes.starts_with(b"PK\x03\x04") {
            return of_zip(bytes);
        }
        of_text(bytes)
    }

    /// Returns the kind of a file, where its name and its content agree.
    ///
    /// # Errors
    /// [`NotAdded`].
    pub fn of_file(name: &str, bytes: &[u8]) -> Result<Self, NotAdded> {
        let named = Self::of_name(name)?;
        match (named, Self::of_bytes(bytes)?) {
            (named, found) if named == found => Ok(named),
            (Self::Csv, Self::Text) => Ok(Self::Csv),
            _ => Err(NotAdded::NotItsName),
        }
    }
}

/// Returns the ending of a name in small letters, without its dot; empty where there is none. Dots and spaces at the end
/// count for nothing, as Windows has it.
fn ending_of(name: &str) -> String {
    let name = name.trim_end_matches(['.', ' ']);
    name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_lowercase())
}

fn of_zip(bytes: &[u8]) -> Result<FileKind, NotAdded> {
    let zip = Zip::read(bytes).map_err(|BadZip| NotAdded::Damaged)?;
    for entry in &zip.entries {
        let name = entry.name.to_lowercase();
        let ending = ending_of(&name);
        if name.ends_with("vbaproject.bin") || name.ends_with("vbadata.xml") || name.contains("/activex/") {
            return Err(NotAdded::Macros);
        }
        if name.starts_with("basic/") || name.starts_with("scripts/") {
            return Err(NotAdded::Macros);
        }
        if PROGRAMS.contains(&ending.as_str()) {
            return Err(NotAdded::Program);
        }
        if ARCHIVES.contains(&ending.as_str()) {
            return Err(NotAdded::Damaged);
        }
    }
    for types in zip.entries.iter().filter(|entry| entry.name.eq_ignore_ascii_case(TYPES)) {
        let types = zip.unpacked(types, TYPES_BYTES).ok_or(NotAdded::Damaged)?;
        check_types(&types)?;
    }
    let has = |name: &str| zip.entries.iter().any(|entry| entry.name == name);
    if zip.stored("mimetype") == Some(ODT) {
        return Ok(FileKind::Odt);
    }
    let main = MAIN_PARTS.iter().find(|(part, _)| has(part)).filter(|_| has(TYPES));
    main.map(|(_, kind)| *kind).ok_or(NotAdded::OtherKind)
}

/// Refuses types that tell of macros, whatever their parts are named, and types that are written so as to say something
/// else to Office than is read here.
fn check_types(types: &[u8]) -> Result<(), NotAdded> {
    let types = std::str::from_utf8(types).map_err(|_| NotAdded::Damaged)?.to_lowercase();
    let quoted = |quote: char| types.contains(&format!("encoding={quote}utf-8{quote}"));
    let other_code = types.contains("encoding") && !quoted('"') && !quoted('\'');
    if other_code || ["\0", "<!", "&#"].iter().any(|odd| types.contains(odd)) {
        return Err(NotAdded::Damaged);
    }
    if MACRO_TYPES.iter().any(|told| types.contains(told)) { Err(NotAdded::Macros) } else { Ok(()) }
}

/// Text is UTF-8 or, as older programs write it, one byte a letter; it never holds the control characters of other
/// formats. What a browser, a shell or a word processor takes for its own is none.
fn of_text(bytes: &[u8]) -> Result<FileKind, NotAdded> {
    if bytes.starts_with(b"#!") {
        return Err(NotAdded::Program);
    }
    let control = |byte: &u8| matches!(byte, 0..=8 | 11 | 14..=31 | 127);
    if bytes.iter().any(control) {
        let runs = [&b"MZ"[..], b"\x7fELF", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"];
        let program = runs.iter().any(|start| bytes.starts_with(start));
        // The form of Word, Excel and PowerPoint before 2007, which may hold macros.
        let old = bytes.starts_with(b"\xd0\xcf\x11\xe0");
        return Err(if program {
            NotAdded::Program
        } else if old {
            NotAdded::Macros
        } else {
            NotAdded::OtherKind
        });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let beginning: Vec<u8> =
        bytes.trim_ascii_start().iter().take(BEGINNING).map(u8::to_ascii_lowercase).collect();
    let other = [&b"<!doctype"[..], b"<html", b"<script", b"<svg", b"<?xml", b"<?php", b"{\\rtf"];
    if other.iter().any(|start| beginning.starts_with(start)) {
        return Err(NotAdded::OtherKind);
    }
    Ok(FileKind::Text)
}

/// Tells whether text is a SHA-256 in small hexadecimal digits.
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests;
