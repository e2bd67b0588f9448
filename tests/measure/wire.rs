//! A connection to a hub that stays open, and the little of HTTP that is needed on it: a thousand of them cost their
//! driver next to nothing, so that the hub has the computer.

use anyhow::{Context, Result, ensure};
use linchpin_sync::http::Letter;
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// The most lines that the head of an answer may have.
const HEAD_LINES: usize = 100;

/// A connection.
pub(crate) struct Wire {
    stream: BufReader<TcpStream>,
    host: SocketAddr,
}

impl Wire {
    /// Opens one.
    pub(crate) async fn open(host: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(host).await.context("reach the hub")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), host })
    }

    /// Sends a request and returns the status and the body of its answer.
    pub(crate) async fn ask(&mut self, letter: &Letter) -> Result<(u16, Vec<u8>)> {
        let mut sent = format!("{} {} HTTP/1.1\r\nhost: {}\r\n", letter.method, letter.target, self.host);
        for (name, value) in letter.plain_headers() {
            sent.push_str(&format!("{name}: {value}\r\n"));
        }
        sent.push_str(&format!("content-length: {}\r\n\r\n", letter.body.len()));
        let sent = [sent.as_bytes(), &letter.body].concat();
        self.stream.get_mut().write_all(&sent).await.context("send")?;
        self.answer().await.context("read the answer")
    }

    async fn answer(&mut self) -> Result<(u16, Vec<u8>)> {
        let head = self.line().await?;
        let status = head.split(' ').nth(1).context("a status")?.parse().context("a status")?;
        let mut length = None;
        for _ in 0..HEAD_LINES {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(':') else {
                ensure!(line.is_empty(), "a header without a colon");
                let mut body = vec![0; length.context("an answer without a length")?];
                self.stream.read_exact(&mut body).await?;
                return Ok((status, body));
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = Some(value.trim().parse().context("a length")?);
            }
        }
        anyhow::bail!("a head without end")
    }

    async fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        ensure!(self.stream.read_line(&mut line).await? > 0, "the hub closed the connection");
        line.truncate(line.trim_end().len());
        Ok(line)
    }
}
