//! Files that people add, and what is said about them: whatever the bytes are, telling their kind panics nowhere and
//! believes no more than what the format says.

use crate::cases::each;
use crate::spoken::spoken;
use linchpin_domain::file::FileKind;
use linchpin_domain::space::Space;
use linchpin_protocol::files::{FileRequest, FileState};
use linchpin_sync::http::read_letter;
use linchpin_sync::seam::{Call, FileCall};
use linchpin_testkit::build::response;

/// Writes a zip of entries that are stored as they are.
fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    let four = |number: usize| u32::try_from(number).expect("it is small").to_le_bytes();
    for (name, bytes) in entries {
        let (at, size, length) = (four(out.len()), four(bytes.len()), four(name.len()));
        let common =
            [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &size, &size, &length[..2], &[0, 0]].concat();
        out.extend([b"PK\x03\x04", common.as_slice(), name.as_bytes(), bytes].concat());
        list.extend([b"PK\x01\x02", &[20, 3][..], &common, &[0; 10], &at, name.as_bytes()].concat());
    }
    let count = four(entries.len());
    let (start, size) = (four(out.len()), four(list.len()));
    out.extend([&list[..], b"PK\x05\x06\0\0\0\0", &count[..2], &count[..2], &size, &start, &[0, 0]].concat());
    out
}

fn good() -> Vec<Vec<u8>> {
    let types: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
    let words = b"<w:document>Words that repeat, words that repeat.</w:document>".repeat(40);
    vec![
        zip(&[types, ("word/document.xml", &words), ("word/media/image1.png", b"\x89PNG")]),
        zip(&[types, ("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", &words)]),
        zip(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", &words)]),
        [b"%PDF-1.7\n".as_slice(), &words].concat(),
        [b"\x89PNG\r\n\x1a\n".as_slice(), &[7; 300]].concat(),
        b"name,count\r\nA practice,3\r\n".repeat(30),
    ]
}

#[test]
fn files_break_nothing_and_the_good_ones_are_taken() {
    let good = good();
    for file in &good {
        FileKind::of_bytes(file).expect("it may be added");
    }
    each("file", &good, |_, body| {
        let kind = FileKind::of_bytes(&body);
        for known in FileKind::ALL {
            let named = FileKind::of_file(&format!("a.{}", known.ending()), &body);
            assert!(named.is_err() || kind.is_ok(), "a name makes nothing good");
        }
        kind.is_ok()
    });
}

fn request() -> FileRequest {
    FileRequest { space: Space::Response(response(0)), sha256: "0a".repeat(32), size: 70_000 }
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("it is written")
}

#[test]
fn what_is_said_of_files_breaks_nothing_at_the_hub() {
    for target in ["/v1/files/begin", "/v1/files/finish"] {
        let mut spoken = spoken();
        let (device, terms) = (spoken.desk.id(), spoken.terms);
        each(target, &[json(&request())], |_, body| {
            let answer = spoken.hub.handed(device, target, body, false, terms);
            assert!(answer.status < 500, "{} {}", answer.status, String::from_utf8_lossy(&answer.body));
            answer.status < 300
        });
    }
}

#[test]
fn answers_about_files_break_nothing_at_the_desk() {
    let call = Call::File(FileCall::Begin(request()));
    let good = [
        json(&FileState { done: false, parts: vec![0, 1, 24] }),
        json(&FileState { done: true, parts: vec![] }),
    ];
    each("answer about a file", &good, |_, body| read_letter(&call, 200, body).is_ok());
}
