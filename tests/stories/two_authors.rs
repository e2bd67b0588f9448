//! Two managers write in the same answer while the hub is away; it comes together without a lost word.

use linchpin_tests::hub::Hub;
use linchpin_tests::linchpin::Desk;
use linchpin_tests::words::{count, words};
use std::collections::BTreeSet;
use tempfile::TempDir;

struct Two {
    _folder: TempDir,
    hub: Hub,
    asha: Desk,
    ben: Desk,
    call: String,
}

fn two_managers(questions: &str) -> Two {
    let folder = TempDir::new().unwrap();
    let hub = Hub::start_new(&folder.path().join("hub")).unwrap();
    let asha = Desk::new(&folder.path().join("asha"));
    let ben = Desk::new(&folder.path().join("ben"));
    asha.say(&["join", &hub.url(), hub.first_code(), "--name", "Asha Rao"], "").unwrap();
    let code = hub.invite("ben@example.org").unwrap();
    ben.say(&["join", &hub.url(), &code, "--name", "Ben Okafor"], "").unwrap();
    let made = asha
        .say(&["call", "add", "--title", "Sample call", "--closes", "2027-01-14T23:45", "-"], questions)
        .unwrap();
    let call = made["id"].as_str().unwrap().to_owned();
    asha.say(&["sync"], "").unwrap();
    ben.say(&["sync"], "").unwrap();
    Two { _folder: folder, hub, asha, ben, call }
}

fn come_together(two: &Two) {
    for _ in 0..2 {
        two.asha.say(&["sync"], "").unwrap();
        two.ben.say(&["sync"], "").unwrap();
    }
}

#[test]
fn every_word_of_both_is_there_once_with_who_wrote_it() {
    let mut two = two_managers("1. What are the main challenges?\n\n2. What can be done about them?\n");
    two.hub.kill().unwrap();
    let (of_asha, of_ben) = (words(1, "a", 60), words(2, "b", 60));
    for (desk, own) in [(&two.asha, &of_asha), (&two.ben, &of_ben)] {
        for line in own.chunks(20) {
            desk.say(&["answer", "append", &two.call, "1", "-"], &line.join(" ")).unwrap();
        }
    }
    let alone = two.asha.run(&["sync"], "").unwrap();
    assert_eq!(alone.status.code(), Some(3), "without the hub, sync says that it is off line");
    two.hub.start().unwrap();
    come_together(&two);

    let (here, there) = (two.asha.text(&two.call, "1").unwrap(), two.ben.text(&two.call, "1").unwrap());
    assert_eq!(here, there, "both see the same text");
    for own in [&of_asha, &of_ben] {
        let found = count(own, &here);
        assert!(found.lost.is_empty() && found.doubled.is_empty(), "{found:?}");
        let places: Vec<_> = own.iter().map(|word| here.find(word.as_str()).unwrap()).collect();
        assert!(places.is_sorted(), "each person's words keep their order");
    }
    let told = two.ben.say(&["answer", "show", &two.call, "1", "--format", "json"], "").unwrap();
    for (name, own) in [("Asha Rao", &of_asha), ("Ben Okafor", &of_ben)] {
        let runs = told["written"].as_array().unwrap().iter().filter(|run| run["name"] == name);
        let theirs: String = runs.map(|run| format!("{} ", run["text"].as_str().unwrap())).collect();
        assert!(count(own, &theirs).lost.is_empty(), "{name}'s words are known as theirs");
    }
}

#[test]
fn a_rewrite_keeps_the_words_a_co_author_added_meanwhile() {
    let mut two = two_managers("1. What are the main challenges?\n");
    two.asha.say(&["answer", "write", &two.call, "1", "-"], "Managers hold the practice together.").unwrap();
    come_together(&two);
    two.hub.kill().unwrap();
    two.asha
        .say(&["answer", "write", &two.call, "1", "-"], "Managers hold every practice together.")
        .unwrap();
    two.ben
        .say(&["answer", "write", &two.call, "1", "-"], "Managers hold the practice together, unseen.")
        .unwrap();
    two.hub.start().unwrap();
    come_together(&two);
    let text = two.asha.text(&two.call, "1").unwrap();
    let seen: BTreeSet<_> = text.split(|c: char| !c.is_alphanumeric()).collect();
    for word in ["every", "unseen", "together"] {
        assert!(seen.contains(word), "{word} is missing in: {text}");
    }
    let looks = two.ben.say(&["invoke", "list_looks", "{\"answer\":null}"], "").unwrap();
    assert!(!looks.as_array().unwrap().is_empty(), "2 people changed this: there is something to look at");
}

#[test]
fn a_long_text_that_repeats_itself_arrives_whole() {
    let two = two_managers("1. What is it like?\n");
    let paragraph = "word ".repeat(12_000);
    let long = [paragraph.trim(); 8].join("\n\n");
    two.asha.say(&["answer", "append", &two.call, "1", "-"], &long).unwrap();
    come_together(&two);
    let there = two.ben.text(&two.call, "1").unwrap();
    assert_eq!(there.split_whitespace().count(), 96_000);
    // What could never be sent is refused before anybody says that it is saved.
    let endless = "x".repeat(900_000);
    let refused = two.asha.run(&["answer", "append", &two.call, "1", "-"], &endless).unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(two.asha.text(&two.call, "1").unwrap(), there);
}
