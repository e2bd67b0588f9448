//! One of many who write at once: a sentence every two seconds, a question for what is new every ten. How long each
//! took counts from the moment it was due, so that a hub which keeps its editors waiting gains nothing by it.

use crate::desk::{Desk, applied, text};
use crate::figures::ms;
use crate::wire::Wire;
use anyhow::{Result, bail};
use linchpin_domain::id::AnswerId;
use linchpin_domain::space::Space;
use linchpin_protocol::limits;
use linchpin_protocol::pull::{Cursor, PullRequest};
use linchpin_protocol::push::PushRequest;
use linchpin_sync::http::read_letter;
use linchpin_sync::seam::{Call, Reply};
use linchpin_text::{TextDoc, edit};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How often an editor sends.
const PUSH_EVERY: Duration = Duration::from_secs(2);
/// How often an editor asks for what is new.
const PULL_EVERY: Duration = Duration::from_secs(10);

/// An editor who is signed in and in step.
pub(crate) struct Editor {
    pub(crate) desk: Desk,
    /// The response written in.
    pub(crate) space: Space,
    /// The answer written in.
    pub(crate) answer: AnswerId,
    /// Its text.
    pub(crate) doc: TextDoc,
    /// Every space that the editor may read, with how far it is.
    pub(crate) cursors: BTreeMap<Space, u64>,
}

/// Where and when an editor works.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) hub: SocketAddr,
    pub(crate) begins: Instant,
    pub(crate) ends: Instant,
    /// Where within a period this editor's moments lie, 0 to 1.
    pub(crate) phase: f64,
}

/// What was noted: milliseconds each, and what went wrong.
#[derive(Default)]
pub(crate) struct Noted {
    pub(crate) pushes: Vec<f64>,
    pub(crate) pulls: Vec<f64>,
    pub(crate) errors: Vec<String>,
}

impl Noted {
    /// Takes in what another noted.
    pub(crate) fn add(&mut self, other: Self) {
        self.pushes.extend(other.pushes);
        self.pulls.extend(other.pulls);
        self.errors.extend(other.errors);
    }
}

impl Editor {
    /// Works from the plan's beginning to its end.
    pub(crate) async fn works(mut self, plan: Plan) -> Noted {
        let mut noted = Noted::default();
        let mut push_at = plan.begins + PUSH_EVERY.mul_f64(plan.phase);
        let mut pull_at = plan.begins + PULL_EVERY.mul_f64(plan.phase);
        let mut wire = Wire::open(plan.hub).await;
        loop {
            let due = push_at.min(pull_at);
            if due >= plan.ends {
                return noted;
            }
            tokio::time::sleep_until(due.into()).await;
            let pushes = due == push_at;
            let done = match &mut wire {
                Ok(wire) if pushes => self.push(wire).await,
                Ok(wire) => self.pull(wire).await,
                Err(error) => Err(anyhow::anyhow!("no connection: {error:#}")),
            };
            match done {
                Ok(()) if pushes => noted.pushes.push(ms(due)),
                Ok(()) => noted.pulls.push(ms(due)),
                Err(error) => {
                    noted.errors.push(format!("{error:#}"));
                    wire = Wire::open(plan.hub).await;
                }
            }
            if pushes { push_at += PUSH_EVERY } else { pull_at += PULL_EVERY }
        }
    }

    /// Adds a sentence and sends it.
    async fn push(&mut self, wire: &mut Wire) -> Result<()> {
        let sv_before = self.doc.state_vector();
        let Some(bytes) = edit::append(&mut self.doc, "Managers say that the line is busy by nine.") else {
            bail!("nothing was added");
        };
        let base = self.cursors.get(&self.space).copied().unwrap_or(0);
        let group = self.desk.group();
        let change = self.desk.change(group, &self.space, base, text(self.answer, sv_before, bytes));
        let request = PushRequest { replica: self.desk.replica, changes: vec![change] };
        applied(self.ask(wire, Call::Push(request)).await?)
    }

    /// Asks for what is new in every space, as an app does that nobody told of any.
    async fn pull(&mut self, wire: &mut Wire) -> Result<()> {
        let spaces = self.cursors.iter().map(|(space, seq)| Cursor { space: space.clone(), seq: *seq });
        let request =
            PullRequest { epoch: self.desk.epoch, spaces: spaces.collect(), limit: limits::CHANGES };
        let Reply::Pull(answer) = self.ask(wire, Call::Pull(request)).await? else {
            bail!("no answer to a pull");
        };
        self.cursors.extend(answer.pages.into_iter().map(|page| (page.space, page.to)));
        Ok(())
    }

    async fn ask(&mut self, wire: &mut Wire, call: Call) -> Result<Reply> {
        if let Some(refresh) = self.desk.refreshes() {
            let reply = self.asked(wire, &refresh).await?;
            self.desk.goes_on(reply)?;
        }
        self.asked(wire, &call).await
    }

    async fn asked(&mut self, wire: &mut Wire, call: &Call) -> Result<Reply> {
        let letter = self.desk.letter(call)?;
        let (status, body) = wire.ask(&letter).await?;
        read_letter(call, status, body).map_err(|fault| anyhow::anyhow!("the hub says {fault:?}"))
    }
}
