//! The live stream as it comes over the line: lines of text, some of them comments that only say the hub is
//! there. Whatever cannot be read is skipped; a line without end closes the stream.

use crate::seam::{Fault, Heard, Live};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use linchpin_protocol::live::LiveEvent;
use reqwest::header::CONTENT_TYPE;
use std::collections::VecDeque;

/// Most bytes of a line.
const MOST_LINE: usize = 256 << 10;

/// Something the stream said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A comment, or an event of a newer hub.
    Beat,
    /// An event.
    Event(LiveEvent),
}

/// Reads the stream's bytes as they come, cut anywhere.
#[derive(Debug, Default)]
pub struct Reader {
    rest: Vec<u8>,
    data: String,
}

impl Reader {
    /// Takes some bytes and returns what they complete.
    ///
    /// # Errors
    /// [`Fault::Strange`] where a line does not end.
    pub fn take(&mut self, mut bytes: &[u8]) -> Result<Vec<Line>, Fault> {
        let mut said = Vec::new();
        // Each byte is looked at once, however short the lines and the pieces are.
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let (line, after) = bytes.split_at(end + 1);
            self.rest.extend_from_slice(line);
            let line = std::mem::take(&mut self.rest);
            said.extend(self.line(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r'])));
            bytes = after;
        }
        self.rest.extend_from_slice(bytes);
        if self.rest.len() > MOST_LINE || self.data.len() > MOST_LINE {
            return Err(Fault::Strange);
        }
        Ok(said)
    }

    fn line(&mut self, line: &str) -> Option<Line> {
        if line.is_empty() {
            let data = std::mem::take(&mut self.data);
            // An event of a newer hub still says that it is there.
            return (!data.is_empty()).then(|| serde_json::from_str(&data).map_or(Line::Beat, Line::Event));
        }
        if line.starts_with(':') {
            return Some(Line::Beat);
        }
        if let Some(data) = line.strip_prefix("data:") {
            if !self.data.is_empty() {
                self.data.push('\n');
            }
            self.data.push_str(data.strip_prefix(' ').unwrap_or(data));
        }
        None
    }
}

/// An open live stream.
pub struct Stream {
    chunks: BoxStream<'static, Result<Vec<u8>, Fault>>,
    reader: Reader,
    said: VecDeque<Line>,
}

impl Stream {
    /// Takes an answer over.
    pub(super) fn of(answer: reqwest::Response) -> Result<Self, Fault> {
        let kind = answer.headers().get(CONTENT_TYPE).map(|value| value.as_bytes().to_ascii_lowercase());
        if !kind.is_some_and(|kind| kind.starts_with(b"text/event-stream")) {
            return Err(Fault::Strange);
        }
        let chunks = answer.bytes_stream().map(|chunk| match chunk {
            Ok(bytes) => Ok(bytes.to_vec()),
            Err(error) => Err(super::fault::of(&error)),
        });
        Ok(Self { chunks: chunks.boxed(), reader: Reader::default(), said: VecDeque::new() })
    }
}

impl Live for Stream {
    async fn next(&mut self) -> Result<Heard, Fault> {
        loop {
            if let Some(line) = self.said.pop_front() {
                return Ok(match line {
                    Line::Beat => Heard::Beat,
                    Line::Event(event) => Heard::Event(event),
                });
            }
            let bytes = self.chunks.next().await.ok_or(Fault::NoAnswer)??;
            self.said.extend(self.reader.take(&bytes)?);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use linchpin_domain::space::Space;

    const TEXT: &[u8] = b": here\n\nevent: head\nid: 4\ndata: {\"event\":\"head\",\"space\":\"national\",\"seq\":4}\r\n\r\nevent: mood\ndata: {\"event\":\"mood\"}\n\n";

    fn all(chunks: impl Iterator<Item = Vec<u8>>) -> Vec<Line> {
        let mut reader = Reader::default();
        chunks.flat_map(|chunk| reader.take(&chunk).expect("the stream reads")).collect()
    }

    #[test]
    fn the_stream_reads_the_same_wherever_it_is_cut() {
        let whole = all(std::iter::once(TEXT.to_vec()));
        let head = Line::Event(LiveEvent::Head { space: Space::National, seq: 4 });
        assert_eq!(whole, [Line::Beat, head, Line::Beat]);
        for size in 1..TEXT.len() {
            assert_eq!(all(TEXT.chunks(size).map(<[u8]>::to_vec)), whole, "{size}");
        }
    }

    #[test]
    fn a_line_without_end_closes_the_stream() {
        let mut reader = Reader::default();
        assert_eq!(reader.take(&vec![b'x'; MOST_LINE + 1]), Err(Fault::Strange));
        let mut reader = Reader::default();
        let line = [b"data: ".as_slice(), &vec![b'x'; 200_000], b"\n"].concat();
        assert!(reader.take(&line).is_ok());
        assert_eq!(reader.take(&line), Err(Fault::Strange));
    }
}
