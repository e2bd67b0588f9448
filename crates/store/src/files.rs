//! Files on this computer. One that a person adds is in the store in the same commit as its record, whatever its size,
//! until the hub has it; what can be had again lies beside the store, locked, when it is larger than a piece. Bytes are
//! given out only when they have the hash that the record says.

mod vault;

pub use crate::table::file_copy::FileStands;

use crate::backup::{BackupFile, list_backups};
use crate::changed::Origin;
use crate::door::Door;
use crate::error::StoreError;
use crate::open::Store;
use crate::reader::{Filter, Reader};
use crate::table::file_copy::{self, FileRow};
use crate::table::space::{self, State};
use crate::transact::Tx;
use linchpin_domain::canonical::sha256_hex;
use linchpin_domain::file::MOST_BYTES;
use linchpin_domain::id::{FileId, RecordId};
use linchpin_domain::record::file::File;
use linchpin_domain::space::Space;
use rusqlite::Connection;
use std::collections::BTreeSet;
use vault::FileKey;

/// Bytes of a piece of a file; the last one may have fewer.
pub const FILE_PIECE: u64 = 1 << 20;

/// What this computer has of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileCopy {
    /// Where it belongs.
    pub space: Space,
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// How many bytes it has.
    pub size: u64,
    /// Where it is between here and the hub.
    pub stands: FileStands,
    /// Whether it is to be here without being asked for.
    pub pinned: bool,
    /// Why the hub does not take it, in one word; empty where it did not say so.
    pub refused: String,
}

/// Returns how many pieces a file of so many bytes has.
fn pieces_of(size: u64) -> u32 {
    u32::try_from(size.div_ceil(FILE_PIECE)).unwrap_or(u32::MAX)
}

fn shown(db: &Connection, row: FileRow) -> Result<FileCopy, StoreError> {
    let FileRow { space, sha256, size, stands, pinned, refused, .. } = row;
    let space = space::by_no(db, space)?.space;
    Ok(FileCopy { space, sha256, size, stands, pinned, refused })
}

/// Returns the row of a file in a space that is here.
fn found(db: &Connection, space: &Space, sha256: &str) -> Result<Option<FileRow>, StoreError> {
    match space::get(db, space)? {
        Some(row) => file_copy::get(db, row.no, sha256),
        None => Ok(None),
    }
}

/// Returns the row of a file that is to be here, and that was added here where `record` says with what.
fn row_of(space: i64, (sha256, size): (&str, u64), record: Option<RecordId>, pinned: bool) -> FileRow {
    let (refused, stored, key) = (String::new(), String::new(), Vec::new());
    let own = record.is_some();
    let (stands, sha256) = (if own { FileStands::Sending } else { FileStands::Coming }, sha256.to_owned());
    FileRow { no: 0, space, sha256, size, stands, own, pinned, refused, stored, key, record }
}

/// Lets a file come from the hub that was here.
fn comes_again(door: &mut Door<'_>, row: FileRow) -> Result<(), StoreError> {
    file_copy::remove_pieces(door, row.no)?;
    let (refused, stored, key) = (String::new(), String::new(), Vec::new());
    file_copy::save(door, &FileRow { stands: FileStands::Coming, own: false, refused, stored, key, ..row })
}

impl Tx<'_, '_> {
    /// Puts the bytes of a file down that its record, made in the same transaction, speaks of. Bytes that wait to be sent
    /// already stay as they are, and belong to the newest record; those that the hub had are offered again, for it may
    /// have let go of them.
    ///
    /// # Errors
    /// [`StoreError::Gone`], [`StoreError::Corrupt`] for bytes that no file has, or any fault of the disk.
    pub fn add_file(&mut self, file: FileId, space: &Space, bytes: &[u8]) -> Result<(), StoreError> {
        let size = u64::try_from(bytes.len()).map_err(|_| StoreError::Corrupt)?;
        if size == 0 || size > MOST_BYTES {
            return Err(StoreError::Corrupt);
        }
        let row = self.space(space)?;
        let (sha256, record) = (sha256_hex(bytes), Some(file.into()));
        let door = self.door();
        let file = match file_copy::get(door.db, row.no, &sha256)? {
            Some(there) if there.stands == FileStands::Sending && there.own && there.refused.is_empty() => {
                return file_copy::save(door, &FileRow { record, ..there });
            }
            Some(there) => {
                // What lay beside the store lies in it again until the hub has it, and so in every backup.
                let row = row_of(row.no, (&sha256, size), record, there.pinned);
                let file = FileRow { no: there.no, ..row };
                file_copy::save(door, &file)?;
                file_copy::remove_pieces(door, file.no)?;
                file.no
            }
            None => file_copy::add(door, &row_of(row.no, (&sha256, size), record, true))?,
        };
        for (piece, some) in (0_u32..).zip(bytes.chunks(usize::try_from(FILE_PIECE).unwrap_or(usize::MAX))) {
            file_copy::put_piece(door, file, piece, some)?;
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// Returns what is here of files, in the order in which they were added or asked for.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn file_copies(&self) -> Result<Vec<FileCopy>, StoreError> {
        file_copy::all(self.db)?.into_iter().map(|row| shown(self.db, row)).collect()
    }

    /// Returns the file that was added here with a record, which need not be here any more, where the hub never took it.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn unsent_file(&self, record: RecordId) -> Result<Option<FileCopy>, StoreError> {
        file_copy::unsent_with(self.db, record)?.map(|row| shown(self.db, row)).transpose()
    }

    /// Returns what is to be carried to the hub or from it: files of spaces that the hub has opened, of which a record
    /// speaks. One that was taken back before it was sent stays here.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn files_to_move(&self) -> Result<Vec<FileCopy>, StoreError> {
        let mut all = Vec::new();
        let mut waiting = file_copy::standing(self.db, FileStands::Sending)?;
        waiting.extend(file_copy::standing(self.db, FileStands::Coming)?);
        for row in waiting.into_iter().filter(|row| row.refused.is_empty()) {
            let space = space::by_no(self.db, row.space)?;
            if space.state != State::Active || space.cursor == 0 {
                continue;
            }
            let records = self.list::<File>(Filter::In(&space.space))?;
            if records.iter().any(|record| record.record.sha256 == row.sha256) {
                all.push(shown(self.db, row)?);
            }
        }
        Ok(all)
    }
}

impl Store {
    /// Says that a file is to be here: fetched at the next chance and, where `pinned` says so, without being asked for.
    ///
    /// # Errors
    /// [`StoreError::Gone`], or any fault of the disk.
    pub fn want_file(&self, space: &Space, file: (&str, u64), pinned: bool) -> Result<(), StoreError> {
        self.write(Origin::Person, |door| {
            let row = space::ensure(door, space)?;
            if row.state == State::Gone {
                return Err(StoreError::Gone);
            }
            match file_copy::get(door.db, row.no, file.0)? {
                // Somebody's record told another size of it than this one. What has come fits neither.
                Some(there) if there.stands == FileStands::Coming && there.size != file.1 => {
                    file_copy::remove_pieces(door, there.no)?;
                    file_copy::save(door, &FileRow { size: file.1, pinned, refused: String::new(), ..there })
                }
                Some(there) if there.pinned != pinned || !there.refused.is_empty() => {
                    file_copy::save(door, &FileRow { pinned, refused: String::new(), ..there })
                }
                Some(_) => Ok(()),
                None => file_copy::add(door, &row_of(row.no, file, None, pinned)).map(|_| ()),
            }
        })
        .map(|_| ())
    }

    /// Returns which pieces of a file that is coming are here.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn file_pieces(&self, space: &Space, sha256: &str) -> Result<Vec<u32>, StoreError> {
        self.read(|reader| match found(reader.db, space, sha256)? {
            Some(row) => file_copy::pieces(reader.db, row.no),
            None => Ok(Vec::new()),
        })
    }

    /// Returns a piece of a file that is here, wherever it lies.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Corrupt`] where it was changed, or any fault of the disk.
    pub fn file_piece(&self, space: &Space, sha256: &str, piece: u32) -> Result<Vec<u8>, StoreError> {
        let bytes = self.read(|reader| {
            let row = found(reader.db, space, sha256)?.ok_or(StoreError::NotFound)?;
            self.piece_of(reader.db, &row, piece)
        })?;
        bytes.ok_or(StoreError::NotFound)
    }

    fn piece_of(&self, db: &Connection, row: &FileRow, piece: u32) -> Result<Option<Vec<u8>>, StoreError> {
        if row.stored.is_empty() {
            return file_copy::piece(db, row.no, piece);
        }
        vault::read(self.folder(), &row.stored, &FileKey::of(&row.key)?, (piece, row.size))
    }

    /// Returns all bytes of a file that is here; none where it is not, or not whole.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where it does not have its hash, or any fault of the disk.
    pub fn file_bytes(&self, space: &Space, sha256: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|reader| {
            let Some(row) = found(reader.db, space, sha256)?.filter(|row| row.stands != FileStands::Coming)
            else {
                return Ok(None);
            };
            self.whole(reader.db, &row)
        })
    }

    fn whole(&self, db: &Connection, row: &FileRow) -> Result<Option<Vec<u8>>, StoreError> {
        let mut bytes = Vec::new();
        for piece in 0..pieces_of(row.size) {
            match self.piece_of(db, row, piece)? {
                Some(more) => bytes.extend_from_slice(&more),
                None => return Ok(None),
            }
        }
        if sha256_hex(&bytes) == row.sha256 { Ok(Some(bytes)) } else { Err(StoreError::Corrupt) }
    }

    /// Puts a piece down that came from the hub; one that the file does not have is passed over.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn take_file_piece(
        &self,
        space: &Space,
        sha256: &str,
        piece: u32,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        self.change(space, sha256, |door, row| {
            let left = row.size.saturating_sub(u64::from(piece) * FILE_PIECE).min(FILE_PIECE);
            let fits = row.stands == FileStands::Coming && left > 0 && u64::try_from(bytes.len()) == Ok(left);
            if fits { file_copy::put_piece(door, row.no, piece, bytes) } else { Ok(()) }
        })
    }

    /// Says that all of a file came; where it does not have its hash all of it is let go of. Returns whether it is here.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn end_file(&self, space: &Space, sha256: &str) -> Result<bool, StoreError> {
        let mut is_here = false;
        self.change(space, sha256, |door, row| {
            if row.stands != FileStands::Coming {
                is_here = true;
                return Ok(());
            }
            match self.whole(door.db, &row) {
                Ok(Some(_)) => {
                    is_here = true;
                    file_copy::save(door, &FileRow { stands: FileStands::Here, ..row })
                }
                Ok(None) => Ok(()),
                Err(StoreError::Corrupt) => file_copy::remove_pieces(door, row.no),
                Err(error) => Err(error),
            }
        })?;
        Ok(is_here)
    }

    /// Notes that the hub has a file.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn note_file_sent(&self, space: &Space, sha256: &str) -> Result<(), StoreError> {
        self.change(space, sha256, |door, row| {
            let stands = if row.stands == FileStands::Sending { FileStands::Here } else { row.stands };
            file_copy::save(door, &FileRow { stands, refused: String::new(), ..row })
        })
    }

    /// Notes why the hub does not take a file, or does not give it. It is not asked again until somebody does. One that
    /// was not added here was only offered again: it goes on being here.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn note_file_refused(&self, space: &Space, sha256: &str, why: &str) -> Result<(), StoreError> {
        self.change(space, sha256, |door, row| {
            if row.stands == FileStands::Sending && !row.own {
                return file_copy::save(door, &FileRow { stands: FileStands::Here, ..row });
            }
            file_copy::save(door, &FileRow { refused: why.to_owned(), ..row })
        })
    }

    /// Notes that the bytes of a file cannot be read any more that the hub had: it is asked for again. One that the hub
    /// never had stays as it is. Returns whether it comes again.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn note_file_lost(&self, space: &Space, sha256: &str) -> Result<bool, StoreError> {
        let mut comes = false;
        self.change(space, sha256, |door, row| {
            comes = row.stands != FileStands::Sending || !row.stored.is_empty();
            if row.stands == FileStands::Coming || !comes { Ok(()) } else { comes_again(door, row) }
        })?;
        Ok(comes)
    }

    fn change(
        &self,
        space: &Space,
        sha256: &str,
        f: impl FnOnce(&mut Door<'_>, FileRow) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.write(Origin::Hub, |door| match found(door.db, space, sha256)? {
            Some(row) => f(door, row),
            // Access has ended meanwhile.
            None => Ok(()),
        })
        .map(|_| ())
    }

    /// Moves files that the hub has and that are larger than a piece out of the store, removes what lies beside it and
    /// belongs to nothing, and asks again for what was lost there. What goes wrong with one stops none of the rest. While
    /// an earlier store lies aside nothing is removed: which files are its own stands in it alone.
    ///
    /// # Errors
    /// The first fault of the disk; killed at any moment, each file is here once or twice and never half.
    pub fn tidy_files(&self) -> Result<(), StoreError> {
        // A store in memory has nothing beside it. Elsewhere one at a time: what another is moving out belongs to nothing
        // yet.
        let Some(_alone) = self.tidying() else { return Ok(()) };
        let mut moved = Ok(());
        for row in self.read(|reader| file_copy::standing(reader.db, FileStands::Here))? {
            if row.stored.is_empty() && row.size > FILE_PIECE {
                moved = moved.and(self.move_out(&row));
            }
        }
        // Under the lock of the folder nobody else adds one meanwhile; this store's own writer is held.
        let (removed, _) = self.write(Origin::Hub, |door| {
            let mut known = BTreeSet::new();
            for row in file_copy::all(door.db)?.into_iter().filter(|row| !row.stored.is_empty()) {
                if vault::is_there(self.folder(), &row.stored, row.size) {
                    known.insert(row.stored);
                    continue;
                }
                // A copy of the store that came without its files: the hub has them.
                comes_again(door, row)?;
            }
            // What cannot be removed does not undo what was noted.
            Ok(self.keep_only(&known))
        })?;
        moved.and(removed)
    }

    fn keep_only(&self, names: &BTreeSet<String>) -> Result<(), StoreError> {
        if list_backups(self.folder())?.iter().any(BackupFile::is_aside) {
            return Ok(());
        }
        vault::keep_only(self.folder(), names)
    }

    fn move_out(&self, row: &FileRow) -> Result<(), StoreError> {
        let Some(bytes) = self.read(|reader| self.whole(reader.db, row))? else { return Ok(()) };
        let ((name, key), _) = self.write(Origin::Hub, |door| {
            let name: [u8; 16] = door.random();
            Ok((name.iter().map(|byte| format!("{byte:02x}")).collect::<String>(), FileKey(door.random())))
        })?;
        vault::write(self.folder(), &name, &key, &bytes)?;
        self.write(Origin::Hub, |door| {
            // Forgotten meanwhile, or added again and so to be in every backup until the hub has it: what was written
            // is removed with everything that belongs to nothing.
            let now = file_copy::get(door.db, row.space, &row.sha256)?;
            let as_it_was = |now: &FileRow| now.no == row.no && now.stands == FileStands::Here;
            let Some(now) = now.filter(as_it_was) else { return Ok(()) };
            file_copy::save(door, &FileRow { stored: name, key: key.0.to_vec(), ..now })?;
            file_copy::remove_pieces(door, row.no)
        })
        .map(|_| ())
    }
}

#[cfg(test)]
mod tests;
