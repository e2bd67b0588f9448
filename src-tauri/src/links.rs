//! Where the window may go: to its own pages and nowhere else. An address that a person clicks opens in the
//! system's browser after a question that shows its host; only `https` and `mailto`. Hosts are shown in the
//! plain form that cannot be mistaken (`xn--...` for foreign letters).

use rfd::{AsyncMessageDialog, MessageButtons, MessageDialogResult};
use tauri::{AppHandle, Manager, Url};

/// Scheme and host of our own pages on this system.
const OURS: (&str, &str) = if cfg!(windows) { ("http", "tauri.localhost") } else { ("tauri", "localhost") };
/// Returns whether the window may show this address.
pub(crate) fn is_ours(url: &Url) -> bool {
    let place = (url.scheme(), url.host_str().unwrap_or_default());
    let plain = url.username().is_empty() && url.password().is_none() && url.port().is_none();
    plain && (place == OURS || is_guard(place))
}

/// Returns whether this is the frame of the guard between page and Rust. Its name is new in every build; only
/// on Windows is its address asked about here.
fn is_guard((scheme, host): (&str, &str)) -> bool {
    let name = host.strip_suffix(".localhost").unwrap_or_default();
    cfg!(windows) && scheme == "http" && name.starts_with("isolation-") && !name.contains('.')
}

/// Asks the person, then opens an address outside; anything but `https` and `mailto` is refused.
pub(crate) fn open_outside(app: &AppHandle, url: &Url) {
    let Some(question) = question(url) else {
        tracing::warn!(scheme = url.scheme(), "an address of a kind that is never opened");
        return;
    };
    let (url, window) = (url.clone(), app.get_webview_window("main"));
    let shown = app.run_on_main_thread(move || {
        let dialog = AsyncMessageDialog::new()
            .set_title("Open outside Linchpin?")
            .set_description(question)
            .set_buttons(MessageButtons::OkCancel);
        let dialog = match &window {
            Some(window) => dialog.set_parent(window),
            None => dialog,
        };
        let asked = dialog.show();
        tauri::async_runtime::spawn(async move {
            if asked.await == MessageDialogResult::Ok
                && let Err(error) = tauri_plugin_opener::open_url(url.as_str(), None::<&str>)
            {
                tracing::warn!(%error, "the system opened no browser");
            }
        });
    });
    if let Err(error) = shown {
        tracing::error!(%error, "a question could not be shown");
    }
}

/// Returns what is asked before an address is opened; nothing for one that never is.
fn question(url: &Url) -> Option<String> {
    match url.scheme() {
        "https" => Some(format!("This opens {} in your browser.", url.host_str()?)),
        "mailto" => Some(format!("This writes a message to {} in your mail program.", url.path())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("it parses")
    }

    #[test]
    fn only_our_own_pages_are_ours() {
        let own = format!("{}://{}/index.html#/home", OURS.0, OURS.1);
        assert!(is_ours(&url(&own)));
        for other in [
            "https://example.org/",
            "http://localhost/",
            "http://evil.tauri.localhost/",
            "https://tauri.localhost.example.org/",
            "file:///etc/passwd",
            "data:text/html,x",
            "tauri://evil/",
            "tauri://localhost:81/",
        ] {
            assert!(!is_ours(&url(other)), "{other}");
        }
    }

    #[test]
    fn the_question_shows_the_host_that_is_really_meant() {
        assert_eq!(
            question(&url("https://ex\u{430}mple.org/a")).expect("it is asked about"),
            "This opens xn--exmple-4nf.org in your browser."
        );
        let hidden = url("https://www.gov.uk@evil.example.org/");
        assert_eq!(
            question(&hidden).expect("it is asked about"),
            "This opens evil.example.org in your browser."
        );
    }

    #[test]
    fn other_kinds_of_address_are_never_opened() {
        for other in
            ["http://example.org/", "file:///etc/passwd", "javascript:alert(1)", "smb://server/share"]
        {
            assert_eq!(question(&url(other)), None, "{other}");
        }
    }
}
