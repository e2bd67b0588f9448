//! What stands between a slip and everybody's work: a copy that is compared with the hub, and much deleted at once
//! that waits until its author says so.

use linchpin_tests::hub::Hub;
use linchpin_tests::linchpin::Desk;
use serde_json::Value;
use tempfile::TempDir;

/// Two managers in a network, and a call with twenty questions that both have.
struct Network {
    hub: Hub,
    asha: Desk,
    ben: Desk,
    call: String,
    _folder: TempDir,
}

impl Network {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let hub = Hub::start_new(&folder.path().join("hub")).unwrap();
        let (asha, ben) = (Desk::new(&folder.path().join("asha")), Desk::new(&folder.path().join("ben")));
        asha.say(&["join", &hub.url(), hub.first_code(), "--name", "Asha"], "").unwrap();
        let code = hub.invite("ben@example.org").unwrap();
        ben.say(&["join", &hub.url(), &code, "--name", "Ben"], "").unwrap();
        let questions: String = (1..=20).map(|n| format!("{n}. What of matter {n}?\n\n")).collect();
        let made = asha.say(&["call", "add", "--title", "Sample", "-"], &questions).unwrap();
        let call = made["id"].as_str().unwrap().to_owned();
        asha.say(&["sync"], "").unwrap();
        ben.say(&["sync"], "").unwrap();
        Self { hub, asha, ben, call, _folder: folder }
    }

    fn questions(&self, desk: &Desk) -> Vec<String> {
        let shown = desk.say(&["call", "show", &self.call], "").unwrap();
        let rows = shown["questions"].as_array().unwrap().iter();
        rows.map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Lets Asha delete twelve of the twenty questions off line, and try to send that.
    fn much_is_deleted(&self) {
        for question in self.questions(&self.asha).iter().take(12) {
            let asked = format!("{{\"question\":\"{question}\"}}");
            self.asha.say(&["invoke", "delete_question", &asked], "").unwrap();
        }
        let out = self.asha.run(&["sync"], "").unwrap();
        assert_eq!(out.status.code(), Some(4), "the hub did not take all of it");
        self.ben.say(&["sync"], "").unwrap();
        assert_eq!(self.questions(&self.ben).len(), 20, "nothing is gone for Ben");
        assert_eq!(self.held(), 12);
    }

    fn held(&self) -> u64 {
        self.asha.say(&["status"], "").unwrap()["sync"]["heldDeletions"].as_u64().unwrap()
    }
}

fn places(checked: &Value, list: &str) -> Vec<String> {
    let rows = checked[list].as_array().unwrap().iter();
    rows.map(|place| place["title"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_honest_copy_is_the_same_as_at_the_hub_and_without_a_hub_that_is_not_claimed() {
    let mut network = Network::new();
    network.asha.say(&["answer", "append", &network.call, "1", "-"], "Words that are not sent yet.").unwrap();
    let checked = network.asha.say(&["verify"], "").unwrap();
    assert!(checked["notCompared"].is_null() && checked["records"].as_u64().unwrap() > 20, "{checked}");
    assert!(places(&checked, "fetched").is_empty() && places(&checked, "later").is_empty(), "{checked}");
    assert_eq!((&checked["stillMoving"], &checked["stopped"]), (&Value::from(0), &Value::from(false)));
    let text = network.asha.text(&network.call, "1").unwrap();
    assert_eq!(text.trim(), "Words that are not sent yet.");

    network.hub.kill().unwrap();
    let out = network.asha.run(&["verify"], "").unwrap();
    assert_eq!(out.status.code(), Some(3), "off line");
    let checked: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(checked["notCompared"], "hubAway");
    assert!(places(&checked, "later").is_empty());
}

#[test]
fn much_that_was_deleted_at_once_is_put_back() {
    let network = Network::new();
    network.much_is_deleted();
    let done = network.asha.say(&["deletions", "put-back"], "").unwrap();
    assert_eq!(done["things"], 12);
    assert_eq!((network.held(), network.questions(&network.asha).len()), (0, 20));
    network.asha.say(&["sync"], "").unwrap();
    network.ben.say(&["sync"], "").unwrap();
    assert_eq!(network.questions(&network.ben).len(), 20);
    network.asha.say(&["verify"], "").unwrap();
}

#[test]
fn much_that_was_deleted_at_once_goes_when_it_is_confirmed() {
    let network = Network::new();
    network.much_is_deleted();
    let done = network.asha.say(&["deletions", "confirm"], "").unwrap();
    assert_eq!((&done["things"], network.held()), (&Value::from(12), 0));
    network.asha.say(&["sync"], "").unwrap();
    network.ben.say(&["sync"], "").unwrap();
    assert_eq!(network.questions(&network.ben).len(), 8);
    let nothing = network.asha.say(&["deletions", "confirm"], "").unwrap();
    assert_eq!(nothing["things"], 0);
}
