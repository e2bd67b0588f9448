//! Asks the hub whether what is here is what it has. It compares and changes nothing: what differs is filled anew by
//! the engine, in the one way there is.

use crate::driver::SystemClock;
use crate::http::{Http, LineError, Settings};
use crate::once::blocking;
use crate::seam::{Ask, Call, Clock, Net, Reply, Terms};
use crate::status::Away;
use linchpin_domain::space::Space;
use linchpin_protocol::limits;
use linchpin_protocol::verify::{SpaceSum, Verdict, VerifyRequest};
use linchpin_store::reader::SpaceState;
use linchpin_store::{Store, StoreError};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a comparison found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// Spaces that are as the hub has them.
    pub equal: BTreeSet<Space>,
    /// Spaces that differ at the same number: they are to be filled anew.
    pub differing: BTreeSet<Space>,
    /// Spaces that moved meanwhile: ask again when in step.
    pub moved: BTreeSet<Space>,
}

/// Compares some spaces with the hub that the store has joined. Blocks.
///
/// # Errors
/// [`LineError`]; inside, why the hub did not compare.
pub fn compare(
    store: &Arc<Store>,
    settings: &Settings,
    spaces: &BTreeSet<Space>,
) -> Result<Result<Compared, Away>, LineError> {
    let net = Http::of_store(store, settings)?;
    let compared = blocking(compare_over(store, &net, &SystemClock::new(), spaces));
    Ok(compared.map_err(LineError::NoRoots)??)
}

/// Compares some spaces over a line. Whatever the hub says of others is passed over.
///
/// # Errors
/// Faults of the store; inside, why the hub did not compare.
pub async fn compare_over(
    store: &Store,
    net: &impl Net,
    clock: &impl Clock,
    spaces: &BTreeSet<Space>,
) -> Result<Result<Compared, Away>, StoreError> {
    let identity = store.identity()?;
    let epoch = identity.hub.map_or(0, |hub| hub.epoch);
    let here: Vec<SpaceSum> = store.read(|reader| {
        let rows = reader.spaces()?.into_iter();
        let rows = rows.filter(|row| row.state == SpaceState::Active && spaces.contains(&row.space));
        Ok(rows.map(|row| SpaceSum { space: row.space, seq: row.cursor, sum: row.sum }).collect())
    })?;
    let mut compared = Compared::default();
    for some in here.chunks(limits::SPACES) {
        let hub_now_ms = clock.now_ms().saturating_add_signed(identity.clock_offset_ms);
        let call = Call::Verify(VerifyRequest { epoch, spaces: some.to_vec() });
        let answer = match net.ask(Ask { call, terms: Terms { hub_now_ms, epoch } }).await {
            Ok(Reply::Verify(answer)) => answer,
            Ok(_) => return Ok(Err(Away::Strange)),
            Err(fault) => return Ok(Err(Away::of(&fault))),
        };
        let asked: BTreeSet<&Space> = some.iter().map(|asked| &asked.space).collect();
        for verified in answer.spaces.into_iter().filter(|verified| asked.contains(&verified.space)) {
            match verified.verdict {
                Verdict::Equal => compared.equal.insert(verified.space),
                Verdict::Differs => compared.differing.insert(verified.space),
                // Access ended: the next round of sync says so in its own way.
                Verdict::Moved | Verdict::Gone => compared.moved.insert(verified.space),
            };
        }
    }
    Ok(Ok(compared))
}
