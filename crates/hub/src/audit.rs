//! The hub's record of who did what to whom, and when: ids and words of the program, never a person's text. Each
//! link's hash is made of the one before, so that a link which was changed, removed or moved shows; that the newest
//! were cut off shows to whoever kept the head (apps do, at each hello).

use crate::error::HubError;
use linchpin_domain::canonical::sha256_hex;
use linchpin_domain::id::PersonId;
use linchpin_protocol::hello::AuditHead;
use serde::Serialize;

/// What can be done that is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noted {
    /// The hub was set up. The object is the hub.
    SetUp,
    /// Somebody was invited. The object is the invitation's hash, the detail the role.
    Invited,
    /// Somebody came in. The object is the device, the detail the role.
    Joined,
    /// Somebody's role was changed. The object is the person, the detail the role.
    RoleSet,
    /// Somebody was suspended. The object is the person.
    Suspended,
    /// Somebody is no longer suspended. The object is the person.
    Reinstated,
    /// A device was cut off. The object is the device, the detail why.
    CutOff,
    /// A deed was asked for that another must confirm. The object is the deed.
    Asked,
    /// A part in a space was given, changed or taken away. The object is the space, the detail who and what.
    Shared,
    /// A person confirmed their account by the first code. The object is the person.
    AccountSetUp,
    /// Somebody signed in. The object is the device, the detail `recoveryCode` where the second factor was one.
    SignedIn,
    /// A session's token came that had been replaced, and ended it. The object is the device.
    TokenReplayed,
    /// Somebody changed their passphrase. The object is the person.
    PassphraseChanged,
    /// Somebody drew other recovery codes. The object is the person.
    RecoveryCodesMade,
    /// Somebody signed out. The object is the device.
    SignedOut,
    /// Somebody's account was forgotten. The object is the person.
    AccountForgotten,
    /// It was set whether sign-in is required. The object is the word for it.
    SignInSet,
    /// A new epoch began, after a copy was put back. The object is the epoch.
    EpochBegan,
}

impl Noted {
    const fn word(self) -> &'static str {
        match self {
            Self::SetUp => "setUp",
            Self::Invited => "invited",
            Self::Joined => "joined",
            Self::RoleSet => "roleSet",
            Self::Suspended => "suspended",
            Self::Reinstated => "reinstated",
            Self::CutOff => "cutOff",
            Self::Asked => "asked",
            Self::Shared => "shared",
            Self::AccountSetUp => "accountSetUp",
            Self::SignedIn => "signedIn",
            Self::TokenReplayed => "tokenReplayed",
            Self::PassphraseChanged => "passphraseChanged",
            Self::RecoveryCodesMade => "recoveryCodesMade",
            Self::SignedOut => "signedOut",
            Self::AccountForgotten => "accountForgotten",
            Self::SignInSet => "signInSet",
            Self::EpochBegan => "epochBegan",
        }
    }
}

/// Something that was done, to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    by: Option<PersonId>,
    what: Noted,
    object: String,
    detail: String,
}

impl Note {
    /// Returns what somebody did; none is whoever ran the program.
    pub(crate) fn by(by: Option<PersonId>, what: Noted, object: &impl ToString, detail: &str) -> Self {
        Self { by, what, object: object.to_string(), detail: detail.to_owned() }
    }

    /// Returns what whoever ran the program did.
    pub(crate) fn by_operator(what: Noted, object: &impl ToString) -> Self {
        Self::by(None, what, object, "")
    }
}

/// One link of the chain, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Its number; dense from 1.
    pub no: u64,
    /// When, milliseconds since 1970.
    pub at: u64,
    /// A person's id; empty for whoever ran the program.
    pub actor: String,
    /// What was done, in a word.
    pub act: String,
    /// What it was done to: an id.
    pub object: String,
    /// What else belongs to it: a word of the program.
    pub detail: String,
    /// SHA-256 over the hash before and all of the above, in hexadecimal digits.
    pub hash: String,
}

impl Link {
    /// Returns the link that follows.
    pub(crate) fn after(head: &AuditHead, note: &Note, at: u64) -> Self {
        let mut link = Self {
            no: head.no + 1,
            at,
            actor: note.by.map(|by| by.to_string()).unwrap_or_default(),
            act: note.what.word().to_owned(),
            object: note.object.clone(),
            detail: note.detail.clone(),
            hash: String::new(),
        };
        link.hash = link.made(&head.hash);
        link
    }

    fn made(&self, before: &str) -> String {
        let Self { no, at, actor, act, object, detail, hash: _ } = self;
        let body = serde_json::json!([before, no, at, actor, act, object, detail]);
        sha256_hex(format!("linchpin-audit-1\n{body}").as_bytes())
    }
}

/// Where the chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken {
    /// The number of the first link that is not what it was, or is not there.
    pub no: u64,
}

/// Follows a chain from its beginning.
#[derive(Default)]
pub(crate) struct Chain {
    head: AuditHead,
    broken: Option<Broken>,
}

impl Chain {
    pub(crate) fn add(&mut self, link: &Link) {
        let no = self.head.no + 1;
        if self.broken.is_none() && (link.no != no || link.hash != link.made(&self.head.hash)) {
            self.broken = Some(Broken { no });
        }
        self.head = AuditHead { no, hash: link.hash.clone() };
    }

    /// Returns the head of a chain that holds.
    pub(crate) fn end(self) -> Result<AuditHead, Broken> {
        self.broken.map_or(Ok(self.head), Err)
    }
}

/// Takes link after link.
pub(crate) type Links<'a> = dyn FnMut(Link) -> Result<(), HubError> + 'a;

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(length: u64) -> Vec<Link> {
        let mut head = AuditHead::default();
        let note = |object: &'static str| Note::by(None, Noted::Invited, &object, "member");
        (0..length)
            .map(|n| {
                let link = Link::after(&head, &note(if n % 2 == 0 { "one" } else { "two" }), 1_000 + n);
                head = AuditHead { no: link.no, hash: link.hash.clone() };
                link
            })
            .collect()
    }

    fn followed(links: &[Link]) -> Result<AuditHead, Broken> {
        let mut chain = Chain::default();
        links.iter().for_each(|link| chain.add(link));
        chain.end()
    }

    #[test]
    fn a_chain_that_nobody_touched_holds() {
        let links = chain(9);
        assert_eq!(followed(&links), Ok(AuditHead { no: 9, hash: links[8].hash.clone() }));
        assert_eq!(followed(&[]), Ok(AuditHead::default()));
    }

    #[test]
    fn a_link_that_was_changed_shows() {
        let change: [fn(&mut Link); 6] = [
            |link| link.at += 1,
            |link| link.actor = "somebody".to_owned(),
            |link| link.act = "joined".to_owned(),
            |link| link.object = "three".to_owned(),
            |link| link.detail = "admin".to_owned(),
            |link| link.hash = sha256_hex(b"made up"),
        ];
        for change in change {
            let mut links = chain(9);
            change(&mut links[4]);
            assert_eq!(followed(&links), Err(Broken { no: 5 }));
        }
    }

    #[test]
    fn a_link_that_was_removed_moved_or_doubled_shows() {
        let mut removed = chain(9);
        removed.remove(3);
        let mut swapped = chain(9);
        swapped.swap(2, 3);
        let mut doubled = chain(9);
        doubled.insert(5, doubled[4].clone());
        let mut renumbered = chain(9);
        renumbered.remove(3);
        (1..).zip(&mut renumbered).for_each(|(no, link)| link.no = no);
        for (links, no) in [(removed, 4), (swapped, 3), (doubled, 6), (renumbered, 4)] {
            assert_eq!(followed(&links), Err(Broken { no }));
        }
        let first = chain(9).split_off(1);
        assert_eq!(followed(&first), Err(Broken { no: 1 }));
    }

    #[test]
    fn text_cannot_be_drawn_from_one_field_into_another() {
        let head = AuditHead::default();
        let link =
            |object: &str, detail| Link::after(&head, &Note::by(None, Noted::Joined, &object, detail), 1);
        assert_ne!(link("a", "b").hash, link("ab", "").hash);
        assert_ne!(link("a\",\"", "b").hash, link("a", "\",\"b").hash);
    }
}
