//! The one error that a shell sees: a code it acts on and the key of a sentence. Nothing a person typed is
//! ever in it. Each sentence says what happened, what is safe, and what to do.

use linchpin_domain::Wrong;
use linchpin_store::StoreError;
use linchpin_sync::{Away, JoinError, LineError};
use linchpin_text::TextError;
use serde::Serialize;
use ts_rs::TS;

/// What kind of refusal; exists only if a shell acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Code {
    /// A value cannot be taken as it is.
    Validation,
    /// There is no such thing.
    NotFound,
    /// There is no connection.
    Offline,
    /// It is not this person's to do.
    NotAllowed,
    /// The store is locked, or the hub does not know this computer.
    SignedOut,
    /// This app is too old.
    TooOld,
    /// The file is from a newer app.
    TooNew,
    /// The disk is full.
    Full,
    /// Somebody else holds it; try again.
    Busy,
    /// A fault of ours.
    Internal,
}

/// A refusal.
#[derive(Debug, Clone, Serialize, TS, thiserror::Error)]
#[error("{sentence}")]
#[serde(rename_all = "camelCase")]
pub struct Error {
    /// What kind.
    pub code: Code,
    /// The key of the sentence in the messages file, such as `error_disk_full`.
    pub key: &'static str,
    /// The sentence in English, for the command line and for a key the screens do not know.
    pub sentence: &'static str,
    /// The field it is about.
    pub field: Option<&'static str>,
}

impl Error {
    /// Returns a refusal.
    pub(crate) const fn new(code: Code, key: &'static str, sentence: &'static str) -> Self {
        Self { code, key, sentence, field: None }
    }

    /// Returns a refusal of one field's value.
    pub(crate) const fn field(field: &'static str, key: &'static str, sentence: &'static str) -> Self {
        Self { code: Code::Validation, key, sentence, field: Some(field) }
    }

    /// Returns a fault of ours; `what` goes to the log only.
    pub(crate) fn internal(what: &str) -> Self {
        tracing::error!(what, "a fault of ours");
        Self::new(
            Code::Internal,
            "error_internal",
            "Something went wrong inside Linchpin. What is saved is safe. Try again; if it happens again, send us the \
             report from Sync and history.",
        )
    }

    pub(crate) const fn bad_request() -> Self {
        Self::new(
            Code::Validation,
            "error_bad_request",
            "The request cannot be read. Nothing was changed. The commands and what each takes stand in docs/commands.md.",
        )
    }

    pub(crate) const fn no_bytes() -> Self {
        Self::new(
            Code::Validation,
            "error_no_bytes",
            "This command takes bytes and got none. Nothing was changed.",
        )
    }

    pub(crate) const fn no_command() -> Self {
        Self::new(
            Code::NotFound,
            "error_no_command",
            "There is no such command. Nothing was changed. Type \"linchpin commands\" for the list.",
        )
    }

    pub(crate) const fn not_found() -> Self {
        Self::new(
            Code::NotFound,
            "error_not_found",
            "This is not on this computer. It may have been deleted: look in Recently deleted.",
        )
    }

    pub(crate) const fn locked() -> Self {
        Self::new(
            Code::SignedOut,
            "error_locked",
            "Linchpin is locked. Your work is safe on this computer. Type your passphrase to go on.",
        )
    }

    /// Tells whether what was given does not open the store.
    pub(crate) fn is_wrong_key(&self) -> bool {
        self.key == "error_wrong_key"
    }

    /// Tells whether the keychain did not give what opens the store.
    pub(crate) fn is_keychain(&self) -> bool {
        self.key == "error_keychain"
    }

    pub(crate) const fn store_is_open() -> Self {
        Self::new(
            Code::Validation,
            "error_store_is_open",
            "Your work is open, so there is nothing to put aside. Nothing was changed.",
        )
    }

    pub(crate) const fn first_run() -> Self {
        Self::new(
            Code::SignedOut,
            "error_first_run",
            "Nobody works here yet. Join a network or start off line first.",
        )
    }

    /// Returns why joining did not work. An address that nobody has used before may be mistyped, so the words for a
    /// hub that was there yesterday would mislead.
    pub(crate) fn of_joining(error: JoinError) -> Self {
        let address = |key, sentence| Self { code: Code::Offline, ..Self::field("hubUrl", key, sentence) };
        match error {
            JoinError::Away(Away::Offline | Away::HubAway) => address(
                "error_join_no_answer",
                "No hub answers at this address. Nothing on this computer was changed. Check the address letter by letter. \
                 If it is right, this computer may have no connection: try again later, on this computer, with the same \
                 invitation.",
            ),
            JoinError::Away(Away::Intercepted) => address(
                "error_join_page",
                "What answers at this address is no Linchpin hub but a web page. Nothing on this computer was changed. Check \
                 the address. If it is right, your network may want you to sign in first: open a web page, then try again \
                 on this computer with the same invitation.",
            ),
            JoinError::Away(Away::HubBusy) => address(
                "error_join_busy",
                "The hub has too much to do, so this computer has not joined. Your work is safe on this computer. Try again \
                 in some minutes, on this computer, with the same invitation.",
            ),
            // It may have been a hub that took the invitation; this computer may show it again.
            JoinError::Away(Away::Strange) => address(
                "error_join_strange",
                "The answer from this address could not be understood. Your work is safe on this computer. Check the \
                 address. If it is right, update Linchpin and try again on this computer with the same invitation.",
            ),
            other => other.into(),
        }
    }

    /// A long text of which only the beginning was added; `code` says why.
    pub(crate) const fn partly_appended(code: Code) -> Self {
        Self::new(
            code,
            "error_partly_appended",
            "The first part of this text was added and is saved; the rest was not. Do not add the whole text again: see \
             where the answer ends now, and add only what is missing.",
        )
    }

    pub(crate) const fn text_unreadable() -> Self {
        Self::new(
            Code::Validation,
            "error_text_unreadable",
            "These words could not be read as text of an answer, so they were not added. What was saved before is safe. \
             Copy your words and open the answer again.",
        )
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let of = Self::new;
        match error {
            StoreError::Locked => of(
                Code::Busy,
                "error_store_locked",
                "Another Linchpin has this folder open. Nothing was changed. Close the other one, or wait and try again.",
            ),
            StoreError::WrongKey => of(
                Code::SignedOut,
                "error_wrong_key",
                "This passphrase or key does not open your work. Your work is safe and unchanged. Try again, or restore \
                 a backup.",
            ),
            StoreError::TooNew { .. } => of(
                Code::TooNew,
                "error_too_new",
                "Your work was last opened by a newer Linchpin. It is safe and was not touched. Update Linchpin on this \
                 computer.",
            ),
            StoreError::NetworkPath => of(
                Code::Validation,
                "error_network_path",
                "This folder lies on a network drive, where the file of your work could break. Nothing was made. Choose \
                 a folder on this computer.",
            ),
            StoreError::DiskFull => of(
                Code::Full,
                "error_disk_full",
                "The disk is full, so this was not saved. Everything saved before is safe. Free some space and try again.",
            ),
            StoreError::ReadOnly => of(
                Code::NotAllowed,
                "error_read_only",
                "Linchpin may not write to its folder, so this was not saved. Everything saved before is safe. Ask whoever \
                 looks after this computer for the right to write there.",
            ),
            StoreError::Corrupt => of(
                Code::Internal,
                "error_corrupt",
                "The file is damaged or is no Linchpin file. It was not changed. Restore the newest backup.",
            ),
            StoreError::NotFound => Self::not_found(),
            StoreError::Gone => of(
                Code::NotAllowed,
                "error_gone",
                "You no longer have access to this. Your unsent words are kept under Kept by you.",
            ),
            StoreError::Invalid(wrong) => wrong.into(),
            StoreError::Text => Self::text_unreadable(),
            StoreError::MovedOn => of(
                Code::Busy,
                "error_text_moved_on",
                "Colleagues wrote in this answer at the same moment, so this was not saved. Nothing was changed. Try again.",
            ),
            StoreError::NotCovered => Self::internal("a snapshot does not cover its updates"),
            StoreError::Io(what) => {
                tracing::error!(what, "the disk did not answer as it should");
                of(
                    Code::Internal,
                    "error_disk",
                    "The disk did not do what was asked, so this was not saved. Everything saved before is safe. Try again; \
                     if it happens again, make a backup on another disk.",
                )
            }
        }
    }
}

impl From<Wrong> for Error {
    fn from(wrong: Wrong) -> Self {
        tracing::info!(field = wrong.field, why = wrong.why, "a value breaks a rule");
        Self::field(
            wrong.field,
            "error_wrong_value",
            "A value cannot be taken as it is: it is empty, too long, or of another form. Nothing was changed.",
        )
    }
}

impl From<TextError> for Error {
    fn from(error: TextError) -> Self {
        match error {
            TextError::NotAnUpdate => Self::text_unreadable(),
            TextError::Unknown(_) => Self::new(
                Code::TooOld,
                "error_text_newer",
                "This answer holds something that needs a newer Linchpin. It is safe; you can read it here and change it \
                 after an update.",
            ),
            TextError::TooLarge(_) => Self::field(
                "text",
                "error_text_too_large",
                "This is more text than one answer can hold. Nothing was changed. Divide it between answers.",
            ),
        }
    }
}

impl From<LineError> for Error {
    fn from(error: LineError) -> Self {
        match error {
            LineError::NotJoined => Self::new(
                Code::Offline,
                "error_not_joined",
                "No network is joined yet. Your work is safe on this computer. Join one with an invitation.",
            ),
            LineError::BadAddress => JoinError::BadAddress.into(),
            LineError::NotSecure => JoinError::NotSecure.into(),
            LineError::BadProxy => Self::field(
                "proxy",
                "error_bad_proxy",
                "The address of the proxy is not one such as http://proxy.example.org:8080. Your work is safe on this \
                 computer. Correct it in Settings.",
            ),
            LineError::NoRoots(what) => {
                tracing::error!(what, "no line can be made");
                Self::new(
                    Code::Offline,
                    "error_no_certificates",
                    "This computer gives no certificates, so no safe connection can be made. Your work is safe on this \
                     computer. Ask whoever looks after it.",
                )
            }
            LineError::Store(error) => error.into(),
        }
    }
}

impl From<JoinError> for Error {
    fn from(error: JoinError) -> Self {
        let invitation = |key, sentence| Self::field("invitation", key, sentence);
        match error {
            JoinError::NoCode => invitation(
                "error_no_code",
                "There is no invitation code in this text. Nothing was changed. A code has 26 letters and digits; paste \
                 the whole invitation.",
            ),
            JoinError::NoAddress => Self::field(
                "hubUrl",
                "error_no_address",
                "The invitation does not say which hub it is for. Nothing was changed. Type the hub's address too.",
            ),
            JoinError::BadAddress => Self::field(
                "hubUrl",
                "error_bad_address",
                "This is not a web address such as https://hub.example.org. Nothing was changed.",
            ),
            JoinError::NotSecure => Self::field(
                "hubUrl",
                "error_not_secure",
                "The address does not begin with https://, so others could read along. Nothing was sent. Ask for the right \
                 address.",
            ),
            JoinError::BadInvitation => invitation(
                "error_bad_invitation",
                "The hub does not take this invitation: it is unknown, used or out of date. Your work is safe on this \
                 computer. Ask for a new one.",
            ),
            JoinError::NoHub => Self::field(
                "hubUrl",
                "error_no_hub",
                "There is no Linchpin hub at this address. Nothing was changed. Check the address.",
            ),
            JoinError::JoinedAlready => Self::new(
                Code::NotAllowed,
                "error_joined_already",
                "This copy belongs to another network already. Nothing was changed. Use another profile for the second network.",
            ),
            JoinError::NoPerson => Self::first_run(),
            JoinError::Refused => Self::new(
                Code::NotAllowed,
                "error_join_refused",
                "The hub did not accept what was asked. Your work is safe on this computer. Ask whoever runs the hub.",
            ),
            JoinError::HubFault => Self::new(
                Code::Offline,
                "error_join_hub_fault",
                "The hub could not do this now. Your work is safe on this computer. Try again later with the same invitation.",
            ),
            JoinError::Away(away) => away.into(),
            JoinError::Line(error) => error.into(),
            JoinError::Store(error) => error.into(),
        }
    }
}

impl From<Away> for Error {
    fn from(away: Away) -> Self {
        let of = Self::new;
        match away {
            Away::Offline => of(
                Code::Offline,
                "error_offline",
                "This computer has no connection. Your work is safe on this computer and is sent later.",
            ),
            Away::HubAway => of(
                Code::Offline,
                "error_hub_away",
                "Could not reach the hub. Your work is safe on this computer. Try again in a few minutes.",
            ),
            Away::Intercepted => of(
                Code::Offline,
                "error_intercepted",
                "Something between this computer and the hub answered in its place, such as a sign-in page of your network. \
                 Your work is safe on this computer. Open a web page to sign in, or ask IT to let the hub's address through.",
            ),
            Away::NotTrusted => of(
                Code::Offline,
                "error_not_trusted",
                "This computer does not trust the hub's certificate. Nothing was sent; your work is safe on this computer. \
                 Ask IT to install the certificate of your proxy.",
            ),
            Away::HubBusy => of(
                Code::Offline,
                "error_hub_busy",
                "The hub has too much to do. Your work is safe on this computer and is sent later.",
            ),
            Away::Strange => of(
                Code::Offline,
                "error_strange",
                "The hub's answer could not be understood. Your work is safe on this computer. Tell whoever runs the hub.",
            ),
            Away::TooOld => of(
                Code::TooOld,
                "error_too_old",
                "The hub needs a newer Linchpin. You can go on writing; update Linchpin to send.",
            ),
            Away::SignedOut | Away::Revoked => of(
                Code::NotAllowed,
                "error_signed_out",
                "The hub does not know this computer any more, or wants you to sign in again. Your work is safe on this computer. Sign \
                 in, or ask for a new invitation.",
            ),
            Away::Disk => of(
                Code::Full,
                "error_sync_disk",
                "This computer's disk did not take what arrived. Everything saved before is safe. Free some space and try again.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_web_page_is_called_one() {
        let key = |error| Error::of_joining(error).key;
        assert_eq!(key(JoinError::Away(Away::Intercepted)), "error_join_page");
        assert_eq!(key(JoinError::Away(Away::Strange)), "error_join_strange");
        assert_eq!(key(JoinError::HubFault), "error_join_hub_fault");
    }

    #[test]
    fn no_error_shows_a_persons_words() {
        let wrong = Error::from(Wrong::new("title", "is empty"));
        assert_eq!((wrong.code, wrong.field), (Code::Validation, Some("title")));
        let text = Error::from(TextError::Unknown("secret words".into()));
        assert!(!text.sentence.contains("secret"), "{text}");
    }
}
