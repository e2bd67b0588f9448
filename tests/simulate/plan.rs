//! What a history is like: how many people and devices, how bad the line, how often something dies. All of it
//! comes from the seed.

use crate::kind::Kind;
use linchpin_testkit::device::DeviceBug;
use linchpin_testkit::hub_memory::HubBug;
use linchpin_testkit::line::Faults;
use linchpin_testkit::rng::Seeded;

/// A fault that is planted to see that it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bug {
    /// In every device.
    Device(DeviceBug),
    /// In the hub.
    Hub(HubBug),
    /// In both: devices keep their ids and counters when they go back, and the hub knows a change by its id alone.
    IdsUsedTwice,
}

impl Bug {
    /// Returns what of it is in every device.
    pub(crate) fn of_devices(self) -> Option<DeviceBug> {
        match self {
            Self::Device(bug) => Some(bug),
            Self::Hub(_) => None,
            Self::IdsUsedTwice => Some(DeviceBug::SameIdAfterRestore),
        }
    }

    /// Returns what of it is in the hub.
    pub(crate) fn of_hub(self) -> Option<HubBug> {
        match self {
            Self::Hub(bug) => Some(bug),
            Self::Device(_) => None,
            Self::IdsUsedTwice => Some(HubBug::IdAlone),
        }
    }
}

/// Seeds from here on give parts and take them away, and spare what nobody can bring back; older ones play what they
/// always played.
const SHARES_FROM: u64 = 3_000_000;

/// The options of one history.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// What it is played with.
    pub(crate) kind: Kind,
    /// Devices by person.
    pub(crate) devices: Vec<usize>,
    /// Whether everybody has the first call before anything goes wrong.
    pub(crate) warm: bool,
    pub(crate) events: usize,
    pub(crate) questions: u8,
    pub(crate) faults: Faults,
    /// How often a device dies at an action of sync, in a thousand.
    pub(crate) dies: u64,
    /// How often the hub dies at a request, in a thousand.
    pub(crate) hub_dies: u64,
    /// How often people type while a request is on its way, in a thousand.
    pub(crate) types_meanwhile: u64,
    /// Whether clocks are wrong.
    pub(crate) wrong_clocks: bool,
    /// Whether devices go back to backups.
    pub(crate) device_restores: bool,
    /// Whether the hub goes back to a backup.
    pub(crate) hub_restores: bool,
    /// How often something happens to the hub, in a thousand events.
    pub(crate) hub_events: u64,
    /// How often devices sync, in a thousand events; the less, the longer people write apart.
    pub(crate) syncs: u64,
    pub(crate) entries_a_page: usize,
    pub(crate) rows_a_part: usize,
    /// How often a part is given or taken away, or an account suspended, in a thousand events.
    pub(crate) shares: u64,
    /// Whether nobody goes back to before what they brought in, where the hub may go back too: then nobody could open
    /// it again, and colleagues' words would wait on their computers for ever (see `docs/known-issues.md`).
    pub(crate) openers_stay: bool,
    /// From how many updates on devices fold, where they do.
    pub(crate) fold_from: u32,
    pub(crate) bug: Option<Bug>,
}

impl Plan {
    /// Returns the plan of a seed.
    pub(crate) fn of(seed: u64, bug: Option<Bug>, kind: Kind) -> (Self, Seeded) {
        let mut rng = Seeded::new(seed);
        let people = 2 + rng.index(2);
        // Words come before those they build on only where both a device and the hub went back, in a long history
        // of one answer.
        let early =
            matches!(bug, Some(Bug::Hub(HubBug::DropsEarlyText) | Bug::Device(DeviceBug::DropsEarlyText)));
        let back = early || bug == Some(Bug::IdsUsedTwice);
        let devices = (0..people).map(|_| 1 + usize::from(rng.chance(350))).collect();
        let plan = Self {
            kind,
            devices,
            warm: rng.chance(800),
            events: 15 + rng.index(80),
            questions: 1 + u8::from(rng.chance(500)),
            faults: faults(&mut rng),
            dies: [0, 5, 40].get(rng.index(3)).copied().unwrap_or(0),
            hub_dies: [0, 0, 30].get(rng.index(3)).copied().unwrap_or(0),
            types_meanwhile: [0, 60, 200].get(rng.index(3)).copied().unwrap_or(0),
            wrong_clocks: rng.chance(400),
            device_restores: rng.chance(350) || back,
            hub_restores: rng.chance(450) || early,
            hub_events: [10, 40, 150].get(rng.index(3)).copied().unwrap_or(0),
            syncs: [120, 350, 600].get(rng.index(3)).copied().unwrap_or(0),
            entries_a_page: 1 + rng.index(12),
            rows_a_part: 1 + rng.index(5),
            shares: shares(seed, bug),
            openers_stay: false,
            fold_from: if rng.chance(400) { 2 + u32::try_from(rng.below(6)).unwrap_or(0) } else { u32::MAX },
            bug,
        };
        let plan = Self { openers_stay: seed >= SHARES_FROM && plan.hub_restores, ..plan };
        let plan = match bug {
            Some(Bug::Hub(HubBug::LowersAlike)) => Self { wrong_clocks: true, ..plan },
            Some(Bug::Hub(HubBug::CompactionRevives)) => Self { hub_events: 150, ..plan },
            Some(Bug::Device(DeviceBug::SameClient)) => Self { device_restores: true, ..plan },
            Some(Bug::Device(DeviceBug::FoldsWithoutDeletions)) => Self { fold_from: 2, ..plan },
            _ => plan,
        };
        if !early {
            return (plan, rng);
        }
        let long =
            Self { warm: true, events: 95, questions: 1, hub_events: 40, types_meanwhile: 200, ..plan };
        (long, rng)
    }
}

/// Drawn apart, so that histories of before play on as they did.
fn shares(seed: u64, bug: Option<Bug>) -> u64 {
    let about_parts = matches!(
        bug,
        Some(
            Bug::Hub(HubBug::RightsOfHello | HubBug::RightsOfBefore)
                | Bug::Device(DeviceBug::GoneStays | DeviceBug::RefusedBlocks)
        )
    );
    match Seeded::new(!seed).index(6) {
        _ if about_parts => 100,
        at if seed >= SHARES_FROM => [0, 0, 0, 30, 60, 150].get(at).copied().unwrap_or(0),
        _ => 0,
    }
}

fn faults(rng: &mut Seeded) -> Faults {
    let mut up_to = |most: u64| rng.below(most + 1);
    let scale = [0, 60, 250].get(usize::try_from(up_to(2)).unwrap_or(0)).copied().unwrap_or(0);
    Faults {
        lost: up_to(scale),
        unanswered: up_to(scale),
        cut: up_to(scale / 2),
        doubled: up_to(scale),
        late: up_to(scale / 2),
        stale: up_to(scale / 2),
        busy: up_to(scale / 2),
        intercepted: up_to(scale / 3),
        too_large: up_to(scale),
    }
}
