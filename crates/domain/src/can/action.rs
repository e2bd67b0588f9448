//! What can be done, each by its name in the tables of rights. Which group an action belongs to stands in the
//! tables and not here.

/// Declares a closed list of names: the type, every member, and the way from and to its name.
macro_rules! names {
    ($(#[$doc:meta])* $type:ident, $all:literal { $( $(#[$of:meta])* $name:ident $word:literal ),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type { $( $(#[$of])* $name, )+ }

        impl $type {
            /// Every one, in the order of the tables.
            pub const ALL: [Self; $all] = [$(Self::$name),+];

            /// Returns its name in the tables.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// Returns the one of a name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.name() == name)
            }
        }
    };
}
pub(super) use names;

names! {
    /// One thing that can be done in a space.
    Action, 42 {
        /// Fetches what is new.
        Pull "pull",
        /// Fetches all of it.
        Bootstrap "bootstrap",
        /// Hears that it moved, and who is there.
        Live "live",
        /// Finds words in it.
        Search "search",
        /// Counts what was voted.
        Tally "tally",
        /// Compares checksums.
        Checksum "checksum",
        /// Fetches a file.
        BlobGet "blob_get",
        /// Reads what stood there before.
        History "history",
        /// Reads who wrote which words.
        WhoWrote "who_wrote",
        /// Makes a record.
        RecordCreate "record_create",
        /// Opens a text.
        TextOpen "text_open",
        /// Adds a file.
        BlobPut "blob_put",
        /// Sets a field.
        FieldSet "field_set",
        /// Adds to a text.
        TextUpdate "text_update",
        /// Moves something to another place.
        Reorder "reorder",
        /// Gives work to a person.
        Assign "assign",
        /// Deletes.
        Tombstone "tombstone",
        /// Brings back what was deleted.
        Restore "restore",
        /// Begins a comment.
        Comment "comment",
        /// Suggests other words.
        Suggest "suggest",
        /// Answers a comment.
        Reply "reply",
        /// Says that a comment is settled.
        Resolve "resolve",
        /// Votes.
        Vote "vote",
        /// Signs a version.
        Sign "sign",
        /// Approves a version.
        Approve "approve",
        /// Sends the response.
        Submit "submit",
        /// Takes a sent response back.
        Withdraw "withdraw",
        /// Ends it.
        Close "close",
        /// Opens again what was closed or frozen.
        Reopen "reopen",
        /// Stops edits for a version.
        Freeze "freeze",
        /// Makes it public.
        Publish "publish",
        /// Moves something to another space.
        Move "move",
        /// Asks somebody to take part.
        Invite "invite",
        /// Gives somebody a part.
        Grant "grant",
        /// Takes a part away.
        Revoke "revoke",
        /// Changes a part.
        SetRole "set_role",
        /// Gives the lead to another.
        HandOver "hand_over",
        /// Takes something out of sight.
        Hide "hide",
        /// Puts it back in sight.
        Unhide "unhide",
        /// Decides on a report.
        ReviewReport "review_report",
        /// Writes it to a file.
        Export "export",
        /// Prints it.
        Print "print",
    }
}

names! {
    /// A group of actions: a column of the table of spaces.
    Group, 10 {
        /// Reading, whatever the way.
        Read "read",
        /// Making something.
        Create "create",
        /// Changing something.
        Edit "edit",
        /// Deleting and bringing back.
        Remove "remove",
        /// Talking about it.
        Talk "talk",
        /// Voting, signing, approving.
        Vote "vote",
        /// Deciding about the whole.
        Decide "decide",
        /// Saying who takes part.
        Grant "grant",
        /// Moderating.
        Moderate "mod",
        /// Taking it along.
        Take "take",
    }
}

names! {
    /// One thing that can be done with accounts and with the hub itself.
    AccountAction, 21 {
        /// Ends the access of one's own device.
        RevokeOwnDevice "revoke_own_device",
        /// Takes one's own data along.
        ExportMyData "export_my_data",
        /// Complains.
        Complain "complain",
        /// Asks to be erased.
        AskErasure "ask_erasure",
        /// Reads who is there, with addresses, states and devices.
        ListPeople "list_people",
        /// Invites a member.
        InviteMember "invite_member",
        /// Confirms that a person works at their practice.
        ConfirmPractice "confirm_practice",
        /// Suspends an account, or lifts that.
        Suspend "suspend",
        /// Ends the access of another's device.
        RevokeDevice "revoke_device",
        /// Makes a local or national co-ordinator, or takes that away.
        GrantCoordinator "grant_coordinator",
        /// The same for the steering group.
        GrantSteering "grant_steering",
        /// The same for observers of partner bodies.
        GrantPartner "grant_partner",
        /// The same for administrators.
        GrantAdmin "grant_admin",
        /// Erases a person.
        ErasePerson "erase_person",
        /// Puts the hub back to a copy.
        RestoreHub "restore_hub",
        /// Lets through what was set aside.
        ReleaseQuarantine "release_quarantine",
        /// Reads what was done with rights.
        ReadAudit "read_audit",
        /// Removes what was kept long enough.
        RunRetention "run_retention",
        /// Copies the hub.
        Backup "backup",
        /// Brings reference data in.
        ImportReference "import_reference",
        /// Changes the hub's settings.
        Settings "settings",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_no_two_are_alike() {
        assert!(Action::ALL.iter().all(|one| Action::from_name(one.name()) == Some(*one)));
        assert!(Group::ALL.iter().all(|one| Group::from_name(one.name()) == Some(*one)));
        assert!(AccountAction::ALL.iter().all(|one| AccountAction::from_name(one.name()) == Some(*one)));
    }
}
