//! Responses and answers as files: read by eye in the golden files, and by a small reader that knows nothing
//! of how they were written.

use crate::blocks::{bare, blocks, letters, made};
use linchpin_documents::write::{Answered, Format, Response, Section, Suggestions, answer, response};
use linchpin_domain::london::ClosesAt;
use linchpin_domain::record::answer::Chosen;
use linchpin_domain::record::question_set::{Choice, ScaleEnds};
use linchpin_text::block::{Block, Cell, Run, Suggested};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

fn golden(name: &str, written: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/written").join(name);
    let wanted = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(written == wanted, "{name} is written otherwise than in the golden file:\n\n{written}");
}

fn bold(text: &str) -> Run {
    Run { bold: true, ..Run::plain(text) }
}

fn linked(text: &str, link: &str) -> Run {
    Run { link: Some(link.into()), ..Run::plain(text) }
}

fn para(runs: Vec<Run>) -> Block {
    Block::Para { runs }
}

fn row(cells: &[&str], header: bool) -> Vec<Cell> {
    cells.iter().map(|text| Cell { header, blocks: vec![Block::para(*text)] }).collect()
}

fn choices(texts: &[&str]) -> Vec<Choice> {
    (1..).zip(texts).map(|(n, text)| Choice { id: format!("c{n}"), text: (*text).into() }).collect()
}

fn everything() -> Vec<Block> {
    let note =
        Run { note: Some(vec![Run::plain("Figures of 2025, our own count.")]), ..Run::plain("two hours") };
    vec![
        Block::Heading { level: 2, runs: vec![Run::plain("Where the time goes")] },
        para(vec![
            Run::plain("We lose "),
            note,
            Run::plain(" a day, which is "),
            bold("a quarter"),
            Run { italic: true, ..Run::plain(" of the nurse's day") },
            Run::plain(". See "),
            linked("our figures", "https://example.org/figures_(2025)?a=1&b=2"),
            Run::plain(" or "),
            linked("practice@example.org", "mailto:practice@example.org"),
            Run::plain("."),
        ]),
        para(vec![Run::plain("2021. A hard year.\n- not a list\nC#, 5 * 3 < 20 & [so on]")]),
        Block::List {
            start: None,
            items: vec![
                vec![
                    Block::para("one"),
                    Block::List { start: None, items: vec![vec![Block::para("one below")]] },
                ],
                vec![Block::para("two")],
            ],
        },
        Block::List {
            start: Some(3),
            items: vec![vec![Block::para("third"), Block::para("more of it")], vec![Block::para("fourth")]],
        },
        Block::List { start: Some(1), items: vec![vec![Block::para("a list of its own")]] },
        Block::Quote { blocks: vec![Block::para("They said it."), Block::para("Twice.")] },
        Block::Table { rows: vec![row(&["Year", "Hours | week"], true), row(&["2025", "37"], false)] },
        Block::Table {
            rows: vec![
                row(&["What", "Why"], true),
                vec![
                    Cell { header: false, blocks: vec![Block::para("a < b")] },
                    Cell { header: false, blocks: vec![Block::para("first"), Block::para("second")] },
                ],
            ],
        },
    ]
}

fn whole() -> Response {
    let asked = |number: &str, text: &str| Answered {
        number: number.into(),
        text: text.into(),
        ..Answered::default()
    };
    let by_row =
        BTreeMap::from([("c1".into(), "c2".into()), ("c2".into(), "c1".into()), ("old".into(), "c9".into())]);
    let likert = choices(&["Agree", "Disagree"]);
    Response {
        title: "The future of *general* practice".into(),
        asker: "Health and Social Care Committee".into(),
        from: "Practice Management Network".into(),
        closes: Some(ClosesAt { date: "2022-01-14".into(), time: Some("23:45".into()) }),
        sections: vec![
            Section {
                heading: String::new(),
                questions: vec![Answered {
                    blocks: everything(),
                    ..asked("1", "What are the main challenges?")
                }],
            },
            Section {
                heading: "Your views".into(),
                questions: vec![
                    Answered {
                        choices: likert.clone(),
                        chosen: Some(Chosen::Choices { ids: vec!["c1".into()] }),
                        blocks: vec![Block::para("Because it works.")],
                        ..asked("2a", "Do you agree?")
                    },
                    Answered {
                        choices: choices(&["Rooms", "Staff", "Telephones"]),
                        chosen: Some(Chosen::Choices { ids: vec!["c1".into(), "c3".into()] }),
                        ..asked("2b", "What do you lack?")
                    },
                    Answered {
                        choices: likert,
                        rows: choices(&["A code helps patients", "A code helps staff"]),
                        chosen: Some(Chosen::Rows { by_row }),
                        ..asked("3", "How far do you agree?")
                    },
                    Answered {
                        scale: Some(ScaleEnds {
                            from: 1,
                            to: 5,
                            from_label: "poor".into(),
                            to_label: String::new(),
                        }),
                        chosen: Some(Chosen::Number { value: 4.0 }),
                        ..asked("4", "How is it?")
                    },
                    Answered {
                        chosen: Some(Chosen::File { name: "rota.pdf".into() }),
                        ..asked("5", "Your rota")
                    },
                    asked("", "Anything else?"),
                ],
            },
        ],
    }
}

#[test]
fn a_whole_response_is_written_as_people_expect_it() {
    for format in Format::ALL {
        let written = response(&whole(), *format, Suggestions::Original);
        golden(&format!("response.{}", format.extension()), &written.text);
        assert_eq!(written.count.words, 80, "the same words are counted in every format");
    }
}

#[test]
fn an_empty_response_is_still_a_file() {
    let empty = Response::default();
    assert_eq!(response(&empty, Format::Markdown, Suggestions::Original).text, "# Response\n");
    assert_eq!(response(&empty, Format::Text, Suggestions::Original).text, "Response\n========\n");
    assert_eq!(answer(&[], Format::Markdown, Suggestions::Original), "");
}

#[test]
fn proposals_are_settled_the_way_that_was_asked_for() {
    let proposed = |text: &str, how| Run { suggested: Some(how), ..Run::plain(text) };
    let blocks = [para(vec![
        Run::plain("We "),
        proposed("strongly ", Suggested::Insertion),
        proposed("might ", Suggested::Deletion),
        Run::plain("agree."),
    ])];
    assert_eq!(answer(&blocks, Format::Text, Suggestions::Original), "We might agree.\n");
    assert_eq!(answer(&blocks, Format::Text, Suggestions::Accepted), "We strongly agree.\n");
    let questions = vec![Answered { blocks: blocks.to_vec(), ..Answered::default() }];
    let whole =
        Response { sections: vec![Section { heading: String::new(), questions }], ..Response::default() };
    assert_eq!(response(&whole, Format::Text, Suggestions::Original).count.words, 3);
}

/// Checks one paragraph in Markdown.
fn check(runs: Vec<Run>, wanted: &str) {
    assert_eq!(answer(&[para(runs)], Format::Markdown, Suggestions::Original).trim_end(), wanted);
}

#[test]
fn what_would_be_markup_is_escaped_and_nothing_else() {
    check(vec![Run::plain("snake_case and _stress_")], r"snake_case and \_stress\_");
    check(vec![Run::plain("1) first\n+ plus\n= equals")], "1\\) first\\\n\\+ plus\\\n\\= equals");
    check(vec![Run::plain("NHSE&I, AT&T; Q&A")], r"NHSE&I, AT\&T; Q&A");
    check(vec![Run::plain("# one #")], r"\# one \#");
    check(
        vec![Run::plain("What can be done (in 2026)? 55% - so!")],
        "What can be done (in 2026)? 55% - so\\!",
    );
    check(vec![Run::plain("https://example.org/a_b")], "https://example.org/a_b");
}

#[test]
fn a_note_stays_a_note_whatever_follows_it() {
    let noted = |text: &str| Run { note: Some(vec![Run::plain("Our count.")]), ..Run::plain(text) };
    check(vec![noted(""), Run::plain("(a) first")], "[^1]\\(a) first\n\n[^1]: Our count.");
    check(vec![noted(""), Run::plain(": first")], "[^1]\\: first\n\n[^1]: Our count.");
    check(vec![noted("x"), bold("(a)")], "x[^1]**(a)**\n\n[^1]: Our count.");
}

#[test]
fn marks_hold_where_stars_would_not() {
    check(vec![bold(" so "), Run::plain("what")], "**so** what");
    check(vec![Run::plain("un"), bold("believ"), Run::plain("able")], "un**believ**able");
    check(vec![Run::plain("x"), bold("(a)"), Run::plain("y")], "x<strong>(a)</strong>y");
    check(vec![bold("one"), Run { italic: true, ..Run::plain("two") }], "<strong>one</strong>*two*");
    check(
        vec![Run { bold: true, ..linked("here", "https://example.org") }],
        "[**here**](https://example.org)",
    );
    check(vec![linked("old site", "http://example.org")], "old site (http://example.org)");
}

/// Reads Markdown back to its letters: takes escapes, marks, tags and addresses away.
fn read_back(markdown: &str) -> String {
    let before = |c: char| c.is_ascii_digit() || " >-*.)".contains(c);
    let is_html =
        |line: &str| ["<t", "</t"].iter().any(|tag| line.trim_start_matches(before).starts_with(tag));
    let mut out = String::new();
    for line in markdown.lines() {
        let mut rest = line.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '<' => while rest.next_if(|c| *c != '>').is_some() {},
                '&' => {
                    let name: String =
                        std::iter::from_fn(|| rest.next_if(|c| c.is_ascii_alphabetic())).collect();
                    if rest.next_if_eq(&';').is_none() {
                        out.push_str(&name);
                    }
                }
                c if is_html(line) => out.push(c),
                '\\' => out.extend(rest.next()),
                ']' if rest.peek() == Some(&'(') => while rest.next_if(|c| *c != ')').is_some() {},
                '[' if rest.peek() == Some(&'^') => while rest.next_if(|c| *c != ']').is_some() {},
                c => out.push(c),
            }
        }
    }
    out
}

/// Tells whether the letters of `wanted` stand in `text` in this order.
fn stand_in_order(text: &str, wanted: &str) -> bool {
    let mut text = text.chars();
    wanted.chars().filter(|c| c.is_alphanumeric()).all(|wanted| text.any(|c| c == wanted))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3_000) })]

    #[test]
    fn markdown_read_back_has_every_word_in_order(drawn in blocks(false)) {
        let all = made(&drawn);
        let written = answer(&all, Format::Markdown, Suggestions::Original);
        let (text, notes) = letters(&all);
        let read = read_back(&written);
        prop_assert!(stand_in_order(&read, &text), "{text:?} not in {written}");
        for note in notes {
            prop_assert!(bare(&read).contains(&note), "the note {note:?} is not in {written}");
        }
    }

    #[test]
    fn plain_text_has_every_word_in_order(drawn in blocks(false)) {
        let all = made(&drawn);
        let written = answer(&all, Format::Text, Suggestions::Original);
        let (text, notes) = letters(&all);
        prop_assert!(stand_in_order(&written, &text), "{text:?} not in {written}");
        for note in notes {
            prop_assert!(bare(&written).contains(&note), "the note {note:?} is not in {written}");
        }
    }

    #[test]
    fn any_answer_with_proposals_is_written_without_characters_that_no_file_may_hold(drawn in blocks(true)) {
        let all = made(&drawn);
        for format in Format::ALL {
            for how in [Suggestions::Original, Suggestions::Accepted] {
                let written = answer(&all, *format, how);
                prop_assert!(written.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t')));
                prop_assert!(written.is_empty() || written.ends_with('\n'));
            }
        }
    }

    #[test]
    fn plain_text_of_paragraphs_and_lists_reads_back_as_the_same_blocks(
        words in prop::collection::vec("[a-z]{1,8}( [a-z]{1,8}){0,4}", 1..8), first in 1u32..5,
    ) {
        let item = |text: &String| vec![Block::para(text.as_str())];
        let all = vec![
            Block::para("A paragraph"),
            Block::List { start: None, items: words.iter().map(item).collect() },
            Block::List { start: Some(first), items: words.iter().map(item).collect() },
            Block::para(words.join(" ")),
        ];
        let written = answer(&all, Format::Text, Suggestions::Original);
        prop_assert!(linchpin_text::plain::read(&written) == all, "{written}");
    }
}
