//! What stops the app before it has a window: a sentence that says what happened, what is safe and what to do,
//! in the system's own box, because nothing of ours can draw yet. The exit code tells scripts the same.

use linchpin_commands::error::Error;
use std::process::ExitCode;

/// The web view is missing or cannot start.
const NO_WINDOW: u8 = 3;
/// The folder or the store in it cannot be used.
const NO_STORE: u8 = 4;
/// The words of the command line cannot be followed.
const NO_SENSE: u8 = 2;

/// A reason not to start.
#[derive(Debug)]
pub(crate) struct Fault {
    title: &'static str,
    words: String,
    code: u8,
    /// Whether a box can be drawn; on a display that does not answer it would wait for ever.
    drawn: bool,
}

impl Fault {
    /// The words of the command line cannot be followed.
    pub(crate) fn words(words: String) -> Self {
        Self::drawn("Linchpin did not start", words, NO_SENSE)
    }

    /// The folder for the person's data is not to be had.
    pub(crate) fn folder(words: String) -> Self {
        Self::drawn("Linchpin cannot find its folder", words, NO_STORE)
    }

    /// The store cannot be opened.
    pub(crate) fn store(error: Error) -> Self {
        Self::drawn("Linchpin cannot open your work", error.sentence.to_owned(), NO_STORE)
    }

    /// The program was built without its screens.
    pub(crate) fn no_screens() -> Self {
        let words = "This copy of Linchpin was built without its screens. Your words on this computer are safe. \
                     Run \"cargo xtask run\", which builds them.";
        Self::drawn("Linchpin has no screens", words.into(), NO_WINDOW)
    }

    /// There is nothing to show a window on.
    pub(crate) fn no_display() -> Self {
        let words = "There is no display to show a window on, or it does not answer. Your words on this computer are \
                     safe. Start Linchpin from a desktop session, or use \"linchpin\", which needs no window.";
        Self { drawn: false, ..Self::drawn("Linchpin cannot open its window", words.into(), NO_WINDOW) }
    }

    /// The web view is missing, too old or broken.
    pub(crate) fn web_view(reason: &str) -> Self {
        let cure = if cfg!(windows) {
            "Install the \"Evergreen\" WebView2 Runtime from Microsoft (search for \"WebView2 download\"). If your \
             computer is managed, tell your IT team: \"Linchpin needs the WebView2 Runtime; the policy \
             Microsoft Edge WebView2 InstallDefault must not be 0\"."
        } else if cfg!(target_os = "macos") {
            "Install the latest updates of macOS, then start Linchpin again."
        } else {
            "Install the package libwebkit2gtk-4.1-0 and start Linchpin from a desktop session."
        };
        let words = format!(
            "The part of the system that shows Linchpin's window is missing or could not start. Your words on this \
             computer are safe.\n\n{cure}\n\nFor support: {reason}"
        );
        Self::drawn("Linchpin cannot open its window", words, NO_WINDOW)
    }

    /// The window broke off while it was built, with these last words. Only Linux starts programs without a display.
    pub(crate) fn broke_off(reason: &str) -> Self {
        let said = reason.to_lowercase();
        if cfg!(target_os = "linux") && (said.contains("display") || said.contains("gtk")) {
            return Self::no_display();
        }
        Self::web_view(reason)
    }

    fn drawn(title: &'static str, words: String, code: u8) -> Self {
        Self { title, words, code, drawn: true }
    }

    /// Shows the sentence and returns how the program ends.
    pub(crate) fn show(self) -> ExitCode {
        eprintln!("{}: {}", self.title, self.words);
        if self.drawn && can_show_a_box() {
            rfd::MessageDialog::new()
                .set_level(rfd::MessageLevel::Error)
                .set_title(self.title)
                .set_description(&self.words)
                .show();
        }
        ExitCode::from(self.code)
    }
}

/// A box needs a display, and scripts that drive the window need no box.
fn can_show_a_box() -> bool {
    crate::display::is_there()
        && std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_none_or(|value| value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_display_that_does_not_answer_is_called_one() {
        let gtk = Fault::broke_off(
            "Failed to initialize gtk backend!: BoolError { message: \"Failed to initialize GTK\" }",
        );
        assert_eq!(gtk.words.contains("no display"), cfg!(target_os = "linux"));
        let other = Fault::broke_off("index out of bounds");
        assert!(other.drawn && other.words.contains("index out of bounds"), "{}", other.words);
    }
}
