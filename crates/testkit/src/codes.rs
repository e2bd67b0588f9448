//! An app for codes, as people have it on a phone: reads what the hub shows at set-up and tells the code of a time.
//! Written from RFC 6238 and RFC 4648, beside the hub's own and not from it.

use ring::hmac;

/// Returns the code that a phone shows at a time, milliseconds since 1970; none where the text is no such secret.
pub fn code(otpauth: &str, at_ms: u64) -> Option<String> {
    let (_, query) = otpauth.strip_prefix("otpauth://totp/")?.split_once('?')?;
    let value = |name: &str| {
        query.split('&').filter_map(|pair| pair.split_once('=')).find(|(n, _)| *n == name).map(|(_, v)| v)
    };
    let step: u64 = value("period")?.parse().ok()?;
    let digits: usize = value("digits")?.parse().ok()?;
    let secret = bytes_of(value("secret")?).filter(|secret| !secret.is_empty())?;
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret);
    let tag = hmac::sign(&key, &(at_ms / 1_000 / step).to_be_bytes());
    let tag = tag.as_ref();
    let start = usize::from(tag.last()? & 15);
    let number = tag.get(start..start + 4)?.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let shown = (number & 0x7fff_ffff) % 10_u64.pow(u32::try_from(digits).ok()?);
    Some(format!("{shown:0digits$}"))
}

/// Reads the letters of RFC 4648.
fn bytes_of(letters: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for letter in letters.bytes() {
        let digit = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => return None,
        };
        bits = bits << 5 | u32::from(digit);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_shows_the_codes_of_the_rfc() {
        let shown = "otpauth://totp/N:e?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=N&digits=6&period=30";
        assert_eq!(code(shown, 59_000).as_deref(), Some("287082"));
        assert_eq!(code(shown, 1_111_111_109_000).as_deref(), Some("081804"));
        assert_eq!(code("otpauth://hotp/N:e?secret=GEZD", 59_000), None);
    }
}
