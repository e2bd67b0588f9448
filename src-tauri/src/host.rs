//! What the desktop does for commands: the system's own dialogs, and word to the window. Paths come from here
//! and never from the web view.

use crate::news::News;
use linchpin_commands::host::{Event, Host};
use rfd::AsyncFileDialog;
use std::future::Future;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::mpsc;
use tauri::{AppHandle, Manager};

/// The desktop as commands see it. It exists before the window does.
pub(crate) struct Desktop {
    app: OnceLock<AppHandle>,
    news: News,
}

impl Desktop {
    /// Returns a desktop without a window yet.
    pub(crate) fn new() -> Self {
        Self { app: OnceLock::new(), news: News::new() }
    }

    /// Takes the app, once its window is there.
    pub(crate) fn opened(&self, app: &AppHandle) {
        if self.app.set(app.clone()).is_ok() {
            self.news.send_to(app);
        }
    }

    /// Shows a dialog from the main thread, where systems want it, and waits on this one, which may block.
    fn ask<F>(&self, build: impl FnOnce(AsyncFileDialog) -> F + Send + 'static) -> Option<PathBuf>
    where
        F: Future<Output = Option<rfd::FileHandle>> + Send + 'static,
    {
        let app = self.app.get()?;
        let window = app.get_webview_window("main");
        let (hand, take) = mpsc::sync_channel(1);
        let shown = app.run_on_main_thread(move || {
            let dialog = AsyncFileDialog::new().set_can_create_directories(true);
            let dialog = match &window {
                Some(window) => dialog.set_parent(window),
                None => dialog,
            };
            // A receiver that is gone has ended with the app.
            hand.send(build(dialog)).ok();
        });
        if let Err(error) = shown {
            tracing::error!(%error, "a dialog could not be shown");
            return None;
        }
        let dialog = take.recv().ok()?;
        tauri::async_runtime::block_on(dialog).map(|file| file.path().to_path_buf())
    }
}

impl Host for Desktop {
    fn choose_save(&self, title: &str, suggested_name: &str) -> Option<PathBuf> {
        let (title, name) = (title.to_owned(), suggested_name.to_owned());
        self.ask(move |dialog| dialog.set_title(title).set_file_name(name).save_file())
    }

    fn choose_open(&self, title: &str) -> Option<PathBuf> {
        let title = title.to_owned();
        self.ask(move |dialog| dialog.set_title(title).pick_file())
    }

    fn tell(&self, event: &Event) {
        self.news.tell(event);
    }
}
