//! Taking away what nobody refers to: files that no record speaks of any more, files that never came up whole, and bytes
//! that the store does not know. Each only some days after it was first seen so: a record may be on its way, and one
//! that was deleted may come back.

use crate::error::HubError;
use crate::files::store;
use crate::hub::Hub;
use linchpin_domain::record::{DELETED, Fields, decode, file::File};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// How long a file stays after no record speaks of it, in milliseconds. Whoever deleted it finds it in "Recently deleted"
/// for 90 days, and may take that back on a computer that is then away for as long as any may be, 400 days: the file must
/// still be here, for nobody sends it again.
const IDLE_MS: u64 = (90 + 400 + 10) * DAY_MS;
/// How long a file may be on its way, in milliseconds.
const UPLOAD_MS: u64 = 7 * DAY_MS;
/// How long bytes may lie on the shelf before the store knows of them, in milliseconds.
const UNKNOWN_MS: u64 = DAY_MS;
const DAY_MS: u64 = 24 * 60 * 60_000;

/// What was taken away, or would be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Swept {
    /// Files that no record speaks of.
    pub files: u64,
    /// Files that never came up whole.
    pub uploads: u64,
    /// Bytes that the store does not know of, by the name.
    pub unknown: u64,
    /// How many bytes all of them have.
    pub bytes: u64,
}

impl Hub {
    /// Takes away what nobody refers to; where `dry` says so, only says what that is.
    ///
    /// # Errors
    /// Any fault of the store or of the disk; what was taken away until then stays so.
    pub fn sweep_files(&self, now_ms: u64, dry: bool) -> Result<Swept, HubError> {
        let mut swept = Swept::default();
        let Some(shelf) = &self.files.shelf else { return Ok(swept) };
        let db = self.db.as_ref();
        let take = |name: &str| if dry { Ok(()) } else { shelf.remove(name) };
        for no in store::spaces(db)? {
            let until = now_ms.saturating_sub(IDLE_MS);
            for gone in store::sweep_space(db, no, (now_ms, until), dry, &spoken_of)? {
                take(&gone.name)?;
                swept.files += 1;
                swept.bytes += gone.size;
            }
        }
        let mut known: BTreeSet<String> =
            store::all(db)?.into_iter().map(|whole| whole.stored.name).collect();
        for (upload, begun_at) in store::on_their_way(db)? {
            if begun_at.saturating_add(UPLOAD_MS) > now_ms {
                known.insert(upload.name);
                continue;
            }
            swept.uploads += 1;
            if !dry {
                store::forget(db, &upload.name)?;
            }
        }
        if !dry {
            shelf.clear(now_ms.saturating_sub(UNKNOWN_MS))?;
        }
        for name in shelf.names()? {
            let stem = name.split('.').next().unwrap_or_default();
            let young = made_at(stem).is_none_or(|at| at.saturating_add(UNKNOWN_MS) > now_ms);
            if known.contains(stem) || young {
                continue;
            }
            swept.unknown += 1;
            swept.bytes += shelf.size(&name)?.unwrap_or(0);
            take(&name)?;
        }
        Ok(swept)
    }
}

/// Returns the hash that a record speaks of; none where it is deleted.
fn spoken_of(fields: &str) -> Result<Option<String>, HubError> {
    let fields: Fields = serde_json::from_str(fields).map_err(|_| HubError::corrupt("a record"))?;
    let is_deleted = fields.get(DELETED) == Some(&Value::Bool(true));
    Ok((!is_deleted).then(|| decode::<File>(&fields).record.sha256))
}

/// How many letters of a name tell when it was drawn.
const TIME_LETTERS: usize = 12;

/// Returns a name for bytes: when it was drawn, then 80 random bits.
pub(super) fn drawn(now_ms: u64, random: [u8; 10]) -> String {
    let random: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{:012x}{random}", now_ms & 0xffff_ffff_ffff)
}

/// Returns when a name was drawn; none where it was not drawn here.
fn made_at(name: &str) -> Option<u64> {
    u64::from_str_radix(name.get(..TIME_LETTERS)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use linchpin_domain::record::encode;

    #[test]
    fn a_name_tells_when_it_was_drawn_and_nothing_else() {
        let name = drawn(1_700_000_000_123, [7; 10]);
        assert_eq!((name.len(), made_at(&name)), (32, Some(1_700_000_000_123)));
        assert_eq!(made_at("not hex at all"), None);
    }

    #[test]
    fn a_deleted_record_speaks_of_nothing() {
        let mut fields = encode(&File { sha256: "ab".repeat(32), ..File::default() });
        let said = |fields: &Fields| spoken_of(&serde_json::to_string(fields).expect("it is written"));
        assert_eq!(said(&fields).expect("it reads"), Some("ab".repeat(32)));
        fields.insert(DELETED.to_owned(), Value::Bool(true));
        assert_eq!(said(&fields).expect("it reads"), None);
        assert!(spoken_of("no JSON").is_err());
    }
}
