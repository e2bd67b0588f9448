//! A store of PostgreSQL on its way to another engine, and from there.

use crate::db::moving::{Cell, Kind, Rows, Settled, Source, TABLES, Table};
use crate::db::postgres::Postgres;
use crate::db::postgres::open::migrate;
use crate::db::postgres::pool::Pool;
use crate::db::postgres::tx::Tx;
use crate::db::postgres::write::look_of;
use crate::error::HubError;
use postgres::Row;
use postgres::types::ToSql;

/// Gives every row of the store.
pub(super) fn export(tx: &mut Tx<'_>, rows: &mut Rows<'_>) -> Result<(), HubError> {
    // Sorting a large table takes as long as it takes.
    tx.batch("SET LOCAL statement_timeout = 0")?;
    for table in &TABLES {
        let select = table.select(|column, kind| match (table.name, column, kind) {
            // Here each space has stamps of its own; the later of all is above all of them.
            ("hub", "last_stamp" | "last_clamped", _) => {
                format!("(SELECT max({column} COLLATE \"C\") FROM space)")
            }
            (_, _, Kind::Space) => "(SELECT s.name FROM space s WHERE s.no = t.space_no)".to_owned(),
            (_, "schema", _) => "t.schema::bigint".to_owned(),
            (_, _, Kind::Text) => format!("t.{column} COLLATE \"C\""),
            _ => format!("t.{column}"),
        });
        tx.each(&select, &[], &mut |row| {
            rows(table, cells(table, row)?)?;
            Ok(true)
        })?;
    }
    Ok(())
}

fn cells(table: &Table, row: &Row) -> Result<Vec<Cell>, HubError> {
    let cell = |(n, (_, kind)): (usize, &(&str, Kind))| -> Result<Cell, HubError> {
        Ok(match kind {
            Kind::Text | Kind::Space => Cell::Text(row.try_get(n)?),
            Kind::Int => Cell::Int(row.try_get(n)?),
            Kind::Flag => Cell::Flag(row.try_get(n)?),
            Kind::Bytes => Cell::Bytes(row.try_get(n)?),
        })
    };
    table.columns.iter().enumerate().map(cell).collect()
}

/// Takes every row in.
fn import(tx: &mut Tx<'_>, source: &mut Source<'_>) -> Result<(), HubError> {
    let mut stamps = Vec::new();
    while let Some((table, mut row)) = source()? {
        let space = |n: usize| format!("(SELECT no FROM space WHERE name = ${n})");
        let value = |n: usize, kind: Kind| if kind == Kind::Space { space(n) } else { format!("${n}") };
        let insert = match table.name {
            "hub" => {
                stamps = row.split_off(row.len() - 2);
                "INSERT INTO hub (one, id, network, epoch, made_at) VALUES (1, $1, $2, $3, $4)".to_owned()
            }
            "space" => {
                row.extend(stamps.iter().cloned());
                "INSERT INTO space (name, head, sum, floor, restored_head, last_stamp, last_clamped)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)"
                    .to_owned()
            }
            "record" => {
                row.push(Cell::Text(looks(&row)?));
                let all = table.insert(value);
                all.replacen("seq)", "seq, look_of)", 1).replacen("$9)", "$9, $10)", 1).replacen(
                    "$4",
                    "$4::bigint::integer",
                    1,
                )
            }
            "text_doc" => table.insert(value).replacen("$3", "$3::bigint::integer", 1),
            _ => table.insert(value),
        };
        let params: Vec<&(dyn ToSql + Sync)> = row
            .iter()
            .map(|cell| -> &(dyn ToSql + Sync) {
                match cell {
                    Cell::Text(text) => text,
                    Cell::Int(number) => number,
                    Cell::Flag(flag) => flag,
                    Cell::Bytes(bytes) => bytes,
                }
            })
            .collect();
        tx.run(&insert, &params)?;
    }
    Ok(())
}

/// Returns the answer that a record on its way bids people look at.
fn looks(row: &[Cell]) -> Result<String, HubError> {
    let bad = || HubError::corrupt("a record that moves");
    let [_, _, Cell::Text(kind), _, Cell::Text(fields), ..] = row else { return Err(bad()) };
    Ok(look_of(kind, &serde_json::from_str(fields).map_err(|_| bad())?))
}

impl Postgres {
    /// Makes a store in an empty database, of what is given; `settled` looks at it before it counts.
    ///
    /// # Errors
    /// [`HubError::HubThere`], or any fault of the database or of the source; the database is as it was then.
    pub(crate) fn import(
        url: &str,
        source: &mut Source<'_>,
        settled: &mut Settled<'_>,
    ) -> Result<(), HubError> {
        Pool::new(url)?.lease()?.write(&mut |tx| {
            migrate(tx)?;
            if tx.row("SELECT id FROM hub", &[])?.is_some() {
                return Err(HubError::HubThere);
            }
            import(tx, source)?;
            settled(&mut |rows| export(tx, rows))
        })
    }
}
