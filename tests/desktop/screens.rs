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

async fn each_screen(window: &Window, folder: &Path, theme: &str) -> Result<()> {
    for (link, words, name) in SCREENS {
        window.press("link", link).await?;
        window.until_shows(words).await?;
        window.picture(folder, &format!("{name}-{theme}")).await?;
    }
    window.press("link", "Consultations").await?;
    window.press("any", "Sample: Making it easier").await?;
    window.press("button", "Open").await?;
    window.find("textbox", "Answer to question 1").await?;
    window.until_shows("A call-back list has halved the wait").await?;
    window.picture(folder, &format!("workspace-{theme}")).await?;
    window.press("button", "Search or run a command").await?;
    window.find("combobox", "Search").await?;
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
