//! Connections: only so many at once, and none that says and takes nothing for long. Whoever sends a letter a
//! minute holds up nobody else.

use axum::extract::connect_info::Connected;
use axum::http::HeaderMap;
use axum::serve::{IncomingStream, Listener};
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep};

/// Most connections.
const MOST: usize = 8_000;
/// How long a connection may neither say nor take anything; a live stream is told something more often.
const SILENT: Duration = Duration::from_secs(75);
/// How long to wait after the system refused a connection.
const REFUSED: Duration = Duration::from_millis(250);

/// Where a connection comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) SocketAddr);

/// Where a server in front says that a request comes from.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Returns where a request comes from. Only what a known server in front added counts, which is the last in its list:
/// whatever stands before it anybody can write.
pub(super) fn place(peer: IpAddr, headers: &HeaderMap, fronts: &[IpAddr]) -> IpAddr {
    if !fronts.contains(&peer.to_canonical()) {
        return peer;
    }
    let said = headers.get_all(FORWARDED_FOR).iter().next_back().and_then(|value| value.to_str().ok());
    let last = said.and_then(|said| said.rsplit(',').next());
    last.and_then(|last| last.trim().parse().ok()).unwrap_or(peer)
}

impl Connected<IncomingStream<'_, Listening>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Listening>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// A socket that takes connections.
pub(super) struct Listening {
    listener: TcpListener,
    room: Arc<Semaphore>,
}

impl Listening {
    pub(super) fn new(listener: TcpListener) -> Self {
        Self { listener, room: Arc::new(Semaphore::new(MOST)) }
    }
}

impl Listener for Listening {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        loop {
            let Ok(room) = Arc::clone(&self.room).acquire_owned().await else {
                return std::future::pending().await;
            };
            match self.listener.accept().await {
                Ok((stream, peer)) => {
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(%error, "small answers may wait a moment");
                    }
                    let silent = Box::pin(sleep(SILENT));
                    return (Line { stream, silent, _room: room }, peer);
                }
                Err(error) => {
                    tracing::warn!(%error, "took no connection");
                    sleep(REFUSED).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// One connection.
pub(super) struct Line {
    stream: TcpStream,
    silent: Pin<Box<Sleep>>,
    _room: OwnedSemaphorePermit,
}

impl Line {
    /// Notes that something moved, or ends a line on which nothing has for too long.
    fn watch<T>(&mut self, cx: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.silent.as_mut().reset(Instant::now() + SILENT);
            return polled;
        }
        match self.silent.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let line = self.get_mut();
        let polled = Pin::new(&mut line.stream).poll_read(cx, buf);
        line.watch(cx, polled)
    }
}

impl AsyncWrite for Line {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let line = self.get_mut();
        let polled = Pin::new(&mut line.stream).poll_write(cx, bytes);
        line.watch(cx, polled)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let line = self.get_mut();
        let polled = Pin::new(&mut line.stream).poll_write_vectored(cx, bytes);
        line.watch(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_known_server_in_front_says_where_a_request_comes_from() {
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let mut headers = HeaderMap::new();
        let fronts = [ip("127.0.0.1")];
        assert_eq!(place(ip("127.0.0.1"), &headers, &fronts), ip("127.0.0.1"), "it says nothing");
        headers.append(FORWARDED_FOR, "203.0.113.9, 198.51.100.7".parse().expect("a header"));
        assert_eq!(
            place(ip("127.0.0.1"), &headers, &fronts),
            ip("198.51.100.7"),
            "the last is the front's own"
        );
        assert_eq!(place(ip("::ffff:127.0.0.1"), &headers, &fronts), ip("198.51.100.7"));
        assert_eq!(place(ip("192.0.2.1"), &headers, &fronts), ip("192.0.2.1"), "anybody can write a header");
        assert_eq!(place(ip("127.0.0.1"), &headers, &[]), ip("127.0.0.1"));
        headers.append(FORWARDED_FOR, "nonsense".parse().expect("a header"));
        assert_eq!(place(ip("127.0.0.1"), &headers, &fronts), ip("127.0.0.1"));
    }
}
