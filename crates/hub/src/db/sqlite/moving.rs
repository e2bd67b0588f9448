//! A store of SQLite on its way to another engine, and from there.

use crate::db::moving::{Cell, Kind, Rows, Settled, Source, TABLES, Table};
use crate::db::sqlite::write::SEQ_BITS;
use crate::db::sqlite::{Sqlite, fault};
use crate::error::HubError;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use std::path::Path;

/// Gives every row of the store.
pub(super) fn export(db: &Connection, rows: &mut Rows<'_>) -> Result<(), HubError> {
    for table in &TABLES {
        // The log holds space and number in one.
        let select = table.select(|column, kind| match (table.name, column, kind) {
            ("change_log", _, Kind::Space) => name_of(&format!("t.no >> {SEQ_BITS}")),
            ("change_log", "seq", _) => format!("t.no & {}", (1_i64 << SEQ_BITS) - 1),
            (_, _, Kind::Space) => name_of("t.space_no"),
            _ => format!("t.{column}"),
        });
        let mut find = db.prepare(&select).map_err(fault)?;
        let mut found = find.query([]).map_err(fault)?;
        while let Some(row) = found.next().map_err(fault)? {
            rows(table, cells(table, row).map_err(fault)?)?;
        }
    }
    Ok(())
}

fn name_of(no: &str) -> String {
    format!("(SELECT s.name FROM space s WHERE s.no = {no})")
}

fn cells(table: &Table, row: &Row<'_>) -> rusqlite::Result<Vec<Cell>> {
    let cell = |(n, (_, kind)): (usize, &(&str, Kind))| match kind {
        Kind::Text | Kind::Space => row.get(n).map(Cell::Text),
        Kind::Int => row.get(n).map(Cell::Int),
        Kind::Flag => row.get(n).map(Cell::Flag),
        Kind::Bytes => row.get(n).map(Cell::Bytes),
    };
    table.columns.iter().enumerate().map(cell).collect()
}

/// Takes every row in.
fn import(db: &Connection, source: &mut Source<'_>) -> Result<(), HubError> {
    while let Some((table, row)) = source()? {
        let space = |n: usize| format!("(SELECT no FROM space WHERE name = ?{n})");
        let insert = match table.name {
            "hub" => {
                let rest = table.insert(|n, _| format!("?{n}"));
                rest.replacen("(id", "(one, id", 1).replacen("(?1", "(1, ?1", 1)
            }
            "change_log" => format!(
                "INSERT INTO change_log (no, cut, entry) VALUES (({} << {SEQ_BITS}) + ?2, ?3, ?4)",
                space(1)
            ),
            _ => table.insert(|n, kind| if kind == Kind::Space { space(n) } else { format!("?{n}") }),
        };
        let values = row.into_iter().map(|cell| match cell {
            Cell::Text(text) => Value::Text(text),
            Cell::Int(number) => Value::Integer(number),
            Cell::Flag(flag) => Value::Integer(flag.into()),
            Cell::Bytes(bytes) => Value::Blob(bytes),
        });
        db.prepare_cached(&insert).map_err(fault)?.execute(params_from_iter(values)).map_err(fault)?;
    }
    Ok(())
}

impl Sqlite {
    /// Makes a store in a folder that holds none, of what is given; `settled` looks at it before it counts.
    ///
    /// # Errors
    /// [`HubError::HubThere`], or any fault of the disk or of the source; no hub is in the folder then.
    pub(crate) fn import(
        folder: &Path,
        source: &mut Source<'_>,
        settled: &mut Settled<'_>,
    ) -> Result<(), HubError> {
        let make = |part: &Path| {
            let sqlite = Self::empty_at(part)?;
            sqlite.write(|db| {
                import(db, source)?;
                settled(&mut |rows| export(db, rows))
            })?;
            sqlite.close_as_one_file()
        };
        Self::put_in(folder, || Ok(()), make)
    }
}
