//! The list of what a zip holds, as its end says it, within limits: nothing is unpacked but what is asked for by name. Word, Excel, PowerPoint and
//! LibreOffice write zips; whatever none of them writes is refused.

use miniz_oxide::inflate::decompress_to_vec_with_limit;

/// Most entries.
const MOST_ENTRIES: usize = 2_000;
/// Most bytes of all entries, unpacked.
const MOST_UNPACKED: u64 = 100 << 20;
/// Most times an entry may grow when it is unpacked, once past [`RATIO_FROM`].
const RATIO: u64 = 100;
/// From how many unpacked bytes on [`RATIO`] counts.
const RATIO_FROM: u64 = 64 << 10;
/// Bytes of the record at the end, without its comment.
const END: usize = 22;
/// Bytes of an entry in the list, without its name and what follows.
const ENTRY: usize = 46;
/// Bytes before an entry's own name where it lies.
const LOCAL: usize = 30;

/// Why a zip is not read. What exactly is wrong helps nobody but whoever made it so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BadZip;

/// One entry.
pub(super) struct Entry {
    /// Its name, with slashes.
    pub(super) name: String,
    packed: usize,
    method: u16,
    at: usize,
}

/// A zip's list.
pub(super) struct Zip<'a> {
    bytes: &'a [u8],
    /// The entries, in the list's order.
    pub(super) entries: Vec<Entry>,
}

fn two(bytes: &[u8], at: usize) -> Result<u16, BadZip> {
    let two = bytes.get(at..).and_then(|rest| rest.first_chunk::<2>()).ok_or(BadZip)?;
    Ok(u16::from_le_bytes(*two))
}

fn four(bytes: &[u8], at: usize) -> Result<u32, BadZip> {
    let four = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>()).ok_or(BadZip)?;
    Ok(u32::from_le_bytes(*four))
}

fn size(bytes: &[u8], at: usize) -> Result<usize, BadZip> {
    usize::try_from(four(bytes, at)?).map_err(|_| BadZip)
}

impl<'a> Zip<'a> {
    /// Reads the list. A comment behind it, a second disk and the form for more than 4 GiB are refused: no program for
    /// documents writes them, and they hide one zip in another.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, BadZip> {
        let end = bytes.len().checked_sub(END).ok_or(BadZip)?;
        let count = usize::from(two(bytes, end + 10)?);
        let (list, start) = (size(bytes, end + 12)?, size(bytes, end + 16)?);
        let plain = bytes.get(end..end + 8) == Some(b"PK\x05\x06\0\0\0\0") && two(bytes, end + 20)? == 0;
        let whole = usize::from(two(bytes, end + 8)?) == count && start.checked_add(list) == Some(end);
        if !plain || !whole || count == 0 || count > MOST_ENTRIES {
            return Err(BadZip);
        }
        let mut entries = Vec::with_capacity(count);
        let (mut at, mut unpacked) = (start, 0_u64);
        for _ in 0..count {
            let (entry, grows_to, next) = entry(bytes, at)?;
            unpacked = unpacked.saturating_add(grows_to);
            entries.push(entry);
            at = next;
        }
        if at != end || unpacked > MOST_UNPACKED {
            return Err(BadZip);
        }
        Ok(Self { bytes, entries })
    }

    /// Returns the bytes of an entry that is stored as it is.
    pub(super) fn stored(&self, name: &str) -> Option<&'a [u8]> {
        let entry = self.entries.iter().find(|entry| entry.name == name && entry.method == 0)?;
        self.packed(entry)
    }

    /// Returns the bytes of an entry, unpacked; none where it has more than `most` or cannot be unpacked.
    pub(super) fn unpacked(&self, entry: &Entry, most: usize) -> Option<Vec<u8>> {
        let packed = self.packed(entry)?;
        match entry.method {
            0 => (packed.len() <= most).then(|| packed.to_vec()),
            _ => decompress_to_vec_with_limit(packed, most).ok(),
        }
    }

    fn packed(&self, entry: &Entry) -> Option<&'a [u8]> {
        let from = data_of(self.bytes, entry.at).ok()?;
        self.bytes.get(from..from.checked_add(entry.packed)?)
    }
}

/// Reads the entry at a place of the list; returns it, how large it is unpacked, and where the next one lies.
fn entry(bytes: &[u8], at: usize) -> Result<(Entry, u64, usize), BadZip> {
    if bytes.get(at..).and_then(|rest| rest.get(..4)) != Some(b"PK\x01\x02") {
        return Err(BadZip);
    }
    let (system, flags, method) = (two(bytes, at + 4)? >> 8, two(bytes, at + 8)?, two(bytes, at + 10)?);
    let (packed, unpacked) = (size(bytes, at + 20)?, u64::from(four(bytes, at + 24)?));
    let (name_bytes, extra, comment) = (two(bytes, at + 28)?, two(bytes, at + 30)?, two(bytes, at + 32)?);
    let (mode, place) = (four(bytes, at + 38)? >> 16, size(bytes, at + 42)?);
    let name_at = at + ENTRY;
    let raw = bytes.get(name_at..name_at + usize::from(name_bytes)).ok_or(BadZip)?;
    let name = std::str::from_utf8(raw).map_err(|_| BadZip)?;
    let (is_locked, is_link) = (flags & 1 != 0, system == 3 && mode & 0o170_000 == 0o120_000);
    let swells = unpacked > RATIO_FROM && unpacked / RATIO > u64::try_from(packed).unwrap_or(u64::MAX);
    if is_locked || is_link || swells || !matches!(method, 0 | 8) || !is_inside(name) {
        return Err(BadZip);
    }
    // Where it lies it must have the same name: one that has another shows to some programs and not to others.
    let local = bytes.get(place + LOCAL..).and_then(|rest| rest.get(..raw.len()));
    let ends = data_of(bytes, place)?.checked_add(packed).ok_or(BadZip)?;
    if local != Some(raw) || ends > bytes.len() {
        return Err(BadZip);
    }
    let next = name_at + usize::from(name_bytes) + usize::from(extra) + usize::from(comment);
    Ok((Entry { name: name.to_owned(), packed, method, at: place }, unpacked, next))
}

/// Returns where the bytes of the entry begin that lies at a place.
fn data_of(bytes: &[u8], place: usize) -> Result<usize, BadZip> {
    if bytes.get(place..).and_then(|rest| rest.get(..4)) != Some(b"PK\x03\x04") {
        return Err(BadZip);
    }
    let (name, extra) = (two(bytes, place + 26)?, two(bytes, place + 28)?);
    Ok(place + LOCAL + usize::from(name) + usize::from(extra))
}

/// Tells whether a name stays inside whatever the zip is unpacked into.
fn is_inside(name: &str) -> bool {
    let odd = |c: char| c.is_control() || matches!(c, '\\' | ':');
    let leaves = name.starts_with('/') || name.split('/').any(|part| part == "..");
    !name.is_empty() && !leaves && !name.contains(odd)
}
