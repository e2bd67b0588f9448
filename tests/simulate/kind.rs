//! What histories are played with. Most have the small hub and stores in memory, because they cost least; a share has
//! the product's own hub, and a share stores in folders, encrypted, written and opened as on anybody's computer.

/// What a history is played with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    /// What it is called where histories are counted.
    pub(crate) name: &'static str,
    /// Whether the product's own hub answers, or the small one in memory.
    pub(crate) real_hub: bool,
    /// Whether the devices' stores lie in folders, or in memory.
    pub(crate) on_disk: bool,
    /// How many of a thousand fresh histories are of this kind.
    share: u64,
    /// Fewer than this of it is a failure, however well they went.
    pub(crate) floor: u64,
}

/// The small hub, stores in memory.
pub(crate) const CHEAPEST: Kind =
    Kind { name: "small hub, stores in memory", real_hub: false, on_disk: false, share: 900, floor: 3_000 };

/// All of them.
pub(crate) const KINDS: [Kind; 4] = [
    CHEAPEST,
    Kind { name: "product's hub, stores in memory", real_hub: true, on_disk: false, share: 75, floor: 250 },
    Kind { name: "product's hub, stores on disk", real_hub: true, on_disk: true, share: 15, floor: 50 },
    Kind { name: "small hub, stores on disk", real_hub: false, on_disk: true, share: 10, floor: 30 },
];

impl Kind {
    /// Returns the kind of a fresh history; the shares are spread evenly.
    pub(crate) fn of(n: u64) -> Self {
        // 389 has no factor in common with a thousand: every thousand histories meet every number once.
        let mut left = (n * 389) % 1_000;
        for kind in KINDS {
            match left.checked_sub(kind.share) {
                Some(rest) => left = rest,
                None => return kind,
            }
        }
        CHEAPEST
    }
}

#[test]
fn every_thousand_histories_have_each_kind_by_its_share() {
    let mut counts = KINDS.map(|_| 0);
    for n in 0..1_000 {
        let at = KINDS.iter().position(|kind| *kind == Kind::of(n)).expect("it is one of them");
        counts[at] += 1;
    }
    assert_eq!(counts, KINDS.map(|kind| kind.share));
}
