//! The list of tables with their migrations, and the list of what each kind of record adds to the derived
//! tables (links between records, words to be found). A kind without a line here is stored, sent and listed
//! all the same. Each table's file holds its migrations, its reads and its writes; every write takes a
//! [`Door`](crate::door::Door), which only the two doors can make.

pub(crate) mod answer;
pub(crate) mod author;
pub(crate) mod call;
pub(crate) mod file;
pub(crate) mod file_copy;
pub(crate) mod history;
pub(crate) mod kept;
pub(crate) mod link;
pub(crate) mod look;
pub(crate) mod member;
pub(crate) mod organisation;
pub(crate) mod outbox;
pub(crate) mod pending;
pub(crate) mod question_set;
pub(crate) mod record;
pub(crate) mod replica;
pub(crate) mod response;
pub(crate) mod search;
pub(crate) mod setting;
pub(crate) mod space;
pub(crate) mod stage;
pub(crate) mod sync_log;
pub(crate) mod text;
pub(crate) mod undo;
pub(crate) mod version;

use linchpin_domain::record::Fields;

/// Whether an app that does not know a migration may still open the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opens {
    /// It only adds what older apps can leave alone.
    OlderAppsMay,
    /// An older app would do harm.
    OlderAppsMustNot,
}

/// One step of the file's form. Never edited once released.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Migration {
    /// Unique over all tables; steps run in this order.
    pub(crate) number: u32,
    /// Whether older apps may still open the file.
    pub(crate) opens: Opens,
    /// What it does.
    pub(crate) sql: &'static str,
}

impl Migration {
    /// A step that older apps can leave alone.
    pub(crate) const fn adding(number: u32, sql: &'static str) -> Self {
        Self { number, opens: Opens::OlderAppsMay, sql }
    }

    /// A step that older apps must not meet.
    pub(crate) const fn breaking(number: u32, sql: &'static str) -> Self {
        Self { number, opens: Opens::OlderAppsMustNot, sql }
    }
}

/// Every table's steps.
const TABLES: &[&[Migration]] = &[
    replica::MIGRATIONS,
    space::MIGRATIONS,
    record::MIGRATIONS,
    history::MIGRATIONS,
    pending::MIGRATIONS,
    outbox::MIGRATIONS,
    text::MIGRATIONS,
    author::MIGRATIONS,
    link::MIGRATIONS,
    search::MIGRATIONS,
    kept::MIGRATIONS,
    stage::MIGRATIONS,
    undo::MIGRATIONS,
    setting::MIGRATIONS,
    sync_log::MIGRATIONS,
    file_copy::MIGRATIONS,
];

/// Returns every step in order.
pub(crate) fn migrations() -> Vec<Migration> {
    let mut all: Vec<Migration> = TABLES.iter().flat_map(|steps| steps.iter().copied()).collect();
    all.sort_by_key(|step| step.number);
    all
}

/// What can be found of a record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Words {
    /// Its title.
    pub(crate) title: String,
    /// Its other words.
    pub(crate) body: String,
}

/// What a kind adds to the derived tables.
pub(crate) struct KindTable {
    /// The kind's name on the wire.
    pub(crate) kind: &'static str,
    /// Fields that hold the id of another record, to be listed by it.
    pub(crate) links: &'static [&'static str],
    /// What can be found of it; none where its words lie in a text document or it has none.
    pub(crate) words: Option<fn(&Fields) -> Words>,
    /// Fields that hold words a person typed: kept where a change of them is refused.
    pub(crate) typed: &'static [&'static str],
}

/// What the kinds add.
const KINDS: &[KindTable] = &[
    call::CALL,
    call::DEADLINE_CHANGE,
    question_set::SECTION,
    question_set::QUESTION,
    response::RESPONSE,
    answer::ANSWER,
    answer::READ_MARK,
    version::VERSION,
    look::NOTICE,
    look::RECOVERED,
    member::MEMBER,
    organisation::ORGANISATION,
    file::FILE,
];

/// Returns what a kind adds; none for kinds that add nothing.
pub(crate) fn kind(name: &str) -> Option<&'static KindTable> {
    KINDS.iter().find(|table| table.kind == name)
}

/// Returns the text of a field, or nothing.
pub(crate) fn text_of(fields: &Fields, field: &str) -> String {
    fields.get(field).and_then(|value| value.as_str()).unwrap_or_default().to_owned()
}

/// Returns texts of fields on lines of their own, empty ones left out.
pub(crate) fn lines_of(fields: &Fields, names: &[&str]) -> String {
    let texts: Vec<String> =
        names.iter().map(|name| text_of(fields, name)).filter(|text| !text.is_empty()).collect();
    texts.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use linchpin_domain::record::RecordKind;
    use std::collections::BTreeSet;

    #[test]
    fn numbers_of_migrations_are_unique_and_without_gaps() {
        let numbers: Vec<u32> = migrations().iter().map(|step| step.number).collect();
        let expected: Vec<u32> = (1..=u32::try_from(numbers.len()).expect("the number fits")).collect();
        assert_eq!(numbers, expected);
    }

    #[test]
    fn a_kind_has_one_line_at_most_and_names_only_fields_that_exist() {
        let mut seen = BTreeSet::new();
        for table in KINDS {
            assert!(seen.insert(table.kind), "{} has two lines", table.kind);
            let kind = RecordKind::from_name(table.kind).expect("the kind is known");
            for link in table.links {
                assert!(
                    kind.fields().iter().any(|field| field.name == *link),
                    "{} has no {link}",
                    table.kind
                );
            }
        }
    }
}
