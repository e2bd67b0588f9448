//! Bodies as somebody would send them who means harm, or whose computer is broken: made from good ones by
//! cutting, flipping, splicing, repeating, nesting and by values that nobody expects; and plain noise.

use crate::rng::Seeded;
use serde_json::{Map, Value, json};

/// The most bytes of a body that was made to swell.
const MOST: usize = 256 << 10;
/// How deep brackets are nested.
const DEEP: u64 = 50_000;

/// Makes a body out of good ones. The same chance makes the same body.
pub fn body(rng: &mut Seeded, good: &[Vec<u8>]) -> Vec<u8> {
    let from = rng.pick(good).cloned().unwrap_or_default();
    match rng.below(16) {
        0 => noise(rng),
        1 => cut(rng, from),
        2 | 3 => flipped(rng, from),
        4 => spliced(rng, from, good),
        5 => repeated(rng, from),
        6 => nested(rng, from),
        7 | 8 => swollen(rng, from),
        // What is no JSON comes back as it was, so it is flipped.
        _ => strange(rng, &from).unwrap_or_else(|| flipped(rng, from)),
    }
}

fn noise(rng: &mut Seeded) -> Vec<u8> {
    let mut bytes = vec![0; rng.index(4_096)];
    rng.fill(&mut bytes);
    bytes
}

fn cut(rng: &mut Seeded, mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(rng.index(bytes.len()));
    bytes
}

fn flipped(rng: &mut Seeded, mut bytes: Vec<u8>) -> Vec<u8> {
    for _ in 0..=rng.below(6) {
        let at = rng.index(bytes.len());
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1 << rng.below(8);
        }
    }
    bytes
}

fn spliced(rng: &mut Seeded, mut bytes: Vec<u8>, good: &[Vec<u8>]) -> Vec<u8> {
    let other = rng.pick(good).cloned().unwrap_or_default();
    bytes.truncate(rng.index(bytes.len()));
    bytes.extend(other.into_iter().skip(rng.index(bytes.len().max(1))));
    bytes
}

fn repeated(rng: &mut Seeded, mut bytes: Vec<u8>) -> Vec<u8> {
    let (from, len) = (rng.index(bytes.len()), 1 + rng.index(200));
    let some: Vec<u8> = bytes.iter().skip(from).take(len).copied().collect();
    let times = rng.index(MOST / len.max(1)) >> rng.below(10);
    let tail = bytes.split_off(from);
    for _ in 0..times {
        bytes.extend_from_slice(&some);
    }
    bytes.extend(tail);
    bytes
}

fn nested(rng: &mut Seeded, mut bytes: Vec<u8>) -> Vec<u8> {
    let tail = bytes.split_off(rng.index(bytes.len()));
    let open: &[u8] = if rng.chance(500) { b"[" } else { b"{\"a\":" };
    for _ in 0..rng.below(DEEP) >> rng.below(12) {
        bytes.extend_from_slice(open);
    }
    bytes.extend(tail);
    bytes
}

/// Puts a number in that is far too large: in digits, or in bytes of seven bits each.
fn swollen(rng: &mut Seeded, mut bytes: Vec<u8>) -> Vec<u8> {
    let at = rng.index(bytes.len());
    let large: Vec<u8> = match rng.below(4) {
        0 => vec![b'9'; 1 + rng.index(400)],
        1 => [vec![0xff; 1 + rng.index(9)], vec![0x7f]].concat(),
        2 => vec![0xff; 1 + rng.index(16)],
        _ => vec![0x80; 1 + rng.index(16)],
    };
    let end = if rng.chance(500) { at } else { (at + large.len()).min(bytes.len()) };
    bytes.splice(at..end, large);
    bytes
}

/// Puts something that nobody expects in one place of JSON, or of one of several lines of it.
fn strange(rng: &mut Seeded, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let at = rng.index(lines.len());
    let line = lines.get_mut(at)?;
    let mut value: Value = serde_json::from_slice(line).ok()?;
    for _ in 0..=rng.below(3) {
        strike(rng, &mut value);
    }
    *line = serde_json::to_vec(&value).ok()?;
    Some(lines.join(&b'\n'))
}

/// Goes down to some place and changes it.
fn strike(rng: &mut Seeded, value: &mut Value) {
    if rng.chance(800) {
        match value {
            Value::Array(all) if !all.is_empty() => {
                let at = rng.index(all.len());
                return inside(rng, all, at);
            }
            Value::Object(all) if !all.is_empty() => {
                let at = rng.index(all.len());
                return within(rng, all, at);
            }
            _ => {}
        }
    }
    *value = unexpected(rng, value);
}

fn inside(rng: &mut Seeded, all: &mut Vec<Value>, at: usize) {
    match rng.below(12) {
        0 => _ = all.remove(at),
        1 => all.reverse(),
        2 => {
            let Some(one) = all.get(at).cloned() else { return };
            let times = 1 + rng.index(300);
            all.extend(std::iter::repeat_n(one, times));
        }
        _ => {
            if let Some(one) = all.get_mut(at) {
                strike(rng, one);
            }
        }
    }
}

fn within(rng: &mut Seeded, all: &mut Map<String, Value>, at: usize) {
    let Some(name) = all.keys().nth(at).cloned() else { return };
    match rng.below(12) {
        0 => _ = all.remove(&name),
        1 => {
            let value = all.remove(&name).unwrap_or_default();
            all.insert(format!("{name}x"), value);
        }
        _ => {
            if let Some(one) = all.get_mut(&name) {
                strike(rng, one);
            }
        }
    }
}

fn unexpected(rng: &mut Seeded, was: &Value) -> Value {
    match rng.below(14) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(u64::MAX),
        4 => json!(i64::MAX),
        5 => json!(1e308),
        6 => json!(""),
        7 => json!("9".repeat(rng.index(20_000))),
        8 => json!("\u{0}\u{feff}\u{202e}\u{10ffff}"),
        // The last moment of the year 9999, and a stamp of it.
        9 => json!(253_402_300_799_999u64),
        10 => json!("253402300799999-4294967295-ffffffffffffffff"),
        11 => json!([was]),
        12 => json!({ "a": was }),
        _ => match was {
            Value::Number(number) => {
                json!(number.as_u64().unwrap_or(1).wrapping_add(rng.below(5)).wrapping_sub(2))
            }
            Value::String(text) => json!(text.chars().rev().collect::<String>()),
            other => other.clone(),
        },
    }
}
