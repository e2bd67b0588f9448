//! What a hub's store is, whatever engine holds it: tables, columns and their order. By this list a hub moves from
//! one engine to the other and is the same afterwards: numbers, counters, sums, nonces and results, all but the
//! numbers that an engine gives its rows for itself.

use crate::error::HubError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Int,
    Bytes,
    /// True or false; SQLite has 1 and 0.
    Flag,
    /// The number that the engine gave a space; it moves as the space's name.
    Space,
}

/// A table with its columns in the order in which they move. Rows move in the order of all of them.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [(&'static str, Kind)],
}

/// A value on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Text(String),
    Int(i64),
    Bytes(Vec<u8>),
    Flag(bool),
}

use Kind::{Bytes, Flag, Int, Space, Text};

/// Every table that moves, those that others name before those that name them. The first has one row and says whose
/// store it is. Proofs stay behind: a process takes nothing that was signed before it began. So do deletions of the last
/// minutes and their confirmations: whoever deletes much after the move is asked again. Files on their way up begin again.
pub(crate) const TABLES: [Table; 23] = [
    Table {
        name: "hub",
        columns: &[
            ("id", Text),
            ("network", Text),
            ("epoch", Int),
            ("made_at", Int),
            ("last_stamp", Text),
            ("last_clamped", Text),
        ],
    },
    Table {
        name: "person",
        columns: &[
            ("id", Text),
            ("email", Text),
            ("role", Text),
            ("nation", Text),
            ("state", Text),
            ("joined_at", Int),
            ("region", Text),
        ],
    },
    Table {
        name: "device",
        columns: &[
            ("id", Text),
            ("person", Text),
            ("public_key", Bytes),
            ("added_at", Int),
            ("revoked_at", Int),
            ("why", Text),
        ],
    },
    Table {
        name: "invitation",
        columns: &[
            ("hash", Text),
            ("email", Text),
            ("role", Text),
            ("made_at", Int),
            ("expires_at", Int),
            ("used_at", Int),
            ("used_by", Text),
            ("region", Text),
            ("made_by", Text),
        ],
    },
    Table {
        name: "space",
        columns: &[("name", Text), ("head", Int), ("sum", Text), ("floor", Int), ("restored_head", Int)],
    },
    Table { name: "access", columns: &[("who", Text), ("space_no", Space), ("given", Text)] },
    Table {
        name: "record",
        columns: &[
            ("id", Text),
            ("space_no", Space),
            ("kind", Text),
            ("schema", Int),
            ("fields", Text),
            ("stamps", Text),
            ("marks", Text),
            ("created_by", Text),
            ("seq", Int),
        ],
    },
    Table {
        name: "change_log",
        columns: &[("space_no", Space), ("seq", Int), ("cut", Flag), ("entry", Text)],
    },
    Table {
        name: "replica",
        columns: &[
            ("id", Text),
            ("device", Text),
            ("nonce", Text),
            ("last_counter", Int),
            ("forgotten", Int),
        ],
    },
    Table {
        name: "result",
        columns: &[("replica", Text), ("counter", Int), ("hash", Text), ("answered", Text)],
    },
    Table { name: "command_result", columns: &[("cid", Text), ("outcome", Text)] },
    Table {
        name: "text_doc",
        columns: &[
            ("doc", Text),
            ("space_no", Space),
            ("schema", Int),
            ("sum", Text),
            ("snapshot", Bytes),
            ("folded_to", Int),
        ],
    },
    Table {
        name: "text_update",
        columns: &[
            ("doc", Text),
            ("seq", Int),
            ("replica", Text),
            ("author", Text),
            ("at", Int),
            ("base", Int),
            ("hash", Bytes),
            ("bytes", Bytes),
        ],
    },
    Table { name: "text_author", columns: &[("doc", Text), ("client", Text), ("person", Text)] },
    Table {
        name: "device_cursor",
        columns: &[("device", Text), ("space_no", Space), ("person", Text), ("seq", Int), ("at", Int)],
    },
    Table {
        name: "file",
        columns: &[
            ("space_no", Space),
            ("sha256", Text),
            ("size", Int),
            ("stored", Text),
            ("added_by", Text),
            ("added_at", Int),
            ("idle_since", Int),
        ],
    },
    Table { name: "hub_setting", columns: &[("name", Text), ("value", Text)] },
    Table {
        name: "account",
        columns: &[
            ("person", Text),
            ("email", Text),
            ("passphrase", Text),
            ("secret", Bytes),
            ("last_step", Int),
            ("made_at", Int),
            ("confirmed_at", Int),
        ],
    },
    Table { name: "recovery_code", columns: &[("person", Text), ("hash", Text), ("used_at", Int)] },
    Table {
        name: "session",
        columns: &[
            ("device", Text),
            ("person", Text),
            ("family", Text),
            ("access", Text),
            ("access_until", Int),
            ("refresh", Text),
            ("refresh_until", Int),
            ("former", Text),
            ("heard", Int),
            ("ended_at", Int),
        ],
    },
    Table {
        name: "deed",
        columns: &[
            ("id", Text),
            ("deed", Text),
            ("asked_by", Text),
            ("asked_at", Int),
            ("done_by", Text),
            ("done_at", Int),
        ],
    },
    Table { name: "held", columns: &[("at", Int), ("person", Text), ("reason", Text), ("change", Text)] },
    Table {
        name: "audit",
        columns: &[
            ("no", Int),
            ("at", Int),
            ("actor", Text),
            ("act", Text),
            ("object", Text),
            ("detail", Text),
            ("hash", Text),
        ],
    },
];

impl Table {
    /// Returns the table of a name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        TABLES.iter().find(|table| table.name == name)
    }

    /// Returns the query that reads all of it in order; `column` is how the engine says a column.
    pub(crate) fn select(&self, column: impl Fn(&'static str, Kind) -> String) -> String {
        let columns: Vec<String> = self.columns.iter().map(|(name, kind)| column(name, *kind)).collect();
        let order: Vec<String> = (1..=self.columns.len()).map(|n| n.to_string()).collect();
        format!("SELECT {} FROM {} t ORDER BY {}", columns.join(", "), self.name, order.join(", "))
    }

    /// Returns the statement that adds a row; `value` is how the engine says the value of a place, from 1 on.
    pub(crate) fn insert(&self, value: impl Fn(usize, Kind) -> String) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        let values: Vec<String> =
            self.columns.iter().enumerate().map(|(n, (_, kind))| value(n + 1, *kind)).collect();
        format!("INSERT INTO {} ({}) VALUES ({})", self.name, names.join(", "), values.join(", "))
    }

    /// Writes a row as it travels: a line of JSON, the table's name first.
    pub(crate) fn line(&self, row: &[Cell]) -> Result<String, HubError> {
        let cells = row.iter().map(|cell| match cell {
            Cell::Text(text) => Value::from(text.as_str()),
            Cell::Int(number) => Value::from(*number),
            Cell::Flag(flag) => Value::from(*flag),
            Cell::Bytes(bytes) => Value::from(STANDARD.encode(bytes)),
        });
        let line: Vec<Value> = std::iter::once(Value::from(self.name)).chain(cells).collect();
        serde_json::to_string(&line).map_err(|_| HubError::corrupt("a row that moves"))
    }

    /// Reads a row from its line; none where it is no row of a table that is known here.
    pub(crate) fn read(line: &str) -> Option<(&'static Self, Vec<Cell>)> {
        let mut cells: Vec<Value> = serde_json::from_str(line).ok()?;
        if cells.is_empty() {
            return None;
        }
        let table = Self::named(cells.remove(0).as_str()?)?;
        if cells.len() != table.columns.len() {
            return None;
        }
        let row = cells.into_iter().zip(table.columns).map(|(value, (_, kind))| match (kind, value) {
            (Kind::Text | Kind::Space, Value::String(text)) => Some(Cell::Text(text)),
            (Kind::Int, Value::Number(number)) => number.as_i64().map(Cell::Int),
            (Kind::Flag, Value::Bool(flag)) => Some(Cell::Flag(flag)),
            (Kind::Bytes, Value::String(text)) => STANDARD.decode(text).ok().map(Cell::Bytes),
            _ => None,
        });
        Some((table, row.collect::<Option<_>>()?))
    }
}

/// Takes row after row of a store.
pub(crate) type Rows<'a> = dyn FnMut(&'static Table, Vec<Cell>) -> Result<(), HubError> + 'a;

/// Gives row after row of a store; none at its end.
pub(crate) type Source<'a> = dyn FnMut() -> Result<Option<(&'static Table, Vec<Cell>)>, HubError> + 'a;

/// Gives every row of what an engine took in.
pub(crate) type Export<'a> = dyn FnMut(&mut Rows<'_>) -> Result<(), HubError> + 'a;

/// Looks at what an engine took in before it counts.
pub(crate) type Settled<'a> = dyn FnMut(&mut Export<'_>) -> Result<(), HubError> + 'a;
