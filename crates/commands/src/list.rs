commands! {
    // The account and this computer
    /// Returns who and where we are: first run, locked or ready.
    account::app_state(AppStateAsked) -> AppState, reads [Account, Settings];
    /// Begins without a network; joining can come later.
    account::start_offline(StartOffline) -> AppState, writes [Account, People, Calls, Questions, Responses, Answers];
    /// Joins a network with an invitation.
    account::join_network(JoinNetwork) -> AppState, writes [Account, People, SyncStatus];
    /// Begins an account with a passphrase; tells the secret of the app for codes.
    sign_in::set_up_account(SetUpAccount) -> AccountBegun, writes [];
    /// Confirms the account by its first code; tells recovery codes this once.
    sign_in::confirm_account(ConfirmAccount) -> RecoveryCodes, writes [Account];
    /// Signs in to an account that was set up on another computer.
    sign_in::sign_in(SignIn) -> AppState, writes [Account, People, SyncStatus];
    /// Returns the person's own account with their computers, as the hub knows them.
    sign_in::own_account(OwnAccountAsked) -> OwnAccount, reads [Account];
    /// Signs out here; writing goes on.
    sign_in::sign_out(SignOut) -> AppState, writes [Account, SyncStatus];
    /// Ends the access of one of the person's computers.
    sign_in::revoke_device(RevokeDevice) -> OwnAccount, writes [Account];
    /// Sets another passphrase; other computers must sign in again.
    sign_in::change_passphrase(ChangePassphrase) -> OwnAccount, writes [Account];
    /// Draws other recovery codes, told this once; those before are good no more.
    sign_in::new_recovery_codes(NewRecoveryCodes) -> RecoveryCodes, writes [Account];
    /// Opens the store with its passphrase or recovery key, or with a keychain that answers again.
    unlock::unlock(Unlock) -> AppState, writes [Account];
    /// Sets after how many minutes the window is covered, and the words that uncover it.
    lock::set_lock(SetLock) -> AppState, writes [Account];
    /// Covers the window now.
    lock::lock_now(LockNow) -> AppState, writes [Account];
    /// Uncovers the window.
    lock::open_lock(OpenLock) -> AppState, writes [Account];
    /// Puts a store that nothing opens aside, so that this computer can begin anew; it is kept.
    unlock::set_store_aside(SetStoreAside) -> AppState, writes [Account];
    /// Makes a recovery key, which is told this once; a former one opens nothing any more.
    recovery::make_recovery_key(MakeRecoveryKey) -> MadeRecoveryKey, writes [Account];
    /// Changes the person's own name or practice.
    account::set_profile(SetProfile) -> Changed, writes [Account, People];
    /// Removes the sample consultation.
    account::remove_sample(RemoveSample) -> Changed, writes [Calls, Questions, Responses, Answers, People];
    /// Returns the people of the network.
    people::list_people(ListPeople) -> Vec<PersonRow>, reads [People];
    /// Returns who takes part in our response to a call.
    parts::list_parts(PartsAsked) -> Parts, reads [People, Responses];
    /// Asks the hub to give somebody a part in our response, or to take it away.
    parts::change_part(ChangePart) -> Changed, writes [People];

    // Calls and their questions
    /// Finds the questions in pasted text; saves nothing.
    calls::find_questions(FindQuestions) -> FoundCall, reads [];
    /// Saves a call with its questions and opens our response to it.
    calls::save_call(SaveCall) -> SavedCall, writes [Calls, Questions, Responses, Answers];
    /// Returns the calls of one list.
    calls::list_calls(ListCalls) -> CallList, reads [Calls, Questions, Responses, Answers, People];
    /// Returns one call with its questions, plan and people.
    calls::show_call(ShowCall) -> CallDetail, reads [Calls, Questions, Responses, Answers, People, Notices];
    /// Sets one field of a call.
    calls::set_call_field(SetCallField) -> Changed, writes [Calls];
    /// Changes the closing time and keeps the earlier one.
    calls::change_closing(ChangeClosing) -> Changed, writes [Calls];
    /// Puts a call away; it can be brought back for 90 days.
    calls::delete_call(DeleteCall) -> Changed, writes [Calls];
    /// Adds a question to a call.
    calls::add_question(AddQuestion) -> AddedQuestion, writes [Questions, Answers];
    /// Changes a question's words, kind, choices or limits.
    calls::change_question(ChangeQuestion) -> Changed, writes [Questions];
    /// Moves a question to another place.
    calls::move_question(MoveQuestion) -> Changed, writes [Questions];
    /// Puts a question away; its answer is kept.
    calls::delete_question(DeleteQuestion) -> Changed, writes [Questions];

    // Answers
    /// Returns the whole text of an answer as one Yjs update, followed by nothing.
    answers::load_answer(LoadAnswer) -> bytes, reads [Answers];
    /// Returns what was added to an answer's text since a state vector, as one Yjs update.
    answers::load_since(LoadSince, bytes) -> bytes, reads [Answers];
    /// Appends one editor update to an answer.
    answers::append_update(AppendUpdate, bytes) -> Saved, writes [Answers];
    /// Returns state, limits, truths, authors and what needs a look for one answer.
    answers::answer_facts(AnswerAsked) -> AnswerFacts, reads [Answers, Questions, People, Notices, Seen, SyncStatus];
    /// Sets how far an answer is.
    answers::set_answer_state(SetAnswerState) -> Changed, writes [Answers];
    /// Gives an answer to a person, with a date.
    answers::assign_answer(AssignAnswer) -> Changed, writes [Answers];
    /// Sets what was chosen.
    answers::set_chosen(SetChosen) -> Changed, writes [Answers];
    /// Notes that the answer was on screen for two seconds in a focused window.
    answers::mark_read(AnswerAsked) -> Changed, writes [Seen];
    /// Tells co-authors which answer is open here.
    answers::announce_presence(AnnouncePresence) -> Announced, writes [];
    /// Adds paragraphs of plain text at the end of an answer.
    answers::append_text(AppendText) -> SavedText, writes [Answers];
    /// Gives an answer this plain text by the smallest edit.
    answers::write_text(WriteText) -> SavedText, writes [Answers];
    /// Returns an answer's text with who wrote which words.
    answers::read_text(ReadText) -> AnswerText, reads [Answers, People];

    // Versions, history, things to look at
    /// Returns what happened to an answer, newest first.
    versions::answer_history(AnswerAsked) -> Vec<HistoryEntry>, reads [Answers, Versions, Notices, People];
    /// Keeps the answer as it stands under a name.
    versions::save_version(SaveVersion) -> SavedVersion, writes [Versions];
    /// Compares two states of an answer word by word.
    versions::compare_versions(CompareVersions) -> Comparison, reads [Answers, Versions];
    /// Puts an earlier state of one answer back, as new edits on top.
    versions::restore_version(RestoreVersion) -> Saved, writes [Answers, Versions];
    /// Returns what needs a look, for one answer or all.
    versions::list_looks(ListLooks) -> Vec<Look>, reads [Notices, Answers, People, Calls, Questions];
    /// Says that a merge is fine.
    versions::settle_look(SettleLook) -> Changed, writes [Notices];
    /// Puts one person's wording back.
    versions::put_back(PutBack) -> Saved, writes [Answers, Notices];

    // Finding
    /// Returns what Home shows.
    home::home(HomeAsked) -> Home, reads [Calls, Questions, Responses, Answers, Notices, People, Seen];
    /// Searches everything on this computer.
    search::search(Search) -> SearchAnswer, reads [Calls, Questions, Answers, People, Versions];
    /// Writes a response to a file that the person chooses.
    export::export_response(ExportResponse) -> Exported, reads [Calls, Questions, Answers, People];

    // Files
    /// Adds a file that the person chooses to a call or to our response.
    attached::attach_file(AttachFile) -> AttachedFile, writes [Files, SyncStatus];
    /// Returns the files of a call and of our response to it.
    attached::list_files(ListFiles) -> Vec<FileRow>, reads [Files, People];
    /// Writes a file to where the person says; it is fetched first where it is not here.
    attached::save_file(SaveFile) -> SavedFile, writes [Files];
    /// Keeps a file on this computer, or lets it come only when it is asked for.
    attached::pin_file(PinFile) -> FileRow, writes [Files];

    // Sync, safety, settings
    /// Returns the facts of the status line.
    sync::sync_status(SyncStatusAsked) -> SyncStatus, reads [SyncStatus];
    /// Returns until when others have looked at everything that was written here.
    sync::seen_by_others(SeenByOthersAsked) -> SeenByOthers, reads [SyncStatus, Answers, Seen];
    /// Sends and fetches now.
    sync::sync_now(SyncNow) -> SyncStatus, writes [SyncStatus];
    /// Stops or starts sending and fetching.
    sync::pause_sync(PauseSync) -> SyncStatus, writes [SyncStatus];
    /// Returns what waits to be sent.
    sync::list_waiting(ListWaiting) -> Vec<WaitingRow>, reads [SyncStatus, Answers];
    /// Returns what was sent and received, newest first.
    sync::sync_history(SyncHistoryAsked) -> Vec<SyncLine>, reads [SyncStatus];
    /// Returns words that could not be sent or lost their place.
    sync::list_kept(ListKept) -> Vec<KeptWords>, reads [SyncStatus, Notices];
    /// Lets go of what is kept of a record.
    sync::let_go(LetGo) -> Gone, writes [SyncStatus, Notices];
    /// Keeps again what was let go of.
    sync::keep_again(KeepAgain) -> Gone, writes [SyncStatus, Notices];
    /// Checks everything on this computer against the hub, and fetches again what differs.
    sync::check_copy(CheckCopy) -> CheckedCopy, writes [SyncStatus, Calls, Questions, Responses, Answers, People];
    /// Ends a check that runs.
    sync::stop_check(StopCheck) -> CheckStopped, writes [];
    /// Confirms what the hub holds because much was deleted at once.
    sync::confirm_deletions(ConfirmDeletions) -> Decided, writes [SyncStatus];
    /// Puts back what the hub holds because much was deleted at once.
    sync::put_back_deletions(PutBackDeletions) -> Decided, writes [SyncStatus, Calls, Questions, Responses, Answers];
    /// Returns a report for support that holds no words.
    sync::support_report(SupportReportAsked) -> SupportReport, reads [SyncStatus];
    /// Takes a change back.
    undo::undo(Undo) -> Undone, writes [Calls, Questions, Responses, Answers, Versions, People, Notices];
    /// Returns what was put away in the last 90 days.
    undo::list_deleted(ListDeleted) -> Vec<DeletedRow>, reads [Calls, Questions, Responses, Answers];
    /// Brings something back that was put away.
    undo::restore_deleted(RestoreDeleted) -> Changed, writes [Calls, Questions, Responses, Answers];
    /// Returns the settings.
    settings::get_settings(GetSettings) -> Settings, reads [Settings];
    /// Changes settings.
    settings::change_settings(ChangeSettings) -> Settings, writes [Settings];
    /// Returns the backups of this computer.
    settings::list_backups(ListBackups) -> Vec<BackupRow>, reads [Jobs];
    /// Makes a backup: in the usual folder, or to a file that the person chooses.
    settings::make_backup(MakeBackup) -> BackupRow, writes [Jobs];
    /// Restores a backup file; what is here now is kept aside.
    settings::restore_backup(RestoreBackup) -> AppState, writes [Account, Calls, Questions, Responses, Answers, People];
}
