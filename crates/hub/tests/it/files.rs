//! Files, on every engine: up in parts whatever is cut or lost, whole or not at all, and told to nobody who may not
//! read the space.

use crate::kit::{Desk, Network, fields, id};
use linchpin_domain::canonical::sha256_hex;
use linchpin_domain::change::Outcome;
use linchpin_domain::file::FileKind;
use linchpin_domain::id::FileId;
use linchpin_domain::record::{DELETED, file::File};
use linchpin_domain::role::{Given, NetworkRole, ResponseRole};
use linchpin_domain::space::Space;
use linchpin_hub::{FilesSeen, Swept};
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::files::{FileRequest, FileState, part_of, parts_of};
use linchpin_protocol::limits::{FILE_BYTES, FILE_PART_BYTES};
use serde_json::json;

const DAY_MS: u64 = 24 * 60 * 60_000;

/// A PDF of so many bytes, each kind with bytes of its own.
pub(crate) fn pdf(bytes: u64, seed: u8) -> Vec<u8> {
    let mut pdf = format!("%PDF-1.7 {seed} ").into_bytes();
    let rest = (0_u64..).map(|n| (n * 31 + n / 251) as u8 ^ seed);
    pdf.extend(rest.take(usize::try_from(bytes).unwrap() - pdf.len()));
    pdf
}

pub(crate) fn request(space: &Space, bytes: &[u8]) -> FileRequest {
    FileRequest { space: space.clone(), sha256: sha256_hex(bytes), size: bytes.len() as u64 }
}

impl Desk {
    pub(crate) fn begins(&self, network: &Network, file: &FileRequest) -> Result<FileState, ErrorCode> {
        self.asked(network, "/v1/files/begin", serde_json::to_vec(file).unwrap())
    }

    pub(crate) fn finishes(&self, network: &Network, file: &FileRequest) -> Result<FileState, ErrorCode> {
        self.asked(network, "/v1/files/finish", serde_json::to_vec(file).unwrap())
    }

    pub(crate) fn sends_part(
        &self,
        network: &Network,
        file: &FileRequest,
        part: u32,
        bytes: &[u8],
    ) -> Result<FileState, ErrorCode> {
        let FileRequest { space, sha256, .. } = file;
        self.asked(
            network,
            &format!("/v1/files/part?space={space}&sha256={sha256}&part={part}"),
            bytes.to_vec(),
        )
    }

    fn asked(&self, network: &Network, target: &str, body: Vec<u8>) -> Result<FileState, ErrorCode> {
        let request = self.signed_at(network.now.get(), "POST", target, body);
        let answer = network.handle(&request);
        match answer.status {
            200 => Ok(serde_json::from_slice(&answer.body).unwrap()),
            _ => Err(serde_json::from_slice::<linchpin_protocol::error::Problem>(&answer.body).unwrap().code),
        }
    }

    /// Sends a file up, whatever is there of it.
    pub(crate) fn sends_up(
        &self,
        network: &Network,
        space: &Space,
        bytes: &[u8],
    ) -> Result<FileRequest, ErrorCode> {
        let file = request(space, bytes);
        let state = self.begins(network, &file)?;
        if state.done {
            return Ok(file);
        }
        for part in (0..parts_of(file.size)).filter(|part| !state.parts.contains(part)) {
            self.sends_part(network, &file, part, piece(bytes, part))?;
        }
        assert!(self.finishes(network, &file)?.done);
        Ok(file)
    }

    /// Asks for bytes of a file; returns status, body and headers.
    pub(crate) fn gets(
        &self,
        network: &Network,
        space: &Space,
        sha256: &str,
        from: u64,
    ) -> (u16, Vec<u8>, Vec<(&'static str, String)>) {
        let target = format!("/v1/spaces/{space}/file?sha256={sha256}&from={from}");
        let answer = network.handle(&self.signed_at(network.now.get(), "GET", &target, Vec::new()));
        (answer.status, answer.body, answer.headers)
    }

    /// Reads a whole file by ranges.
    pub(crate) fn reads(&self, network: &Network, file: &FileRequest) -> Vec<u8> {
        let mut bytes = Vec::new();
        while (bytes.len() as u64) < file.size {
            let (status, more, _) = self.gets(network, &file.space, &file.sha256, bytes.len() as u64);
            assert!(status == 200 && !more.is_empty() && more.len() as u64 <= FILE_PART_BYTES);
            bytes.extend(more);
        }
        bytes
    }

    fn speaks_of(&self, network: &Network, n: u8, file: &FileRequest) {
        let record = File {
            name: "Evidence.pdf".into(),
            kind: Some(FileKind::Pdf),
            size: file.size,
            sha256: file.sha256.clone(),
            ..File::default()
        };
        let made = self.push(network, &file.space, 1_000, self.creates(network, id::<FileId>(n), &record));
        assert!(matches!(made.outcome, Outcome::Applied { .. }), "{made:?}");
    }
}

fn piece(bytes: &[u8], part: u32) -> &[u8] {
    let (from, size) = part_of(bytes.len() as u64, part).unwrap();
    &bytes[from as usize..(from + size) as usize]
}

#[test]
fn a_file_goes_up_in_parts_and_comes_down_by_ranges() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let bytes = pdf(2 * FILE_PART_BYTES + 77, 1);
        let file = asha.sends_up(&network, &opened.of_response(), &bytes).unwrap();
        assert_eq!(tom.reads(&network, &file), bytes);
        let (status, tail, headers) = tom.gets(&network, &file.space, &file.sha256, 2 * FILE_PART_BYTES + 70);
        assert_eq!((status, tail.as_slice()), (200, &bytes[bytes.len() - 7..]));
        for (name, value) in [
            ("content-disposition", "attachment"),
            ("x-content-type-options", "nosniff"),
            ("content-type", "application/octet-stream"),
            ("linchpin-file-size", &file.size.to_string()),
        ] {
            assert!(headers.contains(&(name, value.to_owned())), "{name}");
        }
        for from in [file.size, file.size + 5, u64::MAX] {
            let (status, beyond, _) = tom.gets(&network, &file.space, &file.sha256, from);
            assert_eq!((status, beyond.len()), (200, 0));
        }
        let again = network.again(network.now.get() + 1, 5);
        assert_eq!(tom.reads(&again, &file), bytes, "it is there after a restart");
    }
}

#[test]
fn cut_behind_any_part_a_file_goes_on_where_it_was() {
    for mut network in Network::on_every_engine() {
        let (asha, _, opened) = network.two_managers();
        let bytes = pdf(3 * FILE_PART_BYTES + 5, 2);
        let file = request(&opened.of_response(), &bytes);
        // Parts come in any order, some twice; behind each the line breaks, and the hub starts anew.
        let mut here = Vec::new();
        for (n, part) in (1_u64..).zip([2, 0, 2, 3, 1]) {
            network = network.again(network.now.get() + n, n);
            assert_eq!(asha.begins(&network, &file), Ok(FileState { done: false, parts: here.clone() }));
            let half = asha.finishes(&network, &file).unwrap();
            assert_eq!(half, FileState { done: false, parts: here.clone() }, "half a file is none");
            assert_eq!(asha.gets(&network, &file.space, &file.sha256, 0).0, 404);
            let state = asha.sends_part(&network, &file, part, piece(&bytes, part)).unwrap();
            here = state.parts;
            assert!(here.contains(&part));
        }
        network = network.again(network.now.get() + 10, 10);
        // The answer to the last word is lost, so it is said again; and a part comes once more.
        for _ in 0..2 {
            assert!(asha.finishes(&network, &file).unwrap().done);
        }
        assert!(asha.sends_part(&network, &file, 0, piece(&bytes, 0)).unwrap().done);
        assert!(asha.begins(&network, &file).unwrap().done);
        assert_eq!(asha.reads(&network, &file), bytes);
    }
}

#[test]
fn what_is_not_the_file_that_was_said_never_counts() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let (space, bytes) = (opened.of_response(), pdf(FILE_PART_BYTES + 9, 3));
        let file = request(&space, &bytes);
        // A part of another length, or one that the file does not have.
        asha.begins(&network, &file).unwrap();
        for (part, bytes) in [(0, &bytes[1..9]), (1, &bytes[..8]), (2, &bytes[..9]), (1, &[])] {
            assert_eq!(asha.sends_part(&network, &file, part, bytes), Err(ErrorCode::BadRequest));
        }
        let large = vec![0; FILE_PART_BYTES as usize + 1];
        assert_eq!(asha.sends_part(&network, &file, 0, &large), Err(ErrorCode::TooLarge));
        // Another hash than the bytes have.
        let mut wrong = bytes.clone();
        wrong[500] ^= 1;
        for part in 0..2 {
            asha.sends_part(&network, &file, part, piece(&wrong, part)).unwrap();
        }
        assert_eq!(asha.finishes(&network, &file), Err(ErrorCode::WrongFile));
        assert_eq!(asha.finishes(&network, &file), Err(ErrorCode::NotFound), "nothing of it is left");
        assert_eq!(tom.gets(&network, &space, &file.sha256, 0).0, 404);
        // Another size than was said at first.
        asha.begins(&network, &file).unwrap();
        let longer = FileRequest { size: file.size + 1, ..file.clone() };
        assert_eq!(asha.begins(&network, &longer), Err(ErrorCode::WrongFile));
        // Content that may not be added, whatever its record says.
        let program = [b"MZ\x90\0".as_slice(), &[7; 90]].concat();
        assert_eq!(asha.sends_up(&network, &space, &program), Err(ErrorCode::WrongFile));
        // And then the true one.
        assert_eq!(asha.sends_up(&network, &space, &bytes), Ok(file.clone()));
        assert_eq!(tom.reads(&network, &file), bytes);
    }
}

#[test]
fn a_part_that_arrives_behind_the_end_changes_nothing() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let bytes = pdf(90, 4);
        let file = asha.sends_up(&network, &opened.of_response(), &bytes).unwrap();
        let other = pdf(90, 5);
        for desk in [&asha, &tom] {
            assert!(desk.sends_part(&network, &file, 0, &other).unwrap().done, "it is passed over");
        }
        assert_eq!(tom.reads(&network, &file), bytes);
    }
}

#[test]
fn two_devices_that_send_the_same_file_do_not_meet() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let (space, bytes) = (opened.of_response(), pdf(FILE_PART_BYTES + 9, 6));
        let file = request(&space, &bytes);
        asha.begins(&network, &file).unwrap();
        // What one spoils is not what the other sends.
        let spoilt = vec![0; FILE_PART_BYTES as usize];
        asha.sends_part(&network, &file, 0, &spoilt).unwrap();
        assert_eq!(tom.begins(&network, &file).unwrap().parts, Vec::<u32>::new());
        assert_eq!(tom.sends_up(&network, &space, &bytes), Ok(file.clone()));
        assert!(asha.begins(&network, &file).unwrap().done, "a space has a file once");
        assert_eq!(asha.reads(&network, &file), bytes);
    }
}

#[test]
fn a_file_is_not_too_large_and_a_space_has_an_end() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let file =
            |space: &Space, n: u8, size| FileRequest { space: space.clone(), sha256: sha256_hex(&[n]), size };
        let response = opened.of_response();
        assert_eq!(asha.begins(&network, &file(&response, 0, FILE_BYTES + 1)), Err(ErrorCode::TooLarge));
        assert_eq!(asha.begins(&network, &file(&response, 0, 0)), Err(ErrorCode::BadRequest));
        let odd = FileRequest { sha256: "AB".repeat(32), ..file(&response, 0, 9) };
        assert_eq!(asha.begins(&network, &odd), Err(ErrorCode::BadRequest));
        // What was begun counts, whoever began it.
        for n in 0..20 {
            let desk = if n % 2 == 0 { &asha } else { &tom };
            assert!(!desk.begins(&network, &file(&response, n, FILE_BYTES)).unwrap().done);
        }
        assert_eq!(asha.begins(&network, &file(&response, 20, 1)), Err(ErrorCode::NoRoom));
        assert!(asha.begins(&network, &file(&response, 0, FILE_BYTES)).is_ok(), "what was begun goes on");
        assert!(asha.begins(&network, &file(&opened.of_call(), 20, 1)).is_ok(), "another space has room");
        let ana = network.person_of(7, NetworkRole::LocalCoordinator, "Y60");
        let region = Space::Region("Y60".to_owned());
        let begun = (0..=90).take_while(|n| ana.begins(&network, &file(&region, *n, FILE_BYTES)).is_ok());
        assert_eq!(begun.count(), 81, "82 of them are more than 2 GiB");
        // What was never sent is forgotten after a week, and there is room again.
        let later = network.again(network.now.get() + 8 * DAY_MS, 9);
        assert!(later.hub.sweep_files(later.now.get(), false).unwrap().uploads >= 20);
        assert!(asha.begins(&later, &file(&response, 20, 1)).is_ok());
    }
}

#[test]
fn what_one_person_adds_has_an_end_in_all_spaces_together() {
    let network = Network::new();
    let (asha, tom) = (network.person(1), network.person(2));
    let spaces: Vec<Space> = (0..9).map(|n| asha.opens(&network, 20 + 3 * n).of_response()).collect();
    let begins = |desk: &Desk, n: u32| {
        let space = spaces[n as usize / 20].clone();
        let file = FileRequest { space, sha256: sha256_hex(&n.to_be_bytes()), size: FILE_BYTES };
        desk.begins(&network, &file)
    };
    let begun = (0..180).take_while(|n| begins(&asha, *n).is_ok()).count();
    // Each file counts 64 KiB beside its bytes.
    assert_eq!(begun as u64, (4 << 30) / (FILE_BYTES + (64 << 10)));
    assert_eq!(begins(&asha, 164), Err(ErrorCode::NoRoom));
    assert!(begins(&tom, 164).is_ok(), "another person has room in the same space");
}

#[test]
fn whoever_may_not_read_a_space_cannot_tell_which_files_are_there() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let (space, bytes) = (opened.of_response(), pdf(100, 7));
        let file = asha.sends_up(&network, &space, &bytes).unwrap();
        let none = request(&space, &pdf(100, 8));
        let nowhere = Space::Response(id(99));
        let barred = asha.shares(&network, &space, Some(tom.person), None);
        assert!(matches!(barred, Outcome::Applied { .. }));
        let hidden = tom.gets(&network, &space, &file.sha256, 0);
        assert_eq!(hidden.0, 404);
        for (space, sha256) in [(&space, &none.sha256), (&nowhere, &file.sha256), (&nowhere, &none.sha256)] {
            assert_eq!(tom.gets(&network, space, sha256, 0), hidden, "the very same bytes");
        }
        for file in [&file, &none, &FileRequest { space: nowhere, ..file.clone() }] {
            assert_eq!(tom.begins(&network, file), Err(ErrorCode::NotFound));
            assert_eq!(tom.finishes(&network, file), Err(ErrorCode::NotFound));
            assert_eq!(tom.sends_part(&network, file, 0, &bytes), Err(ErrorCode::NotFound));
        }
        // In a space of his own the same bytes are as unknown as any: nothing tells that they are somewhere else.
        let own = request(&opened.of_call(), &bytes);
        assert_eq!(tom.begins(&network, &own), Ok(FileState { done: false, parts: Vec::new() }));
        assert_eq!(tom.gets(&network, &own.space, &own.sha256, 0), hidden);
    }
}

#[test]
fn whoever_only_reads_adds_nothing_and_whoever_lost_the_right_ends_nothing() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let (space, bytes) = (opened.of_response(), pdf(100, 9));
        let there = asha.sends_up(&network, &space, &bytes).unwrap();
        let file = request(&space, &pdf(100, 10));
        tom.begins(&network, &file).unwrap();
        tom.sends_part(&network, &file, 0, &pdf(100, 10)).unwrap();
        asha.shares(&network, &space, Some(tom.person), Some(Given::Role(ResponseRole::Observer)));
        assert_eq!(tom.finishes(&network, &file), Err(ErrorCode::NotAllowed));
        assert_eq!(tom.begins(&network, &file), Err(ErrorCode::NotAllowed));
        assert_eq!(tom.begins(&network, &there), Err(ErrorCode::NotAllowed));
        assert_eq!(tom.reads(&network, &there), bytes, "an observer reads");
        assert_eq!(asha.gets(&network, &space, &file.sha256, 0).0, 404);
    }
}

#[test]
fn what_nothing_speaks_of_is_swept_away_after_some_days_and_nothing_else() {
    for network in Network::on_every_engine() {
        let (asha, _, opened) = network.two_managers();
        let space = opened.of_response();
        let [kept, deleted, unnamed] =
            [11, 12, 13].map(|n| asha.sends_up(&network, &space, &pdf(100, n)).unwrap());
        asha.speaks_of(&network, 50, &kept);
        asha.speaks_of(&network, 51, &deleted);
        let gone =
            asha.sets::<File>(network.now.get() + 1, id::<FileId>(51), fields(&[(DELETED, json!(true))]));
        asha.push(&network, &space, 1_000, gone);
        let sweep = |days: u64, dry| network.hub.sweep_files(network.now.get() + days * DAY_MS, dry).unwrap();
        assert_eq!(sweep(0, false), Swept::default(), "it is only seen");
        // Whoever deleted it may take that back within 90 days, and be away for 400 after that.
        assert_eq!(sweep(499, false), Swept::default());
        let found = Swept { files: 2, bytes: 200, ..Swept::default() };
        assert_eq!(sweep(501, true), found, "it is only said");
        assert_eq!(asha.gets(&network, &space, &unnamed.sha256, 0).0, 200);
        // A deletion that is taken back keeps the file.
        let back =
            asha.sets::<File>(network.now.get() + 2, id::<FileId>(51), fields(&[(DELETED, json!(false))]));
        asha.push(&network, &space, 1_000, back);
        assert_eq!(sweep(501, false), Swept { files: 1, bytes: 100, ..Swept::default() });
        assert_eq!(sweep(1_100, false), Swept::default());
        for (file, status) in [(&kept, 200), (&deleted, 200), (&unnamed, 404)] {
            assert_eq!(asha.gets(&network, &space, &file.sha256, 0).0, status);
        }
        assert_eq!(network.hub.check_files().unwrap(), FilesSeen { whole: 2, bad: Vec::new() });
    }
}

#[test]
fn a_copy_of_a_hub_has_its_files_and_is_put_back_with_them() {
    let network = crate::engines::Place::folder().init();
    let (asha, tom, opened) = network.two_managers();
    let bytes = pdf(FILE_PART_BYTES + 1, 16);
    let file = asha.sends_up(&network, &opened.of_response(), &bytes).unwrap();
    asha.begins(&network, &request(&opened.of_response(), &pdf(9_000, 17))).unwrap();
    let folder = tempfile::TempDir::new().unwrap();
    let copy = folder.path().join("night.db");
    network.hub.backup(&copy).unwrap();
    assert!(folder.path().join("night.db.files").is_dir());
    let elsewhere = folder.path().join("elsewhere");
    let (now, random) = (network.now.get() + 1, crate::kit::seeded(3));
    linchpin_hub::Hub::restore(&elsewhere, &copy, now, random).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&elsewhere).unwrap().permissions().mode() & 0o077, 0);
    }
    let hub = linchpin_hub::Hub::open(&elsewhere, now, crate::kit::seeded(4)).unwrap();
    assert_eq!(hub.check_files().unwrap(), FilesSeen { whole: 1, bad: Vec::new() });
    let back = Network { hub: hub.into(), now: std::cell::Cell::new(now), place: network.place.clone() };
    assert_eq!(tom.reads(&back, &file), bytes);
}

#[test]
fn files_move_to_the_other_engine_and_back() {
    let network = crate::engines::Place::folder().init();
    let (asha, tom, opened) = network.two_managers();
    let sizes = [FILE_PART_BYTES * 2 + 3, 100];
    let files = sizes.map(|size| asha.sends_up(&network, &opened.of_response(), &pdf(size, 18)).unwrap());
    let (file, moved) = crate::moving::exported(&network);
    for place in
        [Some(crate::engines::Place::folder()), crate::engines::Place::postgres()].into_iter().flatten()
    {
        // A byte of a file that is another, or half of them: nothing was taken in.
        let plain = zstd::decode_all(file.as_slice()).unwrap();
        let lines: Vec<&[u8]> = plain.split_inclusive(|byte| *byte == b'\n').collect();
        let at = lines.iter().position(|line| line.starts_with(b"[\"file_bytes\"")).unwrap();
        let without = [&lines[..at], &lines[at + 1..]].concat().concat();
        let packed = zstd::encode_all(without.as_slice(), 3).unwrap();
        assert!(crate::moving::imported(&place, &packed).is_err());
        assert_eq!(crate::moving::imported(&place, &file).unwrap(), moved);
        let there = crate::moving::opened(&place);
        assert_eq!(crate::moving::exported(&there), (file.clone(), moved.clone()), "not a byte is another");
        for (one, size) in files.iter().zip(sizes) {
            assert_eq!(tom.reads(&there, one), pdf(size, 18));
        }
    }
}
