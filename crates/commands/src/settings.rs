//! Settings of this computer, and backups.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

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
