//! The steps by which the engine uses the store: each at most one transaction, so that a crash may fall between
//! any two of them and never inside. The driver and the simulator run the same ones.
//! What does not live here: which step comes when ([`engine`](crate::engine)).

use crate::texts::Texts;
use linchpin_domain::change::{Answered, Change, Op};
use linchpin_domain::command::Command;
use linchpin_domain::id::{AnswerId, PersonId, ReplicaId};
use linchpin_domain::record::membership::Forget;
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use linchpin_protocol::bootstrap::{self, Row};
use linchpin_protocol::hello::HelloAnswer;
use linchpin_protocol::live::SeenBy;
use linchpin_protocol::pull::Page;
use linchpin_protocol::push::Moved;
use linchpin_store::reader::{Filter, SpaceRow, SpaceState, Staged, SyncLine};
use linchpin_store::settle::{
    Folded, HelloNoted, KeptAuditHead, PartHead, PulledPage, PushSettled, SpaceMoved, StagedRow, StagedText,
    StagedUpdate, Swapped,
};
use linchpin_store::{Store, StoreError};
use std::collections::BTreeSet;
use std::sync::Arc;

/// From how many updates on a document is folded.
pub const FOLD_UPDATES: u32 = 200;
/// From how many bytes of updates on a document is folded.
pub const FOLD_BYTES: u64 = 256 << 10;

/// One use of the store.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Reads what there is to do; at most so many changes and bytes.
    Look {
        /// Most changes.
        changes: usize,
        /// Most bytes.
        bytes: usize,
    },
    /// Draws what the hello after the next will show.
    DrawNonce,
    /// Notes the hub's hello.
    Hello(HelloAnswer),
    /// Follows a hub that was restored.
    Epoch {
        /// The hub's epoch now.
        epoch: u64,
        /// Up to where each space is as it was.
        restored: Vec<(Space, u64)>,
    },
    /// Notes the hub's time.
    HubTime(u64),
    /// Takes a new replica id.
    NewReplica,
    /// Settles the hub's answer to a push.
    Push {
        /// What became of each change.
        results: Vec<Answered>,
        /// The spaces that moved.
        moved: Vec<Moved>,
        /// The hub's time.
        hub_time: u64,
    },
    /// Applies a pulled page.
    Page(Page),
    /// Notes that these spaces had nothing new.
    PullOk(Vec<Space>),
    /// Notes spaces that may be read.
    Also(Vec<Space>),
    /// Marks a space to be filled anew.
    FillAnew(Space),
    /// Stages a part of a fill.
    Part(bootstrap::PartHead, Vec<Row>),
    /// Throws staged parts away.
    ClearStage(Space),
    /// Puts a whole fill in place.
    Swap(Space),
    /// Removes a space whose access ended.
    Gone(Space),
    /// Notes how far a colleague is.
    Seen(SeenBy),
    /// Folds a document, if it is due.
    Fold(AnswerId),
    /// Adds a line to the history of sync.
    Log(SyncLine),
    /// Lets go of what was kept long enough.
    Tidy,
}

/// What a step came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Stepped {
    /// What there is to do.
    Looked(Look),
    /// A push was settled.
    Pushed {
        /// Changes the hub acknowledged.
        acked: u32,
        /// Whether the hub knows one of the ids with other content.
        forked: bool,
    },
    /// A page was applied.
    Paged {
        /// The space.
        space: Space,
        /// Whether the cursor moved.
        moved: bool,
        /// Whether our checksum is the hub's; none where it was not compared.
        sum_ok: Option<bool>,
        /// Entries from other people.
        from_others: u32,
        /// Those people.
        people: Vec<PersonId>,
        /// Documents that others wrote in.
        texts: Vec<AnswerId>,
    },
    /// A part was staged.
    Staged(Space, Staged),
    /// A fill was put in place; false where its checksum was wrong.
    Swapped(Space, bool),
    /// Nothing to tell.
    Done,
}

/// What there is to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// Who we are to the hub.
    pub replica: ReplicaId,
    /// What to show at hello.
    pub nonce: Option<String>,
    /// What will be shown after it.
    pub next_nonce: Option<String>,
    /// Whether that must be drawn before hello is said.
    pub undrawn: bool,
    /// The last counter used.
    pub last_counter: u64,
    /// The hub's epoch as last heard.
    pub epoch: u64,
    /// What to add to this computer's clock, in milliseconds.
    pub clock_offset_ms: i64,
    /// Changes to be sent, oldest first.
    pub waiting: Vec<Change>,
    /// The spaces, the most urgent first.
    pub spaces: Vec<SpaceLook>,
}

/// A space as the store has it.
#[derive(Debug, Clone, PartialEq)]
pub struct SpaceLook {
    /// The space.
    pub space: Space,
    /// The last number here.
    pub cursor: u64,
    /// The last number that the hub was known to have.
    pub head_known: u64,
    /// What the space is to this copy.
    pub state: SpaceState,
    /// Whether a restored hub has lost it whole: it waits until whoever opened it offers it again.
    pub lost: bool,
    /// How far its fill is.
    pub staged: Option<Staged>,
}

/// Runs steps on a store.
#[derive(Clone)]
pub struct Steps {
    store: Arc<Store>,
    fold_updates: u32,
    fold_bytes: u64,
}

impl Steps {
    /// Returns a runner for a store.
    pub fn new(store: Arc<Store>) -> Self {
        Self { store, fold_updates: FOLD_UPDATES, fold_bytes: FOLD_BYTES }
    }

    /// Folds documents from so many updates or bytes on, instead of the usual.
    #[must_use]
    pub fn folding_from(self, fold_updates: u32, fold_bytes: u64) -> Self {
        Self { fold_updates, fold_bytes, ..self }
    }

    /// Runs one step.
    ///
    /// # Errors
    /// What the store says; nothing was changed then.
    pub fn run(&self, step: Step, now_ms: u64) -> Result<Stepped, StoreError> {
        let store = &self.store;
        match step {
            Step::Look { changes, bytes } => return Ok(Stepped::Looked(self.look(changes, bytes)?)),
            Step::Push { results, moved, hub_time } => return self.push(results, moved, hub_time, now_ms),
            Step::Page(page) => return self.page(page, now_ms),
            Step::Part(head, rows) => return self.part(head, rows),
            Step::Swap(space) => {
                let swapped = store.swap_stage(&space, &mut Texts, now_ms)?;
                return Ok(Stepped::Swapped(space, matches!(swapped, Swapped::Done { .. })));
            }
            Step::Hello(hello) => {
                store.note_hello(&noted(hello), now_ms)?;
            }
            Step::Epoch { epoch, restored } => {
                store.epoch_changed(epoch, &restored, now_ms)?;
            }
            Step::HubTime(hub_time) => store.note_hub_time(hub_time, now_ms)?,
            Step::DrawNonce => store.draw_next_nonce()?,
            Step::NewReplica => {
                store.new_replica()?;
            }
            Step::PullOk(spaces) => {
                store.note_pull_ok(&spaces, now_ms)?;
            }
            Step::Also(spaces) => {
                let spaces: Vec<_> = spaces.into_iter().map(|space| (space, 0)).collect();
                store.note_spaces(&spaces)?;
            }
            Step::FillAnew(space) => store.fill_anew(&space)?,
            Step::ClearStage(space) => store.clear_stage(&space)?,
            Step::Gone(space) => {
                store.space_gone(&space, "access ended", &mut Texts, now_ms)?;
                // The keys are gone; what they opened is removed now or when the store is next put in order.
                if let Err(error) = store.tidy_files() {
                    tracing::warn!(%error, "the files beside the store were not put in order");
                }
            }
            Step::Seen(seen) => {
                store.note_seen(&seen.space, seen.person, seen.seq, now_ms)?;
            }
            Step::Fold(doc) => self.fold(doc, now_ms)?,
            Step::Log(line) => store.log_sync(&line)?,
            Step::Tidy => store.tidy(&mut Texts, now_ms)?,
        }
        Ok(Stepped::Done)
    }

    fn look(&self, changes: usize, bytes: usize) -> Result<Look, StoreError> {
        let identity = self.store.identity()?;
        let hub = identity.hub;
        let rows = self.store.read(|reader| {
            let rows = reader.spaces()?;
            rows.into_iter()
                .map(|row| Ok((reader.staged(&row.space)?, row)))
                .collect::<Result<Vec<_>, StoreError>>()
        })?;
        let mut spaces: Vec<SpaceLook> =
            rows.into_iter().map(|(staged, row)| space_look(row, staged)).collect();
        if spaces.iter().any(|row| row.lost) {
            let forgotten = self.forgotten()?;
            spaces.iter_mut().for_each(|row| row.lost &= !forgotten.contains(&row.space));
        }
        let lost: BTreeSet<&Space> = spaces.iter().filter(|row| row.lost).map(|row| &row.space).collect();
        let waiting = self.waiting(changes, bytes, &lost)?;
        Ok(Look {
            replica: identity.replica,
            nonce: hub.as_ref().and_then(|hub| hub.nonce.clone()),
            next_nonce: hub.as_ref().and_then(|hub| hub.next_nonce.clone()),
            undrawn: hub.as_ref().is_some_and(|hub| hub.next_nonce.is_none()),
            last_counter: identity.last_counter,
            epoch: hub.map_or(0, |hub| hub.epoch),
            clock_offset_ms: identity.clock_offset_ms,
            waiting,
            spaces,
        })
    }

    /// Returns the spaces that this person's computers are told to forget. A hub that went back does not name them,
    /// and has not lost them: they are asked for once, and then gone.
    fn forgotten(&self) -> Result<BTreeSet<Space>, StoreError> {
        let rows = self.store.read(|reader| reader.list::<Forget>(Filter::All))?;
        Ok(rows.into_iter().filter_map(|row| row.record.space).collect())
    }

    /// Returns what can be sent. Changes to a space that a restored hub has lost stay behind, unless the
    /// command that opens it is among them: sent alone they would be refused.
    fn waiting(
        &self,
        changes: usize,
        bytes: usize,
        lost: &BTreeSet<&Space>,
    ) -> Result<Vec<Change>, StoreError> {
        let (mut changes, mut bytes) = (changes, bytes);
        loop {
            let all = self.store.waiting(changes, bytes)?;
            if lost.is_empty() || all.is_empty() {
                return Ok(all);
            }
            let count = all.len();
            let opened: BTreeSet<Space> = all
                .iter()
                .filter(|change| matches!(&change.op, Op::Cmd(asked) if opens(&asked.command)))
                .map(|change| change.space.clone())
                .collect();
            let goes = |change: &Change| !lost.contains(&change.space) || opened.contains(&change.space);
            let goes: Vec<Change> = all.into_iter().filter(goes).collect();
            if !goes.is_empty() || self.store.read(|reader| reader.outbox_facts())?.waiting as usize <= count
            {
                return Ok(goes);
            }
            (changes, bytes) = (changes.saturating_mul(4), bytes.saturating_mul(4));
        }
    }

    fn push(
        &self,
        results: Vec<Answered>,
        moved: Vec<Moved>,
        hub_time: u64,
        now_ms: u64,
    ) -> Result<Stepped, StoreError> {
        let moved = moved.into_iter().map(|Moved { space, before, after, ours }| SpaceMoved {
            space,
            before,
            after,
            ours,
        });
        let push = PushSettled { results, moved: moved.collect(), hub_time, now_ms };
        let outcome = self.store.settle_push(&push, &mut Texts)?;
        Ok(Stepped::Pushed { acked: outcome.acked, forked: outcome.forked })
    }

    fn page(&self, page: Page, now_ms: u64) -> Result<Stepped, StoreError> {
        let Page { space, from, to, head, sum, entries, .. } = page;
        let compared = sum.is_some() && to == head;
        let page = PulledPage { space, from, to, head, sum, entries };
        let outcome = self.store.settle_page(&page, &mut Texts, now_ms)?;
        Ok(Stepped::Paged {
            space: page.space,
            moved: outcome.applied && to > from,
            sum_ok: (compared && outcome.applied).then_some(outcome.sum_ok),
            from_others: outcome.from_others,
            people: outcome.people,
            texts: outcome.texts,
        })
    }

    fn part(&self, head: bootstrap::PartHead, rows: Vec<Row>) -> Result<Stepped, StoreError> {
        let bootstrap::PartHead { space, epoch, seq, part, parts, sum, rows: count } = head;
        let head = PartHead { space, epoch, seq, part, parts, sum, rows: count };
        let rows: Vec<StagedRow> = rows.into_iter().map(staged_row).collect();
        let staged = self.store.stage_part(&head, &rows)?;
        Ok(Stepped::Staged(head.space, staged))
    }

    /// Folds a document whose log has grown long. Any doubt keeps the log, which is always whole.
    fn fold(&self, doc: AnswerId, now_ms: u64) -> Result<(), StoreError> {
        let (updates, bytes) = self.store.read(|reader| reader.text_weight(doc))?;
        if updates < self.fold_updates && bytes < self.fold_bytes {
            return Ok(());
        }
        let Some(parts) = self.store.read(|reader| reader.text(doc))? else { return Ok(()) };
        if parts.updates.iter().any(|update| update.seq.is_none() || update.own_unsent) {
            return Ok(());
        }
        let bytes: Vec<&[u8]> = parts.updates.iter().map(|update| update.bytes.as_slice()).collect();
        let snapshot = match linchpin_text::fold::fold(parts.snapshot.as_deref(), &bytes) {
            Ok(snapshot) => snapshot,
            Err(why) => {
                tracing::info!(doc = %doc, %why, "left a log unfolded");
                return Ok(());
            }
        };
        let sum = bytes.iter().fold(parts.snapshot_sum, |sum, bytes| sum.plus(Sum::of_text(doc, bytes)));
        let covered = parts.updates.iter().map(|update| update.row).collect();
        match self.store.fold(doc, &Folded { snapshot, covered, sum }, now_ms) {
            // Somebody wrote meanwhile; it will be folded another time.
            Err(StoreError::NotCovered) => Ok(()),
            other => other,
        }
    }
}

/// Tells whether a command opens the space that it is asked in.
fn opens(command: &Command) -> bool {
    matches!(command, Command::OpenCall { .. } | Command::OpenResponse { .. })
}

fn space_look(row: SpaceRow, staged: Option<Staged>) -> SpaceLook {
    let SpaceRow { space, cursor, head_known, state, .. } = row;
    let lost = state == SpaceState::Bootstrapping && head_known == 0;
    SpaceLook { space, cursor, head_known, state, lost, staged }
}

fn noted(hello: HelloAnswer) -> HelloNoted {
    let HelloAnswer { network, role, nonce, hub_time, epoch, spaces, audit, .. } = hello;
    let spaces = spaces.into_iter().map(|head| (head.space, head.head)).collect();
    let audit = audit.map(|head| KeptAuditHead { epoch, no: head.no, hash: head.hash });
    HelloNoted { network, role, nonce, hub_time, spaces, audit }
}

fn staged_row(row: Row) -> StagedRow {
    match row {
        Row::Record(envelope) => StagedRow::Record(envelope),
        Row::Text(text) => {
            let updates = text.updates.into_iter().map(|update| StagedUpdate {
                seq: update.seq,
                author: update.author,
                at: update.at,
                bytes: update.bytes,
            });
            StagedRow::Text(StagedText {
                doc: text.doc,
                schema: text.schema,
                snapshot: text.snapshot,
                updates: updates.collect(),
                sum: text.sum,
                authors: text.authors,
            })
        }
    }
}
