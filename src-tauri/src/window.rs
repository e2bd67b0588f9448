//! The one window: how it is made, shown and closed. Its title bar is drawn by the page on Windows and Linux; on
//! macOS the system's buttons lie over the page. It is shown once its page is there, or after three seconds.

use crate::bridge;
use crate::fault::Fault;
use crate::folder::Place;
use crate::host::Desktop;
use crate::{links, screens};
use linchpin_commands::Core;
use std::process::ExitCode;
#[cfg(not(target_os = "macos"))]
use std::sync::PoisonError;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
#[cfg(not(target_os = "macos"))]
use tauri::Emitter;
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{App, AppHandle, Context, Manager, RunEvent, Theme, WebviewUrl, WebviewWindowBuilder, Wry};
use tauri_plugin_window_state::StateFlags;

/// The window's only name.
const MAIN: &str = "main";
/// A page that never says it is there must not keep the window away.
const SHOW_ANYWAY: Duration = Duration::from_secs(3);
/// For so long closing again does not ask the page again.
#[cfg(not(target_os = "macos"))]
const ASKED_FOR: Duration = Duration::from_secs(10);
const SIZE: (f64, f64) = (1280.0, 800.0);
const LEAST: (f64, f64) = (720.0, 450.0);

/// Fails where there is no display or the system's web view is missing, before anything depends on it.
pub(crate) fn web_view_is_there() -> Result<(), Fault> {
    if !crate::display::is_there() {
        return Err(Fault::no_display());
    }
    tauri::webview_version().map(|_| ()).map_err(|error| Fault::web_view(&error.to_string()))
}

/// Opens the window and runs until it is closed.
pub(crate) fn run(place: &Place, core: Arc<Core>, desktop: Arc<Desktop>) -> Result<ExitCode, Fault> {
    let mut context: Context<Wry> = tauri::generate_context!();
    if context.assets().get(&"index.html".into()).is_none() {
        return Err(Fault::no_screens());
    }
    context.config_mut().identifier = place.identifier();
    let chosen = screens::chosen(&core);
    let web_data = place.folder.join("web");
    let builder = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| to_the_front(app)))
        .plugin(tauri_plugin_window_state::Builder::new().with_state_flags(REMEMBERED).build())
        .manage(core)
        .manage(Leaving::default())
        .invoke_handler(bridge::handler())
        .setup(move |app| {
            open(app, chosen, &web_data)?;
            desktop.opened(app.handle());
            Ok(())
        });
    #[cfg(target_os = "macos")]
    let builder = builder.menu(crate::menu::menu);
    let built = quietly(|| builder.build(context)).map_err(|reason| Fault::broke_off(&reason))?;
    let app = built.map_err(|error| Fault::web_view(&error.to_string()))?;
    let code = app.run_return(on_event);
    Ok(u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Does what breaks off where a named display does not answer, and gives its last words then.
fn quietly<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(|why| tracing::error!(%why, "the window broke off")));
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    std::panic::set_hook(usual);
    done.map_err(|last| {
        let said = last.downcast_ref::<&str>().map(|words| (*words).to_owned());
        said.or_else(|| last.downcast_ref::<String>().cloned()).unwrap_or_default()
    })
}

/// Where the window stood; whether it is seen is ours to say.
const REMEMBERED: StateFlags =
    StateFlags::SIZE.union(StateFlags::POSITION).union(StateFlags::MAXIMIZED).union(StateFlags::FULLSCREEN);

fn open(app: &App, chosen: Option<Theme>, web_data: &std::path::Path) -> tauri::Result<()> {
    let handle = app.handle().clone();
    let outside = handle.clone();
    let mut builder = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("Linchpin")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(LEAST.0, LEAST.1)
        .visible(false)
        .theme(chosen)
        .background_color(screens::ground(chosen.unwrap_or(Theme::Light)))
        .data_directory(web_data.to_path_buf())
        .disable_drag_drop_handler()
        .devtools(cfg!(debug_assertions))
        .on_navigation(links::is_ours)
        .on_new_window(move |url, _| {
            links::open_outside(&outside, &url);
            NewWindowResponse::Deny
        })
        .on_page_load(|window, page| {
            if page.event() == PageLoadEvent::Finished
                && let Err(error) = window.show()
            {
                tracing::warn!(%error, "the window could not be shown");
            }
        });
    if let Some(script) = screens::first_frame(chosen) {
        builder = builder.initialization_script(script);
    }
    #[cfg(target_os = "macos")]
    {
        builder = builder.title_bar_style(tauri::TitleBarStyle::Overlay).hidden_title(true);
    }
    #[cfg(not(target_os = "macos"))]
    {
        builder = builder.decorations(false);
    }
    let window = builder.build()?;
    if chosen.is_none() {
        window.set_background_color(Some(screens::ground(window.theme()?)))?;
    }
    std::thread::spawn(move || {
        std::thread::sleep(SHOW_ANYWAY);
        if let Some(window) = handle.get_webview_window(MAIN)
            && !window.is_visible().unwrap_or(true)
        {
            to_the_front(&handle);
        }
    });
    Ok(())
}

/// Shows the window and gives it the keyboard.
fn to_the_front(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    for done in [window.show(), window.unminimize(), window.set_focus()] {
        if let Err(error) = done {
            tracing::warn!(%error, "the window could not be brought to the front");
        }
    }
}

/// When the page was last asked to close the window.
#[derive(Default)]
struct Leaving(
    #[cfg_attr(target_os = "macos", expect(dead_code, reason = "macOS hides its window"))]
    Mutex<Option<Instant>>,
);

/// On macOS closing hides the window and the Dock brings it back; elsewhere closing ends the app, after the page has
/// handed over what was typed last. Whoever closes it a second time does not wait for the page.
fn on_event(app: &AppHandle, event: RunEvent) {
    match event {
        #[cfg(target_os = "macos")]
        RunEvent::WindowEvent { event: tauri::WindowEvent::CloseRequested { api, .. }, .. } => {
            api.prevent_close();
            if let Some(window) = app.get_webview_window(MAIN)
                && let Err(error) = window.hide()
            {
                tracing::warn!(%error, "the window could not be hidden");
            }
        }
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => to_the_front(app),
        #[cfg(not(target_os = "macos"))]
        RunEvent::WindowEvent { event: tauri::WindowEvent::CloseRequested { api, .. }, .. }
            if asks_the_page(app) =>
        {
            api.prevent_close();
        }
        _ => {}
    }
}

/// Asks the page to close the window itself; false where it was asked a moment ago, or cannot be asked.
#[cfg(not(target_os = "macos"))]
fn asks_the_page(app: &AppHandle) -> bool {
    let leaving = app.state::<Leaving>();
    let mut asked = leaving.0.lock().unwrap_or_else(PoisonError::into_inner);
    if asked.take().is_some_and(|at| at.elapsed() < ASKED_FOR) {
        return false;
    }
    *asked = Some(Instant::now());
    match app.emit_to(MAIN, "closing", ()) {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(%error, "the page could not be asked to close");
            false
        }
    }
}
