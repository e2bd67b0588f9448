//! The text document: one Yjs document for each answer, wrapped so that no other crate sees yrs.
//! Offsets are UTF-16 units as in the editor. The document begins with a seed that is the same everywhere,
//! so two sides that start apart share their first paragraph instead of making two.

use crate::TextError;
use crate::block::Block;
use crate::{read, shape};
use std::collections::BTreeMap;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{
    ClientID, Doc, OffsetKind, Options, ReadTxn, Snapshot, StateVector, Transact, Transaction,
    TransactionMut, Update, XmlElementPrelim, XmlFragment, XmlFragmentRef,
};

/// The editor's name for the root.
const ROOT: &str = "default";
/// The client id of the seed, which nobody else draws.
pub const SEED_CLIENT: u64 = 1;
/// How hard snapshots are packed.
const PACK_LEVEL: i32 = 3;
/// Most bytes a document may unpack to.
pub const MAX_BYTES: usize = 16 << 20;

/// The text of one answer.
pub struct TextDoc {
    doc: Doc,
    /// Updates that build on words of the same author that are not here yet.
    early: Vec<Update>,
}

/// Some words with the client id under which they were written.
#[derive(Clone, PartialEq, Eq)]
pub struct Written {
    /// The paragraph, counted from 0 in reading order.
    pub paragraph: u32,
    /// The words.
    pub text: String,
    /// The Yjs client id of their author.
    pub client: u64,
}

/// What a document provably contains: what was inserted and what was deleted.
#[derive(PartialEq)]
pub struct Cover(Snapshot);

impl TextDoc {
    /// Returns a document that holds the seed alone. `client` is the Yjs client id for edits made here; it
    /// is drawn at random for each document opened and never stored.
    pub fn new(client: u64) -> Self {
        let mut doc = Self::bare(client);
        // The seed is our own bytes; a test reads them.
        if doc.apply(&seed()).is_err() {
            return Self::bare(client);
        }
        doc
    }

    fn bare(client: u64) -> Self {
        let options =
            Options { offset_kind: OffsetKind::Utf16, ..Options::with_client_id(ClientID::new(client)) };
        let doc = Doc::with_options(options);
        doc.get_or_insert_xml_fragment(ROOT);
        Self { doc, early: Vec::new() }
    }

    /// Opens a document from its packed snapshot, if any, and the updates after it. The seed is always in.
    ///
    /// # Errors
    /// [`TextError::NotAnUpdate`] where any part cannot be read.
    pub fn open<'a>(
        snapshot: Option<&[u8]>,
        updates: impl IntoIterator<Item = &'a [u8]>,
        client: u64,
    ) -> Result<Self, TextError> {
        let mut doc = Self::new(client);
        if let Some(packed) = snapshot {
            let bytes = zstd::bulk::decompress(packed, MAX_BYTES).map_err(|_| TextError::NotAnUpdate)?;
            let update = Update::decode_v2(&bytes).map_err(|_| TextError::NotAnUpdate)?;
            // Written anew, its blocks follow each other without a hole, and it is looked through like any other.
            doc.apply(&update.encode_v1())?;
        }
        for update in updates {
            doc.apply(update)?;
        }
        Ok(doc)
    }

    /// Applies one update, Yjs v1. One that came too early is kept until what it builds on is here.
    ///
    /// # Errors
    /// [`TextError::NotAnUpdate`] where the bytes cannot be read.
    pub fn apply(&mut self, update: &[u8]) -> Result<(), TextError> {
        shape::check(update)?;
        let update = Update::decode_v1(update).map_err(|_| TextError::NotAnUpdate)?;
        self.apply_decoded(update)
    }

    fn apply_decoded(&mut self, update: Update) -> Result<(), TextError> {
        if self.is_early(&update) {
            self.early.push(update);
            return Ok(());
        }
        self.doc.transact_mut().apply_update(update).map_err(|_| TextError::NotAnUpdate)?;
        while let Some(at) = self.early.iter().position(|update| !self.is_early(update)) {
            let update = self.early.swap_remove(at);
            // One that breaks now that its time has come was never words; what it waited for is sound all the same,
            // and a document must not close for everybody because of it.
            if self.doc.transact_mut().apply_update(update).is_err() {
                continue;
            }
        }
        Ok(())
    }

    /// Tells whether an update begins beyond what is known of its author. The engine would leave a hole there
    /// and refuse what hangs on it.
    fn is_early(&self, update: &Update) -> bool {
        let known = self.doc.transact().state_vector();
        update.state_vector_lower().iter().any(|(client, &first)| first > known.get(client))
    }

    /// Returns the state vector, encoded as the editor encodes it.
    pub fn state_vector(&self) -> Vec<u8> {
        self.doc.transact().state_vector().encode_v1()
    }

    /// Returns everything that a holder of `state_vector` lacks, as one update, Yjs v1.
    ///
    /// # Errors
    /// [`TextError::NotAnUpdate`] where the state vector cannot be read.
    pub fn since(&self, state_vector: &[u8]) -> Result<Vec<u8>, TextError> {
        let vector = read_vector(state_vector)?;
        Ok(self.doc.transact().encode_diff_v1(&vector))
    }

    /// Returns the whole document as one update, Yjs v1.
    pub fn whole(&self) -> Vec<u8> {
        self.doc.transact().encode_state_as_update_v1(&StateVector::default())
    }

    /// Returns the whole document as a packed snapshot.
    ///
    /// # Errors
    /// [`TextError::TooLarge`] past the limit, which could not be opened again.
    pub fn packed(&self) -> Result<Vec<u8>, TextError> {
        let bytes = self.doc.transact().encode_state_as_update_v2(&StateVector::default());
        if bytes.len() > MAX_BYTES {
            return Err(TextError::TooLarge(MAX_BYTES));
        }
        zstd::bulk::compress(&bytes, PACK_LEVEL).map_err(|_| TextError::TooLarge(MAX_BYTES))
    }

    /// Tells whether an update waits for another one that is not here yet.
    pub fn is_waiting(&self) -> bool {
        !self.early.is_empty() || self.doc.transact().has_missing_updates()
    }

    /// Returns what the document provably contains. A state vector alone would not tell of deletions.
    pub fn cover(&self) -> Cover {
        Cover(self.doc.transact().snapshot())
    }

    /// Returns the text as blocks.
    ///
    /// # Errors
    /// [`TextError::Unknown`] where it holds something this version does not know.
    pub fn blocks(&self) -> Result<Vec<Block>, TextError> {
        let root = self.root();
        let txn = self.doc.transact();
        if shape::is_too_deep(&txn, &root) {
            return Err(TextError::Unknown("blocks within blocks without end".into()));
        }
        read::blocks(&txn, &root)
    }

    /// Returns the text as blocks; where it holds something this version does not know, its words alone, a paragraph
    /// each: they can be read, and never written back.
    ///
    /// # Errors
    /// Blocks within blocks without end.
    pub fn readable(&self) -> Result<Vec<Block>, TextError> {
        match self.blocks() {
            Err(TextError::Unknown(_)) if !self.is_too_deep() => Ok(words_alone(&self.written())),
            read => read,
        }
    }

    /// Returns the words with the client ids under which they were written, in reading order.
    pub fn written(&self) -> Vec<Written> {
        if self.is_too_deep() {
            return Vec::new();
        }
        let root = self.root();
        read::written(&mut self.doc.transact_mut(), &root)
    }

    /// Tells whether blocks nest deeper than anything reads; such a text is not read at all.
    pub fn is_too_deep(&self) -> bool {
        self.read(|txn, root| shape::is_too_deep(txn, root))
    }

    /// Reads the tree.
    pub(crate) fn read<T>(&self, f: impl FnOnce(&Transaction<'_>, &XmlFragmentRef) -> T) -> T {
        let root = self.root();
        f(&self.doc.transact(), &root)
    }

    /// Makes edits and returns them as one update, Yjs v1; none where nothing changed.
    pub(crate) fn change(
        &mut self,
        edit: impl FnOnce(&mut TransactionMut<'_>, &XmlFragmentRef),
    ) -> Option<Vec<u8>> {
        let before = self.doc.transact().state_vector();
        let cover = self.cover();
        let root = self.root();
        {
            let mut txn = self.doc.transact_mut();
            edit(&mut txn, &root);
        }
        (self.cover() != cover).then(|| self.doc.transact().encode_diff_v1(&before))
    }

    /// Opens a transaction of its own, so it is asked for before any other is begun.
    fn root(&self) -> XmlFragmentRef {
        self.doc.get_or_insert_xml_fragment(ROOT)
    }
}

/// Returns written words as paragraphs.
fn words_alone(written: &[Written]) -> Vec<Block> {
    let mut paragraphs: BTreeMap<u32, String> = BTreeMap::new();
    for piece in written {
        paragraphs.entry(piece.paragraph).or_default().push_str(&piece.text);
    }
    paragraphs.into_values().map(Block::para).collect()
}

/// Returns the update with which every document begins: one empty paragraph.
pub fn seed() -> Vec<u8> {
    let doc = TextDoc::bare(SEED_CLIENT);
    let root = doc.root();
    {
        let mut txn = doc.doc.transact_mut();
        root.push_back(&mut txn, XmlElementPrelim::empty("paragraph"));
    }
    doc.whole()
}

/// Returns the client ids of an update with the clocks it inserts: first and one past the last.
///
/// # Errors
/// [`TextError::NotAnUpdate`] where the bytes cannot be read.
pub fn introduced(update: &[u8]) -> Result<BTreeMap<u64, (u32, u32)>, TextError> {
    shape::check(update)?;
    let update = Update::decode_v1(update).map_err(|_| TextError::NotAnUpdate)?;
    let mut brought: BTreeMap<u64, (u32, u32)> = BTreeMap::new();
    // The update's own state vector leaves out whatever does not begin at a client's first clock.
    for (client, ranges) in update.insertions(true).iter() {
        for range in ranges.iter() {
            let (low, high) = brought.entry(client.get()).or_insert((range.start, range.end));
            (*low, *high) = ((*low).min(range.start), (*high).max(range.end));
        }
    }
    Ok(brought)
}

/// Returns the clock up to which a state vector knows each client id.
///
/// # Errors
/// [`TextError::NotAnUpdate`] where the bytes cannot be read.
pub fn clocks(state_vector: &[u8]) -> Result<BTreeMap<u64, u32>, TextError> {
    Ok(read_vector(state_vector)?.iter().map(|(client, &clock)| (client.get(), clock)).collect())
}

fn read_vector(bytes: &[u8]) -> Result<StateVector, TextError> {
    shape::check_vector(bytes)?;
    StateVector::decode_v1(bytes).map_err(|_| TextError::NotAnUpdate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_never_changes() {
        // Every stored document builds on these very bytes.
        assert_eq!(
            seed(),
            [
                1, 1, 1, 0, 7, 1, 7, 100, 101, 102, 97, 117, 108, 116, 3, 9, 112, 97, 114, 97, 103, 114, 97,
                112, 104, 0
            ]
        );
    }

    #[test]
    fn two_sides_that_start_apart_share_their_first_paragraph() {
        let (mut one, two) = (TextDoc::new(10), TextDoc::new(20));
        one.apply(&two.whole()).expect("the update fits");
        assert_eq!(one.blocks().expect("the text is read").len(), 1);
    }

    #[test]
    fn words_in_something_unknown_can_be_read() {
        use yrs::XmlTextPrelim;
        let mut doc = TextDoc::new(10);
        crate::edit::append(&mut doc, "Known words.");
        doc.change(|txn, root| {
            let callout = root.push_back(txn, XmlElementPrelim::empty("callout"));
            callout.push_back(txn, XmlTextPrelim::new("Words of a newer version."));
        });
        assert!(matches!(doc.blocks(), Err(TextError::Unknown(_))));
        let read = crate::plain::write(&doc.readable().expect("they are read"));
        assert!(read.contains("Known words.") && read.contains("Words of a newer version."), "{read}");
    }

    #[test]
    fn a_packed_document_opens_as_it_was() {
        let mut doc = TextDoc::new(10);
        crate::edit::append(&mut doc, "Äpfel und Birnen 👍\n\nzwei");
        let again = TextDoc::open(Some(&doc.packed().expect("it packs")), [], 11).expect("it opens");
        assert!(
            again.blocks().expect("the text is read") == doc.blocks().expect("the text is read")
                && again.cover() == doc.cover()
        );
    }

    #[test]
    fn bytes_that_are_no_update_are_refused() {
        let mut doc = TextDoc::new(10);
        assert_eq!(doc.apply(&[9, 9, 9, 200]), Err(TextError::NotAnUpdate));
        assert!(TextDoc::open(Some(&[1, 2, 3]), [], 1).is_err());
        assert!(doc.since(&[255]).is_err());
    }

    #[test]
    fn a_state_vector_that_claims_more_than_it_holds_is_refused() {
        let doc = TextDoc::new(10);
        // Millions of entries, of which there is one; and a client id beyond all numbers.
        for bad in [&[255, 255, 255, 31, 9, 1][..], &[1, 255, 255, 255, 255, 255, 255, 255, 255, 1, 1]] {
            assert_eq!(clocks(bad), Err(TextError::NotAnUpdate));
            assert!(doc.since(bad).is_err());
        }
        assert_eq!(clocks(&doc.state_vector()), Ok([(SEED_CLIENT, 1)].into()));
    }

    #[test]
    fn an_update_that_came_early_and_breaks_takes_no_other_with_it() {
        // A letter of client 9 under the root, and one that claims to lie inside that letter.
        let first = [&[1, 1, 9, 0, 4, 1, 7][..], b"default", &[1, b'x', 0]].concat();
        let inside = [1, 1, 9, 1, 4, 0, 9, 0, 1, b'y', 0];
        let mut doc = TextDoc::new(10);
        doc.apply(&inside).expect("it waits");
        doc.apply(&first).expect("it is read, whatever had waited for it");
        assert!(!doc.is_waiting());
        let mut late = TextDoc::new(11);
        late.apply(&first).expect("it is read");
        assert!(late.apply(&inside).is_err(), "in its place it is refused");
    }

    #[test]
    fn the_author_of_every_word_is_known_by_client_id() {
        let (mut one, mut two) = (TextDoc::new(10), TextDoc::new(20));
        let first = crate::edit::append(&mut one, "from one").expect("words were added");
        two.apply(&first).expect("the update fits");
        let second = crate::edit::append(&mut two, "from two").expect("words were added");
        one.apply(&second).expect("the update fits");
        let written = one.written();
        let of = |client| {
            written.iter().filter(|w| w.client == client).map(|w| w.text.as_str()).collect::<String>()
        };
        assert_eq!((of(10).as_str(), of(20).as_str()), ("from one", "from two"));
        assert_eq!(
            introduced(&second).expect("the update is read").keys().copied().collect::<Vec<_>>(),
            [20]
        );
        let third = crate::edit::append(&mut two, "and more").expect("words were added");
        let (low, high) = introduced(&third).expect("the update is read")[&20];
        assert_eq!(
            low,
            introduced(&second).expect("the update is read")[&20].1,
            "an update that goes on where the last one ended"
        );
        assert!(high > low);
    }
}
