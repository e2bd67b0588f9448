//! An account and a lock in the real window: a code is read from what the screen shows, as a phone does it; the window
//! is covered, lets nobody through without the words, and stands as it was when they are typed.

use crate::stage::{Stage, pictures};
use crate::two_managers::{bring_in, join, open_question};
use crate::window::Window;
use anyhow::{Context, Result};
use linchpin_testkit::codes::code;
use linchpin_tests::hub::Hub;
use linchpin_tests::linchpin::PASSPHRASE;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

/// The passphrase of the account, which is not the one of the work.
const OF_ACCOUNT: &str = "orchard lantern pebble thirty";

/// Returns the digits that an app for codes shows now for the secret on the screen.
async fn shown_code(window: &Window) -> Result<String> {
    let script = "return document.querySelector('[role=dialog] .secret')?.textContent ?? ''";
    let shown = window.script(script, vec![]).await?;
    let letters: String = shown.as_str().unwrap_or_default().split_whitespace().collect();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("read the clock")?.as_millis();
    let of_phone = format!("otpauth://totp/N:e?secret={letters}&digits=6&period=30");
    code(&of_phone, u64::try_from(now)?).context("the letters on the screen are no secret")
}

async fn set_up_account(window: &Window, pictures: &Path) -> Result<()> {
    window.press("link", "Settings").await?;
    window.press("button", "Set up an account").await?;
    window.fill("Passphrase of the account", OF_ACCOUNT).await?;
    window.press("button", "Go on").await?;
    window.find("textbox", "Code").await?;
    window.picture(pictures, "account-code").await?;
    window.fill("Code", "12345").await?;
    window.press("button", "Go on").await?;
    window.until_shows("This code does not fit. Nothing was changed.").await?;
    window.picture(pictures, "account-code-refused").await?;
    // What did not fit is marked: what is typed now takes its place.
    let digits = shown_code(window).await?;
    window.type_on(&digits).await?;
    window.press("button", "Go on").await?;
    window.until_shows("Recovery codes").await?;
    window.picture(pictures, "account-recovery-codes").await?;
    window.press("button", "I have kept it").await?;
    window.until_shows("Recovery codes left: 10").await?;
    window.picture(pictures, "settings-account").await
}

async fn set_lock(window: &Window, pictures: &Path) -> Result<()> {
    window.press("button", "Make a recovery key").await?;
    window.picture(pictures, "recovery-key").await?;
    window.press("button", "I have kept it").await?;
    window.press("button", "Set a lock").await?;
    window.picture(pictures, "set-lock").await?;
    window.press("button", "Set").await?;
    window.until_shows("The window locks after 15 minutes").await
}

async fn unlock(window: &Window, pictures: &Path) -> Result<()> {
    window.until_shows("Everything is as you left it").await?;
    window.picture(pictures, "locked").await?;
    window.escape().await?;
    window.fill("Passphrase", "something else").await?;
    window.press("button", "Unlock").await?;
    let refused = "return document.querySelector('dialog[open] [aria-invalid=true]') !== null";
    window.until("other words open nothing", std::time::Duration::from_secs(10), refused).await?;
    window.picture(pictures, "locked-refused").await?;
    // What was wrong is marked, so that typing replaces it.
    window.type_on(PASSPHRASE).await?;
    window.press("button", "Unlock").await?;
    let gone = "return !document.body.innerText.includes('Everything is as you left it')";
    window.until("the window stands open", std::time::Duration::from_secs(10), gone).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_set_up_and_a_covered_window_stands_as_it_was() -> Result<()> {
    let pictures = pictures("away")?;
    let folder = TempDir::new()?;
    let hub = Hub::start_new(&folder.path().join("hub"))?;
    let stage = Stage::new(&folder.path().join("asha"))?;
    let window = join(&stage, &hub, hub.first_code(), "Asha Rao", &pictures).await?;
    bring_in(&window, &pictures).await?;
    set_up_account(&window, &pictures).await?;
    set_lock(&window, &pictures).await?;
    window.press("button", "Lock now").await?;
    unlock(&window, &pictures).await?;
    window.until_shows("The window locks after 15 minutes").await?;
    open_question(&window, ("1", "What stands in the way")).await?;
    window.write("The window was covered and nothing is lost").await?;
    // The last letters are on their way when the window is closed.
    window.leave(&stage).await?;

    // It is covered from the first moment after a start, and whoever is signed in stays so.
    let stage = stage.again()?;
    let window = Window::open(&stage).await?;
    unlock(&window, &pictures).await?;
    open_question(&window, ("1", "What stands in the way")).await?;
    window.until_shows("The window was covered and nothing is lost").await?;
    window.sync_now().await?;
    window.close().await
}
