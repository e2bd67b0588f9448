//! Settings of this computer, and backups.

mod backups;

pub use backups::{list_backups, make_backup, restore_backup};

use crate::core::Core;
use crate::error::Error;
use linchpin_domain::record::Tag;
use linchpin_store::reader::Reader;
use linchpin_store::{Store, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ts_rs::TS;

/// Where the settings lie in the store.
const KEY: &str = "settings";
/// Where it lies that sync is stopped.
const PAUSED: &str = "syncPaused";
/// The sizes of text there are, in per cent.
const SIZES: [u16; 5] = [90, 100, 115, 130, 150];
/// How narrow and how wide the panel beside an answer may be, in pixels.
const PANEL: (u16, u16) = (280, 400);

/// Asks for the settings.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GetSettings {}

/// The settings of this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Light, dark, or as the system.
    pub theme: Theme,
    /// Text size in per cent: 90, 100, 115, 130 or 150.
    pub text_size: u16,
    /// Rows close together or apart.
    pub density: Density,
    /// Whether moving parts are stilled whatever the system says.
    pub reduce_motion: bool,
    /// Whether colleagues see when this person has an answer open.
    pub share_presence: bool,
    /// Whether colleagues see that this person has read something.
    pub share_seen: bool,
    /// Whether a backup is made every hour while something changes.
    pub hourly_backup: bool,
    /// A proxy by hand, such as `http://proxy.example.org:8080`; empty for the system's.
    pub proxy: String,
    /// Whether the navigation is folded; none for the usual.
    pub nav_folded: Option<bool>,
    /// How wide the panel beside an answer is, in pixels: 280 to 400.
    pub panel_width: u16,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            text_size: 100,
            density: Density::Compact,
            reduce_motion: false,
            share_presence: true,
            share_seen: true,
            hourly_backup: true,
            proxy: String::new(),
            nav_folded: None,
            panel_width: 328,
        }
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How close rows stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Density {
    /// 32 px.
    Compact,
    /// 40 px.
    Comfortable,
}

/// Changes settings: the whole set as it should be.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangeSettings {
    /// The settings.
    pub settings: Settings,
}

/// Asks for the backups.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListBackups {}

/// A backup.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BackupRow {
    /// Its file name.
    pub name: String,
    /// Where it lies, for showing.
    pub folder: String,
    /// When it was made, milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
    /// Its size in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Whether it was opened and checked after it was made.
    pub checked: bool,
}

/// Makes a backup.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MakeBackup {
    /// Whether the person chooses the file; else it goes to the usual folder.
    pub choose: bool,
}

/// Restores a backup.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RestoreBackup {
    /// The name of one of the listed backups; none lets the person choose a file.
    pub name: Option<String>,
    /// The passphrase or recovery key it was made with, where it is not this computer's.
    pub passphrase: Option<String>,
}

/// Returns the settings; before there is a store, the usual ones.
///
/// # Errors
/// Any fault of the store.
pub fn get_settings(core: &Core, _: GetSettings) -> Result<Settings, Error> {
    match core.opened() {
        Some(desk) => read(&desk.store),
        None => Ok(Settings::default()),
    }
}

/// Changes settings.
///
/// # Errors
/// A value that is none of the choices, or any fault of the store.
pub fn change_settings(core: &Core, asked: ChangeSettings) -> Result<Settings, Error> {
    let desk = core.desk()?;
    let mut settings = asked.settings;
    settings.panel_width = settings.panel_width.clamp(PANEL.0, PANEL.1);
    if !SIZES.contains(&settings.text_size) {
        return Err(Error::field(
            "textSize",
            "error_bad_choice",
            "This is none of the choices. Nothing was changed.",
        ));
    }
    let proxy = settings.proxy.trim();
    let has_scheme = ["http://", "https://"].iter().any(|scheme| proxy.starts_with(scheme));
    if !proxy.is_empty() && !has_scheme {
        return Err(linchpin_sync::LineError::BadProxy.into());
    }
    let before = read(&desk.store)?;
    let by = core.by(&desk, "settings")?;
    desk.store.transact(&by, |tx| tx.setting(KEY, Some(&json!(settings))))?;
    if before.proxy != settings.proxy {
        core.start_sync(&desk)?;
    }
    if before.share_presence
        && !settings.share_presence
        && let Some(sync) = desk.sync().as_ref()
    {
        sync.open(None, None);
    }
    core.tell(Tag::Settings);
    Ok(settings)
}

/// Reads the settings; what an older or newer version wrote otherwise is as usual.
pub(crate) fn read(store: &Store) -> Result<Settings, Error> {
    let value = store.read(|reader| reader.setting(KEY))?;
    Ok(value.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default())
}

/// Tells whether the person has stopped sync.
pub(crate) fn is_paused(reader: &Reader<'_>) -> bool {
    matches!(reader.setting(PAUSED), Ok(Some(value)) if value == json!(true))
}

/// Notes whether the person has stopped sync.
pub(crate) fn set_paused(core: &Core, paused: bool) -> Result<(), Error> {
    let desk = core.desk()?;
    let by = core.by(&desk, "pause")?;
    let set = |tx: &mut linchpin_store::Tx<'_, '_>| -> Result<(), StoreError> {
        tx.setting(PAUSED, paused.then_some(Value::Bool(true)).as_ref())
    };
    desk.store.transact(&by, set)?;
    Ok(())
}
