//! The one door for people's changes: values, stamps, history, outbox, words to be found and the undo step go
//! into one transaction, or none of it does. Counters are raised in the same commit, so that a change is never
//! sent before it is on disk and no counter serves twice.
//! What does not live here: what sync applies ([`settle`](crate::settle)).

mod deletions;
mod put;
mod text;

use crate::changed::{Changed, Origin};
use crate::door::Door;
use crate::error::StoreError;
use crate::open::Store;
use crate::reader::{Reader, Row};
use crate::table::kept;
use crate::table::outbox::{self, Outgoing};
use crate::table::replica::{self, Author};
use crate::table::space::{self, SpaceRow, State};
use crate::table::undo::{self, FieldStep};
use crate::undo::UndoId;
use linchpin_domain::Wrong;
use linchpin_domain::change::{Asked, ChangeId, Op};
use linchpin_domain::command::Command;
use linchpin_domain::id::{CommandId, GroupId, PersonId, RecordId};
use linchpin_domain::record::Record;
use linchpin_domain::space::Space;
use linchpin_domain::stamp::Stamp;
use serde_json::Value;
use std::collections::BTreeMap;

/// The most changes of one group.
const MOST_CHANGES: u32 = 200;
/// The most bytes of one group.
const MOST_BYTES: usize = 512 * 1024;

/// Who changes, when, and what the step is called when it is taken back.
#[derive(Debug, Clone, Copy)]
pub struct By {
    /// The person at this computer.
    pub person: PersonId,
    /// The time, milliseconds since 1970.
    pub now_ms: u64,
    /// The name of the action.
    pub what: &'static str,
}

/// What a transaction did.
#[derive(Debug)]
pub struct Done<T> {
    /// What the closure returned.
    pub value: T,
    /// What changed.
    pub changed: Changed,
    /// How to take it back; none where nothing can be.
    pub undo: Option<UndoId>,
}

/// One update of an answer's text, on its way in.
#[derive(Clone)]
pub struct TextEdit {
    /// The update, Yjs v1.
    pub bytes: Vec<u8>,
    /// The state vector before it.
    pub sv_before: Vec<u8>,
    /// The number of the editor's schema.
    pub schema: u16,
    /// The document after it.
    pub facts: TextFacts,
    /// The last row of the log that `facts` speak of, nought for none; it is refused where there is a newer one.
    /// None where nobody else writes meanwhile.
    pub after: Option<i64>,
}

/// What the text engine says of a document.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TextFacts {
    /// Its plain text.
    pub plain: String,
    /// Its words.
    pub words: u32,
    /// Its characters.
    pub characters: u32,
    /// The number of the editor's schema its content needs.
    pub schema: u16,
    /// The client ids under which the update at hand brings content.
    pub authors: Vec<u64>,
}

struct Group {
    id: GroupId,
    changes: u32,
    bytes: usize,
}

/// The inside of a person's transaction.
pub struct Tx<'a, 'b> {
    door: &'a mut Door<'b>,
    by: By,
    author: Author,
    groups: BTreeMap<i64, Group>,
    steps: Vec<FieldStep>,
}

impl Store {
    /// Runs `f` and commits what it changed, or changes nothing. When this returns `Ok` the change is on disk.
    ///
    /// # Errors
    /// What `f` returns, or any fault of the disk.
    pub fn transact<T>(
        &self,
        by: &By,
        f: impl FnOnce(&mut Tx<'_, '_>) -> Result<T, StoreError>,
    ) -> Result<Done<T>, StoreError> {
        self.transact_noting(by, true, f)
    }

    /// As [`Self::transact`]; `note` says whether the step can be taken back.
    pub(crate) fn transact_noting<T>(
        &self,
        by: &By,
        note: bool,
        f: impl FnOnce(&mut Tx<'_, '_>) -> Result<T, StoreError>,
    ) -> Result<Done<T>, StoreError> {
        let ((value, undo), changed) = self.write(Origin::Person, |door| {
            let author = replica::author(door.db)?;
            let mut tx = Tx { door, by: *by, author, groups: BTreeMap::new(), steps: Vec::new() };
            let value = f(&mut tx)?;
            let Tx { door, author, steps, .. } = tx;
            replica::save_author(door, &author)?;
            if !note || steps.is_empty() {
                return Ok((value, None));
            }
            let no = undo::add(door, by.what, by.now_ms, &steps)?;
            Ok((value, Some(UndoId(no))))
        })?;
        Ok(Done { value, changed, undo })
    }
}

impl Tx<'_, '_> {
    /// Returns the time of this transaction, milliseconds since 1970.
    pub fn now_ms(&self) -> u64 {
        self.by.now_ms
    }

    /// Returns who makes it.
    pub fn person(&self) -> PersonId {
        self.by.person
    }

    /// Makes a new id.
    pub fn new_id<I: From<RecordId>>(&mut self) -> I {
        I::from(RecordId::new(self.by.now_ms, self.door.random()))
    }

    /// Returns a record as this transaction sees it.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn get<R: Record>(&self, id: impl Into<RecordId>) -> Result<Option<Row<R>>, StoreError> {
        self.reader().get(id)
    }

    /// Returns a reader that sees what this transaction has done so far.
    pub fn reader(&self) -> Reader<'_> {
        Reader { db: self.door.db }
    }

    /// Puts what follows into a group of its own.
    pub fn new_group(&mut self) {
        self.groups.clear();
    }

    /// Asks the hub; the returned id is the command's for ever.
    ///
    /// # Errors
    /// [`StoreError::Gone`], or any fault of the disk.
    pub fn command(&mut self, space: &Space, command: Command) -> Result<CommandId, StoreError> {
        let row = self.space(space)?;
        let cid = CommandId::new(self.by.now_ms, self.door.random());
        if let Command::ConfirmMassDelete { records } = &command
            && records.is_empty()
        {
            return Err(Wrong::new("records", "none is named").into());
        }
        let about = command.about();
        self.send(&row, about, "command", Op::Cmd(Asked { cid, command }))?;
        Ok(cid)
    }

    /// Sets a setting of this computer; none takes it away. Settings are never sent and not taken back.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn setting(&mut self, key: &str, value: Option<&Value>) -> Result<(), StoreError> {
        crate::table::setting::set(self.door, key, value)
    }

    /// Makes a space one that is never sent: what lies in it exists on this computer alone.
    ///
    /// # Errors
    /// [`StoreError::Gone`] where the hub knows the space already, or any fault of the disk.
    pub fn keep_local(&mut self, space: &Space) -> Result<(), StoreError> {
        let mut row = space::ensure(self.door, space)?;
        if row.state != State::Local && (row.cursor > 0 || outbox::any_of_space(self.door.db, row.no)?) {
            return Err(StoreError::Gone);
        }
        row.state = State::Local;
        space::save(self.door, &row)
    }

    /// Lets go of what is kept of a record: words that could not be sent or lost their place, and the changes that
    /// the hub refused.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn let_go(&mut self, record: RecordId) -> Result<(), StoreError> {
        kept::let_go(self.door, record, self.by.now_ms)
    }

    /// Keeps again what was let go of since a time.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn keep_again(&mut self, record: RecordId, since_ms: u64) -> Result<(), StoreError> {
        kept::keep_again(self.door, record, since_ms)
    }

    /// Returns the space, or refuses one whose access ended.
    pub(crate) fn space(&mut self, space: &Space) -> Result<SpaceRow, StoreError> {
        let row = space::ensure(self.door, space)?;
        if row.state == State::Gone { Err(StoreError::Gone) } else { Ok(row) }
    }

    /// Returns a stamp above everything this copy has made and above the value it replaces.
    fn stamp(&mut self, over: Stamp) -> Stamp {
        let now = self.author.hub_time(self.by.now_ms);
        let stamp = Stamp::after(now, self.author.replica, self.author.last_stamp, over);
        self.author.last_stamp = stamp;
        stamp
    }

    /// Lays a change into the outbox; spaces that are kept local have none.
    fn send(&mut self, space: &SpaceRow, record: RecordId, kind: &str, op: Op) -> Result<(), StoreError> {
        if space.state == State::Local {
            return Ok(());
        }
        let size = weight(&op);
        let group = self.group(space.no, size, matches!(op, Op::Text(_)));
        let id = ChangeId { replica: self.author.replica, counter: self.author.next_counter };
        self.author.next_counter += 1;
        let outgoing = Outgoing {
            no: 0,
            id,
            group,
            space_no: space.no,
            record,
            hash: op.hash(&space.space),
            op,
            base: space.cursor,
            made_at: self.by.now_ms,
            size: 0,
            hub_seq: None,
        };
        outbox::add(self.door, &outgoing, kind)
    }

    /// Returns the group of the next change. A group never crosses spaces, because nothing but a move does.
    fn group(&mut self, space_no: i64, size: usize, alone: bool) -> GroupId {
        let fresh = GroupId::new(self.by.now_ms, self.door.random());
        if alone {
            return fresh;
        }
        let group = self.groups.entry(space_no).or_insert(Group { id: fresh, changes: 0, bytes: 0 });
        if group.changes >= MOST_CHANGES || group.changes > 0 && group.bytes + size > MOST_BYTES {
            *group = Group { id: fresh, changes: 0, bytes: 0 };
        }
        group.changes += 1;
        group.bytes += size;
        group.id
    }
}

impl<'b> Tx<'_, 'b> {
    /// Returns the handle that table writes take.
    pub(crate) fn door(&mut self) -> &mut Door<'b> {
        self.door
    }
}

/// Weighs a change roughly, for the limit of a group.
fn weight(op: &Op) -> usize {
    match op {
        Op::Text(update) => update.bytes.0.len() * 4 / 3,
        Op::Put(put) => {
            let values =
                put.edits.iter().map(|(field, (value, _))| field.len() + 60 + value.to_string().len());
            200 + values.sum::<usize>()
        }
        Op::Cmd(_) => 400,
    }
}
