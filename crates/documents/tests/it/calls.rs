//! Calls as askers print them, read and laid beside what a person finds in them. Each sample in `data/calls`
//! is invented; the `.found` file beside it says what is right, one line for each question.

use linchpin_documents::questions::{Found, FoundQuestion, find};
use linchpin_domain::record::question_set::QuestionKind;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The day on which the samples are read.
const TODAY: &str = "2026-01-20";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/calls")
}

/// Returns what was found, one line for each thing, for people to check.
fn shown(found: &Found) -> String {
    let mut text = String::new();
    let closes = found.closes.as_ref().map(|c| format!("{} {}", c.date, c.time.as_deref().unwrap_or("-")));
    let said = |part: &Option<String>| part.clone().unwrap_or_else(|| "-".into());
    writeln!(text, "title: {}", said(&found.title)).unwrap();
    writeln!(text, "asker: {}", said(&found.asker)).unwrap();
    writeln!(text, "closes: {}", said(&closes)).unwrap();
    let mut section = &None;
    for question in &found.questions {
        if question.section != *section {
            section = &question.section;
            writeln!(text, "\n# {}", said(section)).unwrap();
        }
        question_shown(question, &mut text);
    }
    text.push_str("\nleft over:\n");
    for line in &found.left_over {
        writeln!(text, "  {line}").unwrap();
    }
    text
}

fn question_shown(question: &FoundQuestion, text: &mut String) {
    let sure = if question.sure { "" } else { "(to check) " };
    writeln!(text, "{}. {sure}{}", question.number, question.text).unwrap();
    let texts = |choices: &[linchpin_domain::record::question_set::Choice]| {
        choices.iter().map(|choice| choice.text.as_str()).collect::<Vec<_>>().join(" | ")
    };
    match question.kind {
        QuestionKind::FreeText => {}
        QuestionKind::OneChoice => writeln!(text, "   one of: {}", texts(&question.choices)).unwrap(),
        QuestionKind::ManyChoices => writeln!(text, "   any of: {}", texts(&question.choices)).unwrap(),
        QuestionKind::Matrix => {
            writeln!(text, "   one of: {}\n   for: {}", texts(&question.choices), texts(&question.rows))
                .unwrap();
        }
        QuestionKind::Scale => {
            let s = question.scale.as_ref().unwrap();
            writeln!(text, "   scale: {} {} to {} {}", s.from, s.from_label, s.to, s.to_label).unwrap();
        }
        QuestionKind::Number => text.push_str("   a number\n"),
        QuestionKind::Upload => text.push_str("   a file\n"),
    }
    let limits = [(question.word_limit, "words"), (question.character_limit, "characters")];
    for (limit, unit) in limits.into_iter().filter_map(|(limit, unit)| Some((limit?, unit))) {
        writeln!(text, "   at most {limit} {unit}").unwrap();
    }
    for (name, words) in [("help", &question.help), ("answer", &question.answer_below)] {
        if !words.is_empty() {
            writeln!(text, "   {name}: {}", words.replace('\n', "¶")).unwrap();
        }
    }
}

#[test]
fn the_samples_are_read_as_a_person_reads_them() {
    let mut samples: Vec<_> =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    samples.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    samples.sort();
    assert!(samples.len() >= 12, "samples are missing");
    let mut wrong = Vec::new();
    for path in samples {
        let found = shown(&find(&std::fs::read_to_string(&path).unwrap(), TODAY));
        let wanted = std::fs::read_to_string(path.with_extension("found")).unwrap_or_default();
        if found != wanted.replace("\r\n", "\n") {
            wrong.push(format!("{}\n{found}", path.file_name().unwrap().to_string_lossy()));
        }
    }
    assert!(wrong.is_empty(), "found otherwise than written in the .found file:\n\n{}", wrong.join("\n\n"));
}
