//! How the window looks before the screens can say so: the ground colour and the theme of the first frame, so
//! that a dark app does not flash white. The choice itself is a setting and lives in the store.

use linchpin_commands::{Body, Core, dispatch};
use serde_json::{Value, json};
use tauri::Theme;
use tauri::window::Color;

/// The page's ground in light and dark, as in the screens' colours.
const LIGHT: Color = Color(0xf0, 0xf4, 0xf5, 0xff);
const DARK: Color = Color(0x16, 0x20, 0x2a, 0xff);

/// Returns the theme that the person chose; none means as the system.
pub(crate) fn chosen(core: &Core) -> Option<Theme> {
    let Ok(Body::Json(text)) = dispatch(core, "get_settings", json!({}), None) else {
        return None;
    };
    let settings: Value = serde_json::from_str(&text).ok()?;
    match settings.get("theme")?.as_str()? {
        "light" => Some(Theme::Light),
        "dark" => Some(Theme::Dark),
        _ => None,
    }
}

/// Returns the ground for a theme.
pub(crate) fn ground(theme: Theme) -> Color {
    if theme == Theme::Dark { DARK } else { LIGHT }
}

/// Returns the script that names the theme before the first frame, where the person chose one.
pub(crate) fn first_frame(theme: Option<Theme>) -> Option<&'static str> {
    match theme? {
        Theme::Dark => Some("document.documentElement?.setAttribute('data-theme', 'dark')"),
        _ => Some("document.documentElement?.setAttribute('data-theme', 'light')"),
    }
}
