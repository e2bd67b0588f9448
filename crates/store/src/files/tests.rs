//! What happens to a file while it is being moved out.

use super::*;
use crate::open::{Config, Key, open};
use crate::transact::By;
use linchpin_domain::file::FileKind;
use linchpin_domain::id::{CallId, PersonId};
use tempfile::TempDir;

#[test]
fn a_file_that_is_added_again_while_it_moves_out_stays_in_the_store() {
    let folder = TempDir::new().expect("a folder");
    let store = open(Config::new(folder.path()), &Key::Raw([1; 32]), 1, "0.1.0").expect("it opens");
    let by = By { person: PersonId::new(1, [2; 10]), now_ms: 1, what: "add" };
    let space = Space::Call(CallId::new(1, [3; 10]));
    let bytes = vec![7; 2 << 20];
    let sha256 = sha256_hex(&bytes);
    let adds = |n| {
        let file = FileId::new(1, [n; 10]);
        let record = File {
            name: "Evidence.pdf".into(),
            kind: Some(FileKind::Pdf),
            size: 2 << 20,
            sha256: sha256_hex(&bytes),
            ..File::default()
        };
        let added = store.transact(&by, |tx| {
            tx.create(file, &space, &record)?;
            tx.add_file(file, &space, &bytes)
        });
        added.expect("it is added");
    };
    let row =
        || store.read(|reader| found(reader.db, &space, &sha256)).expect("it reads").expect("it is there");
    adds(4);
    store.note_file_sent(&space, &sha256).expect("it is noted");
    let seen = row();
    adds(5);
    store.move_out(&seen).expect("it is looked at again");
    let now = row();
    assert_eq!((now.stands, now.stored.as_str()), (FileStands::Sending, ""), "every backup has it");
    assert_eq!(store.file_bytes(&space, &sha256).expect("it reads"), Some(bytes.clone()));
    // When the hub has it, it moves out.
    store.note_file_sent(&space, &sha256).expect("it is noted");
    store.tidy_files().expect("it moves out");
    assert!(!row().stored.is_empty());
    assert_eq!(store.file_bytes(&space, &sha256).expect("it reads"), Some(bytes));
}
