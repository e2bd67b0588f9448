//! The main job in the real window: two managers join, one brings a call in, both write in the same paragraph
//! while the hub is away, one app is killed while its owner types, and everything comes together.

use crate::stage::{Stage, pictures};
use crate::window::Window;
use anyhow::Result;
use linchpin_tests::hub::Hub;
use linchpin_tests::words::{count, words};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

const CALL: &str = "1. What stands in the way of people who try to reach your practice?\n\n\
                    2. What should change first?\n";
const FIRST: (&str, &str) = ("1", "What stands in the way");
const SECOND: (&str, &str) = ("2", "What should change first");
/// The app writes at most this long after the last key.
const BURST: Duration = Duration::from_secs(1);

pub(crate) async fn join(
    stage: &Stage,
    hub: &Hub,
    code: &str,
    name: &str,
    pictures: &Path,
) -> Result<Window> {
    let window = Window::open(stage).await?;
    window.until_shows("Welcome to Linchpin").await?;
    window.picture(pictures, &format!("first-run-{name}")).await?;
    window.fill("Invitation code", &format!("{} {code}", hub.url())).await?;
    window.press("button", "Join").await?;
    window.fill("Your name", name).await?;
    window.press("button", "Join").await?;
    window.find("link", "Consultations").await?;
    Ok(window)
}

pub(crate) async fn bring_in(window: &Window, pictures: &Path) -> Result<()> {
    window.press("link", "Consultations").await?;
    window.press("button", "Bring one in").await?;
    window.fill("Text of the call", CALL).await?;
    window.press("button", "Find the questions").await?;
    window.find("heading", "Questions").await?;
    window.fill("Title", "Access to general practice").await?;
    window.picture(pictures, "bring-in").await?;
    window.press("button", "Bring in 2 questions").await?;
    window.until_shows("What stands in the way").await
}

/// Opens a question of the only call.
pub(crate) async fn open_question(window: &Window, (number, asked): (&str, &str)) -> Result<()> {
    window.press("link", "Consultations").await?;
    // The page before names the call too, until the list has taken its place.
    window.find("heading", "Consultations").await?;
    window.press("any", "Access to general practice").await?;
    window.press("button", "Open").await?;
    window.until_shows("What stands in the way").await?;
    window.question(number, asked).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_managers_write_apart_comes_together_and_a_kill_costs_no_saved_word() -> Result<()> {
    let pictures = pictures("two-managers")?;
    let folder = TempDir::new()?;
    let mut hub = Hub::start_new(&folder.path().join("hub"))?;
    let (at_asha, at_ben) =
        (Stage::new(&folder.path().join("asha"))?, Stage::new(&folder.path().join("ben"))?);
    let asha = join(&at_asha, &hub, hub.first_code(), "Asha Rao", &pictures).await?;
    let code = hub.invite("ben@example.org")?;
    let ben = join(&at_ben, &hub, &code, "Ben Carter", &pictures).await?;
    bring_in(&asha, &pictures).await?;
    open_question(&asha, FIRST).await?;
    let opening = words(7, "s", 4).join(" ");
    asha.write(&format!("{opening} ")).await?;
    asha.until_saved().await?;
    open_question(&ben, FIRST).await?;
    ben.until_shows(&opening).await?;

    hub.kill()?;
    let (of_asha, of_ben) = (words(1, "a", 12), words(2, "b", 12));
    let (first, second) = of_ben.split_at(8);
    asha.write(&of_asha.join(" ")).await?;
    ben.write(&first.join(" ")).await?;
    asha.until_saved().await?;
    ben.until_saved().await?;
    asha.picture(&pictures, "apart-asha").await?;
    ben.picture(&pictures, "apart-ben").await?;
    asha.question(SECOND.0, SECOND.1).await?;
    let alone = words(3, "c", 6);
    asha.write(&alone.join(" ")).await?;
    asha.until_saved().await?;

    // Ben goes on typing, and his app is killed one second after the last word that counts.
    ben.write(&format!(" {}", second.join(" "))).await?;
    tokio::time::sleep(BURST).await;
    ben.write(" and words that may be lo").await?;
    at_ben.kill_app()?;
    drop(ben);
    let at_ben = at_ben.again()?;
    let ben = Window::open(&at_ben).await?;
    open_question(&ben, FIRST).await?;
    ben.until_shows(second.last().map_or("", String::as_str)).await?;
    ben.picture(&pictures, "after-the-kill").await?;

    hub.start()?;
    open_question(&asha, FIRST).await?;
    for window in [&asha, &ben] {
        window.sync_now().await?;
        open_question(window, FIRST).await?;
        window.until_shows(of_asha.last().map_or("", String::as_str)).await?;
        window.until_shows(second.last().map_or("", String::as_str)).await?;
        window.until_shows("2 people changed this").await?;
    }
    asha.picture(&pictures, "together-asha").await?;
    ben.picture(&pictures, "together-ben").await?;

    asha.until_answers_equal(&ben).await?;
    let text = asha.answer().await?;
    for own in [&of_asha, &of_ben] {
        let found = count(own, &text);
        assert!(found.lost.is_empty() && found.doubled.is_empty(), "{found:?} in {text}");
        let places: Vec<_> = own.iter().filter_map(|word| text.find(word.as_str())).collect();
        assert!(places.is_sorted(), "each person's words keep their order: {text}");
    }
    ben.question(SECOND.0, SECOND.1).await?;
    ben.until_shows(&alone.join(" ")).await?;
    asha.close().await?;
    ben.close().await
}
