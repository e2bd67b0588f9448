//! The real input: the network's evidence to the inquiry of 2021, as it stands on its website. The file is
//! not copied into the tree; where it is absent the test says so.

use linchpin_documents::questions::find;
use std::path::Path;

#[test]
fn the_two_questions_of_2021_are_found_with_their_answers() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/seeds/002_256b43ee34fc0b6f.txt");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("SKIPPED evidence of 2021: ../shared/seeds is not beside the checkout");
        return;
    };
    let found = find(&text, "2026-11-24");
    assert_eq!(found.title.as_deref(), Some("Inquiry into the Future of General Practice"));
    assert_eq!(found.asker.as_deref(), Some("Health and Social Care Select Committee"));
    assert!(found.closes.is_none());
    let texts: Vec<_> = found.questions.iter().map(|question| question.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "What are the main challenges facing general practice in the next five years?",
            "What can be done to reduce bureaucracy and burnout, and improve morale, in general practice?",
        ]
    );
    assert!(found.questions.iter().all(|question| question.sure && question.help.is_empty()));
    let answers: Vec<_> = found.questions.iter().map(|question| question.answer_below.as_str()).collect();
    assert!(answers[0].starts_with("There is a well-documented workforce crisis"));
    assert!(answers[0].ends_with("Primary Care Network and Integrated Care System level."));
    assert_eq!(answers[0].split("\n\n").count(), 6);
    assert!(answers[1].starts_with("Practice management is the system architecture"));
    assert!(answers[1].ends_with("new services and delivery modalities."));
    assert_eq!(answers[1].matches("• ").count(), 7);
    assert_eq!(found.left_over.len(), 4);
    assert_eq!(found.left_over[3], "Leave a Reply");
}

#[test]
fn invented_evidence_gives_its_questions_and_answers() {
    let text = "A sample call for evidence\n\nWhat keeps managers in practice?\n\nTime to plan and a team that \
                stays.\n\nColleagues near by who answer the telephone.\n\nWhat would you change first?\n\nOne \
                request for figures instead of three.\n";
    let found = find(text, "2026-11-24");
    assert_eq!(found.title.as_deref(), Some("A sample call for evidence"));
    assert_eq!(found.questions.len(), 2);
    assert_eq!(
        found.questions[0].answer_below,
        "Time to plan and a team that stays.\n\nColleagues near by who answer the telephone."
    );
    assert_eq!(found.left_over, ["A sample call for evidence"]);
}
