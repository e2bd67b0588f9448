//! Numbers that appear in order: whoever reads by "greater than the last I saw" must miss nothing, however the
//! commits of several writers fall. The same race over numbers that the database draws shows that it can be lost.

use crate::engines::Place;
use crate::kit::{NOW, Network, Opened};
use linchpin_domain::change::{Asked, Op, Outcome};
use linchpin_domain::command::Command;
use linchpin_domain::id::{CommandId, RecordId};
use linchpin_domain::record::call::Call;
use linchpin_domain::space::Space;
use postgres::{Client, NoTls};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

const WRITERS: u8 = 8;
const PUSHES: u64 = 40;
const SPACES: u8 = 4;

/// Makes a commit that wrote to a table take a moment longer, now more and now less: 3 ms at most.
pub(crate) fn late_commits(url: &str, table: &str, most_s: f64) {
    let sql = format!(
        "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN PERFORM pg_sleep(random() * {most_s}); RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER late AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION late();"
    );
    Client::connect(url, NoTls).unwrap().batch_execute(&sql).unwrap();
}

/// Lets all write at once while `read` is called again and again, and once more when all have written.
fn race(writers: Vec<Box<dyn FnOnce() + Send>>, mut read: impl FnMut()) {
    let writing = AtomicUsize::new(writers.len());
    thread::scope(|scope| {
        for writer in writers {
            scope.spawn(|| {
                writer();
                writing.fetch_sub(1, Ordering::SeqCst);
            });
        }
        while writing.load(Ordering::SeqCst) > 0 {
            read();
        }
    });
    read();
}

#[test]
fn whoever_reads_by_the_last_number_misses_nothing_of_eight_writers() {
    let Some(network) = Network::on_postgres() else { return };
    let reader = network.person(100);
    let spaces: Vec<Space> = (0..SPACES).map(|n| reader.opens(&network, 20 + 2 * n).of_call()).collect();
    late_commits(network.place.url(), "change_log", 0.003);
    let writers = (1..=WRITERS).map(|n| {
        // Each is a process of its own.
        let (own, desk, spaces) = (network.again(NOW, u64::from(n)), network.person(n), spaces.clone());
        Box::new(move || {
            for push in 0..PUSHES {
                let space = &spaces[usize::try_from((push * 7 + u64::from(n)) % 4).unwrap()];
                let call = Call { title: "Written at once".into(), ..Call::default() };
                let record = RecordId::new(NOW + push, [n; 10]);
                let answered = desk.push(&own, space, 1, desk.creates(&own, record, &call));
                assert!(matches!(answered.outcome, Outcome::Applied { .. }), "{answered:?}");
            }
        }) as Box<dyn FnOnce() + Send>
    });
    let mut cursors: BTreeMap<Space, u64> = spaces.iter().map(|space| (space.clone(), 1)).collect();
    let mut read = 0;
    race(writers.collect(), || {
        let asked: Vec<_> = cursors.clone().into_iter().collect();
        for page in reader.pulls(&network, &asked, 1_000).pages {
            let cursor = cursors.get_mut(&page.space).unwrap();
            for entry in page.entries {
                assert_eq!(entry.seq, *cursor + 1, "a number of {} was skipped", page.space);
                *cursor = entry.seq;
                read += 1;
            }
        }
    });
    assert_eq!(read, u64::from(WRITERS) * PUSHES);
    for (space, cursor) in cursors {
        let filled = reader.part(&network, &format!("/v1/spaces/{space}/bootstrap?part=0")).0;
        assert_eq!(filled.seq, cursor);
    }
}

#[test]
fn the_same_race_over_drawn_numbers_is_lost() {
    let Some(place) = Place::postgres() else { return };
    let url = place.url();
    let mut client = Client::connect(url, NoTls).unwrap();
    client.batch_execute("CREATE TABLE drawn (no BIGSERIAL PRIMARY KEY, writer BIGINT NOT NULL)").unwrap();
    late_commits(url, "drawn", 0.003);
    let writers = (1..=WRITERS).map(|n| {
        let mut client = Client::connect(url, NoTls).unwrap();
        Box::new(move || {
            for _ in 0..PUSHES {
                client.execute("INSERT INTO drawn (writer) VALUES ($1)", &[&i64::from(n)]).unwrap();
            }
        }) as Box<dyn FnOnce() + Send>
    });
    let (mut cursor, mut read) = (0_i64, 0);
    race(writers.collect(), || {
        for row in client.query("SELECT no FROM drawn WHERE no > $1 ORDER BY no", &[&cursor]).unwrap() {
            (cursor, read) = (row.get(0), read + 1);
        }
    });
    let all: i64 = client.query_one("SELECT count(*) FROM drawn", &[]).unwrap().get(0);
    assert_eq!(all, i64::from(WRITERS) * i64::try_from(PUSHES).unwrap());
    assert!(read < all, "nothing was skipped: this race proves nothing");
}

#[test]
fn pushes_that_meet_are_decided_one_after_the_other() {
    let Some(network) = Network::on_postgres() else { return };
    let (asha, tom) = (network.person(1), network.person(2));
    let calls: Vec<Opened> = (0..4).map(|n| asha.opens(&network, 20 + 2 * n)).collect();
    late_commits(network.place.url(), "change_log", 0.001);
    let call = Call { title: "Met".into(), ..Call::default() };
    let races: Vec<_> = [(asha, 3), (tom, 4)]
        .into_iter()
        .map(|(desk, seed)| {
            let (own, calls, call) = (network.again(NOW, seed), calls.clone(), call.clone());
            thread::spawn(move || {
                let mut applied = 0;
                for n in 0..25 {
                    // Both touch all spaces, one forwards and one backwards, and one id is made in two of them.
                    let record = RecordId::new(NOW + n, [200; 10]);
                    let mut order = calls.clone();
                    if seed == 3 {
                        order.reverse();
                    }
                    let made = |at: &Opened, record: RecordId| {
                        desk.change(&own, &at.of_call(), 1, desk.creates(&own, record, &call))
                    };
                    let others = order.iter().zip(0_u8..).map(|(at, m)| {
                        made(at, RecordId::new(NOW + n, [u8::try_from(seed).unwrap() * 10 + m; 10]))
                    });
                    let mut changes = vec![made(&order[0], record)];
                    changes.extend(others.collect::<Vec<_>>());
                    let results = desk.pushes(&own, &changes).results;
                    assert!(results[1..].iter().all(|one| matches!(one.outcome, Outcome::Applied { .. })));
                    applied += usize::from(matches!(results[0].outcome, Outcome::Applied { .. }));
                }
                applied
            })
        })
        .collect();
    let applied: usize = races.into_iter().map(|race| race.join().unwrap()).sum();
    assert_eq!(applied, 25, "each id was made once, in one of the two spaces");
}

#[test]
fn what_two_open_at_the_same_moment_is_one_space() {
    let Some(network) = Network::on_postgres() else { return };
    let desks: Vec<_> = (1..=4).map(|n| network.person(n)).collect();
    late_commits(network.place.url(), "change_log", 0.003);
    let opening: Vec<_> = desks
        .into_iter()
        .map(|desk| {
            let own = network.again(NOW, desk.replica.0);
            thread::spawn(move || {
                for n in 0..10 {
                    let opened = Opened::new(20 + 2 * n);
                    let command = Command::OpenCall { call: opened.call };
                    let cid = CommandId::new(NOW + u64::from(n), [u8::try_from(desk.replica.0).unwrap(); 10]);
                    let asked = Op::Cmd(Asked { cid, command });
                    // Whoever comes second finds it open, which is what was asked for.
                    let answered = desk.push(&own, &opened.of_call(), 0, asked);
                    assert_eq!(answered.outcome, Outcome::Applied { seq: 1 });
                }
            })
        })
        .collect();
    opening.into_iter().for_each(|one| one.join().unwrap());
    let reader = network.person(100);
    for n in 0..10 {
        let entries = reader.entries(&network, &Opened::new(20 + 2 * n).of_call(), 100);
        assert_eq!(entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [1]);
    }
}

#[test]
fn nothing_is_taken_from_a_device_once_it_was_cut_off() {
    let Some(network) = Network::on_postgres() else { return };
    let (asha, tom) = (network.person(1), network.person(2));
    let space = asha.opens(&network, 20).of_call();
    late_commits(network.place.url(), "change_log", 0.02);
    let (own, device, of_tom) = (network.again(NOW, 5), tom.device, space.clone());
    let pushing = thread::spawn(move || {
        for n in 0_u64.. {
            let call = Call { title: "Pushed".into(), ..Call::default() };
            let record = RecordId::new(NOW + n, [2; 10]);
            let change = tom.change(&own, &of_tom, 1, tom.creates(&own, record, &call));
            if own.handle(&tom.push_request(&own, &[change])).status != 200 {
                return n;
            }
        }
        0
    });
    let head = || network.hub.heads(asha.device).unwrap().into_iter().find(|(there, _)| *there == space);
    while head().unwrap().1 < 5 {
        thread::yield_now();
    }
    assert!(network.hub.revoke(device, NOW).unwrap());
    let then = head();
    let pushed = pushing.join().unwrap();
    assert_eq!(head(), then, "a push came in after the device was cut off");
    assert_eq!(then.unwrap().1, 1 + pushed);
}
