//! A hub whose folder was put back by hand, as from a snapshot of the disk: it does not know that it went back, and
//! two managers go on writing. Nothing that a desk holds may go.

use anyhow::{Context, Result};
use linchpin_tests::hub::Hub;
use linchpin_tests::linchpin::Desk;
use std::path::Path;
use tempfile::TempDir;

/// Copies a stopped hub's folder.
fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

#[test]
fn a_hub_that_was_put_back_without_its_knowing_gets_back_what_it_lost() -> Result<()> {
    let folder = TempDir::new()?;
    let data = folder.path().join("hub");
    let mut hub = Hub::start_new(&data)?;
    let (asha, ben) = (Desk::new(&folder.path().join("asha")), Desk::new(&folder.path().join("ben")));
    asha.say(&["join", &hub.url(), hub.first_code(), "--name", "Asha"], "")?;
    ben.say(&["join", &hub.url(), &hub.invite("ben@example.org")?, "--name", "Ben"], "")?;
    let call = asha.say(&["call", "add", "--title", "Sample", "-"], "1. What of it?\n\n2. And then?\n")?;
    let call = call.get("id").and_then(|id| id.as_str()).context("a call has an id")?.to_owned();
    let append =
        |desk: &Desk, question: &str, word: &str| desk.say(&["answer", "append", &call, question, "-"], word);
    let both = || -> Result<()> {
        for desk in [&asha, &ben, &asha, &ben] {
            desk.say(&["sync"], "")?;
        }
        Ok(())
    };
    append(&asha, "1", "base")?;
    both()?;
    hub.kill()?;
    copy(&data, &folder.path().join("snapshot"))?;
    hub.start()?;
    append(&asha, "1", "lost1")?;
    append(&ben, "2", "lost2")?;
    both()?;
    append(&asha, "1", "unsent1")?;
    hub.kill()?;
    std::fs::remove_dir_all(&data)?;
    copy(&folder.path().join("snapshot"), &data)?;
    hub.start()?;
    append(&ben, "2", "unsent2")?;
    both()?;
    both()?;
    for desk in [&asha, &ben] {
        let (first, second) = (desk.text(&call, "1")?, desk.text(&call, "2")?);
        for word in ["base", "lost1", "unsent1"] {
            assert_eq!(first.matches(word).count(), 1, "{word} in {first:?}");
        }
        for word in ["lost2", "unsent2"] {
            assert_eq!(second.matches(word).count(), 1, "{word} in {second:?}");
        }
    }
    Ok(())
}
