//! Whether a client's image keeps what was promised: opened by the product's own code, checked page by page, and
//! asked for each promise.

use crate::workload::{Fact, Promise, Workload};
use linchpin_domain::id::AnswerId;
use linchpin_domain::record::call::Call;
use linchpin_store::{Config, Store, list_backups, open, restore_file, verify_file};
use linchpin_testkit::build::call;
use linchpin_testkit::clock::BEGAN_MS;
use linchpin_testkit::device::{VERSION, folder, key};
use linchpin_testkit::editor::plain_of;
use linchpin_testkit::rng::Seeded;
use linchpin_text::TextDoc;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

/// Later than anything in a workload.
pub(crate) const LATER_MS: u64 = BEGAN_MS + 86_400_000;

/// What is wrong with an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// It does not open, or is damaged.
    Broken(String),
    /// Something that was promised is not there.
    Lost(String),
}

pub(crate) fn broken(error: impl std::fmt::Display) -> Wrong {
    Wrong::Broken(error.to_string())
}

/// Judges a client's image.
pub(crate) fn judge(
    workload: &Workload,
    promises: &[&Promise],
    place: &Path,
    rng: &mut Seeded,
) -> Result<(), Wrong> {
    let store = opened(place, rng)?;
    store.check_file().map_err(|error| Wrong::Broken(format!("the check: {error}")))?;
    let mut texts = BTreeMap::new();
    for promise in promises {
        let kept = match &promise.fact {
            Fact::Word(answer, word) => has_word(&store, *answer, word, &mut texts, rng)?,
            Fact::Title(nth) => has_title(&store, &workload.titles[*nth..])?,
            Fact::Counter(counter) => store.identity().map_err(broken)?.last_counter >= *counter,
            Fact::Backup(name) => verify_file(&place.join(name), &key()).is_ok(),
            Fact::Pushed(..) | Fact::Joined(..) => false,
        };
        if !kept {
            return Err(Wrong::Lost(told(&promise.fact)));
        }
    }
    Ok(())
}

fn told(fact: &Fact) -> String {
    match fact {
        Fact::Word(_, word) => format!("the word {word}"),
        Fact::Title(nth) => format!("title {nth}"),
        Fact::Counter(counter) => format!("counter {counter}"),
        Fact::Backup(name) => format!("the backup {}", name.display()),
        Fact::Pushed(..) | Fact::Joined(..) => "a hub's promise".to_owned(),
    }
}

fn opened(place: &Path, rng: &mut Seeded) -> Result<Store, Wrong> {
    let config = Config::new(place).with_random(rng.fork().for_store());
    open(config, &key(), LATER_MS, VERSION)
        .map_err(|error| Wrong::Broken(format!("it does not open: {error}")))
}

fn has_title(store: &Store, titles: &[String]) -> Result<bool, Wrong> {
    let row = store.read(|reader| reader.get::<Call>(call(0))).map_err(broken)?;
    Ok(row.is_some_and(|row| titles.contains(&row.record.title)))
}

/// Looks for a word where it was typed, and where it is not there any more, in the backups.
fn has_word(
    store: &Store,
    answer: AnswerId,
    word: &str,
    texts: &mut BTreeMap<AnswerId, String>,
    rng: &mut Seeded,
) -> Result<bool, Wrong> {
    let text = match texts.entry(answer) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(new) => new.insert(text_of(store, answer)?),
    };
    if text.contains(word) {
        return Ok(true);
    }
    for backup in list_backups(store.folder()).map_err(broken)? {
        let elsewhere = folder().map_err(broken)?;
        restore_file(elsewhere.path(), &backup.path, &key(), &mut rng.fork().for_store(), VERSION, LATER_MS)
            .map_err(|error| Wrong::Broken(format!("the backup {}: {error}", backup.why)))?;
        if text_of(&opened(elsewhere.path(), rng)?, answer)?.contains(word) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn text_of(store: &Store, answer: AnswerId) -> Result<String, Wrong> {
    let Some(parts) = store.read(|reader| reader.text(answer)).map_err(broken)? else {
        return Ok(String::new());
    };
    let updates = parts.updates.iter().map(|update| update.bytes.as_slice());
    let doc = TextDoc::open(parts.snapshot.as_deref(), updates, 0).map_err(broken)?;
    plain_of(&doc).map_err(broken)
}
