//! What may be added and what may not, with zips written here byte by byte.

use super::*;

/// Writes a zip of entries that are stored as they are.
fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    zip_as(entries, |_| {})
}

/// As [`zip`], with each head in the list changed before it is written.
fn zip_as(entries: &[(&str, &[u8])], change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for (name, bytes) in entries {
        let at = u32::try_from(out.len()).expect("it is small").to_le_bytes();
        let size = u32::try_from(bytes.len()).expect("it is small").to_le_bytes();
        let name_size = u16::try_from(name.len()).expect("it is short").to_le_bytes();
        let common =
            [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &size, &size, &name_size, &[0, 0]].concat();
        out.extend([b"PK\x03\x04", common.as_slice(), name.as_bytes(), bytes].concat());
        let mut head = [b"PK\x01\x02", &[20, 3][..], &common, &[0; 10], &at].concat();
        change(&mut head);
        list.extend([head.as_slice(), name.as_bytes()].concat());
    }
    let start = u32::try_from(out.len()).expect("it is small").to_le_bytes();
    let size = u32::try_from(list.len()).expect("it is small").to_le_bytes();
    let count = u16::try_from(entries.len()).expect("they are few").to_le_bytes();
    out.extend([&list[..], b"PK\x05\x06\0\0\0\0", &count, &count, &size, &start, &[0, 0]].concat());
    out
}

const TYPES: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
const WORD: (&str, &[u8]) = ("word/document.xml", b"<w:document/>");

#[test]
fn every_kind_is_told_by_its_bytes_and_must_be_what_its_name_says() {
    let odt = zip(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<x/>")]);
    let files: [(&str, Vec<u8>, FileKind); 10] = [
        ("a.pdf", b"%PDF-1.7\n".to_vec(), FileKind::Pdf),
        ("A.PNG", b"\x89PNG\r\n\x1a\nrest".to_vec(), FileKind::Png),
        ("a.jpg", b"\xff\xd8\xff\xe0rest".to_vec(), FileKind::Jpeg),
        ("a.jpeg", b"\xff\xd8\xff\xe1rest".to_vec(), FileKind::Jpeg),
        ("a.docx", zip(&[TYPES, WORD]), FileKind::Docx),
        ("a.xlsx", zip(&[TYPES, ("xl/workbook.xml", b"<x/>")]), FileKind::Xlsx),
        ("a.pptx", zip(&[TYPES, ("ppt/presentation.xml", b"<x/>")]), FileKind::Pptx),
        ("a.odt", odt, FileKind::Odt),
        ("notes.v2.txt", b"Words, caf\xe9.\r\n".to_vec(), FileKind::Text),
        ("a.csv", b"\xef\xbb\xbfname,count\n".to_vec(), FileKind::Csv),
    ];
    for (name, bytes, kind) in &files {
        assert_eq!(FileKind::of_file(name, bytes), Ok(*kind), "{name}");
        for (other, other_bytes, other_kind) in &files {
            let both_text = matches!(
                (kind, other_kind),
                (FileKind::Text | FileKind::Csv, FileKind::Text | FileKind::Csv)
            );
            if kind != other_kind && !both_text {
                assert_eq!(
                    FileKind::of_file(name, other_bytes),
                    Err(NotAdded::NotItsName),
                    "{name} as {other}"
                );
            }
        }
    }
    let kinds: std::collections::BTreeSet<_> = files.iter().map(|(.., kind)| *kind).collect();
    assert_eq!(kinds.len(), FileKind::ALL.len(), "every kind was tried");
}

#[test]
fn what_can_run_is_refused_by_its_name() {
    for (name, why) in [
        ("a.docm", NotAdded::Macros),
        ("a.XLSM", NotAdded::Macros),
        ("a.doc", NotAdded::Macros),
        ("a.exe", NotAdded::Program),
        ("a.pdf.exe", NotAdded::Program),
        ("a.pdf.exe. ", NotAdded::Program),
        ("a.js", NotAdded::Program),
        ("a.zip", NotAdded::OtherKind),
        ("a.svg", NotAdded::OtherKind),
        ("a.html", NotAdded::OtherKind),
        ("pdf", NotAdded::OtherKind),
        ("", NotAdded::OtherKind),
    ] {
        assert_eq!(FileKind::of_name(name), Err(why), "{name}");
    }
}

#[test]
fn what_can_run_is_refused_by_its_content() {
    for (bytes, why) in [
        (&b""[..], NotAdded::Empty),
        (b"MZ\x90\0\x03\0", NotAdded::Program),
        (b"\x7fELF\x02\x01", NotAdded::Program),
        (b"#!/bin/sh\n", NotAdded::Program),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", NotAdded::Macros),
        (b" <!DOCTYPE html><script>", NotAdded::OtherKind),
        (b"<svg onload=x>", NotAdded::OtherKind),
        (b"{\\rtf1 words}", NotAdded::OtherKind),
        (b"Rar!\x1a\x07", NotAdded::OtherKind),
    ] {
        assert_eq!(FileKind::of_file("a.txt", bytes), Err(why), "{bytes:?}");
    }
    for (name, why) in [
        ("word/vbaProject.bin", NotAdded::Macros),
        ("xl/activeX/activeX1.bin", NotAdded::Macros),
        ("Basic/script-lc.xml", NotAdded::Macros),
        ("word/embeddings/setup.EXE", NotAdded::Program),
        ("word/embeddings/more.zip", NotAdded::Damaged),
    ] {
        assert_eq!(FileKind::of_bytes(&zip(&[TYPES, WORD, (name, b"x")])), Err(why), "{name}");
    }
}

#[test]
fn a_zip_that_no_program_for_documents_writes_is_refused() {
    let good = [TYPES, WORD];
    assert_eq!(FileKind::of_bytes(&zip(&good)), Ok(FileKind::Docx));
    for name in ["/etc/passwd", "../up", "a/../../b", "c:\\x", "a\\b", "", "a\0b"] {
        assert_eq!(FileKind::of_bytes(&zip(&[TYPES, WORD, (name, b"x")])), Err(NotAdded::Damaged), "{name}");
    }
    type Change = fn(&mut Vec<u8>);
    let changes: [(&str, Change); 5] = [
        ("locked", |head| head[8] |= 1),
        ("a link", |head| head[41] = 0xa0),
        ("swells", |head| head[27] = 0x10),
        ("packed in another way", |head| head[10] = 99),
        ("lies elsewhere", |head| head[42] = head[42].wrapping_add(1)),
    ];
    for (what, change) in changes {
        assert_eq!(FileKind::of_bytes(&zip_as(&good, change)), Err(NotAdded::Damaged), "{what}");
    }
    let many: Vec<(String, &[u8])> = (0..2_001).map(|n| (format!("word/{n}.xml"), &b"x"[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    assert_eq!(FileKind::of_bytes(&zip(&many)), Err(NotAdded::Damaged));
    let whole = zip(&good);
    for end in 4..whole.len() {
        assert_eq!(FileKind::of_bytes(&whole[..end]), Err(NotAdded::Damaged), "cut at {end}");
    }
    let behind = [&whole[..], b"more"].concat();
    assert_eq!(FileKind::of_bytes(&behind), Err(NotAdded::Damaged));
}

#[test]
fn macros_are_told_by_their_type_whatever_their_part_is_named() {
    let types = |told: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types><Override PartName=\"/word/a.bin\" {told}/></Types>"
        )
    };
    let plain = |list: &[u8]| FileKind::of_bytes(&zip(&[("[Content_Types].xml", list), WORD]));
    let packed = |list: &[u8]| {
        let list = miniz_oxide::deflate::compress_to_vec(list, 6);
        FileKind::of_bytes(&zip_as(&[("[Content_Types].xml", &list), WORD], |head| head[10] = 8))
    };
    let known = types("ContentType=\"application/xml\"");
    assert_eq!((plain(known.as_bytes()), packed(known.as_bytes())), (Ok(FileKind::Docx), Ok(FileKind::Docx)));
    for (told, why) in [
        ("ContentType=\"application/vnd.ms-office.vbaProject\"", NotAdded::Macros),
        ("ContentType=\"application/vnd.ms-word.document.macroEnabled.main+xml\"", NotAdded::Macros),
        ("ContentType=\"application/vnd.ms-office.activeX+xml\"", NotAdded::Macros),
        ("ContentType=\"application/vnd.ms-office.&#118;baProject\"", NotAdded::Damaged),
    ] {
        let list = types(told);
        assert_eq!((plain(list.as_bytes()), packed(list.as_bytes())), (Err(why), Err(why)), "{told}");
    }
    let wide: Vec<u8> = types("vba").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let entity = b"<!DOCTYPE x [<!ENTITY v \"v\">]><Types/>".to_vec();
    let seven = b"<?xml version=\"1.0\" encoding=\"UTF-7\"?><Types/>".to_vec();
    let large = vec![b' '; TYPES_BYTES + 1];
    for odd in [wide, entity, seven, large] {
        assert_eq!((plain(&odd), packed(&odd)), (Err(NotAdded::Damaged), Err(NotAdded::Damaged)));
    }
    // A second list is looked at as well, whichever Office takes.
    let twice = [TYPES, WORD, ("[content_types].xml", b"vba".as_slice())];
    assert_eq!(FileKind::of_bytes(&zip(&twice)), Err(NotAdded::Macros));
    let no_zip = zip_as(&[TYPES, WORD], |head| head[10] = 8);
    assert_eq!(FileKind::of_bytes(&no_zip), Err(NotAdded::Damaged), "it cannot be unpacked");
}

#[test]
fn a_file_has_an_end() {
    let mut large = b"%PDF-".to_vec();
    large.resize(usize::try_from(MOST_BYTES).expect("it fits"), b' ');
    assert_eq!(FileKind::of_bytes(&large), Ok(FileKind::Pdf));
    large.push(b' ');
    assert_eq!(FileKind::of_bytes(&large), Err(NotAdded::TooLarge));
}

#[test]
fn every_kind_has_an_ending_that_promises_it() {
    for kind in FileKind::ALL {
        assert_eq!(FileKind::of_name(&format!("a.{}", kind.ending())), Ok(kind));
    }
}
