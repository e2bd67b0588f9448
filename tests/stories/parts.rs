//! Whoever leads a response says who takes part: a colleague who is taken out keeps their unsent words and nothing
//! else of it, and one who only reads cannot write.

use anyhow::{Context, Result};
use linchpin_tests::hub::Hub;
use linchpin_tests::linchpin::Desk;
use serde_json::Value;
use tempfile::TempDir;

#[test]
fn whoever_leads_takes_a_colleague_out_and_lets_them_in_again() -> Result<()> {
    let folder = TempDir::new()?;
    let hub = Hub::start_new(&folder.path().join("hub"))?;
    let (asha, ben) = (Desk::new(&folder.path().join("asha")), Desk::new(&folder.path().join("ben")));
    asha.say(&["join", &hub.url(), hub.first_code(), "--name", "Asha"], "")?;
    ben.say(&["join", &hub.url(), &hub.invite("ben@example.org")?, "--name", "Ben"], "")?;
    let call = asha.say(&["call", "add", "--title", "Sample", "-"], "1. What of it?\n")?;
    let call = call.get("id").and_then(Value::as_str).context("a call has an id")?.to_owned();
    asha.say(&["answer", "append", &call, "1", "-"], "Asha's words.")?;
    let both = || -> Result<()> {
        for desk in [&asha, &ben, &asha] {
            desk.say(&["sync"], "")?;
        }
        Ok(())
    };
    both()?;
    assert_eq!(asha.say(&["call", "people", &call], "")?["everyone"], "coAuthor");
    let share = |desk: &Desk, person: &str, role: &str| {
        desk.run(&["call", "share", &call, person, "--role", role], "")
    };
    let said = |out: &std::process::Output| String::from_utf8_lossy(&out.stderr).into_owned();
    for (desk, person, words) in [
        (&ben, "Asha", "whoever leads"),
        (&asha, "Asha", "Somebody must lead"),
        (&asha, "Tom", "nobody called"),
    ] {
        let out = share(desk, person, "observer")?;
        assert!(!out.status.success() && said(&out).contains(words), "{}", said(&out));
    }
    ben.say(&["answer", "append", &call, "1", "-"], "Ben's unsent words.")?;
    assert!(share(&asha, "Ben", "none")?.status.success());
    asha.say(&["sync"], "")?;
    ben.say(&["sync"], "")?;
    let kept = ben.say(&["invoke", "list_kept"], "")?;
    assert!(kept.to_string().contains("Ben's unsent words."), "{kept}");
    assert_eq!(ben.text(&call, "1")?.trim(), "", "the response has left Ben's computer");
    let parts = asha.say(&["call", "people", &call], "")?;
    let rows = parts["people"].as_array().context("people")?;
    assert!(rows.iter().any(|row| row["person"]["name"] == "Ben" && row["role"].is_null()), "{parts}");

    assert!(share(&asha, "Ben", "observer")?.status.success());
    both()?;
    assert!(ben.text(&call, "1")?.contains("Asha's words."));
    assert_eq!(asha.say(&["answer", "show", &call, "1"], "")?["words"], 2);
    Ok(())
}
