//! Codes that people read out, copy and type: letters and digits without look-alikes, forgiving when they come
//! back.

/// The letters and digits of codes: no I, L, O or U, which are misread.
pub const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Returns the character of a number below 32.
pub fn letter(digit: u8) -> char {
    char::from(ALPHABET.get(usize::from(digit & 31)).copied().unwrap_or(b'0'))
}

/// Returns the characters of a code that a person pasted or typed, without spaces and dashes, in capitals, the
/// usual misreadings put right; none where anything else is in it.
pub fn clean(typed: &str) -> Option<String> {
    let marks = |c: char| c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}');
    let letters = typed.chars().filter(|c| !marks(*c)).map(|c| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    });
    letters.map(|c| u8::try_from(c).is_ok_and(|byte| ALPHABET.contains(&byte)).then_some(c)).collect()
}

/// Returns a code in groups of so many characters, as it is read out: `0123-4567-…`.
pub fn grouped(code: &str, size: usize) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(size.max(1)).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Returns bytes as characters, five bits each, the last filled up with zeros.
pub fn from_bytes(bytes: &[u8]) -> String {
    let bit = |n: usize| bytes.get(n / 8).map_or(0, |byte| byte >> (7 - n % 8) & 1);
    let digits =
        (0..bytes.len() * 8).step_by(5).map(|at| (at..at + 5).fold(0, |digit, n| digit << 1 | bit(n)));
    digits.map(letter).collect()
}

/// Returns the bytes in a clean code; bits that fill no byte are left out. None where it holds anything else.
pub fn to_bytes(code: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<usize>> =
        code.bytes().map(|letter| ALPHABET.iter().position(|known| *known == letter)).collect();
    let digits = digits?;
    let bit = |n: usize| digits.get(n / 5).map_or(0, |digit| digit >> (4 - n % 5) & 1);
    let whole = digits.len() * 5 / 8;
    (0..whole).map(|n| u8::try_from((n * 8..n * 8 + 8).fold(0, |byte, n| byte << 1 | bit(n))).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive_being_read_out_and_typed() {
        let bytes: Vec<u8> = (0..25_u8).map(|n| n.wrapping_mul(11).wrapping_add(3)).collect();
        let code = from_bytes(&bytes);
        assert_eq!(code.len(), 40);
        let typed =
            grouped(&code, 5).to_lowercase().replace('-', " \u{2013} ").replace('0', "o").replace('1', "l");
        assert_eq!(to_bytes(&clean(&typed).expect("it is clean")), Some(bytes));
    }

    #[test]
    fn what_is_no_code_is_not_taken_for_one() {
        for text in ["https://example.org", "UUUU", "a_b", "caf\u{e9}"] {
            assert_eq!(clean(text), None, "{text}");
        }
        assert_eq!(to_bytes("o0"), None);
        assert_eq!(clean(""), Some(String::new()));
    }
}
