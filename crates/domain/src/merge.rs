//! THE field merge: one pure function for desk and hub. The greater stamp wins; the other value is handed
//! back so that the caller keeps it in the field's history. The laws (any order, any grouping, twice is
//! once) are held by the property tests below. What a deletion means is decided by [`after_deletion`].

use crate::canonical::canonical;
use crate::record::{DELETED, Envelope, RecordKind};
use crate::stamp::Stamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// New values of a record's fields with their stamps, as edits travel.
pub type Edits = BTreeMap<String, (Value, Stamp)>;

/// A value that another one replaced; kept so that it can be put back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lost {
    /// The field.
    pub field: String,
    /// The value that does not show.
    pub value: Value,
    /// When it was set.
    pub stamp: Stamp,
}

/// What a merge did.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Merged {
    /// Fields whose shown value is now the edit's.
    pub won: Vec<String>,
    /// Values that do not show, from either side.
    pub lost: Vec<Lost>,
}

/// Brings edits into a record: field by field, the greater stamp wins; equal stamps compare their
/// canonical values, so every pair has one winner on every copy.
pub fn merge(record: &mut Envelope, edits: &Edits) -> Merged {
    let mut merged = Merged::default();
    for (field, (value, stamp)) in edits {
        let shown = record.stamps.get(field).copied();
        if !wins(*stamp, value, shown, record.fields.get(field)) {
            if shown != Some(*stamp) || record.fields.get(field) != Some(value) {
                merged.lost.push(Lost { field: field.clone(), value: value.clone(), stamp: *stamp });
            }
            continue;
        }
        let before = record.fields.insert(field.clone(), value.clone());
        if let (Some(value), Some(stamp)) = (before, record.stamps.insert(field.clone(), *stamp)) {
            merged.lost.push(Lost { field: field.clone(), value, stamp });
        }
        merged.won.push(field.clone());
    }
    merged
}

fn wins(stamp: Stamp, value: &Value, shown: Option<Stamp>, shown_value: Option<&Value>) -> bool {
    match shown {
        None => true,
        Some(shown) if stamp == shown => shown_value.is_none_or(|there| canonical(value) > canonical(there)),
        Some(shown) => stamp > shown,
    }
}

/// What becomes of an edit to a deleted record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterDeletion {
    /// The record is not deleted, or the edit itself says what becomes of it.
    Live,
    /// It comes back: its author could not know of the deletion and the kind holds words.
    ComesBack,
    /// It stays deleted; the edit is merged beneath and its author is offered to restore it.
    StaysDeleted,
}

/// Decides what an edit does to a deleted record. `base` is the space's number that the edit's author had
/// seen, `deleted_at` the number of the deletion. Kinds of a newer version count as words.
pub fn after_deletion(record: &Envelope, edits: &Edits, base: u64, deleted_at: u64) -> AfterDeletion {
    if !record.is_deleted() || edits.contains_key(DELETED) {
        return AfterDeletion::Live;
    }
    let words = RecordKind::from_name(&record.kind).is_none_or(RecordKind::words);
    if words && base < deleted_at { AfterDeletion::ComesBack } else { AfterDeletion::StaysDeleted }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{RecordId, ReplicaId};
    use crate::space::Space;
    use proptest::prelude::*;
    use serde_json::json;

    fn empty() -> Envelope {
        Envelope::new(RecordId::new(1, [1; 10]), Space::National, "resource", 1)
    }

    fn edit(field: &str, value: Value, ms: u64, replica: u64) -> Edits {
        Edits::from([(field.to_owned(), (value, Stamp::new(ms, 0, ReplicaId(replica))))])
    }

    #[test]
    fn edits_to_different_fields_are_both_kept() {
        let mut record = empty();
        merge(&mut record, &edit("phone", json!("1"), 1, 1));
        merge(&mut record, &edit("mail", json!("2"), 2, 2));
        assert_eq!((record.fields.len(), &record.fields["phone"]), (2, &json!("1")));
    }

    #[test]
    fn the_later_value_shows_and_the_other_is_handed_back() {
        let mut record = empty();
        merge(&mut record, &edit("phone", json!("asha"), 1, 1));
        let merged = merge(&mut record, &edit("phone", json!("tom"), 2, 2));
        assert_eq!(
            (record.fields["phone"].clone(), merged.lost[0].value.clone()),
            (json!("tom"), json!("asha"))
        );
    }

    #[test]
    fn words_come_back_only_when_their_author_could_not_know_of_the_deletion() {
        let mut record = Envelope::new(RecordId::new(1, [1; 10]), Space::National, "answer", 1);
        merge(&mut record, &edit(DELETED, json!(true), 5, 1));
        let edits = edit("state", json!("inProgress"), 4, 2);
        assert_eq!(after_deletion(&record, &edits, 7, 8), AfterDeletion::ComesBack);
        assert_eq!(after_deletion(&record, &edits, 8, 8), AfterDeletion::StaysDeleted);
        record.kind = "call".into();
        assert_eq!(after_deletion(&record, &edits, 7, 8), AfterDeletion::StaysDeleted);
    }

    fn edits() -> impl Strategy<Value = Vec<Edits>> {
        let one = ("[ab]", 0u64..4, 1u64..4, 0i32..3)
            .prop_map(|(field, ms, replica, value)| edit(&field, json!(value), ms, replica));
        prop::collection::vec(one, 0..12)
    }

    fn all(edits: &[Edits]) -> (Envelope, Vec<String>) {
        let mut record = empty();
        let mut seen = Vec::new();
        for edit in edits {
            seen.extend(merge(&mut record, edit).lost.into_iter().map(|lost| format!("{lost:?}")));
        }
        for (field, value) in &record.fields {
            let stamp = record.stamps[field];
            seen.push(format!("{:?}", Lost { field: field.clone(), value: value.clone(), stamp }));
        }
        seen.sort();
        seen.dedup();
        (record, seen)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]
        #[test]
        fn any_order_and_twice_gives_the_same_record_and_loses_no_value(
            (list, mixed) in edits().prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle()))
        ) {
            let (once, values) = all(&list);
            prop_assert_eq!(all(&mixed), (once.clone(), values.clone()));
            let twice: Vec<_> = list.iter().chain(&mixed).cloned().collect();
            prop_assert_eq!(all(&twice), (once, values));
        }
    }
}
