//! A hub moves from a folder to a database and back, and is the same afterwards to everybody who knew it.

use crate::engines::{Place, files_beside};
use crate::kit::{Desk, NOW, Network, Opened, text};
use linchpin_domain::change::{Change, Outcome};
use linchpin_hub::{Hub, HubError, Moved};
use linchpin_text::TextDoc;
use linchpin_text::edit::append;

/// Writes apart in one answer, so that the hub leaves something to look at.
fn write_apart(network: &Network, (asha, tom): (&Desk, &Desk), opened: &Opened) -> Change {
    let space = opened.of_response();
    let (mut ours, mut theirs) = (TextDoc::new(601), TextDoc::new(602));
    let first = append(&mut ours, "One wrote this.").unwrap();
    let second = append(&mut theirs, "The other that.").unwrap();
    let change = asha.change(network, &space, 2, text(opened.answer, &[], first));
    asha.pushes(network, std::slice::from_ref(&change));
    tom.push(network, &space, 2, text(opened.answer, &[], second));
    change
}

pub(crate) fn exported(network: &Network) -> (Vec<u8>, Moved) {
    let mut file = Vec::new();
    let (moved, _) = network.hub.export(&mut file).unwrap();
    (file, moved)
}

/// Makes a hub of a file where there is none yet.
pub(crate) fn imported(place: &Place, mut file: &[u8]) -> Result<Moved, HubError> {
    match place {
        Place::Memory => panic!("nothing moves into memory"),
        Place::Folder(folder) => Hub::import(&folder.path().join("hub"), &mut file),
        Place::Postgres(url) => Hub::import_postgres(url, Some(&files_beside(url)), &mut file),
    }
}

pub(crate) fn opened(place: &Place) -> Network {
    let random = crate::kit::seeded(8);
    let hub = match place {
        Place::Memory => panic!("nothing moves into memory"),
        Place::Folder(folder) => Hub::open(&folder.path().join("hub"), NOW, random),
        Place::Postgres(url) => {
            Hub::open_postgres(url, NOW, random).and_then(|hub| hub.with_files(&files_beside(url)))
        }
    };
    Network { hub: hub.unwrap().into(), now: std::cell::Cell::new(NOW + 1_000), place: place.clone() }
}

#[test]
fn a_hub_moves_to_the_other_engine_and_back_and_nobody_notices() {
    let Some(database) = Place::postgres() else { return };
    let network = Place::folder().init();
    let (asha, tom, work) = network.two_managers();
    let change = write_apart(&network, (&asha, &tom), &work);
    let nonce = asha.hello(&network, None).nonce;
    let (space, before) = (work.of_response(), network.hub.status(NOW).unwrap());
    let entries = tom.entries(&network, &space, 100);
    assert!(serde_json::to_string(&entries).unwrap().contains("\"notice\""));
    let (file, moved) = exported(&network);

    assert_eq!(imported(&database, &file).unwrap(), moved);
    let there = opened(&database);
    assert_eq!(exported(&there), (file.clone(), moved.clone()), "not a byte is another");
    let folder = Place::folder();
    assert_eq!(imported(&folder, &exported(&there).0).unwrap(), moved);
    let back = opened(&folder);
    assert_eq!(exported(&back).1, moved);

    for here in [there, back] {
        let after = here.hub.status(NOW).unwrap();
        assert_eq!(
            (after.hub, after.epoch, after.entries),
            (before.hub.clone(), before.epoch, before.entries)
        );
        assert_eq!(tom.entries(&here, &space, 100), entries);
        assert_eq!(asha.hello(&here, Some(&nonce)).epoch, before.epoch, "the desk is known by its nonce");
        let again = asha.pushes(&here, std::slice::from_ref(&change)).results.remove(0);
        assert!(again.duplicate && matches!(again.outcome, Outcome::Applied { seq: 3 }), "{again:?}");
    }
}

#[test]
fn a_hub_moves_into_nothing_but_an_empty_place_and_whole_or_not_at_all() {
    let network = Place::folder().init();
    network.two_managers();
    let (file, moved) = exported(&network);
    for place in [Some(Place::folder()), Place::postgres()].into_iter().flatten() {
        for wrong in [&file[..file.len() / 2], &file[..file.len() - 9], b"no file of ours"] {
            assert!(imported(&place, wrong).is_err());
        }
        assert_eq!(imported(&place, &file).unwrap(), moved, "what failed left nothing");
        assert!(matches!(imported(&place, &file), Err(HubError::HubThere)));
        assert_eq!(exported(&opened(&place)).1, moved);
    }
}
