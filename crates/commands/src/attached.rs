//! Files of a call and of our response to it: adding one, listing them, writing one to a disk, keeping one here. Files
//! are chosen in the shell's own dialogs, so no path comes from the screens.

use crate::core::{Core, Desk, line};
use crate::error::{Code, Error};
use crate::people::PersonRow;
use crate::view::{Faces, call_view};
use crate::{files, settings};
use linchpin_documents::name::added_file_name;
use linchpin_domain::file::{FileKind, MOST_BYTES, NAME_CHARS, NotAdded};
use linchpin_domain::id::{CallId, FileId, RecordId};
use linchpin_domain::record::Tag;
use linchpin_domain::record::file::File;
use linchpin_domain::space::Space;
use linchpin_store::StoreError;
use linchpin_store::files::{FileCopy, FileStands};
use linchpin_store::reader::{Filter, Row};
use linchpin_sync::files::fetch_now;
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::path::Path;
use ts_rs::TS;

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FileOf {
    /// The call's: everybody who reads the call reads it.
    Call,
    /// Our response's: those who take part in it read it.
    Response,
}

/// Adds a file that the person chooses.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AttachFile {
    /// The call.
    pub call: CallId,
    /// Whose file it becomes.
    pub of: FileOf,
}

/// A file was added, or the person chose none.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AttachedFile {
    /// The file; none where the person chose none.
    pub file: Option<FileRow>,
    /// To take it back with the command `undo`.
    pub undo: Option<String>,
}

/// Asks for the files of a call and of our response to it.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListFiles {
    /// The call.
    pub call: CallId,
}

/// Where the bytes of a file are, as far as this computer knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FileBytes {
    /// Here, and at the hub.
    Here,
    /// Here, and on their way to the hub.
    Sending,
    /// Here; the hub does not take them.
    NotTaken,
    /// On their way here.
    Coming,
    /// At the hub, as far as is known; they come when they are asked for.
    Elsewhere,
    /// They were asked for, and what came was not what was added.
    NotGot,
}

/// A file.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FileRow {
    /// The id.
    pub id: FileId,
    /// Its name, as whoever added it had it.
    pub name: String,
    /// What kind of file it is; none for a kind of a newer version.
    pub kind: Option<FileKind>,
    /// How many bytes it has.
    #[ts(type = "number")]
    pub size: u64,
    /// Whose it is.
    pub of: FileOf,
    /// Who added it.
    pub added_by: Option<PersonRow>,
    /// When, milliseconds since 1970.
    #[ts(type = "number")]
    pub added_at: u64,
    /// Where its bytes are.
    pub bytes: FileBytes,
    /// Whether it is kept on this computer.
    pub pinned: bool,
}

/// Writes a file to where the person says; it is fetched first where it is not here.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveFile {
    /// The file.
    pub file: FileId,
}

/// A file was written, or the person chose no place.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SavedFile {
    /// Its name without the folder; none where the person chose no place.
    pub file: Option<String>,
}

/// Keeps a file on this computer, or lets it come only when it is asked for.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PinFile {
    /// The file.
    pub file: FileId,
    /// Whether it is kept.
    pub pinned: bool,
}

/// Adds a file that the person chooses. When this returns it is on disk, and it goes to the hub when there is a line.
///
/// # Errors
/// A call that is not here, a file that cannot be read or may not be added, or any fault of the store.
pub fn attach_file(core: &Core, asked: AttachFile) -> Result<AttachedFile, Error> {
    let desk = core.desk()?;
    let by = core.by(&desk, "addFile")?;
    let space = space_of(&desk, asked.call, asked.of)?;
    let Some(path) = core.host.choose_open("Add a file") else {
        return Ok(AttachedFile { file: None, undo: None });
    };
    let name = name_of(&path)?;
    // By its name first: what may not be added is not read.
    FileKind::of_name(&name).map_err(not_added)?;
    let bytes = read(&path)?;
    let kind = FileKind::of_file(&name, &bytes).map_err(not_added)?;
    let record = File {
        name,
        kind: Some(kind),
        size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        sha256: linchpin_domain::canonical::sha256_hex(&bytes),
        added_by: Some(by.person),
        added_at: by.now_ms,
    };
    let done = desk.store.transact(&by, |tx| {
        let id: FileId = tx.new_id();
        tx.create(id, &space, &record)?;
        tx.add_file(id, &space, &bytes)?;
        Ok(id)
    })?;
    Ok(AttachedFile {
        file: Some(row(core, &desk, done.value)?),
        undo: done.undo.map(|undo| undo.to_string()),
    })
}

/// Returns the files of a call and of our response to it, those of the call first.
///
/// # Errors
/// A call that is not here, or any fault of the store.
pub fn list_files(core: &Core, asked: ListFiles) -> Result<Vec<FileRow>, Error> {
    let desk = core.desk()?;
    let me = core.me(&desk)?;
    let spaces = [FileOf::Call, FileOf::Response].map(|of| space_of(&desk, asked.call, of));
    let [call, response] = spaces;
    let (call, response) = (call?, response?);
    let (rows, copies, faces) = desk.store.read(|reader| {
        let mut rows = reader.list::<File>(Filter::In(&call))?;
        rows.extend(reader.list::<File>(Filter::In(&response))?);
        Ok((rows, reader.file_copies()?, Faces::read(reader, me)?))
    })?;
    Ok(rows.iter().map(|row| shown(row, &copies, &faces)).collect())
}

/// Writes a file to where the person says: one of a call or of our response, or one that is kept because the hub never
/// took it.
///
/// # Errors
/// A file that is not here and cannot be had now, or that cannot be written.
pub fn save_file(core: &Core, asked: SaveFile) -> Result<SavedFile, Error> {
    let desk = core.desk()?;
    let (suggested, bytes) = match found(&desk, asked.file)? {
        Some(there) => {
            let ending = there.record.kind.map_or("", FileKind::ending);
            (added_file_name(&there.record.name, ending), bytes(&desk, &there)?)
        }
        None => kept(&desk, asked.file)?,
    };
    let Some(path) = core.host.choose_save("Save a copy", &suggested) else {
        return Ok(SavedFile { file: None });
    };
    files::refuse_among_our_own(&path)?;
    files::write_whole(&path, &bytes)?;
    Ok(SavedFile { file: path.file_name().map(|name| name.to_string_lossy().into_owned()) })
}

/// Keeps a file on this computer, or lets it come only when it is asked for.
///
/// # Errors
/// A file that is not here, or any fault of the store.
pub fn pin_file(core: &Core, asked: PinFile) -> Result<FileRow, Error> {
    let desk = core.desk()?;
    let there = record(&desk, asked.file)?;
    let File { sha256, size, .. } = &there.record;
    if asked.pinned || copy_of(&desk, &there)?.is_some() {
        desk.store.want_file(&there.space, (sha256, *size), asked.pinned)?;
        if let Some(sync) = desk.sync().as_ref() {
            sync.sync_now();
        }
    }
    core.tell(Tag::Files);
    row(core, &desk, asked.file)
}

/// Returns where files of a call or of our response to it belong.
fn space_of(desk: &Desk, call: CallId, of: FileOf) -> Result<Space, Error> {
    let view = desk.store.read(|reader| call_view(reader, call))?;
    Ok(match of {
        FileOf::Call => Space::Call(call),
        FileOf::Response => Space::Response(view.response),
    })
}

fn found(desk: &Desk, file: FileId) -> Result<Option<Row<File>>, Error> {
    let found = desk.store.read(|reader| reader.get::<File>(file))?;
    Ok(found.filter(|row| !row.deleted))
}

fn record(desk: &Desk, file: FileId) -> Result<Row<File>, Error> {
    found(desk, file)?.ok_or_else(Error::not_found)
}

/// Returns a name and the bytes of a file that is kept: its record is not here any more, and the hub never took it.
fn kept(desk: &Desk, file: FileId) -> Result<(String, Vec<u8>), Error> {
    let record = RecordId::from(file);
    let (copy, name) = desk.store.read(|reader| {
        let kept = reader.kept()?.into_iter().find(|kept| kept.record == record);
        Ok((reader.unsent_file(record)?, kept.map(|kept| kept.words)))
    })?;
    let (Some(copy), Some(name)) = (copy, name) else { return Err(Error::not_found()) };
    let bytes = desk.store.file_bytes(&copy.space, &copy.sha256)?.ok_or_else(not_here)?;
    let ending = FileKind::of_name(&name).map_or("", FileKind::ending);
    Ok((added_file_name(&name, ending), bytes))
}

fn copy_of(desk: &Desk, there: &Row<File>) -> Result<Option<FileCopy>, Error> {
    let copies = desk.store.read(|reader| reader.file_copies())?;
    Ok(copies.into_iter().find(|copy| is_of(copy, there)))
}

fn is_of(copy: &FileCopy, row: &Row<File>) -> bool {
    copy.space == row.space && copy.sha256 == row.record.sha256
}

/// Returns all bytes of a file, fetched now where they are not here.
fn bytes(desk: &Desk, there: &Row<File>) -> Result<Vec<u8>, Error> {
    let File { sha256, size, .. } = &there.record;
    match desk.store.file_bytes(&there.space, sha256) {
        Ok(Some(bytes)) => return Ok(bytes),
        // What lies beside the store was lost or damaged: the hub has it.
        Ok(None) | Err(StoreError::Corrupt) => {
            desk.store.note_file_lost(&there.space, sha256)?;
        }
        Err(error) => return Err(error.into()),
    }
    let pinned = copy_of(desk, there)?.is_some_and(|copy| copy.pinned);
    desk.store.want_file(&there.space, (sha256, *size), pinned)?;
    let settings = line(&settings::read(&desk.store)?);
    fetch_now(&desk.store, &settings, &there.space, sha256)??;
    desk.store.file_bytes(&there.space, sha256)?.ok_or_else(not_here)
}

fn row(core: &Core, desk: &Desk, file: FileId) -> Result<FileRow, Error> {
    let (me, there) = (core.me(desk)?, record(desk, file)?);
    let (copies, faces) = desk.store.read(|reader| Ok((reader.file_copies()?, Faces::read(reader, me)?)))?;
    Ok(shown(&there, &copies, &faces))
}

fn shown(row: &Row<File>, copies: &[FileCopy], faces: &Faces) -> FileRow {
    let copy = copies.iter().find(|copy| is_of(copy, row));
    let bytes = match copy.map(|copy| (copy.stands, copy.refused.is_empty())) {
        None => FileBytes::Elsewhere,
        Some((FileStands::Here, _)) => FileBytes::Here,
        Some((FileStands::Sending, true)) => FileBytes::Sending,
        Some((FileStands::Sending, false)) => FileBytes::NotTaken,
        Some((FileStands::Coming, true)) => FileBytes::Coming,
        Some((FileStands::Coming, false)) => FileBytes::NotGot,
    };
    let File { name, kind, size, added_by, added_at, .. } = &row.record;
    FileRow {
        id: row.id.into(),
        name: name.clone(),
        kind: *kind,
        size: *size,
        of: if matches!(row.space, Space::Call(_)) { FileOf::Call } else { FileOf::Response },
        added_by: faces.known(*added_by),
        added_at: *added_at,
        bytes,
        pinned: copy.is_some_and(|copy| copy.pinned),
    }
}

/// Returns a file's name as its record has it.
fn name_of(path: &Path) -> Result<String, Error> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if name.chars().count() > NAME_CHARS {
        return Err(Error::field(
            "file",
            "error_file_name_too_long",
            "The name of this file is too long. Nothing was added. Rename it and add it again.",
        ));
    }
    Ok(name)
}

/// Reads a file, and no more of it than may be added.
fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|error| files::of_io(&error))?;
    Ok(bytes)
}

fn not_here() -> Error {
    Error::new(
        Code::NotFound,
        "error_file_not_here_yet",
        "The hub does not have this file yet, or not as it was added. Whoever added it sends it when their computer is in \
         touch with the hub. Try again later.",
    )
}

/// Says why a file may not be added.
fn not_added(why: NotAdded) -> Error {
    let (key, sentence) = match why {
        NotAdded::Empty => ("error_file_empty", "This file is empty. Nothing was added. Choose another one."),
        NotAdded::TooLarge => (
            "error_file_too_large",
            "This file is larger than 25 MB. Nothing was added. Make it smaller, or add a part of it.",
        ),
        NotAdded::OtherKind => (
            "error_file_kind",
            "Files of this kind cannot be added. Nothing was added. PDF, Word, Excel, PowerPoint, ODT, PNG, JPEG, text and \
             CSV can: save it as one of these.",
        ),
        NotAdded::Macros => (
            "error_file_macros",
            "This file can hold macros, which run by themselves. Nothing was added. Save it without them, as .docx, .xlsx, \
             .pptx or PDF, and add that.",
        ),
        NotAdded::Program => (
            "error_file_program",
            "This file is a program or holds one. Nothing was added. Add a document instead.",
        ),
        NotAdded::NotItsName => (
            "error_file_not_its_name",
            "This file is of another kind than its name says. Nothing was added. Give it the right ending and add it again.",
        ),
        NotAdded::Damaged => (
            "error_file_damaged",
            "This file is damaged or packed in an unusual way. Nothing was added. Open it, save it again and add that.",
        ),
    };
    Error::field("file", key, sentence)
}

#[cfg(test)]
mod tests;
