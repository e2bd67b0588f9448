//! Deeds with accounts, the same for every engine: who may, whether another must confirm, and what is written. An
//! engine does the single reads and writes, all in one transaction.

mod deeds;
mod rows;

pub(crate) use rows::{
    DeedRow, DeviceRow, PersonRow, deed_columns, deed_row, device_row, person_row, why_word,
};

use crate::account::store::Ending;
use crate::audit::{Note, Noted};
use crate::db::decide::may_speak;
use crate::db::{Inviting, KnownDevice};
use crate::error::HubError;
use crate::work::{NOBODY, Work};
use linchpin_domain::can::{Account, AccountDecision, Principal, Whose, can_account};
use linchpin_domain::id::{CommandId, DeviceId, GroupId, PersonId, RecordId};
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::people::{
    ALONE_MS, DEED_MS, Deed, DeedAnswer, DeedRequest, PeopleAnswer, PersonFacts, WaitingDeed,
};

/// The reads and writes of one transaction.
pub(crate) trait Accounts {
    /// Finds a device with its person, and holds both.
    fn asker(&mut self, device: DeviceId) -> Result<Option<KnownDevice>, HubError>;

    /// Finds a person, and holds them.
    fn person(&mut self, id: PersonId) -> Result<Option<PersonRow>, HubError>;

    /// Returns everybody, by the time they joined.
    fn people(&mut self) -> Result<Vec<PersonRow>, HubError>;

    /// Returns every device.
    fn devices(&mut self) -> Result<Vec<DeviceRow>, HubError>;

    /// Finds a device, and holds it.
    fn device(&mut self, id: DeviceId) -> Result<Option<DeviceRow>, HubError>;

    /// Writes a person's role and state.
    fn save_person(&mut self, person: &PersonRow) -> Result<(), HubError>;

    /// Writes when and why a device was cut off.
    fn save_device(&mut self, device: &DeviceRow) -> Result<(), HubError>;

    /// Ends sessions: whoever held one must sign in again.
    fn end_sessions(&mut self, whose: Ending, now_ms: u64) -> Result<(), HubError>;

    /// Makes an invitation.
    fn invite(&mut self, inviting: &Inviting<'_>) -> Result<(), HubError>;

    /// Finds a deed, and holds it.
    fn deed(&mut self, id: CommandId) -> Result<Option<DeedRow>, HubError>;

    /// Returns the deeds that wait, oldest first.
    fn waiting(&mut self, asked_since: u64) -> Result<Vec<DeedRow>, HubError>;

    /// Adds a deed; one of the same id that came in meanwhile breaks it.
    fn add_deed(&mut self, deed: &DeedRow) -> Result<(), HubError>;

    /// Writes who did a deed that waited, and when.
    fn end_deed(&mut self, deed: &DeedRow) -> Result<(), HubError>;

    /// Notes what was done in the record of deeds. It is asked for last.
    fn note(&mut self, note: &Note, now_ms: u64) -> Result<(), HubError>;

    /// Loads a space and a record for the hub to write to.
    fn load(&mut self, space: &Space, record: RecordId, now_ms: u64) -> Result<Work, HubError>;

    /// Writes what was loaded; returns the spaces that moved, with their heads.
    fn write(&mut self, work: &mut Work) -> Result<Vec<(Space, u64)>, HubError>;
}

/// Who does a deed.
#[derive(Clone, Copy)]
pub(crate) enum Doer {
    /// Whoever speaks from this device.
    Device(DeviceId),
    /// Whoever looks after the hub's own computer, who may do everything there.
    Operator,
}

/// What is to be done with a deed.
#[derive(Clone, Copy)]
pub(crate) enum Act<'a> {
    /// It is asked for.
    Ask(&'a DeedRequest),
    /// It is confirmed.
    Confirm(CommandId),
}

/// A deed on its way in.
pub(crate) struct Doing<'a> {
    pub(crate) doer: Doer,
    pub(crate) act: Act<'a>,
    /// The code for an invitation, should it be one, and its hash.
    pub(crate) code: (&'a str, String),
    /// Until when the invitation could be used.
    pub(crate) expires_at: u64,
    pub(crate) now_ms: u64,
}

impl Doing<'_> {
    /// Returns the group of what the hub writes in the wake of the deed.
    fn group(&self) -> GroupId {
        match self.act {
            Act::Ask(request) => GroupId(request.id.0),
            Act::Confirm(id) => GroupId(id.0),
        }
    }
}

/// What a deed came to.
#[derive(Debug)]
pub(crate) struct Acted {
    pub(crate) answer: Result<DeedAnswer, ErrorCode>,
    /// Spaces that moved, with their heads.
    pub(crate) moved: Vec<(Space, u64)>,
    /// Whose rights have changed.
    pub(crate) rights: Option<PersonId>,
}

impl Acted {
    fn answered(answer: Result<DeedAnswer, ErrorCode>) -> Self {
        Self { answer, moved: Vec::new(), rights: None }
    }
}

/// Who asks, as the transaction finds them.
enum Asker {
    Known(PersonId, Principal, String),
    Operator,
}

impl Asker {
    fn person(&self) -> PersonId {
        match self {
            Self::Known(person, ..) => *person,
            Self::Operator => NOBODY,
        }
    }

    /// Returns who goes into the record of deeds; none is whoever ran the program.
    fn of_record(&self) -> Option<PersonId> {
        match self {
            Self::Known(person, ..) => Some(*person),
            Self::Operator => None,
        }
    }
}

/// What a deed is done with.
struct Target {
    /// The person, where there is one already.
    person: Option<PersonRow>,
    device: Option<DeviceRow>,
    /// The region of whoever comes in or is there; empty where none is known.
    region: String,
}

/// Does a deed, lets it wait, or says no.
pub(crate) fn act(db: &mut impl Accounts, doing: &Doing<'_>) -> Result<Acted, HubError> {
    let asker = match doing.doer {
        Doer::Operator => Asker::Operator,
        Doer::Device(device) => match db.asker(device)?.filter(|known| may_speak(&known.scope)) {
            Some(known) => Asker::Known(known.scope.person, known.scope.principal, known.scope.region),
            None => return Ok(Acted::answered(Err(ErrorCode::DeviceRevoked))),
        },
    };
    match doing.act {
        Act::Ask(request) => ask(db, doing, &asker, request),
        Act::Confirm(id) => confirm(db, doing, &asker, id),
    }
}

fn ask(
    db: &mut impl Accounts,
    doing: &Doing<'_>,
    asker: &Asker,
    request: &DeedRequest,
) -> Result<Acted, HubError> {
    if let Some(there) = db.deed(request.id)? {
        let same = there.asked_by == asker.person() && there.deed == request.deed;
        return Ok(Acted::answered(if same { Ok(there.answer()) } else { Err(ErrorCode::BadRequest) }));
    }
    let target = target(db, &request.deed)?;
    let decision = decision(asker, &request.deed, &target);
    if let Err(code) = check(db, &request.deed, &target, decision)? {
        return Ok(Acted::answered(Err(code)));
    }
    let (id, deed, asked_by, asked_at) = (request.id, request.deed.clone(), asker.person(), doing.now_ms);
    let row = DeedRow { id, deed, asked_by, asked_at, done_by: None, done_at: 0 };
    if decision == AccountDecision::Allowed {
        return done(db, doing, asker, (row, true), target);
    }
    db.add_deed(&row)?;
    db.note(&Note::by(asker.of_record(), Noted::Asked, &row.id, deeds::word(&row.deed)), doing.now_ms)?;
    Ok(Acted::answered(Ok(row.answer())))
}

fn confirm(
    db: &mut impl Accounts,
    doing: &Doing<'_>,
    asker: &Asker,
    id: CommandId,
) -> Result<Acted, HubError> {
    let Some(row) = db.deed(id)? else { return Ok(Acted::answered(Err(ErrorCode::NotFound))) };
    let target = target(db, &row.deed)?;
    let decision = decision(asker, &row.deed, &target);
    if !matches!(decision, AccountDecision::Allowed | AccountDecision::TwoPeople) {
        return Ok(Acted::answered(Err(ErrorCode::NotAllowed)));
    }
    if row.done_by.is_some() {
        return Ok(Acted::answered(Ok(row.answer())));
    }
    if let Err(code) = check(db, &row.deed, &target, decision)? {
        return Ok(Acted::answered(Err(code)));
    }
    if doing.now_ms > row.until() || !still_asks(db, &row, &target)? {
        return Ok(Acted::answered(Err(ErrorCode::NotFound)));
    }
    let waited = doing.now_ms >= row.asked_at.saturating_add(ALONE_MS);
    if row.asked_by == asker.person() && !(waited && is_alone(db, &row.deed, &target)?) {
        return Ok(Acted::answered(Err(ErrorCode::NotAllowed)));
    }
    done(db, doing, asker, (row, false), target)
}

/// Finds what a deed is done with.
fn target(db: &mut impl Accounts, deed: &Deed) -> Result<Target, HubError> {
    let (mut device, mut region) = (None, String::new());
    let person = match deed {
        Deed::Invite { region: of_new, .. } => {
            region.clone_from(of_new);
            None
        }
        Deed::SetRole { person, .. } | Deed::Suspend { person } | Deed::Reinstate { person } => {
            db.person(*person)?
        }
        Deed::RevokeDevice { device: id, .. } => {
            device = db.device(*id)?;
            match &device {
                Some(device) => db.person(device.person)?,
                None => None,
            }
        }
    };
    if let Some(person) = &person {
        region.clone_from(&person.region);
    }
    Ok(Target { person, device, region })
}

/// Asks the table of rights.
fn decision(asker: &Asker, deed: &Deed, target: &Target) -> AccountDecision {
    match asker {
        Asker::Operator => AccountDecision::Allowed,
        Asker::Known(person, principal, region) => of_table(*person, principal, region, deed, target),
    }
}

fn of_table(
    person: PersonId,
    principal: &Principal,
    region: &str,
    deed: &Deed,
    target: &Target,
) -> AccountDecision {
    let own = target.person.as_ref().is_some_and(|target| target.id == person);
    let same_region = !region.is_empty() && region == target.region;
    let whose = match (own, same_region) {
        (true, _) => Whose::Own,
        (false, true) => Whose::OwnRegion,
        (false, false) => Whose::Others,
    };
    let action = deed.action(target.person.as_ref().map(|person| person.role), own);
    can_account(principal, action, whose)
}

/// Checks what the table does not say: that there is somebody to do it with, and that an administrator is left.
fn check(
    db: &mut impl Accounts,
    deed: &Deed,
    target: &Target,
    decision: AccountDecision,
) -> Result<Result<(), ErrorCode>, HubError> {
    if decision == AccountDecision::NotYours {
        return Ok(Err(ErrorCode::NotAllowed));
    }
    let new = matches!(deed, Deed::Invite { .. });
    let Some(person) = target.person.as_ref().filter(|_| !new) else {
        return Ok(if new { deeds::check_invited(deed) } else { Err(ErrorCode::NotFound) });
    };
    let ends = match deed {
        Deed::SetRole { role, .. } => *role != NetworkRole::Admin,
        Deed::Suspend { .. } => true,
        Deed::Invite { .. } | Deed::Reinstate { .. } | Deed::RevokeDevice { .. } => false,
    };
    let is_admin =
        |person: &PersonRow| person.role == NetworkRole::Admin && person.account == Account::Confirmed;
    if ends && is_admin(person) && db.people()?.iter().filter(|one| is_admin(one)).count() < 2 {
        return Ok(Err(ErrorCode::NotAllowed));
    }
    Ok(Ok(()))
}

/// Tells whether whoever asked for a deed could still ask for it.
fn still_asks(db: &mut impl Accounts, row: &DeedRow, target: &Target) -> Result<bool, HubError> {
    let Some(asked_by) = db.person(row.asked_by)? else { return Ok(false) };
    let decision = of_table(asked_by.id, &asked_by.principal(), &asked_by.region, &row.deed, target);
    Ok(decision != AccountDecision::NotYours)
}

/// Tells whether nobody but one could confirm a deed.
fn is_alone(db: &mut impl Accounts, deed: &Deed, target: &Target) -> Result<bool, HubError> {
    let may = |person: &&PersonRow| {
        // Suspended or not: otherwise whoever can suspend the other is alone when it suits them.
        let principal = Principal { account: Account::Confirmed, ..person.principal() };
        let decision = of_table(person.id, &principal, &person.region, deed, target);
        matches!(decision, AccountDecision::Allowed | AccountDecision::TwoPeople)
    };
    Ok(db.people()?.iter().filter(may).count() < 2)
}

/// Does a deed and notes who did it.
fn done(
    db: &mut impl Accounts,
    doing: &Doing<'_>,
    asker: &Asker,
    (row, new): (DeedRow, bool),
    target: Target,
) -> Result<Acted, HubError> {
    let rights = target.person.as_ref().map(|person| person.id);
    let (by, note) = (asker.of_record(), deeds::note_of(&row.deed, asker.of_record(), &target));
    let moved = deeds::perform(db, doing, &row.deed, target, by)?;
    let row = DeedRow { done_by: Some(asker.person()), done_at: doing.now_ms, ..row };
    if new {
        db.add_deed(&row)?;
    } else {
        db.end_deed(&row)?;
    }
    if let Some(note) = note {
        db.note(&note, doing.now_ms)?;
    }
    let invited = matches!(row.deed, Deed::Invite { .. });
    let code = invited.then(|| doing.code.0.to_owned());
    Ok(Acted { answer: Ok(DeedAnswer::Done { code }), moved, rights })
}

/// Returns the people whom somebody looks after, with their devices and what waits; a refusal for whoever looks after
/// nobody.
pub(crate) fn list(
    db: &mut impl Accounts,
    doer: Doer,
    now_ms: u64,
) -> Result<Result<PeopleAnswer, ErrorCode>, HubError> {
    use linchpin_domain::can::AccountAction::ListPeople;
    let asker = match doer {
        Doer::Operator => None,
        Doer::Device(device) => match db.asker(device)?.filter(|known| may_speak(&known.scope)) {
            Some(known) => Some(known.scope),
            None => return Ok(Err(ErrorCode::DeviceRevoked)),
        },
    };
    let shown = |region: &str| {
        asker.as_ref().is_none_or(|asker| {
            let same = !asker.region.is_empty() && asker.region == region;
            let whose = if same { Whose::OwnRegion } else { Whose::Others };
            can_account(&asker.principal, ListPeople, whose) == AccountDecision::Allowed
        })
    };
    if asker.as_ref().is_some_and(|asker| !shown(&asker.region)) {
        return Ok(Err(ErrorCode::NotAllowed));
    }
    let devices = db.devices()?;
    let people = db.people()?.into_iter().filter(|person| shown(&person.region));
    let people: Vec<PersonFacts> = people.map(|person| rows::facts(person, &devices)).collect();
    let is_shown = |person: PersonId| people.iter().any(|shown| shown.person == person);
    let waiting = db.waiting(now_ms.saturating_sub(DEED_MS))?.into_iter();
    let waiting = waiting.filter(|row| match &row.deed {
        Deed::Invite { region, .. } => shown(region),
        Deed::SetRole { person, .. } | Deed::Suspend { person } | Deed::Reinstate { person } => {
            is_shown(*person)
        }
        Deed::RevokeDevice { device, .. } => {
            devices.iter().any(|one| one.id == *device && is_shown(one.person))
        }
    });
    let waiting = waiting.map(|row| WaitingDeed {
        until: row.until(),
        id: row.id,
        deed: row.deed,
        asked_by: row.asked_by,
        asked_at: row.asked_at,
    });
    Ok(Ok(PeopleAnswer { waiting: waiting.collect(), people }))
}
