//! The nations, and what a call applies to. Nation is mandatory everywhere and shown in words, because
//! practice rules differ between the four.

use serde::{Deserialize, Serialize};

/// One of the four nations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Nation {
    /// England.
    England,
    /// Scotland.
    Scotland,
    /// Wales.
    Wales,
    /// Northern Ireland.
    NorthernIreland,
}

impl Nation {
    /// Every nation.
    pub const ALL: [Self; 4] = [Self::England, Self::Scotland, Self::Wales, Self::NorthernIreland];

    /// Returns its short code, as spaces use it.
    pub fn code(self) -> &'static str {
        match self {
            Self::England => "england",
            Self::Scotland => "scotland",
            Self::Wales => "wales",
            Self::NorthernIreland => "northern-ireland",
        }
    }

    /// Returns the nation of a short code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|nation| nation.code() == code)
    }
}

/// What a call applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum NationScope {
    /// The whole United Kingdom.
    #[default]
    UkWide,
    /// England alone.
    England,
    /// Scotland alone.
    Scotland,
    /// Wales alone.
    Wales,
    /// Northern Ireland alone.
    NorthernIreland,
}
