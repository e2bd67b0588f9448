//! Reading what a store holds as what it is: the same for every engine. Whatever does not read is named by its
//! place and never by its content.

use crate::db::{StoredPage, role_from};
use crate::error::HubError;
use crate::scope::Scope;
use crate::work::{AccessRows, RecordWork, access_of};
use linchpin_domain::can::{Action, Hand};
use linchpin_domain::id::PersonId;
use linchpin_domain::record::Envelope;
use linchpin_domain::role::{Given, NetworkRole};
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use std::collections::BTreeMap;

/// Returns a number as a store holds it; nothing that we count comes near its end.
pub(crate) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Returns a number from a store.
pub(crate) fn uint(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// Reads what text a store holds as what it is.
pub(crate) fn parsed<T: std::str::FromStr>(text: &str, what: &str) -> Result<T, HubError> {
    text.parse().map_err(|_| HubError::corrupt(what))
}

/// A space's row.
pub(crate) struct SpaceRow {
    /// The engine's own number.
    pub(crate) no: i64,
    pub(crate) head: u64,
    pub(crate) sum: Sum,
    pub(crate) floor: u64,
    pub(crate) restored_head: Option<u64>,
}

/// `no`, `head`, `sum`, `floor`, `restored_head`.
pub(crate) type SpaceColumns = (i64, i64, String, i64, i64);

/// Reads a space's row.
pub(crate) fn space_row((no, head, sum, floor, restored): SpaceColumns) -> Result<SpaceRow, HubError> {
    let sum = parsed(&sum, "the sum of a space")?;
    let restored_head = u64::try_from(restored).ok();
    Ok(SpaceRow { no, head: uint(head), sum, floor: uint(floor), restored_head })
}

/// Returns what the asker is in a space by its rows of who was given what.
pub(crate) fn hand_of(scope: &Scope, space: &Space, rows: &[(String, String)]) -> Option<Hand> {
    // A word that is not known here, as that for what was taken away, gives nothing.
    let rows = rows.iter().map(|(who, given)| (who != EVERYONE, Given::from_name(given)));
    scope.hand(space, access_of(rows))
}

/// Whom a row of access speaks of where that is no person.
pub(crate) const EVERYONE: &str = "*";
/// The word for what was taken away.
const NOTHING: &str = "none";

/// Returns a row of access as a store has it.
pub(crate) fn access_words(who: Option<PersonId>, given: Option<Given>) -> (String, &'static str) {
    let who = who.map_or_else(|| EVERYONE.to_owned(), |who| who.to_string());
    (who, given.map_or(NOTHING, Given::name))
}

/// Reads all rows of access of a space.
pub(crate) fn access_rows(rows: Vec<(String, String)>) -> Result<AccessRows, HubError> {
    let row = |(who, given): (String, String)| {
        let who = if who == EVERYONE { None } else { Some(parsed(&who, "whom something was given to")?) };
        Ok((who, Given::from_name(&given)))
    };
    rows.into_iter().map(row).collect()
}

/// Reads people whom a command names: id and role.
pub(crate) fn roles(rows: Vec<(String, String)>) -> Result<BTreeMap<PersonId, NetworkRole>, HubError> {
    let row = |(person, role): (String, String)| {
        let role = role_from(&role).ok_or_else(|| HubError::corrupt("a person's role"))?;
        Ok((parsed(&person, "a person's id")?, role))
    };
    rows.into_iter().map(row).collect()
}

/// A space with one row of who was given what in it, if there is any.
pub(crate) type WithAccess = (SpaceColumns, String, Option<(String, String)>);

/// Returns those of some spaces that may be read. The rows of one space lie together.
pub(crate) fn readable_of(scope: &Scope, found: &[WithAccess]) -> Result<Vec<(Space, SpaceRow)>, HubError> {
    let mut spaces = Vec::new();
    // What was given to the person and what to everybody are two rows of one space.
    for of_one in found.chunk_by(|(one, ..), (next, ..)| one.0 == next.0) {
        let Some((columns, name, _)) = of_one.first() else { continue };
        let (space, row): (Space, SpaceRow) = (parsed(name, "a space's name")?, space_row(columns.clone())?);
        let given: Vec<_> = of_one.iter().filter_map(|(.., given)| given.clone()).collect();
        let hand = hand_of(scope, &space, &given);
        if scope.may(Action::Pull, &space, hand, false) {
            spaces.push((space, row));
        }
    }
    Ok(spaces)
}

/// Returns the spaces that a person may read without having been given them.
pub(crate) fn own_spaces(scope: &Scope) -> Vec<Space> {
    let mut own = vec![Space::Me(scope.person), Space::ALL_MEMBERS, Space::National];
    own.extend(scope.nation.map(|nation| Space::Nation(Some(nation))));
    own.extend((!scope.region.is_empty()).then(|| Space::Region(scope.region.clone())));
    own
}

/// A record as it lies in its row.
pub(crate) struct RecordColumns {
    /// The engine's own number.
    pub(crate) no: i64,
    pub(crate) id: String,
    /// The space's name.
    pub(crate) space: String,
    pub(crate) kind: String,
    pub(crate) schema: u16,
    pub(crate) fields: String,
    pub(crate) stamps: String,
    pub(crate) marks: String,
    pub(crate) created_by: String,
    pub(crate) seq: i64,
}

/// Reads a record.
pub(crate) fn record_work(columns: RecordColumns) -> Result<RecordWork, HubError> {
    let bad = |_| HubError::corrupt("a record");
    let envelope = Envelope {
        id: parsed(&columns.id, "the id of a record")?,
        space: parsed(&columns.space, "the space of a record")?,
        kind: columns.kind,
        schema: columns.schema,
        fields: serde_json::from_str(&columns.fields).map_err(bad)?,
        stamps: serde_json::from_str(&columns.stamps).map_err(bad)?,
        seq: Some(uint(columns.seq)),
    };
    let marks = serde_json::from_str(&columns.marks).map_err(bad)?;
    let created_by = parsed(&columns.created_by, "the maker of a record")?;
    Ok(RecordWork { no: Some(columns.no), envelope, marks, created_by, touched: false })
}

/// Builds a page. It ends behind a whole group: before the limit, or where the first group alone is larger,
/// behind that one.
pub(crate) struct Pager {
    page: StoredPage,
    most: usize,
    most_bytes: usize,
    bytes: usize,
    /// How many entries the whole groups so far have.
    whole: usize,
    sum: Sum,
}

impl Pager {
    /// Begins a page of what a space has after `from`.
    pub(crate) fn new(space: &Space, row: &SpaceRow, from: u64, most: usize, most_bytes: usize) -> Self {
        let space = space.clone();
        let page =
            StoredPage { space, from, to: from, head: row.head, sum: None, more: true, entries: Vec::new() };
        Self { page, most, most_bytes, bytes: 0, whole: 0, sum: row.sum }
    }

    /// Tells whether there is any room. A space that has none gets a page that says only that there is more.
    pub(crate) fn has_room(&self) -> bool {
        self.most > 0 && self.most_bytes > 0
    }

    /// Adds the next entry; false where the page is full without it.
    pub(crate) fn add(&mut self, seq: u64, cut: bool, entry: String) -> bool {
        self.bytes += entry.len();
        if self.whole > 0 && (self.page.entries.len() >= self.most || self.bytes > self.most_bytes) {
            return false;
        }
        self.page.entries.push(entry);
        if cut {
            (self.whole, self.page.to) = (self.page.entries.len(), seq);
        }
        true
    }

    /// Ends the page.
    pub(crate) fn end(mut self) -> StoredPage {
        self.page.entries.truncate(self.whole);
        self.page.more = self.page.to < self.page.head;
        self.page.sum = (!self.page.more).then_some(self.sum);
        self.page
    }
}
