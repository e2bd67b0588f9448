//! Names of files on all three systems.

use linchpin_documents::name::{added_file_name, file_name, same};
use proptest::prelude::*;

fn check(title: &str, wanted: &str) {
    assert_eq!(file_name(title, "md"), wanted, "{title:?}");
}

#[test]
fn titles_become_names_that_every_system_takes() {
    check("The future of general practice", "The future of general practice.md");
    check("Access: what works? A/B \"trial\" <2026>", "Access what works A B trial 2026.md");
    check("Ymgynghoriad ŵyl – tŷ", "Ymgynghoriad ŵyl – tŷ.md");
    check("ends in dots... ", "ends in dots.md");
    check("..hidden", "hidden.md");
    check("--help", "help.md");
    check("two\nlines\tand\u{0}more", "two lines and more.md");
    check("\u{202e}gnp.exe", "gnp.exe.md");
}

#[test]
fn a_title_without_a_name_in_it_still_gives_one() {
    for title in ["", "   ", "???", "...", "\u{200b}", "/\\"] {
        check(title, "Response.md");
    }
}

#[test]
fn names_of_devices_are_no_names_of_files() {
    check("CON", "CON_.md");
    check("aux", "aux_.md");
    check("Com1", "Com1_.md");
    check("lpt²", "lpt²_.md");
    check("nul.tar", "nul_.tar.md");
    check("CONSULTATION", "CONSULTATION.md");
    check("COM10", "COM10.md");
}

#[test]
fn an_ending_holds_nothing_but_letters_and_digits() {
    assert_eq!(file_name("a", "m/d"), "a.md");
    assert_eq!(file_name("a", ""), "a");
}

#[test]
fn files_that_were_added_keep_their_names_as_far_as_a_disk_takes_them() {
    for (name, wanted) in [
        ("Our evidence.pdf", "Our evidence.pdf"),
        ("Our evidence.PDF", "Our evidence.pdf"),
        ("evidence.pdf.exe", "evidence.pdf.exe.pdf"),
        ("../../etc/passwd", "etc passwd.pdf"),
        ("C:\\a|b<c>.pdf. ", "C a b c .pdf.pdf"),
        ("con.pdf", "con_.pdf"),
        ("lpt1.draft.pdf", "lpt1_.draft.pdf"),
        ("\u{202e}fdp.exe", "fdp.exe.pdf"),
        ("\u{61c}fdp\u{61c}.exe", "fdp .exe.pdf"),
        ("..", "File.pdf"),
        ("", "File.pdf"),
    ] {
        assert_eq!(added_file_name(name, "pdf"), wanted, "{name:?}");
    }
}

#[test]
fn names_that_differ_in_capitals_are_the_same() {
    assert!(same("Response.md", "RESPONSE.MD") && !same("a.md", "b.md"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3_000) })]

    #[test]
    fn any_title_gives_a_name_that_every_system_takes(title in "(?s).{0,300}|(con|aux|COM1|lpt9)[ .]{0,3}.{0,5}") {
        let name = file_name(&title, "txt");
        prop_assert!(name.len() <= 125 && name.ends_with(".txt"));
        prop_assert!(!name.contains(|c: char| c.is_control() || "<>:\"/\\|?*".contains(c)));
        let stem = name.strip_suffix(".txt").unwrap();
        prop_assert!(!stem.is_empty() && !stem.ends_with(['.', ' ']) && !stem.starts_with(['.', '-', ' ']));
        let first = stem.split('.').next().unwrap().trim().to_uppercase();
        prop_assert!(!["CON", "AUX", "COM1", "LPT9"].contains(&first.as_str()), "{name}");
    }

    #[test]
    fn any_name_of_a_file_gives_one_that_every_system_takes(name in "(?s).{0,300}|(nul|COM1)\\.{0,3}.{0,5}") {
        let name = added_file_name(&name, "pdf");
        prop_assert!(name.len() <= 125 && name.ends_with(".pdf"));
        prop_assert!(!name.contains(|c: char| c.is_control() || "<>:\"/\\|?*".contains(c)));
        let first = name.split('.').next().unwrap().trim().to_uppercase();
        prop_assert!(!first.is_empty() && !["NUL", "COM1"].contains(&first.as_str()), "{name}");
    }
}
