//! Spaces: the unit of permission, order, checksum, bootstrap and purge. Who may read a space reads all
//! of it; what a reader must not see lies in another space.

use crate::id::{CallId, PersonId, ResponseId};
use crate::nation::Nation;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Where a record lives. Written as `me:<person>`, `org:<code>`, `region:<code>`, `nation:<code>`,
/// `national`, `call:<id>` or `response:<id>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Space {
    /// A person's own settings, memberships and forget records.
    Me(PersonId),
    /// One practice's private records, by its code.
    Org(String),
    /// One region's records, by its code.
    Region(String),
    /// One nation's members and notices; `None` is all members ("uk").
    Nation(Option<Nation>),
    /// What every confirmed account may read.
    National,
    /// A call, its question set, and talk before drafting.
    Call(CallId),
    /// Answers, versions and talk of one response.
    Response(ResponseId),
}

/// What sort of space it is; rights are given per sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpaceKind {
    /// [`Space::Me`].
    Me,
    /// [`Space::Org`].
    Org,
    /// [`Space::Region`].
    Region,
    /// [`Space::Nation`].
    Nation,
    /// [`Space::National`].
    National,
    /// [`Space::Call`].
    Call,
    /// [`Space::Response`].
    Response,
}

impl SpaceKind {
    /// Every sort of space, for tests that must miss none.
    pub const ALL: [Self; 7] =
        [Self::Me, Self::Org, Self::Region, Self::Nation, Self::National, Self::Call, Self::Response];

    /// Returns its name, as spaces and the table of rights begin with it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Me => "me",
            Self::Org => "org",
            Self::Region => "region",
            Self::Nation => "nation",
            Self::National => "national",
            Self::Call => "call",
            Self::Response => "response",
        }
    }

    /// Returns the sort of space of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Tells whether text can be the code of a practice or region: letters, digits and dashes, 1 to 40 of them.
pub fn is_code(text: &str) -> bool {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    plain && (1..=40).contains(&text.len())
}

impl Space {
    /// The space of all members of the network.
    pub const ALL_MEMBERS: Self = Self::Nation(None);

    /// Returns what sort of space this is.
    pub fn kind(&self) -> SpaceKind {
        match self {
            Self::Me(_) => SpaceKind::Me,
            Self::Org(_) => SpaceKind::Org,
            Self::Region(_) => SpaceKind::Region,
            Self::Nation(_) => SpaceKind::Nation,
            Self::National => SpaceKind::National,
            Self::Call(_) => SpaceKind::Call,
            Self::Response(_) => SpaceKind::Response,
        }
    }

    /// Returns how urgent the space is on a slow line: lower comes first.
    pub fn priority(&self) -> u8 {
        match self.kind() {
            SpaceKind::Me => 0,
            SpaceKind::Response => 1,
            SpaceKind::Call => 2,
            SpaceKind::Org => 3,
            SpaceKind::Region => 4,
            SpaceKind::Nation => 5,
            SpaceKind::National => 6,
        }
    }
}

impl fmt::Display for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Me(person) => write!(f, "me:{person}"),
            Self::Org(code) => write!(f, "org:{code}"),
            Self::Region(code) => write!(f, "region:{code}"),
            Self::Nation(None) => f.write_str("nation:uk"),
            Self::Nation(Some(nation)) => write!(f, "nation:{}", nation.code()),
            Self::National => f.write_str("national"),
            Self::Call(id) => write!(f, "call:{id}"),
            Self::Response(id) => write!(f, "response:{id}"),
        }
    }
}

/// Text that names no space.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this names no space")]
pub struct NotASpace;

impl FromStr for Space {
    type Err = NotASpace;
    fn from_str(text: &str) -> Result<Self, NotASpace> {
        if text == "national" {
            return Ok(Self::National);
        }
        let (kind, rest) = text.split_once(':').ok_or(NotASpace)?;
        let code = |rest: &str| if is_code(rest) { Ok(rest.to_owned()) } else { Err(NotASpace) };
        match kind {
            "me" => rest.parse().map(Self::Me).map_err(|_| NotASpace),
            "org" => code(rest).map(Self::Org),
            "region" => code(rest).map(Self::Region),
            "nation" if rest == "uk" => Ok(Self::Nation(None)),
            "nation" => Nation::from_code(rest).map(|nation| Self::Nation(Some(nation))).ok_or(NotASpace),
            "call" => rest.parse().map(Self::Call).map_err(|_| NotASpace),
            "response" => rest.parse().map(Self::Response).map_err(|_| NotASpace),
            _ => Err(NotASpace),
        }
    }
}

impl Serialize for Space {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Space {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_space_reads_back_from_its_text() {
        let spaces = [
            Space::Me(PersonId::new(1, [1; 10])),
            Space::Org("A81001".into()),
            Space::Region("Y60".into()),
            Space::ALL_MEMBERS,
            Space::Nation(Some(Nation::Wales)),
            Space::National,
            Space::Call(CallId::new(1, [2; 10])),
            Space::Response(ResponseId::new(1, [3; 10])),
        ];
        for space in spaces {
            assert_eq!(space.to_string().parse::<Space>(), Ok(space));
        }
    }

    #[test]
    fn odd_text_names_no_space() {
        for text in ["", "call:", "call:x", "org:../etc", "nation:fr", "me", "org:"] {
            assert_eq!(text.parse::<Space>(), Err(NotASpace), "{text}");
        }
    }
}
