//! A hub on its way from one engine to another: a file of packed lines, one a row, with their number and their hash
//! at the end. What was put in is read out again and must have the same hash before it counts.

use crate::db::moving::{Cell, Export, Settled, Source, Table};
use crate::db::postgres::Postgres;
use crate::db::sqlite::Sqlite;
use crate::error::HubError;
use crate::files::{Arriving, FOLDER, FilesSeen};
use crate::hub::Hub;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;

/// The number of the file's form; a later one that says more is refused.
const FORM: u32 = 4;
/// How hard the file is packed.
const LEVEL: i32 = 3;

/// The file's first line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Begin {
    linchpin_hub: u32,
}

/// What moved; the file's last line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// How many rows.
    pub rows: u64,
    /// The SHA-256 of their lines, in hexadecimal digits.
    pub sha256: String,
}

/// Counts and hashes lines.
#[derive(Default)]
struct Count {
    rows: u64,
    hash: Sha256,
}

impl Count {
    fn add(&mut self, line: &str) {
        self.rows += 1;
        self.hash.update(line.as_bytes());
        self.hash.update(b"\n");
    }

    fn end(self) -> Moved {
        let sha256 = self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Moved { rows: self.rows, sha256 }
    }
}

fn writing(error: std::io::Error) -> HubError {
    HubError::File("write what moves".to_owned(), error)
}

fn reading(error: std::io::Error) -> HubError {
    HubError::File("read what moves".to_owned(), error)
}

impl Hub {
    /// Writes everything that the store holds, for another engine. Nothing may change it from then on: a hub that is
    /// served after it was exported knows more than the one that is made of it. Returns as well which files moved and
    /// which did not, because their bytes are gone or damaged.
    ///
    /// # Errors
    /// Any fault of the store, or of what is written to.
    pub fn export(&self, out: &mut dyn Write) -> Result<(Moved, FilesSeen), HubError> {
        let mut out = zstd::stream::write::Encoder::new(out, LEVEL).map_err(writing)?;
        write_line(&mut out, &Begin { linchpin_hub: FORM })?;
        let mut count = Count::default();
        self.db.export(&mut |table, row| {
            let line = table.line(&row)?;
            count.add(&line);
            writeln!(out, "{line}").map_err(writing)
        })?;
        let files = self.file_lines(&mut |line| {
            count.add(line);
            writeln!(out, "{line}").map_err(writing)
        })?;
        let moved = count.end();
        write_line(&mut out, &moved)?;
        out.finish().and_then(|out| out.flush()).map_err(writing)?;
        Ok((moved, files))
    }

    /// Makes a hub in a folder that holds none, of what another wrote.
    ///
    /// # Errors
    /// [`HubError::HubThere`], [`HubError::Corrupt`] where the file is not whole, [`HubError::TooNew`], or any fault
    /// of the disk; no hub is in the folder then.
    pub fn import(folder: &Path, file: &mut dyn Read) -> Result<Moved, HubError> {
        Sqlite::may_be_put_in(folder)?;
        import(file, Arriving::at(&folder.join(FOLDER)), |source, settled| {
            Sqlite::import(folder, source, settled)
        })
    }

    /// Makes a hub in an empty PostgreSQL database, of what another wrote; its files go into a folder of their own.
    ///
    /// # Errors
    /// As [`Hub::import`], and where there are files and no folder for them; the database is as it was then.
    pub fn import_postgres(url: &str, files: Option<&Path>, file: &mut dyn Read) -> Result<Moved, HubError> {
        import(file, Arriving::below(files), |source, settled| Postgres::import(url, source, settled))
    }
}

fn write_line(out: &mut impl Write, value: &impl Serialize) -> Result<(), HubError> {
    let json = serde_json::to_string(value).map_err(|_| HubError::corrupt("a line that moves"))?;
    writeln!(out, "{json}").map_err(writing)
}

fn import(
    file: &mut dyn Read,
    arriving: Arriving,
    engine: impl FnOnce(&mut Source<'_>, &mut Settled<'_>) -> Result<(), HubError>,
) -> Result<Moved, HubError> {
    let unpacked = zstd::stream::read::Decoder::new(file).map_err(reading)?;
    let mut lines = BufReader::new(unpacked).lines();
    let mut next = || -> Result<String, HubError> {
        lines.next().ok_or_else(|| HubError::corrupt("the end of the file"))?.map_err(reading)
    };
    let begin: Begin =
        serde_json::from_str(&next()?).map_err(|_| HubError::corrupt("the file's first line"))?;
    if begin.linchpin_hub > FORM {
        return Err(HubError::TooNew);
    }
    if begin.linchpin_hub < FORM {
        let said =
            "the file's form: an earlier version wrote it; import it with that version, then start this one";
        return Err(HubError::corrupt(said));
    }
    let said = std::cell::OnceCell::new();
    let arriving = std::cell::RefCell::new(arriving);
    let mut source = || {
        let mut line = next()?;
        while arriving.borrow_mut().take(&line)? {
            line = next()?;
        }
        if let Ok(end) = serde_json::from_str::<Moved>(&line) {
            arriving.borrow_mut().end()?;
            // There is one end: what stands behind it is not read.
            return said.set(end).map(|()| None).map_err(|_| HubError::corrupt("the end of the file"));
        }
        let (table, row) = Table::read(&line).ok_or_else(|| HubError::corrupt("a row of the file"))?;
        if let ("hub", Some(Cell::Text(id))) = (table.name, row.first()) {
            arriving.borrow_mut().of(id)?;
        }
        Ok(Some((table, row)))
    };
    let mut settled = |export: &mut Export<'_>| {
        let mut count = Count::default();
        export(&mut |table, row| {
            count.add(&table.line(&row)?);
            Ok(())
        })?;
        arriving.borrow().lines(&mut |line| {
            count.add(line);
            Ok(())
        })?;
        let same = said.get() == Some(&count.end());
        if same { Ok(()) } else { Err(HubError::corrupt("what was taken in: it is not what the file holds")) }
    };
    engine(&mut source, &mut settled)?;
    said.into_inner().ok_or_else(|| HubError::corrupt("the end of the file"))
}
