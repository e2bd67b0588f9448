//! A file that somebody added to a space. The record says what it is; its bytes travel apart from it and are known by
//! their SHA-256, so a file is never another one than the record says.

use crate::Wrong;
use crate::file::{FileKind, MOST_BYTES, is_sha256};
use crate::id::PersonId;
use crate::record::record;

record! {
    /// A file.
    File, schema 1, place [Me, Org, Region, Nation, National, Call, Response], words false {
        /// Its name, as whoever added it had it.
        name: String = "name" LastWriter 402;
        /// What kind of file it is.
        kind: Option<FileKind> = "kind" LastWriter 20;
        /// How many bytes it has.
        size: u64 = "size" LastWriter 12;
        /// The SHA-256 of its bytes, in small hexadecimal digits.
        sha256: String = "sha256" LastWriter 66;
        /// Who added it.
        added_by: Option<PersonId> = "addedBy" LastWriter 60;
        /// When, in milliseconds since 1970.
        added_at: u64 = "addedAt" LastWriter 20;
    }
    check |file| {
        match FileKind::of_name(&file.name) {
            Err(_) => return Err(Wrong::new("name", "is not the name of a file that may be added")),
            Ok(kind) if file.kind != Some(kind) => {
                return Err(Wrong::new("kind", "is another than the name says"));
            }
            Ok(_) => {}
        }
        if !is_sha256(&file.sha256) {
            return Err(Wrong::new("sha256", "has 64 small hexadecimal digits"));
        }
        if file.size == 0 || file.size > MOST_BYTES {
            return Err(Wrong::new("size", "is between 1 byte and 25 MiB"));
        }
        Ok(())
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Record;

    #[test]
    fn a_file_has_a_name_of_its_kind_a_size_and_a_hash() {
        let good = File {
            name: "Our evidence.pdf".into(),
            kind: Some(FileKind::Pdf),
            size: 9,
            sha256: "0a".repeat(32),
            ..File::default()
        };
        assert_eq!(good.check(), Ok(()));
        let wrong = |change: fn(&mut File)| {
            let mut file = good.clone();
            change(&mut file);
            file.check().map_err(|wrong| wrong.field)
        };
        assert_eq!(wrong(|file| file.name = "Our evidence.exe".into()), Err("name"));
        assert_eq!(wrong(|file| file.name = "Our evidence.txt".into()), Err("kind"));
        assert_eq!(wrong(|file| file.kind = None), Err("kind"));
        assert_eq!(wrong(|file| file.sha256 = "0A".repeat(32)), Err("sha256"));
        assert_eq!(wrong(|file| file.sha256.clear()), Err("sha256"));
        assert_eq!(wrong(|file| file.size = 0), Err("size"));
        assert_eq!(wrong(|file| file.size = MOST_BYTES + 1), Err("size"));
    }
}
