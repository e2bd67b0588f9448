//! The words that people typed into a record, as its kind names them: kept where a change is refused, where access
//! ends, and where a fill no longer has the record. Ids, choices from a list, dates and stamps are no words.

use crate::error::StoreError;
use crate::table::{kind, record, text_of, version};
use linchpin_domain::id::RecordId;
use linchpin_domain::record::Fields;
use linchpin_domain::record::answer::Chosen;
use linchpin_domain::record::question_set::Choice;
use rusqlite::Connection;
use serde_json::Value;
use std::collections::BTreeMap;

/// Names under which a value holds no words of a person.
const NO_WORDS: [&str; 3] = ["id", "as", "block"];

/// Returns every word that a person typed into these fields, a line each; every text of a kind that is not known.
pub(crate) fn typed(kind_name: &str, fields: &Fields) -> String {
    let mut lines = Vec::new();
    match kind(kind_name) {
        Some(table) => {
            for (field, value) in table.typed.iter().filter_map(|field| Some((*field, fields.get(*field)?))) {
                if field == "blocks" {
                    lines.push(version::words_of(value));
                } else {
                    gather(value, &mut lines);
                }
            }
        }
        None => fields.values().for_each(|value| gather(value, &mut lines)),
    }
    lines.retain(|line| !line.trim().is_empty());
    lines.join("\n")
}

fn gather(value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::String(text) if text.parse::<RecordId>().is_err() => lines.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| gather(item, lines)),
        Value::Object(map) => {
            let words = map.iter().filter(|(name, _)| !NO_WORDS.contains(&name.as_str()));
            words.for_each(|(_, inner)| gather(inner, lines));
        }
        _ => {}
    }
}

/// Returns what was chosen in an answer, in the words of its question where that is here.
pub(crate) fn chosen(db: &Connection, answer: RecordId, fields: &Fields) -> Result<String, StoreError> {
    let chosen = fields.get("chosen").and_then(|value| serde_json::from_value(value.clone()).ok());
    let Some(chosen) = chosen else { return Ok(String::new()) };
    let names = names(db, answer, fields)?;
    let name = |id: &String| names.get(id).cloned().unwrap_or_default();
    let lines: Vec<String> = match chosen {
        Chosen::Choices { ids } => ids.iter().map(name).collect(),
        Chosen::Number { value } => vec![value.to_string()],
        Chosen::Rows { by_row } => {
            by_row.iter().map(|(row, choice)| format!("{}: {}", name(row), name(choice))).collect()
        }
        Chosen::File { name } => vec![name],
    };
    Ok(lines.join("\n"))
}

/// Returns what the choices and rows of an answer's question say, by id.
fn names(db: &Connection, answer: RecordId, fields: &Fields) -> Result<BTreeMap<String, String>, StoreError> {
    let there = record::get(db, answer)?.map(|stored| stored.shown.fields);
    let question = [Some(fields), there.as_ref()]
        .into_iter()
        .flatten()
        .find_map(|fields| text_of(fields, "question").parse::<RecordId>().ok());
    let Some(question) = question else { return Ok(BTreeMap::new()) };
    let Some(question) = record::get(db, question)? else { return Ok(BTreeMap::new()) };
    let lists = ["choices", "rows"].into_iter().filter_map(|field| question.shown.fields.get(field));
    let choices = lists.filter_map(|list| serde_json::from_value::<Vec<Choice>>(list.clone()).ok()).flatten();
    Ok(choices.map(|choice| (choice.id, choice.text)).collect())
}

/// Tells whether every word of `words` stands in `text`, as often as it is in `words`.
pub(crate) fn stands_in(words: &str, text: &str) -> bool {
    let mut there: BTreeMap<&str, usize> = BTreeMap::new();
    for word in text.split_whitespace() {
        *there.entry(word).or_default() += 1;
    }
    words.split_whitespace().all(|word| match there.get_mut(word) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use linchpin_domain::record::RecordKind;
    use serde_json::json;

    /// Texts that nobody types: places, dates, hashes, what a system says of itself.
    const NOT_TYPED: [&str; 12] = [
        "order", "hash", "kind", "nation", "region", "state", "role", "platform", "textA", "textB",
        "textNow", "sha256",
    ];

    #[test]
    fn every_text_of_a_kind_is_typed_or_said_to_be_none() {
        for &kind_known in RecordKind::ALL {
            let Some(table) = kind(kind_known.name()) else { continue };
            for (field, value) in kind_known.defaults() {
                let known = table.typed.contains(&field.as_str())
                    || NOT_TYPED.contains(&field.as_str())
                    || ["textBase", "around"].contains(&field.as_str());
                assert!(!value.is_string() || known, "{}: {field}", kind_known.name());
            }
            for field in table.typed {
                assert!(kind_known.fields().iter().any(|known| known.name == *field), "{field}");
            }
        }
    }

    #[test]
    fn choices_and_the_ends_of_a_scale_are_words_and_their_ids_are_none() {
        let fields = Fields::from([
            ("text".to_owned(), json!("Do you agree?")),
            ("choices".to_owned(), json!([{"id": "a", "text": "Yes"}, {"id": "b", "text": "No"}])),
            ("scale".to_owned(), json!({"from": 1, "to": 5, "fromLabel": "Never", "toLabel": "Always"})),
            ("kind".to_owned(), json!("oneChoice")),
            ("order".to_owned(), json!("V")),
        ]);
        assert_eq!(typed("question", &fields), "Do you agree?\nYes\nNo\nNever\nAlways");
    }

    #[test]
    fn words_stand_elsewhere_only_as_often_as_they_are_there() {
        assert!(stands_in("b a", "a b c"));
        assert!(!stands_in("a a", "a b c"));
        assert!(stands_in("", "a"));
    }
}
