//! The oracle's memory: which words were typed and told to be saved, by whom, and who took out what in the
//! knowledge of it. As simple as it can be, so that it can be believed.

use linchpin_domain::id::{AnswerId, PersonId, RecordId};
use linchpin_domain::space::Space;
use linchpin_testkit::editor::Edited;
use std::collections::{BTreeMap, BTreeSet};

/// What can be asked of an edit at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It must have its effect.
    Must,
    /// Its device went back behind it when the hub had it; noted at that moment.
    WithTheHub(u64),
    /// Every copy that had to offer it is gone: it may have its effect or not.
    May,
}

/// One edit of a text.
#[derive(Debug, Clone)]
pub(crate) struct TextEdit {
    pub(crate) desk: usize,
    pub(crate) by: PersonId,
    pub(crate) space: Space,
    pub(crate) at: u64,
    pub(crate) update: Vec<u8>,
    pub(crate) removed: Vec<String>,
    pub(crate) fate: Fate,
}

/// One value set.
#[derive(Debug, Clone)]
pub(crate) struct Write {
    pub(crate) desk: usize,
    pub(crate) by: PersonId,
    pub(crate) space: Space,
    pub(crate) at: u64,
    pub(crate) record: RecordId,
    pub(crate) field: &'static str,
    pub(crate) value: String,
    /// The value that was on screen.
    pub(crate) over: String,
    pub(crate) fate: Fate,
}

/// A word.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub(crate) answer: AnswerId,
    pub(crate) by: PersonId,
    pub(crate) edit: usize,
}

/// What was done so far.
#[derive(Debug, Default)]
pub(crate) struct Model {
    now: u64,
    pub(crate) edits: Vec<TextEdit>,
    pub(crate) writes: Vec<Write>,
    pub(crate) words: BTreeMap<String, Word>,
    /// Whose part in which space was given or taken away at some time: the hub may have refused what they did there,
    /// and then only their words are kept.
    pub(crate) shared: BTreeSet<(PersonId, Space)>,
    drawn: u64,
}

/// Returns the words of a plain text, `w` digits `x` each, even where two were joined.
pub(crate) fn scan(plain: &str) -> Vec<String> {
    let mut words = Vec::new();
    for piece in plain.split_inclusive('x') {
        let Some(at) = piece.rfind('w') else { continue };
        let Some(word) = piece.get(at..) else { continue };
        let digits = word.trim_start_matches('w').trim_end_matches('x');
        if !digits.is_empty() && word.ends_with('x') && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            words.push(word.to_owned());
        }
    }
    words
}

impl Model {
    /// Lets a moment pass and returns it.
    pub(crate) fn moment(&mut self) -> u64 {
        self.now += 1;
        self.now
    }

    /// Returns a word that nobody has used.
    pub(crate) fn draw(&mut self) -> String {
        self.drawn += 1;
        format!("w{}x", self.drawn)
    }

    /// Notes an edit that was told to be saved.
    pub(crate) fn saved(
        &mut self,
        (desk, by): (usize, PersonId),
        (answer, space): (AnswerId, Space),
        edited: Edited,
    ) {
        let at = self.moment();
        let words = |list: &[String]| -> BTreeSet<String> { scan(&list.join(" ")).into_iter().collect() };
        let (before, after) = (words(&edited.before), words(&edited.after));
        let edit = self.edits.len();
        for word in after.difference(&before) {
            self.words.insert(word.clone(), Word { answer, by, edit });
        }
        let removed = before.difference(&after).cloned().collect();
        self.edits.push(TextEdit { desk, by, space, at, update: edited.update, removed, fate: Fate::Must });
    }

    /// Notes a device that went back to what it was at `backup`; `unsent` are the updates and values that the
    /// hub had not acknowledged. In `doubt` the hub went back itself since the device last spoke with it, so that
    /// acknowledged says nothing.
    pub(crate) fn device_went_back(&mut self, desk: usize, backup: u64, unsent: &Unsent, doubt: bool) {
        let now = self.moment();
        let fate = |is_unsent| if is_unsent || doubt { Fate::May } else { Fate::WithTheHub(now) };
        for edit in self.edits.iter_mut().filter(|edit| edit.desk == desk && edit.at > backup) {
            if edit.fate == Fate::Must {
                edit.fate = fate(unsent.texts.contains(&edit.update));
            }
        }
        for write in self.writes.iter_mut().filter(|write| write.desk == desk && write.at > backup) {
            if write.fate == Fate::Must {
                write.fate = fate(unsent.values.contains(&write.value));
            }
        }
    }

    /// Notes a hub that went back to what it was at `backup`.
    pub(crate) fn hub_went_back(&mut self, backup: u64) {
        self.moment();
        let fates = self.edits.iter_mut().map(|edit| &mut edit.fate);
        for fate in fates.chain(self.writes.iter_mut().map(|write| &mut write.fate)) {
            if matches!(fate, Fate::WithTheHub(noted) if *noted > backup) {
                *fate = Fate::May;
            }
        }
    }

    /// Tells whether the hub may have refused what somebody did in a space.
    pub(crate) fn may_be_refused(&self, by: PersonId, space: &Space) -> bool {
        self.shared.contains(&(by, space.clone()))
    }

    /// Returns how a word was taken out: by an edit that must have its effect, by one that may, or not at all.
    pub(crate) fn removal(&self, word: &str) -> Option<Fate> {
        let removing = self.edits.iter().filter(|edit| edit.removed.iter().any(|one| one == word));
        let fate = |edit: &TextEdit| {
            if self.may_be_refused(edit.by, &edit.space) { Fate::May } else { edit.fate }
        };
        let fates: Vec<Fate> = removing.map(fate).collect();
        let must = fates.iter().find(|fate| **fate != Fate::May);
        must.or(fates.first()).copied()
    }
}

/// What a device had not sent.
#[derive(Debug, Default)]
pub(crate) struct Unsent {
    pub(crate) texts: BTreeSet<Vec<u8>>,
    pub(crate) values: BTreeSet<String>,
}

#[test]
fn words_are_found_even_where_two_were_joined() {
    assert_eq!(scan("w1x w22xw3x and wx w4 x"), ["w1x", "w22x", "w3x"]);
}
