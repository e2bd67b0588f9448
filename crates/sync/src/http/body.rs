//! Bodies of answers: read up to a limit, unpacked up to a limit, and read as what was asked for. Nothing that
//! an answer says of its own size is believed.

use crate::seam::{AccountCall, AccountReply, Call, Fault, FileCall, FileReply, Reply};
use futures_util::StreamExt;
use linchpin_protocol::bootstrap::{PartHead, Row};
use reqwest::header::{CONTENT_ENCODING, HeaderMap};
use serde::de::DeserializeOwned;
use std::io::Read;

/// The first bytes of everything packed with zstd.
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// The largest window a packed body may ask for, as a power of two: 8 MiB.
const WINDOW_LOG: u32 = 23;

/// Reads a body, at most so many bytes.
pub(super) async fn read(answer: reqwest::Response, most: usize) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let mut chunks = answer.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| super::fault::of(&error))?;
        if bytes.len() + chunk.len() > most {
            return Err(Fault::Strange);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Unpacks a body where it is packed.
pub(super) fn unpack(headers: &HeaderMap, bytes: Vec<u8>, most: usize) -> Result<Vec<u8>, Fault> {
    let named =
        headers.get(CONTENT_ENCODING).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"zstd"));
    if named || bytes.starts_with(&ZSTD_MAGIC) {
        inflate(&bytes, most)
    } else if bytes.len() > most {
        Err(Fault::Strange)
    } else {
        Ok(bytes)
    }
}

/// Unpacks zstd, counting while it grows.
///
/// # Errors
/// [`Fault::Strange`] where the bytes are not packed, or grow beyond `most`.
pub fn inflate(packed: &[u8], most: usize) -> Result<Vec<u8>, Fault> {
    let mut reader = zstd::stream::read::Decoder::new(packed).map_err(|_| Fault::Strange)?;
    reader.window_log_max(WINDOW_LOG).map_err(|_| Fault::Strange)?;
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(limit).read_to_end(&mut bytes).map_err(|_| Fault::Strange)?;
    if bytes.len() > most { Err(Fault::Strange) } else { Ok(bytes) }
}

/// Reads an answer as what was asked for.
pub(super) fn parse(call: &Call, bytes: &[u8]) -> Result<Reply, Fault> {
    match call {
        Call::Join(_) => json(bytes).map(Reply::Join),
        Call::Hello(_) => json(bytes).map(Reply::Hello),
        Call::Push(_) => json(bytes).map(Reply::Push),
        Call::Pull(_) => json(bytes).map(Reply::Pull),
        Call::Part { .. } => part(bytes),
        Call::Verify(_) => json(bytes).map(Reply::Verify),
        Call::Seen(_) | Call::Presence(_) => Ok(Reply::Noted),
        Call::Account(call) => of_account(call, bytes),
        Call::File(FileCall::Get { .. }) => Ok(Reply::File(FileReply::Bytes(bytes.to_vec()))),
        Call::File(_) => json(bytes).map(FileReply::State).map(Reply::File),
    }
}

fn of_account(call: &AccountCall, bytes: &[u8]) -> Result<Reply, Fault> {
    let reply = match call {
        AccountCall::Own => json(bytes).map(AccountReply::Own),
        AccountCall::SetUp(_) => json(bytes).map(AccountReply::SetUp),
        AccountCall::Confirm(_) => json(bytes).map(AccountReply::Confirm),
        AccountCall::SignIn(_) => json(bytes).map(AccountReply::SignIn),
        AccountCall::RecoveryCodes(_) => json(bytes).map(AccountReply::RecoveryCodes),
        AccountCall::Refresh(_) | AccountCall::Passphrase(_) => json(bytes).map(AccountReply::Session),
        AccountCall::SignOut(_) | AccountCall::Revoke(_) => return Ok(Reply::Noted),
    };
    reply.map(Reply::Account)
}

fn part(bytes: &[u8]) -> Result<Reply, Fault> {
    let mut lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let head: PartHead = json(lines.next().ok_or(Fault::Strange)?)?;
    let rows: Result<Vec<Row>, Fault> = lines.map(json).collect();
    Ok(Reply::Part(head, rows?))
}

fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(bytes).map_err(|_| Fault::Strange)
}

#[cfg(test)]
mod tests {
    use super::*;
    use linchpin_domain::space::Space;
    use linchpin_domain::sum::Sum;

    #[test]
    fn a_body_that_grows_beyond_the_limit_is_refused_while_it_grows() {
        let bomb = zstd::bulk::compress(&vec![b' '; 8 << 20], 3).expect("it packs");
        assert!(bomb.len() < 4_096);
        assert_eq!(inflate(&bomb, 1 << 20), Err(Fault::Strange));
        assert_eq!(inflate(&bomb, 8 << 20).expect("it unpacks").len(), 8 << 20);
    }

    #[test]
    fn bytes_that_are_not_packed_are_refused_where_they_claim_to_be() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, "zstd".parse().expect("it parses"));
        assert_eq!(unpack(&headers, b"{}".to_vec(), 100), Err(Fault::Strange));
        assert_eq!(unpack(&HeaderMap::new(), b"{}".to_vec(), 100), Ok(b"{}".to_vec()));
        assert_eq!(unpack(&HeaderMap::new(), vec![b' '; 101], 100), Err(Fault::Strange));
    }

    #[test]
    fn a_part_is_a_head_and_rows_and_anything_else_is_strange() {
        let call = Call::Part { space: Space::National, part: 0, at: None, from: 0 };
        let head = PartHead {
            space: Space::National,
            epoch: 1,
            seq: 5,
            part: 0,
            parts: 1,
            sum: Sum::default(),
            rows: 0,
        };
        let line = serde_json::to_vec(&head).expect("it is written as JSON");
        assert_eq!(parse(&call, &line), Ok(Reply::Part(head, Vec::new())));
        for bad in [&b""[..], b"{}", b"<html>", &[line.as_slice(), b"\n{\"nothing\":1}"].concat()] {
            assert_eq!(parse(&call, bad), Err(Fault::Strange));
        }
    }

    #[test]
    fn json_nested_without_end_is_refused_without_a_crash() {
        let call = Call::Pull(linchpin_protocol::pull::PullRequest { epoch: 1, spaces: vec![], limit: 1 });
        assert_eq!(parse(&call, &vec![b'['; 1 << 20]), Err(Fault::Strange));
    }
}
