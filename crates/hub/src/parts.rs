//! Whole spaces in packed parts, kept for a while so that a desk on a slow line gets all parts of one state.
//! A space that has not moved gives the same parts again, so nothing here has to survive.

use crate::error::HubError;
use crate::hub::Hub;
use crate::request::Refusal;
use crate::scope::Scope;
use linchpin_domain::space::Space;
use linchpin_protocol::bootstrap::PartHead;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::limits::{PART_BYTES, ZSTD_LEVEL};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How many numbers a kept state may be behind when somebody begins to fill: pages bring the rest, and whoever is in
/// the midst of filling from it is not sent back to the start.
const BEHIND: u64 = 1_000;
/// Most packed bytes that are kept.
const MOST_BYTES: usize = 48 << 20;

/// A space at one number, its rows packed part by part; each begins with the line of its head when it is sent.
pub(crate) struct Whole {
    head: PartHead,
    /// Lines of rows, packed.
    parts: Vec<Vec<u8>>,
}

#[derive(Default)]
struct Kept {
    by_space: BTreeMap<Space, Arc<Whole>>,
    /// The order in which they were made.
    order: Vec<Space>,
}

/// The kept parts.
#[derive(Default)]
pub(crate) struct Parts {
    kept: Mutex<Kept>,
}

impl Whole {
    fn bytes(&self) -> usize {
        self.parts.iter().map(Vec::len).sum()
    }

    /// Returns a part as it travels, unpacked: the line of its head, then its rows.
    pub(crate) fn part(&self, part: u32) -> Result<Option<Vec<u8>>, HubError> {
        let Some(packed) = usize::try_from(part).ok().and_then(|n| self.parts.get(n)) else {
            return Ok(None);
        };
        let head = PartHead { part, ..self.head.clone() };
        let mut bytes = serde_json::to_vec(&head).map_err(|_| HubError::corrupt("the head of a part"))?;
        bytes.push(b'\n');
        let rows = zstd::decode_all(packed.as_slice()).map_err(|_| HubError::corrupt("a packed part"))?;
        bytes.extend_from_slice(&rows);
        Ok(Some(bytes))
    }
}

impl Parts {
    /// Returns a space at `at` where that is still to be had. Who begins is given the present number, or a
    /// little less, but not less than `from`, which they have; an app that does not say what it has gets no less.
    pub(crate) fn whole(
        &self,
        hub: &Hub,
        scope: &Scope,
        space: &Space,
        at: Option<u64>,
        from: Option<u64>,
    ) -> Result<Arc<Whole>, Refusal> {
        let fault = |error: &HubError| hub.fault(error);
        // Rights are looked at before anything that was kept for somebody else.
        let head = hub.db.head(scope, space).map_err(|error| fault(&error))?;
        let head = head.ok_or_else(|| Refusal::new(ErrorCode::NotFound))?;
        let epoch = hub.db.facts().map_err(|error| fault(&error))?.epoch;
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).by_space.get(space).cloned();
        let fits = |seq: u64| match (at, from) {
            (Some(at), _) => seq == at,
            (None, Some(from)) => seq >= from && head.saturating_sub(seq) <= BEHIND,
            (None, None) => seq == head,
        };
        if let Some(kept) = kept.filter(|kept| kept.head.epoch == epoch && fits(kept.head.seq)) {
            return Ok(kept);
        }
        // What is gone is not worth a whole build to find that out.
        if at.is_some_and(|at| at != head) {
            return Err(ErrorCode::PartGone.into());
        }
        let whole = build(hub, scope, space, epoch).map_err(|error| fault(&error))?;
        let whole = Arc::new(whole.ok_or_else(|| Refusal::new(ErrorCode::NotFound))?);
        if at.is_some_and(|at| at != whole.head.seq) {
            return Err(ErrorCode::PartGone.into());
        }
        self.keep(space, &whole);
        Ok(whole)
    }

    fn keep(&self, space: &Space, whole: &Arc<Whole>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.order.retain(|known| known != space);
        kept.order.push(space.clone());
        kept.by_space.insert(space.clone(), Arc::clone(whole));
        while kept.by_space.values().map(|whole| whole.bytes()).sum::<usize>() > MOST_BYTES
            && kept.order.len() > 1
        {
            let oldest = kept.order.remove(0);
            kept.by_space.remove(&oldest);
        }
    }
}

fn build(hub: &Hub, scope: &Scope, space: &Space, epoch: u64) -> Result<Option<Whole>, HubError> {
    let mut parts = Vec::new();
    let mut open = String::new();
    let fixed = hub.db.fill(scope, space, &mut |row| {
        if !open.is_empty() && open.len() + row.len() > PART_BYTES {
            parts.push(pack(&open)?);
            open.clear();
        }
        open.push_str(row);
        open.push('\n');
        Ok(())
    })?;
    let Some(fixed) = fixed else { return Ok(None) };
    if !open.is_empty() || parts.is_empty() {
        parts.push(pack(&open)?);
    }
    let count = u32::try_from(parts.len()).map_err(|_| HubError::corrupt("the number of parts"))?;
    let head = PartHead {
        space: space.clone(),
        epoch,
        seq: fixed.seq,
        part: 0,
        parts: count,
        sum: fixed.sum,
        rows: fixed.rows,
    };
    Ok(Some(Whole { head, parts }))
}

fn pack(rows: &str) -> Result<Vec<u8>, HubError> {
    zstd::bulk::compress(rows.as_bytes(), ZSTD_LEVEL)
        .map_err(|error| HubError::File("pack a part".to_owned(), error))
}
