//! One full round, for scripts and tests: hello, changes out, changes in, and a plain outcome. The same engine
//! as the driver's, without live stream or polling.

use crate::driver::{SystemClock, SystemRng};
use crate::engine::{Action, Engine, Event, Moment};
use crate::files::carry;
use crate::http::{Http, LineError, Settings};
use crate::seam::{Clock, Net, Rng};
use crate::status::Away;
use crate::steps::Steps;
use linchpin_store::{Store, StoreError};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// How often a busy hub is waited for.
const MOST_WAITS: u32 = 5;
/// The longest of these waits: somebody sits before the screen and wants an answer.
const LONGEST_WAIT: Duration = Duration::from_secs(6);

/// What a round came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// In step with the hub.
    Done {
        /// Own changes that the hub took.
        sent: u64,
        /// Changes of others that arrived.
        received: u64,
        /// Own changes that the hub holds, in all.
        held: u32,
        /// Own changes that the hub refused, in all; their words are kept.
        refused: u32,
    },
    /// Out of touch; whatever was not sent waits.
    Offline(Away),
    /// The hub does not serve this copy until somebody does something.
    Refused(Away),
}

/// Runs one round over the network that the store has joined, and carries files behind it. Blocks.
///
/// # Errors
/// [`LineError`].
pub fn sync_once(store: &Arc<Store>, settings: &Settings) -> Result<Outcome, LineError> {
    let net = Http::of_store(store, settings)?;
    let outcome = blocking(async {
        let outcome = round(store, &net, &SystemClock::new(), &mut SystemRng::new()).await?;
        if matches!(outcome, Outcome::Done { .. }) {
            // Whatever becomes of files, the round is done.
            match carry(store, &net, &SystemClock::new()).await {
                Ok(Ok(_)) => {}
                Ok(Err(away)) => tracing::info!(?away, "some files wait for another time"),
                Err(error) => tracing::warn!(%error, "files could not be carried"),
            }
        }
        Ok::<_, StoreError>(outcome)
    });
    Ok(outcome.map_err(LineError::NoRoots)??)
}

/// Runs one round over a line.
///
/// # Errors
/// Faults of the store in reading who we are; anything later is told by the outcome.
pub async fn round(
    store: &Arc<Store>,
    net: &impl Net,
    clock: &impl Clock,
    rng: &mut impl Rng,
) -> Result<Outcome, StoreError> {
    let steps = Steps::new(Arc::clone(store));
    let mut engine = Engine::once(store.identity()?.device);
    let (mut event, mut waits) = (Event::Wake, 0);
    loop {
        let (now_ms, ticks_ms, roll) = (clock.now_ms(), clock.ticks_ms(), rng.roll());
        let action = engine.handle(Moment { now_ms, ticks_ms, roll }, event).pop();
        event = match action {
            Some(Action::Ask(ask)) => match net.ask(ask).await {
                Ok(reply) => Event::Answered(reply),
                Err(fault) => Event::Failed(fault),
            },
            Some(Action::Do(step)) => match steps.run(step, clock.now_ms()) {
                Ok(stepped) => Event::Stepped(stepped),
                Err(error) => Event::NotStepped(error),
            },
            Some(Action::OpenLive(_) | Action::CloseLive) => Event::Wake,
            None => match engine.facts().away {
                Some(Away::HubBusy) if waits < MOST_WAITS => {
                    waits += 1;
                    tokio::time::sleep(pause(engine.wake_at(), ticks_ms)).await;
                    Event::Wake
                }
                Some(away) if away.needs_somebody() => return Ok(Outcome::Refused(away)),
                Some(away) => return Ok(Outcome::Offline(away)),
                None => break,
            },
        };
    }
    let (sent, received) = engine.done();
    let outbox = store.read(|reader| reader.outbox_facts())?;
    Ok(Outcome::Done { sent, received, held: outbox.held, refused: outbox.refused })
}

/// Returns how long to wait until a time that a busy hub may have set far away.
fn pause(until_ms: Option<u64>, now_ms: u64) -> Duration {
    Duration::from_millis(until_ms.unwrap_or(now_ms).saturating_sub(now_ms)).min(LONGEST_WAIT)
}

/// Runs something that waits for the network to its end.
pub(crate) fn blocking<T>(work: impl Future<Output = T>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(runtime.map_err(|error| error.to_string())?.block_on(work))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_hub_is_not_waited_for_as_long_as_it_likes() {
        let day_ms = 24 * 60 * 60_000;
        assert!(pause(Some(1_000 + day_ms), 1_000) * MOST_WAITS <= Duration::from_secs(30));
        assert_eq!(pause(Some(1_200), 1_000), Duration::from_millis(200));
        assert_eq!(pause(None, 1_000), Duration::ZERO);
    }
}
