//! A slow line: carries bytes between this computer's programs and a hub, each way at most so many a second, all
//! connections together, and counts them. What is inside it does not know.

use anyhow::Result;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// How many bytes go on together: what one packet carries.
const PACKET: usize = 1_460;

/// One direction of the line.
#[derive(Default)]
struct Way {
    /// Bytes a second; nought lets all through.
    rate: AtomicU64,
    carried: AtomicU64,
    /// When the next packet may go.
    free_at: Mutex<Option<Instant>>,
}

/// The line.
pub(crate) struct Relay {
    address: SocketAddr,
    hub: Arc<Mutex<SocketAddr>>,
    up: Arc<Way>,
    down: Arc<Way>,
    _runtime: tokio::runtime::Runtime,
}

impl Relay {
    /// Opens a line to a hub; as fast as it goes until [`Self::slow`].
    pub(crate) fn open(hub: SocketAddr) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        let hub = Arc::new(Mutex::new(hub));
        let (up, down) = (Arc::new(Way::default()), Arc::new(Way::default()));
        runtime.spawn(serve(listener, Arc::clone(&hub), Arc::clone(&up), Arc::clone(&down)));
        Ok(Self { address, hub, up, down, _runtime: runtime })
    }

    /// Returns the address that leads to the hub.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Leads to another hub from the next connection on.
    pub(crate) fn lead_to(&self, hub: SocketAddr) {
        *self.hub.lock().unwrap_or_else(PoisonError::into_inner) = hub;
    }

    /// Carries at most so many bits a second from now on, each way.
    pub(crate) fn slow(&self, bits: u64) {
        self.up.rate.store(bits / 8, Ordering::Relaxed);
        self.down.rate.store(bits / 8, Ordering::Relaxed);
    }

    /// Returns how many bytes went up and down so far.
    pub(crate) fn carried(&self) -> (u64, u64) {
        (self.up.carried.load(Ordering::Relaxed), self.down.carried.load(Ordering::Relaxed))
    }
}

impl Way {
    /// Waits until so many bytes may go.
    async fn pass(&self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.carried.fetch_add(bytes, Ordering::Relaxed);
        let rate = self.rate.load(Ordering::Relaxed);
        if rate == 0 {
            return;
        }
        let at = {
            let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let at =
                free_at.map_or(now, |free| free.max(now)) + Duration::from_micros(bytes * 1_000_000 / rate);
            *free_at = Some(at);
            at
        };
        tokio::time::sleep_until(at.into()).await;
    }
}

async fn serve(listener: TcpListener, hub: Arc<Mutex<SocketAddr>>, up: Arc<Way>, down: Arc<Way>) {
    while let Ok((near, _)) = listener.accept().await {
        let hub = *hub.lock().unwrap_or_else(PoisonError::into_inner);
        // A hub that is not there: the connection closes, which is what its user sees of it.
        let Ok(far) = TcpStream::connect(hub).await else { continue };
        let (near_reads, near_writes) = near.into_split();
        let (far_reads, far_writes) = far.into_split();
        tokio::spawn(carry(near_reads, far_writes, Arc::clone(&up)));
        tokio::spawn(carry(far_reads, near_writes, Arc::clone(&down)));
    }
}

/// Carries one way until either end closes.
async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, way: Arc<Way>) {
    let mut packet = [0; PACKET];
    while let Ok(count) = from.read(&mut packet).await {
        let Some(bytes) = packet.get(..count).filter(|bytes| !bytes.is_empty()) else { return };
        way.pass(count).await;
        if to.write_all(bytes).await.is_err() {
            return;
        }
    }
}
