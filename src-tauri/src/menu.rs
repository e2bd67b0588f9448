//! The menu bar that every macOS app has. Undo and Redo are left out on purpose: macOS would take their keys
//! before the page sees them and undo in the web view, while ours undoes a person's own edits in the document.

use tauri::menu::{AboutMetadata, Menu, PredefinedMenuItem as Item, Submenu};
use tauri::{AppHandle, Wry};

/// Returns the menu bar.
pub(crate) fn menu(app: &AppHandle) -> tauri::Result<Menu<Wry>> {
    let name = &app.package_info().name;
    let about =
        AboutMetadata { version: Some(app.package_info().version.to_string()), ..AboutMetadata::default() };
    let own = Submenu::with_items(
        app,
        name,
        true,
        &[
            &Item::about(app, None, Some(about))?,
            &Item::separator(app)?,
            &Item::services(app, None)?,
            &Item::separator(app)?,
            &Item::hide(app, None)?,
            &Item::hide_others(app, None)?,
            &Item::show_all(app, None)?,
            &Item::separator(app)?,
            &Item::quit(app, None)?,
        ],
    )?;
    let edit = Submenu::with_items(
        app,
        "Edit",
        true,
        &[
            &Item::cut(app, None)?,
            &Item::copy(app, None)?,
            &Item::paste(app, None)?,
            &Item::select_all(app, None)?,
        ],
    )?;
    let window = Submenu::with_items(
        app,
        "Window",
        true,
        &[
            &Item::minimize(app, None)?,
            &Item::maximize(app, None)?,
            &Item::fullscreen(app, None)?,
            &Item::separator(app)?,
            &Item::close_window(app, None)?,
        ],
    )?;
    Menu::with_items(app, &[&own, &edit, &window])
}
