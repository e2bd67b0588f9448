//! Every screen in the real window, off line from the first start, light and dark, with a picture of each.

use crate::stage::{Stage, pictures};
use crate::window::Window;
use anyhow::Result;
use std::path::Path;
use tempfile::TempDir;

/// A screen's link in the navigation, and the words that say that it is there.
const SCREENS: [(&str, &str, &str); 4] = [
    ("Home", "Closing soon", "home"),
    ("Consultations", "Making it easier to reach", "consultations"),
    ("Sync and history", "What is sent and received", "sync"),
    ("Settings", "Appearance", "settings"),
];

/// Screens that no link of the navigation leads to: their address, and the words that say that they are there.
const PLACES: [(&str, &str, &str); 4] = [
    ("#/bring-in", "Bring a consultation in", "bring-in"),
    ("#/search?text=practice", "Making it easier to reach your practice", "search"),
    ("#/deleted", "Nothing was deleted in the last 90 days", "deleted"),
    ("#/consultations", "Making it easier to reach", "consultations-timeline"),
];

/// The parts of the panel beside an answer, and the words that say that they are there.
const PANEL: [(&str, &str, &str); 4] = [
    ("This answer", "Who wrote these words", "answer"),
    ("History", "Keep a version", "history"),
    ("This question", "What keeps people from reaching", "question"),
    ("This consultation", "Our own dates", "call"),
];

async fn each_screen(window: &Window, folder: &Path, theme: &str) -> Result<()> {
    for (link, words, name) in SCREENS {
        window.press("link", link).await?;
        window.until_shows(words).await?;
        window.picture(folder, &format!("{name}-{theme}")).await?;
    }
    for (address, words, name) in PLACES {
        window.go_to(address).await?;
        window.until_shows(words).await?;
        if name == "consultations-timeline" {
            window.press("any", "Timeline").await?;
            window.until_shows("The line is today").await?;
        }
        window.picture(folder, &format!("{name}-{theme}")).await?;
    }
    window.press("any", "List").await?;
    window.press("any", "Sample: Making it easier").await?;
    window.press("button", "Open").await?;
    window.find("textbox", "Answer to question 1").await?;
    window.until_shows("A call-back list has halved the wait").await?;
    for (tab, words, name) in PANEL {
        window.press("tab", tab).await?;
        window.until_shows(words).await?;
        window.picture(folder, &format!("workspace-{name}-{theme}")).await?;
    }
    window.press("tab", "This answer").await?;
    window.press("button", "Search or run a command").await?;
    window.find("combobox", "Search").await?;
    window.type_on("practice").await?;
    window.until_shows("What keeps people from reaching").await?;
    window.picture(folder, &format!("palette-{theme}")).await?;
    window.escape().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_is_there_without_a_network_in_light_and_dark() -> Result<()> {
    let pictures = pictures("screens")?;
    let folder = TempDir::new()?;
    let stage = Stage::new(&folder.path().join("asha"))?;
    let window = Window::open(&stage).await?;
    window.until_shows("Welcome to Linchpin").await?;
    window.picture(&pictures, "first-run-light").await?;
    window.press("button", "Start writing now").await?;
    window.fill("Your name", "Asha Rao").await?;
    window.picture(&pictures, "first-run-start-light").await?;
    window.press("button", "Start writing").await?;
    window.find("link", "Consultations").await?;
    each_screen(&window, &pictures, "light").await?;
    window.press("link", "Settings").await?;
    window.press("radio", "Dark").await?;
    let dark = "return document.documentElement.getAttribute('data-theme') === 'dark'";
    window.until("the window is dark", std::time::Duration::from_secs(10), dark).await?;
    each_screen(&window, &pictures, "dark").await?;
    window.close().await
}
