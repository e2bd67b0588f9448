//! The record of who did what to whom: shown, and checked.

use crate::words::place::Place;
use crate::words::{Failed, say, say_json};
use clap::Subcommand;
use linchpin_hub::Link;
use serde_json::json;

#[derive(Subcommand)]
pub(super) enum What {
    /// Checks that nothing in the record was changed, removed or moved.
    Verify {
        /// A head that was kept: by an earlier `verify`, or by an app that warns in Sync and history. The record must
        /// still hold that link.
        #[arg(long, value_name = "NUMBER:HASH", value_parser = head)]
        head: Option<(u64, String)>,
    },
}

fn head(text: &str) -> Result<(u64, String), String> {
    let read = text.split_once(':').and_then(|(no, hash)| Some((no.parse().ok()?, hash.to_lowercase())));
    let is_hash = |hash: &str| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    read.filter(|(no, hash)| *no > 0 && is_hash(hash))
        .ok_or_else(|| "write the head as the app shows it: its number, a colon, 64 digits".to_owned())
}

/// Shows or checks the record.
pub(super) fn audit(place: &Place, what: Option<&What>, json: bool) -> Result<(), Failed> {
    match what {
        None => show(place, json),
        Some(What::Verify { head }) => verify(place, head.as_ref(), json),
    }
}

fn show(place: &Place, as_json: bool) -> Result<(), Failed> {
    let hub = place.open()?;
    let mut links = Vec::new();
    let whole = hub.audit(&mut |link| {
        links.push(link.clone());
        Ok(())
    })?;
    if as_json {
        say_json(&json!({ "links": links, "holds": whole.is_ok() }))?;
    } else {
        let lines: Vec<String> = links.iter().map(line).collect();
        say(&lines.join("\n"))?;
    }
    whole.map(|_| ()).map_err(|broken| not_whole(broken.no))
}

fn line(link: &Link) -> String {
    let Link { no, at, actor, act, object, detail, hash } = link;
    let actor = if actor.is_empty() { "the operator" } else { actor };
    let at = i64::try_from(*at).ok().and_then(|at| jiff::Timestamp::from_millisecond(at).ok());
    let at = at.map_or_else(|| "?".to_owned(), |at| at.to_string());
    format!("{no}  {at}  {actor}  {act}  {object}  {detail}  {hash}")
}

fn verify(place: &Place, wanted: Option<&(u64, String)>, as_json: bool) -> Result<(), Failed> {
    let hub = place.open()?;
    let mut there = wanted.is_none();
    let whole = hub.audit(&mut |link| {
        there |= wanted.is_some_and(|(no, hash)| (*no, hash.as_str()) == (link.no, link.hash.as_str()));
        Ok(())
    })?;
    let head = whole.map_err(|broken| not_whole(broken.no))?;
    if let (false, Some((no, _))) = (there, wanted) {
        return Err(Failed::Wrong(format!(
            "the record does not hold link {no} as the app has kept it: its end was cut off or written anew"
        )));
    }
    if as_json {
        return say_json(&json!({ "holds": true, "no": head.no, "hash": head.hash }));
    }
    say(&format!("The record holds: {} links, head {}:{}.", head.no, head.no, head.hash))
}

fn not_whole(no: u64) -> Failed {
    Failed::Wrong(format!(
        "the record does not hold from link {no} on: it was changed, removed or moved. Keep this hub's store as it is \
         and compare it with a copy from before"
    ))
}
