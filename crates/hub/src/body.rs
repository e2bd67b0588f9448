//! Bodies: unpacked while counting, measured for depth before they are read, and packed on the way out.
//! Nothing that a body says of its own size is believed.

use crate::request::{Answer, Refusal, Request};
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::limits::{
    FILE_PART_BYTES, INFLATED_BYTES, JSON_DEPTH, OTHER_WIRE_BYTES, PACK_FROM_BYTES, RATIO, RATIO_FROM_BYTES,
    WIRE_BYTES, ZSTD_LEVEL,
};
use serde::de::DeserializeOwned;
use std::io::Read;

/// The largest window a packed body may ask for, as a power of two: 8 MiB.
const WINDOW_LOG: u32 = 23;
/// Most bytes of a small body once inflated.
const OTHER_INFLATED_BYTES: usize = 8 << 20;

/// Most bytes of a part of a file.
const FILE_PART: usize = 1 << 20;
const _: () = assert!(FILE_PART as u64 == FILE_PART_BYTES, "both are a part");

/// How large a body may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// There is none.
    Empty,
    /// A push or a pull.
    Large,
    /// A part of a file, as it is.
    Part,
    /// Anything else.
    Small,
}

impl Size {
    /// Returns the most bytes on the wire.
    pub(crate) const fn wire(self) -> usize {
        match self {
            Self::Empty => 0,
            Self::Large => WIRE_BYTES,
            Self::Part => FILE_PART,
            Self::Small => OTHER_WIRE_BYTES,
        }
    }

    const fn inflated(self) -> usize {
        match self {
            Self::Empty => 0,
            Self::Large => INFLATED_BYTES,
            Self::Part => FILE_PART,
            Self::Small => OTHER_INFLATED_BYTES,
        }
    }
}

/// Returns a request's body as it came; one that says that it is packed is refused.
pub(crate) fn raw(request: &Request, size: Size) -> Result<&[u8], Refusal> {
    if request.body.len() > size.wire() {
        return Err(ErrorCode::TooLarge.into());
    }
    match request.header("content-encoding") {
        None | Some("" | "identity") => Ok(&request.body),
        Some(_) => Err(ErrorCode::BadRequest.into()),
    }
}

/// Reads a request's body.
pub(crate) fn read<T: DeserializeOwned>(request: &Request, size: Size) -> Result<T, Refusal> {
    if request.body.len() > size.wire() {
        return Err(ErrorCode::TooLarge.into());
    }
    let unpacked;
    let bytes = match request.header("content-encoding") {
        None | Some("" | "identity") => &request.body,
        Some(name) if name.eq_ignore_ascii_case("zstd") => {
            unpacked = inflate(&request.body, size.inflated())?;
            &unpacked
        }
        Some(_) => return Err(ErrorCode::BadRequest.into()),
    };
    if depth(bytes) > JSON_DEPTH {
        return Err(ErrorCode::BadRequest.into());
    }
    serde_json::from_slice(bytes).map_err(|_| ErrorCode::BadRequest.into())
}

fn inflate(packed: &[u8], most: usize) -> Result<Vec<u8>, Refusal> {
    let bad = |_| Refusal::new(ErrorCode::BadRequest);
    let mut reader = zstd::stream::read::Decoder::new(packed).map_err(bad)?;
    reader.window_log_max(WINDOW_LOG).map_err(bad)?;
    let mut bytes = Vec::new();
    let mut chunk = vec![0; RATIO_FROM_BYTES];
    loop {
        let count = reader.read(&mut chunk).map_err(bad)?;
        let Some(read) = chunk.get(..count).filter(|read| !read.is_empty()) else { return Ok(bytes) };
        bytes.extend_from_slice(read);
        let swollen = bytes.len() > RATIO_FROM_BYTES && bytes.len() / RATIO > packed.len();
        if bytes.len() > most || swollen {
            return Err(ErrorCode::TooLarge.into());
        }
    }
}

/// Returns how deep JSON is nested, without reading it.
fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_text, mut escaped) = (0usize, 0usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Packs an answer where the asker takes that and it is worth it.
pub(crate) fn packed(request: &Request, mut answer: Answer) -> Answer {
    let packed_already = answer.headers.iter().any(|(name, _)| *name == "content-encoding");
    if packed_already || answer.body.len() <= PACK_FROM_BYTES || !takes_zstd(request) {
        return answer;
    }
    if let Ok(body) = zstd::bulk::compress(&answer.body, ZSTD_LEVEL) {
        answer.body = body;
        answer.headers.push(("content-encoding", "zstd".to_owned()));
    }
    answer
}

/// Tells whether the asker takes packed answers.
pub(crate) fn takes_zstd(request: &Request) -> bool {
    let accepted = request.header("accept-encoding").unwrap_or_default();
    accepted
        .split(',')
        .any(|word| word.split(';').next().is_some_and(|word| word.trim().eq_ignore_ascii_case("zstd")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_swells_is_refused_while_it_swells() {
        let bomb = zstd::bulk::compress(&vec![b' '; 64 << 20], 19).expect("it packs");
        assert_eq!(inflate(&bomb, INFLATED_BYTES).unwrap_err().0.code, ErrorCode::TooLarge);
        let fair = zstd::bulk::compress(&vec![b' '; 32 << 10], 3).expect("it packs");
        assert_eq!(inflate(&fair, INFLATED_BYTES).expect("it unpacks").len(), 32 << 10);
        assert_eq!(inflate(b"plain", INFLATED_BYTES).unwrap_err().0.code, ErrorCode::BadRequest);
    }

    #[test]
    fn depth_counts_brackets_outside_text_alone() {
        assert_eq!(depth(br#"{"a":[1,{"b":"]}[[[\"[["}]}"#), 3);
        let request = Request { body: [vec![b'['; 33], vec![b']'; 33]].concat(), ..Request::default() };
        let read = read::<serde_json::Value>(&request, Size::Small);
        assert_eq!(read.unwrap_err().0.code, ErrorCode::BadRequest);
    }
}
