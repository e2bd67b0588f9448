//! The folder of the profile: the one that was named or the usual one. A mistyped one is said, and never made by a
//! word that only looks.

use crate::Fault;
use crate::args::{Args, CallWord, Word};
use crate::words::{ask, text};
use linchpin_commands::Core;
use serde_json::json;
use std::path::PathBuf;

/// Returns the folder.
pub(crate) fn folder(args: &Args) -> Result<PathBuf, Fault> {
    let Some(folder) = &args.profile else {
        return linchpin_commands::folder::usual_folder().ok_or_else(|| {
            Fault::Mistake(
                "The system does not say where data of apps belong. Name a folder with --profile.".into(),
            )
        });
    };
    let shown = folder.display();
    if folder.exists() && !folder.is_dir() {
        return Err(Fault::Mistake(format!(
            "{shown} is a file and not the folder of a profile. Nothing was changed. Check --profile."
        )));
    }
    if !begins(&args.word) && !linchpin_commands::folder::holds_work(folder) {
        return Err(Fault::Mistake(format!(
            "There is no profile of Linchpin in {shown}. Nothing was made. Check --profile; \"linchpin join\" and \
             \"linchpin call add\" begin a new one."
        )));
    }
    Ok(folder.clone())
}

/// Tells whether a word may begin a new profile.
fn begins(word: &Word) -> bool {
    matches!(
        word,
        Word::Join { .. }
            | Word::SignIn { .. }
            | Word::Call(CallWord::Add { .. })
            | Word::Restore { .. }
            | Word::Invoke { .. }
    )
}

/// Says that the profile needs its passphrase, to every word that does not bring it.
pub(crate) fn refuse_locked(core: &Core, word: &Word) -> Result<(), Fault> {
    let opens = matches!(word, Word::Invoke { .. } | Word::Restore { .. });
    if opens || text(&ask(core, "app_state", json!({}))?, "/phase") != "locked" {
        return Ok(());
    }
    Err(Fault::Mistake(
        "This profile is locked. Your work is safe and unchanged. Give its passphrase in the variable \
         LINCHPIN_PASSPHRASE."
            .into(),
    ))
}
