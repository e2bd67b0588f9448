//! Places in a list that two people may reorder apart: fractional indexes over base-62 digits.
//! A place is made between its neighbours and nobody else's place changes. Equal places are told apart
//! by record id, so every copy shows the same order.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

fn value(byte: u8) -> usize {
    DIGITS.iter().position(|&digit| digit == byte).unwrap_or(0)
}

/// Returns a place after `before` and ahead of `after`; empty text means the start or the end of the list.
/// Where the two are out of order (made apart), the place follows `before`.
pub fn between(before: &str, after: &str) -> String {
    let (low, high) = (before.as_bytes(), after.as_bytes());
    let open_end = after.is_empty() || after <= before;
    let mut place = String::new();
    let mut bounded = !open_end;
    for n in 0.. {
        // A bound that is used up leaves no room: it was made elsewhere, of `before` and noughts or of other letters.
        // The place follows `before` then.
        bounded = bounded && n < high.len();
        let from = low.get(n).map_or(0, |&b| value(b));
        let to = if bounded { high.get(n).map_or(0, |&b| value(b)) } else { DIGITS.len() };
        if to > from + 1 {
            place.push(digit(usize::midpoint(from, to)));
            break;
        }
        place.push(digit(from));
        // Once our digit is below the upper bound's, anything that follows stays below it.
        bounded = bounded && to == from;
    }
    place
}

/// Tells whether a text can be a place: digits of this alphabet alone.
pub fn is_place(text: &str) -> bool {
    text.bytes().all(|byte| DIGITS.contains(&byte))
}

/// Returns `count` places in order for a list that is made in one go.
pub fn spread(count: usize) -> Vec<String> {
    let mut last = String::new();
    (0..count)
        .map(|_| {
            last = next(&last);
            last.clone()
        })
        .collect()
}

/// Returns the next short place after `last`: places of equal length that count upwards, with room between.
fn next(last: &str) -> String {
    let step = 8;
    let number = last.bytes().take(4).fold(0, |sum, b| sum * DIGITS.len() + value(b)) + step;
    let mut rest = number;
    let mut digits = [0; 4];
    for place in digits.iter_mut().rev() {
        *place = rest % DIGITS.len();
        rest /= DIGITS.len();
    }
    digits.iter().map(|&d| digit(d)).collect()
}

fn digit(value: usize) -> char {
    char::from(DIGITS.get(value).copied().unwrap_or(b'z'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_fresh_list_is_in_order_and_has_room_everywhere() {
        let places = spread(300);
        assert!(places.windows(2).all(|pair| pair[0] < pair[1]));
        for pair in places.windows(2) {
            let middle = between(&pair[0], &pair[1]);
            assert!(pair[0] < middle && middle < pair[1], "{} {middle} {}", pair[0], pair[1]);
        }
        assert!(between("", &places[0]) < places[0]);
        assert!(between(&places[299], "") > places[299]);
    }

    #[test]
    fn a_foreign_place_never_keeps_us_busy() {
        for (before, after) in
            [("", "0"), ("", "000"), ("a", "a0"), ("a", "a00"), ("", "-"), ("a", "a--"), ("z", "z0")]
        {
            let place = between(before, after);
            assert!(place.as_str() > before && place.len() < 8, "{before:?} {after:?} {place:?}");
        }
        assert!(is_place("") && is_place("a1") && !is_place("a-") && !is_place("é"));
        assert!(spread(300).iter().all(|place| is_place(place)));
    }

    proptest! {
        #[test]
        fn there_is_always_a_place_between_two_neighbours(picks in prop::collection::vec(0usize..1000, 1..60)) {
            let mut list = spread(2);
            for pick in picks {
                let at = pick % (list.len() + 1);
                let before = if at == 0 { String::new() } else { list[at - 1].clone() };
                let after = list.get(at).cloned().unwrap_or_default();
                list.insert(at, between(&before, &after));
            }
            prop_assert!(list.windows(2).all(|pair| pair[0] < pair[1]), "{list:?}");
        }
    }
}
