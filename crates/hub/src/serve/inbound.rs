//! Bodies on their way in: read up to a limit, in good time, and while there is room for them.

use axum::body::{Body, Bytes};
use futures_util::StreamExt;
use linchpin_protocol::error::ErrorCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// How long a body may pause.
const PAUSE: Duration = Duration::from_secs(15);
/// How long a whole body may take.
const WHOLE: Duration = Duration::from_secs(120);

/// Reads a body up to a limit, in good time, and while there is room for it; the room is taken until what comes
/// with the bytes is dropped.
pub(super) async fn read(
    body: Body,
    most: usize,
    room: &Arc<Semaphore>,
) -> Result<(Vec<u8>, Option<OwnedSemaphorePermit>), ErrorCode> {
    let all = async {
        let (mut bytes, mut taken) = (Vec::new(), None);
        let mut chunks = body.into_data_stream();
        loop {
            let chunk: Option<Result<Bytes, _>> =
                timeout(PAUSE, chunks.next()).await.map_err(|_| ErrorCode::BadRequest)?;
            let Some(chunk) = chunk else { return Ok((bytes, taken)) };
            let chunk = chunk.map_err(|_| ErrorCode::BadRequest)?;
            let length = bytes.len() + chunk.len();
            if length > most {
                return Err(ErrorCode::TooLarge);
            }
            take_room(room, &mut taken, length.div_ceil(1_024))?;
            bytes.extend_from_slice(&chunk);
        }
    };
    timeout(WHOLE, all).await.map_err(|_| ErrorCode::BadRequest)?
}

/// Takes so many KiB in all.
fn take_room(
    room: &Arc<Semaphore>,
    taken: &mut Option<OwnedSemaphorePermit>,
    kib: usize,
) -> Result<(), ErrorCode> {
    let more = kib.saturating_sub(taken.as_ref().map_or(0, OwnedSemaphorePermit::num_permits));
    let more = u32::try_from(more).map_err(|_| ErrorCode::TooLarge)?;
    let more = Arc::clone(room).try_acquire_many_owned(more).map_err(|_| ErrorCode::Busy)?;
    match taken {
        Some(taken) => taken.merge(more),
        None => *taken = Some(more),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_read_while_there_is_room_for_it() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let room = Arc::new(Semaphore::new(8));
        let read = |bytes: usize| runtime.block_on(read(Body::from(vec![b'x'; bytes]), 6 << 10, &room));
        let (first, held) = read(5 << 10).expect("there is room");
        assert_eq!((first.len(), room.available_permits()), (5 << 10, 3));
        assert_eq!(read(4 << 10).err(), Some(ErrorCode::Busy));
        assert_eq!(read(7 << 10).err(), Some(ErrorCode::TooLarge));
        assert_eq!(room.available_permits(), 3, "what was refused takes no room");
        drop(held);
        assert!(read(4 << 10).is_ok());
        assert_eq!(room.available_permits(), 8);
    }
}
