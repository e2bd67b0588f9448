//! What accounts ask of the store, each one transaction and the same for every engine.

mod own;
mod sessions;

pub(crate) use own::own;
pub(crate) use sessions::{Ending, SessionRow, end, note_heard, refresh, set_required, sign_out, standing};

use crate::account::Factor;
use crate::audit::{Note, Noted};
use crate::db::account::{AccountTx, Row, Writing, number, text};
use crate::db::decide::may_speak;
use crate::db::moving::Cell;
use crate::db::read::parsed;
use crate::db::{HubDb, KnownDevice, joining, known_device};
use crate::error::HubError;
use crate::scope::Scope;
use linchpin_domain::id::PersonId;
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_protocol::sign_in::SignInRequest;
use sessions::begin;

/// An account as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) person: PersonId,
    pub(crate) email: String,
    /// Argon2id, in the PHC form.
    pub(crate) passphrase: String,
    /// Of the app for codes, as it is kept.
    pub(crate) secret: Vec<u8>,
    pub(crate) is_confirmed: bool,
}

/// What became of a wish to sign in.
pub(crate) enum SignedIn {
    /// The person is in.
    Yes {
        role: NetworkRole,
        /// Recovery codes that are left.
        left: u32,
        /// Spaces that moved, with their heads.
        moved: Vec<(Space, u64)>,
    },
    /// Something did not fit; which is not told.
    No,
    /// All fits, and this device was cut off.
    Revoked,
}

/// A wish to sign in whose passphrase was found right.
pub(crate) struct SigningIn<'a> {
    pub(crate) account: &'a Account,
    pub(crate) factor: &'a Factor,
    pub(crate) request: &'a SignInRequest,
    pub(crate) session: &'a SessionRow,
    pub(crate) now_ms: u64,
}

type Tx<'a> = &'a mut dyn AccountTx;

fn write<T>(db: &dyn HubDb, mut f: impl FnMut(Tx<'_>) -> Result<T, HubError>) -> Result<T, HubError> {
    let mut done = None;
    db.account_write(&mut |tx| {
        done = Some(f(tx)?);
        Ok(())
    })?;
    done.ok_or_else(|| HubError::corrupt("a transaction"))
}

fn read<T>(db: &dyn HubDb, mut f: impl FnMut(Tx<'_>) -> Result<T, HubError>) -> Result<T, HubError> {
    let mut done = None;
    db.account_read(&mut |tx| {
        done = Some(f(tx)?);
        Ok(())
    })?;
    done.ok_or_else(|| HubError::corrupt("a transaction"))
}

const ACCOUNT: &str = "SELECT person, email, passphrase, secret, confirmed_at FROM account";

fn account(row: Option<Row>) -> Result<Option<Account>, HubError> {
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Account {
        person: parsed(row.text(0)?, "the person of an account")?,
        email: row.text(1)?.to_owned(),
        passphrase: row.text(2)?.to_owned(),
        secret: row.bytes(3)?.to_vec(),
        is_confirmed: row.number(4)? != 0,
    }))
}

/// Returns the account of a person, confirmed or not.
pub(crate) fn account_of(db: &dyn HubDb, person: PersonId) -> Result<Option<Account>, HubError> {
    read(db, |tx| account_in(tx, person))
}

fn account_in(tx: Tx<'_>, person: PersonId) -> Result<Option<Account>, HubError> {
    account(tx.row(&format!("{ACCOUNT} WHERE person = $1"), &[text(person)])?)
}

/// Returns the confirmed account of an e-mail address, in small letters.
pub(crate) fn account_named(db: &dyn HubDb, email: &str) -> Result<Option<Account>, HubError> {
    let found = read(db, |tx| account(tx.row(&format!("{ACCOUNT} WHERE email = $1"), &[text(email)])?))?;
    Ok(found.filter(|account| account.is_confirmed))
}

/// Tells whether there is any account.
pub(crate) fn any_account(db: &dyn HubDb) -> Result<bool, HubError> {
    read(db, |tx| Ok(tx.row("SELECT person FROM account LIMIT 1", &[])?.is_some()))
}

/// Returns the e-mail address of a person's invitation, as it was written.
pub(crate) fn email_of(db: &dyn HubDb, person: PersonId) -> Result<String, HubError> {
    let row = read(db, |tx| tx.row("SELECT email FROM person WHERE id = $1", &[text(person)]))?;
    row.ok_or_else(|| HubError::corrupt("a person who is gone"))?.text(0).map(str::to_owned)
}

/// Begins an account in the place of one that was never confirmed; false where a confirmed one of this person or of
/// this e-mail address is there.
pub(crate) fn set_up(db: &dyn HubDb, account: &Account, now_ms: u64) -> Result<bool, HubError> {
    let (person, email) = (text(account.person), text(&account.email));
    write(db, |tx| {
        let sql = format!("{ACCOUNT} WHERE person = $1 OR email = $2");
        let there = tx.rows_to_change(&sql, &[person.clone(), email.clone()])?;
        for row in &there {
            if row.number(4)? != 0 {
                return Ok(false);
            }
            tx.run("DELETE FROM account WHERE person = $1", &[text(row.text(0)?)])?;
        }
        let sql =
            "INSERT INTO account (person, email, passphrase, secret, made_at) VALUES ($1, $2, $3, $4, $5)";
        let (passphrase, secret) = (text(&account.passphrase), Cell::Bytes(account.secret.clone()));
        tx.run(sql, &[person.clone(), email.clone(), passphrase, secret, number(now_ms)])?;
        Ok(true)
    })
}

/// Confirms an account by the first code, and begins its first session; false where it is confirmed already or was
/// begun anew meanwhile.
pub(crate) fn confirm(
    db: &dyn HubDb,
    account: &Account,
    step: u64,
    recovery: &[String],
    session: &SessionRow,
    now_ms: u64,
) -> Result<bool, HubError> {
    write(db, |tx| {
        let sql = "UPDATE account SET confirmed_at = $1, last_step = $2
             WHERE person = $3 AND secret = $4 AND confirmed_at = 0";
        let secret = Cell::Bytes(account.secret.clone());
        if tx.run(sql, &[number(now_ms.max(1)), number(step), text(account.person), secret])? == 0 {
            return Ok(false);
        }
        put_codes(tx, account.person, recovery)?;
        begin(tx, session)?;
        note(tx, account, Noted::AccountSetUp, now_ms)?;
        Ok(true)
    })
}

fn put_codes(tx: Tx<'_>, person: PersonId, hashes: &[String]) -> Result<(), HubError> {
    for hash in hashes {
        let sql = "INSERT INTO recovery_code (person, hash) VALUES ($1, $2)";
        tx.run(sql, &[text(person), text(hash)])?;
    }
    Ok(())
}

/// Puts other recovery codes in the place of all that there are; false where the second factor was used before, or the
/// account changed meanwhile.
pub(crate) fn renew_codes(
    db: &dyn HubDb,
    account: &Account,
    factor: &Factor,
    recovery: &[String],
    now_ms: u64,
) -> Result<bool, HubError> {
    write(db, |tx| {
        if !is_as_it_was(tx, account)? || !use_up(tx, account.person, factor, now_ms)? {
            return Ok(false);
        }
        tx.run("DELETE FROM recovery_code WHERE person = $1", &[text(account.person)])?;
        put_codes(tx, account.person, recovery)?;
        note(tx, account, Noted::RecoveryCodesMade, now_ms)?;
        Ok(true)
    })
}

/// Writes down what a person did with their own account.
fn note(tx: Tx<'_>, account: &Account, what: Noted, now_ms: u64) -> Result<(), HubError> {
    tx.note(&Note::by(Some(account.person), what, &account.person, ""), now_ms)
}

/// Uses a second factor up; false where it was used before, or is none of this account.
fn use_up(tx: Tx<'_>, person: PersonId, factor: &Factor, now_ms: u64) -> Result<bool, HubError> {
    let used = match factor {
        Factor::Step(step) => {
            let sql = "UPDATE account SET last_step = $1 WHERE person = $2 AND last_step < $1";
            tx.run(sql, &[number(*step), text(person)])?
        }
        Factor::Recovery(hash) => {
            let sql = "UPDATE recovery_code SET used_at = $1 WHERE person = $2 AND hash = $3 AND used_at = 0";
            tx.run(sql, &[number(now_ms.max(1)), text(person), text(hash)])?
        }
    };
    Ok(used > 0)
}

/// Signs a person in whose passphrase was found right: uses the second factor up, makes the device known and begins
/// its session.
pub(crate) fn sign_in(db: &dyn HubDb, signing: &SigningIn<'_>) -> Result<SignedIn, HubError> {
    let done = write(db, |tx| signed_in(tx, signing))?;
    if let SignedIn::Yes { moved, .. } = &done {
        db.tell_moved(moved);
    }
    Ok(done)
}

fn signed_in(tx: Tx<'_>, signing: &SigningIn<'_>) -> Result<SignedIn, HubError> {
    let SigningIn { account, factor, request, session, now_ms } = signing;
    if !is_as_it_was(tx, account)? || !use_up(tx, account.person, factor, *now_ms)? {
        return Ok(SignedIn::No);
    }
    // Held: a suspension at the same moment is before this, or ends the session that begins here.
    let sql = "SELECT role, nation, state, region FROM person WHERE id = $1";
    let Some(row) = tx.row_to_change(sql, &[text(account.person)])? else { return Ok(SignedIn::No) };
    let facts = [&account.person.to_string(), row.text(0)?, row.text(1)?, row.text(2)?, row.text(3)?];
    let KnownDevice { scope, .. } = known_device(request.device, facts, Vec::new(), false)?;
    if !may_speak(&scope) {
        return Ok(SignedIn::No);
    }
    let moved = match meet(tx, signing, &scope)? {
        Met::New(moved) => moved,
        Met::Known => Vec::new(),
        Met::Anothers => return Ok(SignedIn::No),
        Met::Revoked => return Ok(SignedIn::Revoked),
    };
    begin(tx, session)?;
    let how = if matches!(factor, Factor::Recovery(_)) { "recoveryCode" } else { "" };
    tx.note(&Note::by(Some(account.person), Noted::SignedIn, &request.device, how), *now_ms)?;
    Ok(SignedIn::Yes { role: scope.principal.role, left: codes_left(tx, account.person)?, moved })
}

/// Holds an account to the end of the transaction, so that two who come with one code are judged one after the other;
/// false where its passphrase was changed meanwhile.
fn is_as_it_was(tx: Tx<'_>, account: &Account) -> Result<bool, HubError> {
    let sql = format!("{ACCOUNT} WHERE person = $1 AND passphrase = $2");
    Ok(tx.row_to_change(&sql, &[text(account.person), text(&account.passphrase)])?.is_some())
}

/// What a device that signs in is to the hub.
enum Met {
    /// It was not known; the spaces that moved when it was made known.
    New(Vec<(Space, u64)>),
    /// It is this person's.
    Known,
    /// Its id is another person's, or has another key.
    Anothers,
    /// It was cut off.
    Revoked,
}

/// Makes the device known that a person signs in from.
fn meet(tx: Tx<'_>, signing: &SigningIn<'_>, scope: &Scope) -> Result<Met, HubError> {
    let SigningIn { request, now_ms, .. } = signing;
    let sql = "SELECT person, public_key, revoked_at FROM device WHERE id = $1";
    if let Some(row) = tx.row(sql, &[text(request.device)])? {
        let own = row.text(0)? == scope.person.to_string() && row.bytes(1)? == request.public_key.0;
        return Ok(match own {
            false => Met::Anothers,
            true if row.number(2)? != 0 => Met::Revoked,
            true => Met::Known,
        });
    }
    let sql = "INSERT INTO device (id, person, public_key, added_at) VALUES ($1, $2, $3, $4)";
    let key = Cell::Bytes(request.public_key.0.clone());
    tx.run(sql, &[text(request.device), text(scope.person), key, number(*now_ms)])?;
    let (space, record) = (Space::Me(scope.person), request.device.into());
    let names = (request.device_name.as_str(), request.platform.as_str());
    let moved = tx.put(&Writing { scope, space, record, now_ms: *now_ms }, &mut |work| {
        joining::device_record(work, scope.person, request.device, names)?;
        work.cut(0);
        Ok(())
    })?;
    Ok(Met::New(moved))
}

fn codes_left(tx: Tx<'_>, person: PersonId) -> Result<u32, HubError> {
    let sql = "SELECT count(*) FROM recovery_code WHERE person = $1 AND used_at = 0";
    let row = tx.row(sql, &[text(person)])?.ok_or_else(|| HubError::corrupt("recovery codes"))?;
    Ok(u32::try_from(row.number(0)?).unwrap_or(u32::MAX))
}

/// Sets another passphrase, ends every session of the person and begins one for this device; false where the second
/// factor was used before, or the account changed meanwhile.
pub(crate) fn change_passphrase(
    db: &dyn HubDb,
    account: &Account,
    (new, factor): (&str, &Factor),
    session: &SessionRow,
    now_ms: u64,
) -> Result<bool, HubError> {
    write(db, |tx| {
        if !is_as_it_was(tx, account)? || !use_up(tx, account.person, factor, now_ms)? {
            return Ok(false);
        }
        let sql = "UPDATE account SET passphrase = $1 WHERE person = $2";
        tx.run(sql, &[text(new), text(account.person)])?;
        end(tx, Ending::Person(account.person), now_ms)?;
        begin(tx, session)?;
        note(tx, account, Noted::PassphraseChanged, now_ms)?;
        Ok(true)
    })
}

/// Forgets the account of an e-mail address and the sessions of its person, so that it can be set up anew; false where
/// there is none. What the device's key alone may do it may do from then on.
pub(crate) fn forget(db: &dyn HubDb, email: &str, now_ms: u64) -> Result<bool, HubError> {
    write(db, |tx| {
        let sql = format!("{ACCOUNT} WHERE email = $1");
        let Some(row) = tx.row_to_change(&sql, &[text(email)])? else { return Ok(false) };
        let (id, person) = (row.text(0)?.to_owned(), text(row.text(0)?));
        tx.run("DELETE FROM session WHERE person = $1", std::slice::from_ref(&person))?;
        tx.run("DELETE FROM recovery_code WHERE person = $1", std::slice::from_ref(&person))?;
        tx.run("DELETE FROM account WHERE person = $1", &[person])?;
        tx.note(&Note::by_operator(Noted::AccountForgotten, &id), now_ms)?;
        Ok(true)
    })
}
