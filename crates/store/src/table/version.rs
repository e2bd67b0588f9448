//! What versions add to the derived tables.

use crate::table::{KindTable, Words, text_of};
use linchpin_domain::record::Fields;
use serde_json::Value;

/// Versions are listed by answer, and found by name and by every word of their blocks.
pub(crate) const VERSION: KindTable = KindTable {
    kind: "version",
    links: &["answer"],
    words: Some(words),
    typed: &["name", "reason", "blocks"],
};

/// Blocks nest a few levels; beyond this depth nothing of ours is written.
const DEPTH: usize = 24;

/// Returns every word of some blocks.
pub(crate) fn words_of(blocks: &Value) -> String {
    let mut words = String::new();
    gather(blocks, &mut words, DEPTH);
    words
}

fn words(fields: &Fields) -> Words {
    let mut body = text_of(fields, "reason");
    if let Some(blocks) = fields.get("blocks") {
        gather(blocks, &mut body, DEPTH);
    }
    Words { title: text_of(fields, "name"), body }
}

/// Gathers every `text` of the block model: runs of a block join up, blocks stand on lines of their own.
fn gather(value: &Value, body: &mut String, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, body, depth)),
        Value::Object(map) => match map.get("text") {
            Some(Value::String(text)) => {
                body.push_str(text);
                if let Some(note) = map.get("note") {
                    body.push('\n');
                    gather(note, body, depth);
                    body.push('\n');
                }
            }
            _ => {
                if !body.is_empty() && !body.ends_with('\n') {
                    body.push('\n');
                }
                map.values().for_each(|inner| gather(inner, body, depth));
            }
        },
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn runs_join_up_and_blocks_do_not() {
        let blocks = json!({"blocks": [
            {"kind": "paragraph", "runs": [{"text": "Time "}, {"text": "off", "note": [{"text": "Paid"}]}]},
            {"kind": "paragraph", "runs": [{"text": "Pay"}]},
        ]});
        let fields = Fields::from([("name".into(), json!("Draft")), ("blocks".into(), blocks)]);
        assert_eq!(words(&fields), Words { title: "Draft".into(), body: "Time off\nPaid\nPay".into() });
    }
}
