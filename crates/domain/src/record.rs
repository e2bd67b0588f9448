//! Records: the envelope in which every kind travels, the list of kinds, and what each kind must say of
//! itself. A kind is one file in `record/`, one line in the list below. The envelope keeps fields and
//! kinds that this version does not know, and passes them on untouched.

pub mod answer;
pub mod call;
pub mod device;
pub mod file;
pub mod look;
pub mod member;
pub mod membership;
pub mod organisation;
pub mod question_set;
pub mod response;
pub mod version;

use crate::Wrong;
use crate::id::RecordId;
use crate::space::{Space, SpaceKind};
use crate::stamp::Stamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// The values of a record by field name.
pub type Fields = BTreeMap<String, Value>;
/// The stamp of each field.
pub type Stamps = BTreeMap<String, Stamp>;

/// The reserved field that says whether the record is deleted. It merges like any other field, so a
/// deletion is an explicit, stamped fact and never the absence of a row.
pub const DELETED: &str = "~deleted";

/// A record as it is stored and sent.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// Its id.
    pub id: RecordId,
    /// Where it lives.
    pub space: Space,
    /// The name of its kind; may be a kind of a newer version.
    pub kind: String,
    /// The number of its kind's form.
    pub schema: u16,
    /// Its values, unknown ones included.
    pub fields: Fields,
    /// When each value was set.
    pub stamps: Stamps,
    /// The number of the last change of it that the hub has confirmed.
    pub seq: Option<u64>,
}

impl Envelope {
    /// Returns an empty record of a kind.
    pub fn new(id: RecordId, space: Space, kind: &str, schema: u16) -> Self {
        let (fields, stamps) = (Fields::new(), Stamps::new());
        Self { id, space, kind: kind.to_owned(), schema, fields, stamps, seq: None }
    }

    /// Tells whether it is deleted.
    pub fn is_deleted(&self) -> bool {
        self.fields.get(DELETED) == Some(&Value::Bool(true))
    }

    /// Returns when its deletion was last set or lifted.
    pub fn deleted_stamp(&self) -> Option<Stamp> {
        self.stamps.get(DELETED).copied()
    }
}

// What people typed never reaches a log or a panic, so the values are left out.
impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} in {}, {} fields, seq {:?}",
            self.kind,
            self.id,
            self.space,
            self.fields.len(),
            self.seq
        )
    }
}

/// How two edits of one field made apart come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The greater stamp wins; the other value goes to the field's history.
    LastWriter,
    /// Only the hub sets it.
    HubOnly,
}

/// What a kind says of one of its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name on the wire.
    pub name: &'static str,
    /// How edits come together.
    pub rule: Rule,
    /// The most characters its JSON may have.
    pub limit: usize,
}

/// One kind of record.
pub trait Record: Serialize + DeserializeOwned + Default {
    /// Which kind it is.
    const KIND: RecordKind;
    /// The number of its form; rises when a field is added that older versions must not edit.
    const SCHEMA: u16;
    /// In which sorts of space it may live.
    const PLACE: &'static [SpaceKind];
    /// Whether it holds people's words and therefore survives deletion by somebody who had not seen the last edit.
    const WORDS: bool;

    /// Returns its fields.
    fn fields() -> &'static [Field];

    /// Checks what its types cannot say.
    ///
    /// # Errors
    /// The first rule it breaks.
    fn check(&self) -> Result<(), Wrong> {
        Ok(())
    }
}

/// A record read from its fields, with the names of fields that could not be read.
pub struct Decoded<R> {
    /// The record; unreadable fields have their defaults.
    pub record: R,
    /// Fields whose value has another form than this version knows; shown read-only, never overwritten.
    pub unreadable: Vec<String>,
}

/// Reads a record from its fields. One odd value never hides the others.
pub fn decode<R: Record>(fields: &Fields) -> Decoded<R> {
    let whole = |fields: &Fields| {
        let map = fields.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        serde_json::from_value::<R>(Value::Object(map))
    };
    if let Ok(record) = whole(fields) {
        return Decoded { record, unreadable: Vec::new() };
    }
    let reads_alone =
        |name: &String, value: &Value| whole(&Fields::from([(name.clone(), value.clone())])).is_ok();
    let (good, bad): (Fields, Fields) =
        fields.clone().into_iter().partition(|(name, value)| reads_alone(name, value));
    Decoded { record: whole(&good).unwrap_or_default(), unreadable: bad.into_keys().collect() }
}

/// Returns the fields of a record; those that hold their default are left out.
pub fn encode<R: Record>(record: &R) -> Fields {
    let of = |record: &R| match serde_json::to_value(record) {
        Ok(Value::Object(map)) => map,
        _ => serde_json::Map::new(),
    };
    let defaults = of(&R::default());
    of(record).into_iter().filter(|(name, value)| defaults.get(name) != Some(value)).collect()
}

/// Checks the fields of an edit against what their kind allows a person to set.
///
/// # Errors
/// The first field that only the hub may set, that is too long, or whose value has another form than the field:
/// once stored it would be taken for a newer version's, and nobody could ever set the field again.
pub fn check_edit(kind: RecordKind, fields: &Fields) -> Result<(), Wrong> {
    for field in kind.fields() {
        let Some(value) = fields.get(field.name) else { continue };
        if field.rule == Rule::HubOnly {
            return Err(Wrong::new(field.name, "is set by the hub alone"));
        }
        if value.to_string().chars().count() > field.limit {
            return Err(Wrong::new(field.name, "is too long"));
        }
        let alone = Fields::from([(field.name.to_owned(), value.clone())]);
        if !kind.unreadable(&alone).is_empty() {
            return Err(Wrong::new(field.name, "has another form"));
        }
    }
    Ok(())
}

/// Declares a kind of record: its fields with their limits, its form number, its places.
macro_rules! record {
    (
        $(#[$doc:meta])*
        $name:ident, schema $schema:literal, place [$($place:ident),+], words $words:literal {
            $( $(#[$fdoc:meta])* $field:ident : $type:ty = $wire:literal $rule:ident $limit:literal ; )+
        }
        $(check $check:expr;)?
    ) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize, Default)]
        #[serde(default)]
        pub struct $name {
            $( $(#[$fdoc])* #[serde(rename = $wire)] pub $field: $type, )+
        }
        impl $crate::record::Record for $name {
            const KIND: $crate::record::RecordKind = $crate::record::RecordKind::$name;
            const SCHEMA: u16 = $schema;
            const PLACE: &'static [$crate::space::SpaceKind] = &[$($crate::space::SpaceKind::$place),+];
            const WORDS: bool = $words;
            fn fields() -> &'static [$crate::record::Field] {
                &[$( $crate::record::Field { name: $wire, rule: $crate::record::Rule::$rule, limit: $limit } ),+]
            }
            $(fn check(&self) -> Result<(), $crate::Wrong> {
                let check: fn(&Self) -> Result<(), $crate::Wrong> = $check;
                check(self)
            })?
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    };
}
pub(crate) use record;

/// The list of kinds: type, name on the wire, cache tag, where its file lies.
macro_rules! record_kinds {
    ($( $kind:ident $wire:literal => $tag:ident in $path:path ),+ $(,)?) => {
        /// Every kind of record this version knows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RecordKind { $( #[doc = concat!("`", $wire, "`")] $kind, )+ }

        impl RecordKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// Returns its name on the wire; it never changes.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $wire),+ }
            }
            /// Returns the kind of a name, or none for a newer version's kind.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($wire => Some(Self::$kind),)+ _ => None }
            }
            /// Returns the cache tag that its changes make stale.
            pub const fn tag(self) -> Tag {
                match self { $(Self::$kind => Tag::$tag),+ }
            }
            /// Returns the number of its form.
            pub const fn schema(self) -> u16 {
                match self { $(Self::$kind => <$path as Record>::SCHEMA),+ }
            }
            /// Tells whether it holds people's words.
            pub const fn words(self) -> bool {
                match self { $(Self::$kind => <$path as Record>::WORDS),+ }
            }
            /// Returns the sorts of space it may live in.
            pub const fn place(self) -> &'static [SpaceKind] {
                match self { $(Self::$kind => <$path as Record>::PLACE),+ }
            }
            /// Returns its fields.
            pub fn fields(self) -> &'static [Field] {
                match self { $(Self::$kind => <$path as Record>::fields()),+ }
            }
            /// Returns every field with the value it has where nobody set it.
            pub fn defaults(self) -> Fields {
                let value = match self { $(Self::$kind => serde_json::to_value(<$path>::default())),+ };
                match value {
                    Ok(Value::Object(map)) => map.into_iter().collect(),
                    _ => Fields::new(),
                }
            }
            /// Returns the fields whose values have another form than this version knows.
            pub fn unreadable(self, fields: &Fields) -> Vec<String> {
                match self { $(Self::$kind => decode::<$path>(fields).unreadable),+ }
            }
            /// Reads the fields as this kind and checks them.
            ///
            /// # Errors
            /// The first rule that is broken.
            pub fn check(self, fields: &Fields) -> Result<(), Wrong> {
                match self { $(Self::$kind => decode::<$path>(fields).record.check()),+ }
            }
        }
    };
}

record_kinds! {
    Member "member" => People in member::Member,
    Device "device" => Devices in device::Device,
    Organisation "organisation" => Organisations in organisation::Organisation,
    Call "call" => Calls in call::Call,
    DeadlineChange "deadlinechange" => Calls in call::DeadlineChange,
    Section "section" => Questions in question_set::Section,
    Question "question" => Questions in question_set::Question,
    Response "response" => Responses in response::Response,
    Answer "answer" => Answers in answer::Answer,
    ReadMark "readmark" => Seen in answer::ReadMark,
    Version "version" => Versions in version::Version,
    Notice "notice" => Notices in look::Notice,
    Recovered "recovered" => Notices in look::Recovered,
    Membership "membership" => People in membership::Membership,
    Forget "forget" => People in membership::Forget,
    File "file" => Files in file::File,
}

/// What an answer on screen depends on; a change names the tags it makes stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "a tag is the plural of its kind")]
pub enum Tag {
    People,
    Devices,
    Organisations,
    Calls,
    Questions,
    Responses,
    Answers,
    Seen,
    Versions,
    Notices,
    Files,
    Account,
    Jobs,
    Settings,
    SyncStatus,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_kind_has_a_place_fields_and_a_name_that_reads_back() {
        for &kind in RecordKind::ALL {
            assert_eq!(RecordKind::from_name(kind.name()), Some(kind));
            assert!(!kind.place().is_empty() && !kind.fields().is_empty(), "{kind:?}");
            assert_eq!(kind.defaults().len(), kind.fields().len(), "{kind:?}");
            assert!(kind.name().bytes().all(|b| b.is_ascii_lowercase()), "{kind:?}");
        }
    }

    #[test]
    fn fields_of_a_newer_version_do_not_stop_a_record_from_being_read() {
        let fields = Fields::from([("title".into(), json!("A call")), ("mood".into(), json!({"new": 1}))]);
        let read = decode::<call::Call>(&fields);
        assert_eq!((read.record.title.as_str(), read.unreadable.len()), ("A call", 0));
    }

    #[test]
    fn one_odd_value_never_hides_the_others() {
        let fields = Fields::from([("title".into(), json!("A call")), ("closes".into(), json!(17))]);
        let read = decode::<call::Call>(&fields);
        assert_eq!((read.record.title.as_str(), read.unreadable), ("A call", vec!["closes".to_owned()]));
    }

    #[test]
    fn what_only_the_hub_sets_is_refused_from_a_person() {
        let fields = Fields::from([("role".into(), json!("admin"))]);
        assert!(check_edit(RecordKind::Member, &fields).is_err());
    }

    #[test]
    fn a_value_of_another_form_is_refused() {
        let edit = |field: &str, value: Value| {
            check_edit(RecordKind::Call, &Fields::from([(field.to_owned(), value)]))
                .map_err(|wrong| wrong.field)
        };
        assert_eq!(edit("nation", json!("survey")), Err("nation"));
        assert_eq!(edit("kind", json!("survey")), Ok(()));
        assert_eq!(edit("closes", json!(17)), Err("closes"));
        assert_eq!(edit("closes", Value::Null), Ok(()));
        assert_eq!(edit("mood", json!("of a newer version")), Ok(()));
    }

    #[test]
    fn a_value_over_its_limit_is_refused() {
        let fields = Fields::from([("title".into(), json!("x".repeat(400)))]);
        assert_eq!(check_edit(RecordKind::Call, &fields).unwrap_err().field, "title");
    }
}
