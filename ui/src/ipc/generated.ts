// Written by `cargo xtask generate` from crates/commands/src/list.rs. Do not change by hand.

/** What an app for codes is given. It is told this once. */
export type AccountBegun = {
  /** `otpauth://` text, for a picture. */
  otpauth: string,
  /** The same as a picture that cameras read. */
  picture: CodePicture,
  /** The secret in groups, for typing. */
  secret: string,
  /** The e-mail address that goes with the passphrase. */
  email: string, };

/** Adds a question. */
export type AddQuestion = {
  /** The call. */
  call: CallId,
  /** After which question; none for the end. */
  after: QuestionId | null,
  /** The question. */
  question: QuestionDraft, };

/** The question was added. */
export type AddedQuestion = {
  /** The question. */
  id: QuestionId,
  /** To take it back. */
  undo: string | null, };

/** Tells which answer is open. */
export type AnnouncePresence = {
  /** The answer; none when it was closed. */
  answer: AnswerId | null,
  /** The cursor, at most 1,000 characters. */
  cursor: string | null, };

/** It was told, or will be when there is a connection. */
export type Announced = Record<symbol, never>;

/** Asks about an answer. */
export type AnswerAsked = {
  /** The answer. */
  answer: AnswerId, };

/** What a screen shows about one answer. */
export type AnswerFacts = {
  /** The answer. */
  answer: AnswerId,
  /** How far it is. */
  state: AnswerState,
  /** Who writes it. */
  owner: PersonRow | null,
  /** When its draft is due, `YYYY-MM-DD`. */
  due: string | null,
  /** What was chosen. */
  chosen: Chosen | null,
  /** Words written. */
  words: number,
  /** Characters written. */
  characters: number,
  /** The three truths. */
  truths: Truths,
  /** Who wrote under which Yjs client id. */
  authors: Array<ClientAuthor>,
  /** Everybody named in `authors`, `truths` and `here`. */
  people: Array<PersonRow>,
  /** Who has it open now, other than this computer. */
  here: Array<HereRow>,
  /** When people who are not here last had it on screen. */
  lastHere: Array<Seen>,
  /** What needs a look. */
  looks: Array<Look>,
  /** Why it cannot be edited here; none where it can. */
  readOnly: ReadOnlyBecause | null, };

/** Text and choices for one question of one response; also the id of its text document. */
export type AnswerId = string;

/** How far an answer is. There is no sixth. */
export type AnswerState = "notStarted" | "inProgress" | "needsReview" | "approved" | "sent";

/** An answer's text with who wrote which words. */
export type AnswerText = {
  /** The question. */
  question: QuestionId,
  /** The answer. */
  answer: AnswerId,
  /** The text in the form asked for. */
  text: string,
  /** Words in it. */
  words: number,
  /** Characters in it. */
  characters: number,
  /** Whether part of it needs a newer Linchpin to be shown as it is; here it is words alone. */
  needsNewer: boolean,
  /** The text in runs of one author, paragraph by paragraph. */
  written: Array<WrittenRun>, };

/** Where the app stands. */
export type AppState = {
  /** What can be done now. */
  phase: Phase,
  /** The person; none before the first run is over. */
  me: Me | null,
  /** The network, once joined. */
  network: Network | null,
  /** Whether the sample consultation is here. */
  hasSample: boolean,
  /** Where the key of the store is kept. */
  keyPlace: KeyPlace,
  /** Whether a recovery key was made that opens the store. */
  hasRecoveryKey: boolean,
  /** The version of the app. */
  version: string,
  /** `windows`, `macos` or `linux`. */
  platform: string,
  /** Today in UK time, `YYYY-MM-DD`. */
  today: string,
  /** After how many minutes without a key or the mouse the window is covered; none for never. */
  lockMinutes: number | null, };

/** Asks for [`AppState`]. */
export type AppStateAsked = Record<symbol, never>;

/** Adds plain text at the end. */
export type AppendText = {
  /** Which answer. */
  at: QuestionName,
  /** The text, at most 1 MiB and not empty. */
  text: string, };

/** Appends an update; the bytes are the update, Yjs v1, at most 512 KiB. */
export type AppendUpdate = {
  /** The answer. */
  answer: AnswerId,
  /** The number of the editor's schema. */
  schema: number, };

/** Gives the answer to a person. */
export type AssignAnswer = {
  /** The answer. */
  answer: AnswerId,
  /** Who writes it; none takes it back. */
  owner: PersonId | null,
  /** When its draft is due, `YYYY-MM-DD`. */
  due: string | null, };

/** Adds a file that the person chooses. */
export type AttachFile = {
  /** The call. */
  call: CallId,
  /** Whose file it becomes. */
  of: FileOf, };

/** A file was added, or the person chose none. */
export type AttachedFile = {
  /** The file; none where the person chose none. */
  file: FileRow | null,
  /** To take it back with the command `undo`. */
  undo: string | null, };

/** A backup. */
export type BackupRow = {
  /** Its file name. */
  name: string,
  /** Where it lies, for showing. */
  folder: string,
  /** When it was made, milliseconds since 1970. */
  at: number,
  /** Its size in bytes. */
  bytes: number,
  /** Whether it was opened and checked after it was made. */
  checked: boolean, };

/** How many calls each list has. */
export type CallCounts = {
  /** Open calls. */
  open: number,
  /** Calls with something of mine. */
  mine: number,
  /** Sent calls. */
  sent: number,
  /** Closed calls. */
  closed: number, };

/** One call with everything about it but the answers' text. */
export type CallDetail = {
  /** The row as in the list. */
  row: CallRow,
  /** Whether the hub would let this person change the call and its closing time, and delete it. */
  mayEdit: boolean,
  /** What sort of call it is. */
  kind: CallKind,
  /** Where it was published. */
  link: string,
  /** What it is about. */
  summary: string,
  /** The most words of the whole response. */
  wordLimit: number | null,
  /** Words written so far. */
  words: number,
  /** Our response. */
  response: ResponseId,
  /** The questions in order. */
  questions: Array<QuestionRow>,
  /** Who writes, and which questions. */
  writers: Array<Writer>,
  /** Earlier closing times, newest first. */
  deadlineChanges: Array<DeadlineChangeRow>, };

/** Which field of a call. */
export type CallField = "title" | "asker" | "link" | "summary" | "nation" | "kind" | "wordLimit" | "planDraft" | "planComments" | "planSignOff" | "planSend";

/** Which list of calls. */
export type CallFilter = "open" | "mine" | "sent" | "closed";

/** An invitation to answer. */
export type CallId = string;

/** What sort of call it is. */
export type CallKind = "consultation" | "callForEvidence" | "inquiry" | "survey" | "engagement";

/** A list of calls, sorted by closing time. */
export type CallList = {
  /** The calls. */
  rows: Array<CallRow>,
  /** How many each list has: open, mine, sent, closed. */
  counts: CallCounts, };

/** A call in a list. */
export type CallRow = {
  /** The call. */
  id: CallId,
  /** Its title. */
  title: string,
  /** Who asks. */
  asker: string,
  /** What it applies to. */
  nation: NationScope,
  /** When it closes. */
  closes: ClosesAt | null,
  /** The instant it closes, milliseconds since 1970. */
  closesMs: number | null,
  /** Calendar days in UK time until it closes; negative once closed. */
  daysLeft: number | null,
  /** Our own dates. */
  plan: Plan | null,
  /** Answers that are approved or sent. */
  done: number,
  /** Questions in all. */
  questions: number,
  /** The states of the answers in question order. */
  states: Array<AnswerState>,
  /** The state of the whole: the least advanced that any begun answer has. */
  state: AnswerState,
  /** The numbers of questions that are mine. */
  mine: Array<string>,
  /** Who leads. */
  lead: PersonRow | null,
  /** Whether something in it needs a look. */
  looks: number,
  /** Marked where it is the sample. */
  sample: boolean, };

/** Changes the closing time. */
export type ChangeClosing = {
  /** The call. */
  call: CallId,
  /** The new closing time. */
  closes: ClosesAt | null,
  /** Why. */
  reason: string, };

/** Gives a part in our response to a call, or takes it away. */
export type ChangePart = {
  /** The call. */
  call: CallId,
  /** Who; none is every member who is not named. */
  person: PersonId | null,
  /** As what; none takes the part away. */
  role: ResponseRole | null, };

/** Sets another passphrase. */
export type ChangePassphrase = {
  /** The present one. */
  passphrase: string,
  /** Six digits, or a recovery code. */
  code: string,
  /** The new one, at least 12 characters. */
  newPassphrase: string, };

/** Changes a question. */
export type ChangeQuestion = {
  /** The question. */
  question: QuestionId,
  /** As it should be. */
  draft: QuestionDraft,
  /** When it is shown. */
  showIf: ShowIf | null, };

/** Changes settings: the whole set as it should be. */
export type ChangeSettings = {
  /** The settings. */
  settings: Settings, };

/** Something was changed and is saved on this computer. */
export type Changed = {
  /** To take it back with the command `undo`. */
  undo: string | null,
  /** When it was saved, milliseconds since 1970. */
  savedAt: number, };

/** What a colleague changed. */
export type ChangedRow = {
  /** Who. */
  person: PersonRow,
  /** What. */
  what: ChangedWhat,
  /** The call. */
  call: CallId | null,
  /** The call's title. */
  callTitle: string,
  /** The question. */
  question: QuestionId | null,
  /** When, milliseconds since 1970. */
  at: number, };

/** What a colleague did. */
export type ChangedWhat = { "as": "wrote",
  /** How many words came in; nought where words only went out. */
  words: number,
  /** The question's number. */
  number: string, } | { "as": "broughtIn" } | { "as": "joined" };

/** Checks this copy. */
export type CheckCopy = Record<symbol, never>;

/** It ends as soon as it can. */
export type CheckStopped = Record<symbol, never>;

/** What a check found. */
export type CheckedCopy = {
  /** Parts that were checked: consultations, responses and the like. */
  spaces: number,
  /** Records in them. */
  records: number,
  /** What differed and was fetched again. */
  fetched: Array<CheckedPlace>,
  /** What differs and is fetched again as soon as it can be. */
  later: Array<CheckedPlace>,
  /** Why nothing was compared with the hub; none where it was. */
  notCompared: Link | null,
  /** Parts that changed all the while, so that they could not be compared. */
  stillMoving: number,
  /** Whether the person ended it before it was done. */
  stopped: boolean, };

/** Something that differed. */
export type CheckedPlace = {
  /** The call it belongs to, if any. */
  call: CallId | null,
  /** That call's title; empty for people and what else belongs to no call. */
  title: string, };

/** How far a check is. */
export type Checking = {
  /** Parts that were checked. */
  done: number,
  /** Parts in all. */
  of: number, };

/** One choice of a question, or one row of a matrix. */
export type Choice = {
  /** Its id within the question. */
  id: string,
  /** What it says. */
  text: string, };

/** What was chosen where a question wants more than words. */
export type Chosen = { "as": "choices",
  /** One id, or several. */
  ids: Array<string>, } | { "as": "number",
  /** The number. */
  value: number, } | { "as": "rows",
  /** Choice id by row id. */
  by_row: { [key in string]: string }, } | { "as": "file",
  /** Its name. */
  name: string, };

/** Who wrote under a Yjs client id. */
export type ClientAuthor = {
  /** The client id. */
  client: number,
  /** The person. */
  person: PersonId, };

/** When a call closes: the wall-clock time the asker stated, in UK time. */
export type ClosesAt = {
  /** The day, `YYYY-MM-DD`. */
  date: string,
  /** The time of day, `HH:MM`; `None` where the asker states none. We then plan for midday. */
  time: string | null, };

/** What kind of refusal; exists only if a shell acts on it. */
export type Code = "validation" | "notFound" | "offline" | "notAllowed" | "signedOut" | "tooOld" | "tooNew" | "full" | "busy" | "internal";

/** A picture of dark squares on light. */
export type CodePicture = {
  /** Squares along each side. Four light ones belong around it. */
  size: number,
  /** The dark ones, as the path of an SVG. */
  path: string, };

/** Compares two states. */
export type CompareVersions = {
  /** The answer. */
  answer: AnswerId,
  /** The earlier state. */
  from: StateName,
  /** The later state. */
  to: StateName, };

/** What sort of block it is. */
export type ComparedBlock = "paragraph" | "heading" | "item" | "quote" | "cell";

/** Where the words of a run stand. */
export type ComparedHow = "same" | "inserted" | "removed";

/** One paragraph of a comparison. */
export type ComparedParagraph = {
  /** What sort of block it is. */
  block: ComparedBlock,
  /** Its runs. */
  runs: Array<ComparedRun>, };

/** A run of a comparison. */
export type ComparedRun = {
  /** The words. */
  text: string,
  /** Whether they are in both. */
  how: ComparedHow, };

/** Two states, word by word. */
export type Comparison = {
  /** The paragraphs in order. */
  paragraphs: Array<ComparedParagraph>,
  /** Words that came in. */
  wordsIn: number,
  /** Words that went out. */
  wordsOut: number, };

/** Confirms the account. */
export type ConfirmAccount = {
  /** The six digits that the app for codes shows. */
  code: string, };

/** Confirms what the hub holds because it was much at once. */
export type ConfirmDeletions = Record<symbol, never>;

/** One change of the closing time. */
export type DeadlineChangeRow = {
  /** Before. */
  from: ClosesAt | null,
  /** After. */
  to: ClosesAt | null,
  /** Why. */
  reason: string,
  /** When it was noted, milliseconds since 1970. */
  notedAt: number, };

/** What was decided. */
export type Decided = {
  /** Of how many things. */
  things: number, };

/** Puts a call away. */
export type DeleteCall = {
  /** The call. */
  call: CallId, };

/** Puts a question away. */
export type DeleteQuestion = {
  /** The question. */
  question: QuestionId, };

/** Something that was put away. */
export type DeletedRow = {
  /** Its id. */
  id: RecordId,
  /** Its kind: `call`, `question`, `version`. */
  kind: string,
  /** Its title. */
  title: string,
  /** When, milliseconds since 1970. */
  at: number,
  /** Days until it is gone for good. */
  daysLeft: number, };

/** How close rows stand. */
export type Density = "compact" | "comfortable";

/** One installation that belongs to a person. */
export type DeviceId = string;

/** A refusal. */
export type Error = {
  /** What kind. */
  code: Code,
  /** The key of the sentence in the messages file, such as `error_disk_full`. */
  key: string,
  /** The sentence in English, for the command line and for a key the screens do not know. */
  sentence: string,
  /** The field it is about. */
  field: string | null, };

/** What a shell is told. */
export type Event = { "event": "changed",
  /** What became stale. */
  tags: Array<Tag>,
  /** Which records; empty for more than 100. */
  ids: Array<RecordId>,
  /** By whom. */
  origin: Origin, } | { "event": "presence",
  /** The answer. */
  answer: AnswerId, };

/** A form of file. */
export type ExportFormat = "markdown" | "text";

/** Writes a response to a file. */
export type ExportResponse = {
  /** The call. */
  call: CallId,
  /** In which form. */
  format: ExportFormat, };

/** The file was written, or the person chose none. */
export type Exported = {
  /** Its name without the folder; none where the person chose no file. */
  file: string | null,
  /** Words in it. */
  words: number, };

/** Where the bytes of a file are, as far as this computer knows. */
export type FileBytes = "here" | "sending" | "notTaken" | "coming" | "elsewhere" | "notGot";

/** A file that somebody added. */
export type FileId = string;

/** A kind of file that may be added. */
export type FileKind = "pdf" | "docx" | "xlsx" | "pptx" | "odt" | "png" | "jpeg" | "text" | "csv";

/** Whose file it is. */
export type FileOf = "call" | "response";

/** A file. */
export type FileRow = {
  /** The id. */
  id: FileId,
  /** Its name, as whoever added it had it. */
  name: string,
  /** What kind of file it is; none for a kind of a newer version. */
  kind: FileKind | null,
  /** How many bytes it has. */
  size: number,
  /** Whose it is. */
  of: FileOf,
  /** Who added it. */
  addedBy: PersonRow | null,
  /** When, milliseconds since 1970. */
  addedAt: number,
  /** Where its bytes are. */
  bytes: FileBytes,
  /** Whether it is kept on this computer. */
  pinned: boolean, };

/** Finds questions in text. */
export type FindQuestions = {
  /** What was pasted, at most 1 MiB. */
  text: string, };

/** What was found in a pasted text. */
export type FoundCall = {
  /** A title, if one stands there. */
  title: string | null,
  /** Who asks, if it is said. */
  asker: string | null,
  /** When it closes, if it is said. */
  closes: ClosesAt | null,
  /** The questions in the order in which they stand. */
  questions: Array<FoundQuestion>,
  /** Lines that belong to no question, in order. */
  leftOver: Array<string>, };

/** A question found in pasted text. */
export type FoundQuestion = {
  /** The heading of its section, if any. */
  section: string | null,
  /** Its number as printed, without "Question" and signs; empty where none is printed. */
  number: string,
  /** What is asked. */
  text: string,
  /** Guidance that stands with it; paragraphs are parted by a blank line. */
  help: string,
  /** How it is to be answered. */
  kind: QuestionKind,
  /** Its choices, or the columns of a matrix. */
  choices: Array<Choice>,
  /** The rows of a matrix. */
  rows: Array<Choice>,
  /** The ends of a scale. */
  scale: ScaleEnds | null,
  /** The most words. */
  wordLimit: number | null,
  /** The most characters. */
  characterLimit: number | null,
  /** Text that follows and reads like an answer; paragraphs are parted by a blank line. */
  answerBelow: string,
  /** Whether we are sure that it is a question to be answered. */
  sure: boolean, };

/** Asks for the settings. */
export type GetSettings = Record<symbol, never>;

/** They were let go of. */
export type Gone = {
  /** When, milliseconds since 1970. */
  at: number, };

/** A colleague who has the answer open. */
export type HereRow = {
  /** The person. */
  person: PersonRow,
  /** The cursor as the editor wrote it. */
  cursor: string | null, };

/** One thing that happened to an answer. */
export type HistoryEntry = {
  /** When, milliseconds since 1970. */
  at: number,
  /** What happened. */
  what: HistoryWhat,
  /** Who did it, where one person did. */
  person: PersonRow | null,
  /** Words that came in. */
  wordsIn: number,
  /** Words that went out. */
  wordsOut: number,
  /** How to name this state when comparing or restoring. */
  state: StateName, };

/** What happened. */
export type HistoryWhat = { "as": "wrote" } | { "as": "broughtTogether" } | { "as": "version",
  /** The version. */
  id: VersionId,
  /** Its name. */
  name: string, };

/** A run of a result's words. */
export type HitRun = {
  /** The words. */
  text: string,
  /** Whether they match. */
  hit: boolean, };

/** Where a result leads. */
export type HitTo = { "as": "call",
  /** The call. */
  call: CallId, } | { "as": "question",
  /** The call. */
  call: CallId,
  /** The question. */
  question: QuestionId, } | { "as": "answer",
  /** The call. */
  call: CallId,
  /** The question. */
  question: QuestionId,
  /** The answer. */
  answer: AnswerId, } | { "as": "person",
  /** The person. */
  person: PersonId, };

/** What Home shows. */
export type Home = {
  /** Today in UK time, `YYYY-MM-DD`. */
  today: string,
  /** What needs the person, the most urgent first. */
  needs: Array<Need>,
  /** The next five calls to close. */
  closing: Array<CallRow>,
  /** What others changed since the person last looked. */
  changed: Array<ChangedRow>,
  /** When the person last looked, milliseconds since 1970. */
  lookedAt: number | null, };

/** Asks for Home. */
export type HomeAsked = Record<symbol, never>;

/** Joins a network. */
export type JoinNetwork = {
  /** What was pasted: an address with a code in it, or the code alone. */
  invitation: string,
  /** The hub's address where the invitation lacks it. */
  hubUrl: string | null,
  /** The person's name. */
  name: string,
  /** The practice, may be empty. */
  practice: string,
  /** Needed where the computer has no keychain and no store yet. */
  passphrase: string | null, };

/** Takes a letting go back. */
export type KeepAgain = {
  /** What they belong to. */
  record: RecordId,
  /** When they were let go of, as it was answered. */
  at: number, };

/** Why words are kept. */
export type KeptBecause = "noAccess" | "refused" | "aroundRemoved" | "hubHasItNoMore" | "hubWentBack";

/** Words that could not be sent or lost their place. */
export type KeptWords = {
  /** What is named to let go of them; none where they go by themselves after a time. */
  record: RecordId | null,
  /** A file that the hub never took, to be written by `save_file`; the words are its name. */
  file: FileId | null,
  /** The words. */
  words: string,
  /** Where they were written, in words. */
  place: string,
  /** The answer they were written in, if it is still here. */
  answer: AnswerId | null,
  /** Why they are kept. */
  why: KeptBecause,
  /** When, milliseconds since 1970. */
  at: number, };

/** Where the key of the store is kept. */
export type KeyPlace = "keychain" | "passphrase" | "given";

/** Lets go of words that could not be sent, and of refused changes. */
export type LetGo = {
  /** What they belong to. */
  record: RecordId, };

/** The connection to the hub. */
export type Link = "notJoined" | "connected" | "busy" | "offline" | "hubAway" | "intercepted" | "notTrusted" | "hubBusy" | "tooOld" | "signedOut" | "paused";

/** Asks for the backups. */
export type ListBackups = Record<symbol, never>;

/** Asks for a list of calls. */
export type ListCalls = {
  /** Which list. */
  filter: CallFilter,
  /** Part of a title or asker; empty for all. */
  text: string, };

/** Asks for what was put away. */
export type ListDeleted = Record<symbol, never>;

/** Asks for the files of a call and of our response to it. */
export type ListFiles = {
  /** The call. */
  call: CallId, };

/** Asks for kept words. */
export type ListKept = Record<symbol, never>;

/** Asks for what needs a look. */
export type ListLooks = {
  /** One answer, or all. */
  answer: AnswerId | null, };

/** Asks for the people. */
export type ListPeople = {
  /** Part of a name or practice; empty for all. */
  text: string, };

/** Asks for what waits. */
export type ListWaiting = Record<symbol, never>;

/** Asks for an answer's text. */
export type LoadAnswer = {
  /** The answer. */
  answer: AnswerId, };

/** Asks for what is new; the bytes are the state vector that the editor has. */
export type LoadSince = {
  /** The answer. */
  answer: AnswerId, };

/** Covers the window now. */
export type LockNow = Record<symbol, never>;

/** Something that needs a look. */
export type Look = {
  /** Its id. */
  id: NoticeId,
  /** The call. */
  call: CallId,
  /** The call's title. */
  callTitle: string,
  /** The question. */
  question: QuestionId,
  /** The question's number. */
  number: string,
  /** The answer. */
  answer: AnswerId,
  /** Why. */
  why: LookWhy,
  /** The person at this computer where they are one of the two, else the first. */
  first: PersonRow | null,
  /** The other. */
  second: PersonRow | null,
  /** The wording of the first person, with the words that only they have marked. */
  firstText: Array<ComparedRun>,
  /** The wording of the second person. */
  secondText: Array<ComparedRun>,
  /** What stands now, with who brought which words. */
  nowText: Array<NowRun>,
  /** When they were brought together, milliseconds since 1970. */
  at: number,
  /** Whether the wordings can be put back by one press. */
  canPutBack: boolean, };

/** Why something needs a look. */
export type LookWhy = { "as": "notice",
  /** Which sort. */
  kind: NoticeKind, } | { "as": "recovered" };

/** A recovery key that was just made. It is told this once and kept nowhere. */
export type MadeRecoveryKey = {
  /** Eight groups of five letters and digits. */
  groups: Array<string>, };

/** Makes a backup. */
export type MakeBackup = {
  /** Whether the person chooses the file; else it goes to the usual folder. */
  choose: boolean, };

/** Makes a recovery key. */
export type MakeRecoveryKey = Record<symbol, never>;

/** The person at this computer. */
export type Me = {
  /** The id. */
  id: PersonId,
  /** The name. */
  name: string,
  /** Two letters. */
  initials: string,
  /** The author colour, 1 to 8. */
  colour: number,
  /** The practice, in words. */
  practice: string,
  /** The nation. */
  nation: Nation | null,
  /** What the person is in the network. */
  role: NetworkRole, };

/** Moves a question. */
export type MoveQuestion = {
  /** The question. */
  question: QuestionId,
  /** After which question it should stand; none for the start. */
  after: QuestionId | null, };

/** One of the four nations. */
export type Nation = "england" | "scotland" | "wales" | "northernIreland";

/** What a call applies to. */
export type NationScope = "ukWide" | "england" | "scotland" | "wales" | "northernIreland";

/** Something that needs the person. */
export type Need = { "as": "look",
  /** What. */
  look: Look, } | { "as": "write",
  /** Where. */
  at: NeedAt, } | { "as": "review",
  /** Where. */
  at: NeedAt, };

/** Where something needs the person. */
export type NeedAt = {
  /** The call. */
  call: CallId,
  /** The call's title. */
  callTitle: string,
  /** The question. */
  question: QuestionId,
  /** The answer. */
  answer: AnswerId,
  /** The question's number. */
  number: string,
  /** Who asks for it. */
  by: PersonRow | null,
  /** By when, `YYYY-MM-DD`. */
  due: string | null, };

/** The network that was joined. */
export type Network = {
  /** Its name. */
  name: string,
  /** The hub's address. */
  hubUrl: string, };

/** What a person is in the network. */
export type NetworkRole = "member" | "localCoordinator" | "nationalCoordinator" | "steeringGroup" | "admin" | "observer";

/** Draws other recovery codes. */
export type NewRecoveryCodes = {
  /** The six digits that the app for codes shows. */
  code: string, };

/** A merge that needs a look. */
export type NoticeId = string;

/** Why a clean merge needs a look. */
export type NoticeKind = "sameAnswer" | "sameSentence" | "strandedInsert" | "splitRewritten" | "overLimit" | "approvedThenChanged";

/** Who brought words. */
export type NowBy = "both" | "first" | "second";

/** A run of what stands now. */
export type NowRun = {
  /** The words. */
  text: string,
  /** Who brought them. */
  by: NowBy, };

/** Uncovers it. */
export type OpenLock = {
  /** The words for it, or the recovery key. */
  words: string, };

/** Who changed something. */
export type Origin = "here" | "hub";

/** The person's own account. */
export type OwnAccount = {
  /** The e-mail address of the invitation. */
  email: string,
  /** Whether it was set up and confirmed. */
  isSetUp: boolean,
  /** Whether the hub serves only whoever is signed in. */
  signInRequired: boolean,
  /** How many recovery codes are left. */
  recoveryCodesLeft: number,
  /** The person's computers, oldest first. */
  devices: Array<OwnComputer>, };

/** Asks for the person's own account. */
export type OwnAccountAsked = Record<symbol, never>;

/** One of the person's computers. */
export type OwnComputer = {
  /** Its id. */
  device: DeviceId,
  /** Its name. */
  name: string,
  /** When it came, milliseconds since 1970. */
  addedAt: number,
  /** When it was last in step; none if it never was. */
  seenAt: number | null,
  /** Whether its access was ended. */
  isRevoked: boolean,
  /** Whether it is this one. */
  isThis: boolean, };

/** Somebody who is named. */
export type PartRow = {
  /** Who. */
  person: PersonRow,
  /** As what; none for somebody who was taken out of what everyone has. */
  role: ResponseRole | null, };

/** Who takes part. */
export type Parts = {
  /** What every member is who is not named; none where only those take part who are. */
  everyone: ResponseRole | null,
  /** Those who are named, the lead first. */
  people: Array<PartRow>,
  /** Whether the person at this computer may change it. */
  mayChange: boolean, };

/** Asks who takes part in our response to a call. */
export type PartsAsked = {
  /** The call. */
  call: CallId, };

/** Stops or starts. */
export type PauseSync = {
  /** Whether to stop. */
  paused: boolean, };

/** A person; also the id of their [`Member`](crate::record::member::Member) record. */
export type PersonId = string;

/** A person in a list. */
export type PersonRow = {
  /** The id. */
  id: PersonId,
  /** The name. */
  name: string,
  /** Two letters. */
  initials: string,
  /** The author colour, 1 to 8, the same on every computer. */
  colour: number,
  /** The practice, in words. */
  practice: string,
  /** Whether it is the person at this computer. */
  me: boolean, };

/** What can be done now. */
export type Phase = "firstRun" | "locked" | "covered" | "ready";

/** Keeps a file on this computer, or lets it come only when it is asked for. */
export type PinFile = {
  /** The file. */
  file: FileId,
  /** Whether it is kept. */
  pinned: boolean, };

/** Our own dates for one call, `YYYY-MM-DD`, in the order in which they come. */
export type Plan = {
  /** Drafts are written by then. */
  draft: string,
  /** Comments are in by then. */
  comments: string,
  /** It is signed off by then. */
  signOff: string,
  /** It is sent on that day. */
  send: string, };

/** Puts a wording back. */
export type PutBack = {
  /** What needed the look. */
  look: NoticeId,
  /** Which wording. */
  wording: Wording, };

/** Puts it back. */
export type PutBackDeletions = Record<symbol, never>;

/** A question as a person confirmed it. */
export type QuestionDraft = {
  /** The heading of its section; equal headings in a row are one section. */
  section: string | null,
  /** Its number as printed. */
  number: string,
  /** What is asked. */
  text: string,
  /** Guidance. */
  help: string,
  /** How it is to be answered. */
  kind: QuestionKind,
  /** Its choices. */
  choices: Array<Choice>,
  /** The rows of a matrix. */
  rows: Array<Choice>,
  /** The ends of a scale. */
  scale: ScaleEnds | null,
  /** The most words. */
  wordLimit: number | null,
  /** The most characters. */
  characterLimit: number | null,
  /** Whether an answer is demanded. */
  required: boolean,
  /** Text to begin the answer with; may be empty. */
  answerBelow: string, };

/** A question. */
export type QuestionId = string;

/** How a question is to be answered. */
export type QuestionKind = "freeText" | "oneChoice" | "manyChoices" | "scale" | "matrix" | "number" | "upload";

/** Names a question of a call, as a script does. */
export type QuestionName = {
  /** The call. */
  call: CallId,
  /** The question's number as the screens show it, or its id. */
  question: string, };

/** A question with its answer's state. */
export type QuestionRow = {
  /** The question. */
  id: QuestionId,
  /** Its answer. */
  answer: AnswerId,
  /** Whether the hub would let this person change the question, move it and delete it. */
  mayEdit: boolean,
  /** Its section. */
  section: SectionId | null,
  /** The heading of its section. */
  sectionTitle: string | null,
  /** Its number as printed, or its place. */
  number: string,
  /** What is asked. */
  text: string,
  /** Guidance. */
  help: string,
  /** How it is to be answered. */
  kind: QuestionKind,
  /** Its choices. */
  choices: Array<Choice>,
  /** The rows of a matrix. */
  rows: Array<Choice>,
  /** The ends of a scale. */
  scale: ScaleEnds | null,
  /** The most words. */
  wordLimit: number | null,
  /** The most characters. */
  characterLimit: number | null,
  /** Whether an answer is demanded. */
  required: boolean,
  /** When it is shown. */
  showIf: ShowIf | null,
  /** Whether it is shown now, given what was chosen elsewhere. */
  shown: boolean,
  /** How far its answer is. */
  state: AnswerState,
  /** Who writes it. */
  owner: PersonRow | null,
  /** When its draft is due, `YYYY-MM-DD`. */
  due: string | null,
  /** Words written. */
  words: number,
  /** What was chosen. */
  chosen: Chosen | null,
  /** Whether two people changed it and nobody looked yet. */
  looks: number, };

/** Why an answer cannot be edited here. */
export type ReadOnlyBecause = "newerApp" | "sent" | "unreadable";

/** Asks for an answer's text. */
export type ReadText = {
  /** Which answer. */
  at: QuestionName,
  /** In which form. */
  format: TextFormat, };

/** A first fill. */
export type Receiving = {
  /** Rows that are here. */
  here: number,
  /** Rows in all. */
  of: number, };

/** The id of any record, whatever its kind. */
export type RecordId = string;

/** Recovery codes. They are told this once and kept nowhere. */
export type RecoveryCodes = {
  /** Ten codes for one use each. */
  codes: Array<string>, };

/** Removes the sample. */
export type RemoveSample = Record<symbol, never>;

/** Our reply to a call. */
export type ResponseId = string;

/** What a person is on one response. */
export type ResponseRole = "lead" | "coAuthor" | "reviewer" | "commenter" | "signatory" | "observer";

/** Restores a backup. */
export type RestoreBackup = {
  /** The name of one of the listed backups; none lets the person choose a file. */
  name: string | null,
  /** The passphrase or recovery key it was made with, where it is not this computer's. */
  passphrase: string | null, };

/** Brings something back. */
export type RestoreDeleted = {
  /** Its id. */
  id: RecordId, };

/** Puts a state back. */
export type RestoreVersion = {
  /** The answer. */
  answer: AnswerId,
  /** The state to put back. */
  state: StateName, };

/** Ends the access of one of the person's computers. */
export type RevokeDevice = {
  /** Which. */
  device: DeviceId, };

/** Saves a call. */
export type SaveCall = {
  /** Its title. */
  title: string,
  /** Who asks. */
  asker: string,
  /** What sort of call it is. */
  kind: CallKind,
  /** What it applies to. */
  nation: NationScope,
  /** When it closes. */
  closes: ClosesAt | null,
  /** Where it was published. */
  link: string,
  /** The most words of the whole response. */
  wordLimit: number | null,
  /** Its questions in order. */
  questions: Array<QuestionDraft>, };

/** Writes a file to where the person says; it is fetched first where it is not here. */
export type SaveFile = {
  /** The file. */
  file: FileId, };

/** Keeps a version. */
export type SaveVersion = {
  /** The answer. */
  answer: AnswerId,
  /** Its name, at most 200 characters. */
  name: string, };

/** The words are saved on this computer: the commit has returned. */
export type Saved = {
  /** When, milliseconds since 1970. */
  savedAt: number,
  /** Words in the answer now. */
  words: number,
  /** Characters in the answer now. */
  characters: number,
  /** Changes that wait to be sent, of all kinds. */
  waiting: number, };

/** The call is saved on this computer. */
export type SavedCall = {
  /** The call. */
  id: CallId,
  /** Our response to it. */
  response: ResponseId,
  /** To take it back. */
  undo: string | null, };

/** A file was written, or the person chose no place. */
export type SavedFile = {
  /** Its name without the folder; none where the person chose no place. */
  file: string | null, };

/** The words of a script are saved on this computer, and where they went. */
export type SavedText = {
  /** The number of the question that was written to, as the screens show it. */
  number: string,
  /** The first words of that question. */
  question: string,
  /** When, milliseconds since 1970. */
  savedAt: number,
  /** Words in the answer now. */
  words: number,
  /** Characters in the answer now. */
  characters: number,
  /** Changes that wait to be sent, of all kinds. */
  waiting: number, };

/** The version is kept. */
export type SavedVersion = {
  /** The version. */
  id: VersionId,
  /** The SHA-256 of its canonical blocks. */
  hash: string,
  /** Its words. */
  words: number, };

/** The ends of a scale. */
export type ScaleEnds = {
  /** The lowest number. */
  from: number,
  /** The highest number. */
  to: number,
  /** What the lowest means. */
  fromLabel: string,
  /** What the highest means. */
  toLabel: string, };

/** Searches. */
export type Search = {
  /** The words; the last may be unfinished. Empty gives what was opened last. */
  text: string,
  /** Most results of each sort. */
  limit: number, };

/** What was found. */
export type SearchAnswer = {
  /** The results, best first. */
  hits: Array<SearchHit>,
  /** How many answers were looked through. */
  lookedThrough: number, };

/** One result. */
export type SearchHit = {
  /** Where it leads. */
  to: HitTo,
  /** Its title. */
  title: Array<HitRun>,
  /** The sentence found, or facts beside the title. */
  detail: Array<HitRun>, };

/** A section of a call's question set. */
export type SectionId = string;

/** Who somebody is to an answer; used by several lists. */
export type Seen = {
  /** The person. */
  person: PersonId,
  /** When, milliseconds since 1970. */
  at: number, };

/** Until when others have seen what was written here. */
export type SeenByOthers = {
  /** All words until then were seen by somebody else, milliseconds since 1970; none where nobody has looked. */
  until: number | null, };

/** Asks until when others have seen what was written here. */
export type SeenByOthersAsked = Record<symbol, never>;

/** Sets the state. */
export type SetAnswerState = {
  /** The answer. */
  answer: AnswerId,
  /** How far it is. */
  state: AnswerState, };

/** Why a change is set aside. */
export type SetAsideBecause = "noAccess" | "unreadable" | "tooLarge" | "hubTooOld" | "muchDeleted" | "badValue";

/** Sets one field. */
export type SetCallField = {
  /** The call. */
  call: CallId,
  /** The field. */
  field: CallField,
  /** The value as text; empty clears it. */
  value: string, };

/** Sets what was chosen. */
export type SetChosen = {
  /** The answer. */
  answer: AnswerId,
  /** What was chosen; none clears it. */
  chosen: Chosen | null, };

/** Sets when the window is covered, and the words that uncover it. */
export type SetLock = {
  /** After how many minutes: 5, 15, 30 or 60. None for never. */
  minutes: number | null,
  /** New words for it, at least 6 characters; none leaves them as they are. Where a passphrase opens the work at each start, that one uncovers it. */
  words: string | null,
  /** The present words, where it is set already. */
  present: string | null, };

/** Changes the person's own details. */
export type SetProfile = {
  /** A new name. */
  name: string | null,
  /** A new practice. */
  practice: string | null,
  /** A new nation. */
  nation: Nation | null, };

/** Puts a store that nothing opens aside. */
export type SetStoreAside = Record<symbol, never>;

/** Begins an account. */
export type SetUpAccount = {
  /** The passphrase, at least 12 characters. */
  passphrase: string, };

/** The settings of this computer. */
export type Settings = {
  /** Light, dark, or as the system. */
  theme: Theme,
  /** Text size in per cent: 90, 100, 115, 130 or 150. */
  textSize: number,
  /** Rows close together or apart. */
  density: Density,
  /** Whether moving parts are stilled whatever the system says. */
  reduceMotion: boolean,
  /** Whether colleagues see when this person has an answer open. */
  sharePresence: boolean,
  /** Whether colleagues see that this person has read something. */
  shareSeen: boolean,
  /** Whether a backup is made every hour while something changes. */
  hourlyBackup: boolean,
  /** A proxy by hand, such as `http://proxy.example.org:8080`; empty for the system's. */
  proxy: string,
  /** Whether the navigation is folded; none for the usual. */
  navFolded: boolean | null,
  /** How wide the panel beside an answer is, in pixels: 280 to 400. */
  panelWidth: number, };

/** Says that it is fine. */
export type SettleLook = {
  /** What needed the look. */
  look: NoticeId, };

/** Asks for one call. */
export type ShowCall = {
  /** The call. */
  call: CallId, };

/** When a question is shown: one of these choices was taken in another question. */
export type ShowIf = {
  /** The other question. */
  question: QuestionId,
  /** The choices of it that show this one. */
  choices: Array<string>, };

/** Signs in. */
export type SignIn = {
  /** The hub's address. */
  hubUrl: string,
  /** The e-mail address of the invitation. */
  email: string,
  /** The passphrase of the account. */
  passphrase: string,
  /** Six digits, or a recovery code. */
  code: string,
  /** What opens this computer's work, where it has no keychain and no store yet; another passphrase than the account's. */
  storePassphrase: string | null, };

/** Signs out here. */
export type SignOut = Record<symbol, never>;

/** Begins without a network. */
export type StartOffline = {
  /** The person's name, at most 200 characters. */
  name: string,
  /** The practice, may be empty. */
  practice: string,
  /** Needed where the computer has no keychain, at least 12 characters. */
  passphrase: string | null,
  /** Whether to lay a sample consultation in. */
  withSample: boolean, };

/** A state of an answer's text. */
export type StateName = { "as": "now" } | { "as": "version",
  /** The version. */
  id: VersionId, } | { "as": "point",
  /** The number of the update on this computer. */
  row: number, };

/** Ends a check. */
export type StopCheck = Record<symbol, never>;

/** A report for support. */
export type SupportReport = {
  /** Its text: ids, counts and times, no words. */
  text: string, };

/** Asks for a report. */
export type SupportReportAsked = Record<symbol, never>;

/** Asks for the history. */
export type SyncHistoryAsked = {
  /** Most lines. */
  limit: number, };

/** A line of the history. */
export type SyncLine = {
  /** When, milliseconds since 1970. */
  at: number,
  /** What. */
  what: SyncWhat, };

/** Sends and fetches now. */
export type SyncNow = Record<symbol, never>;

/** Where sending and fetching stand. */
export type SyncStatus = {
  /** The connection. */
  link: Link,
  /** When everything was last in step, milliseconds since 1970. */
  inStepAt: number | null,
  /** When the last change was saved on this computer. */
  savedAt: number | null,
  /** Changes that wait to be sent. */
  waiting: number,
  /** When the oldest of them was made. */
  oldestWaitingAt: number | null,
  /** Changes that could not be sent and are kept. */
  setAside: number,
  /** When the hub last acknowledged a change. */
  sentAt: number | null,
  /** When the next attempt is made; none where none is planned. */
  nextTryAt: number | null,
  /** A space that arrives for the first time: rows here, rows in all. */
  receiving: Receiving | null,
  /** What needs a look. */
  looks: number,
  /** Things whose deletion the hub holds until it is confirmed here. */
  heldDeletions: number,
  /** How far a check of this copy is; none where none runs. */
  checking: Checking | null, };

/** Asks for the status. */
export type SyncStatusAsked = Record<symbol, never>;

/** What happened. */
export type SyncWhat = { "as": "inStep" } | { "as": "received",
  /** How many. */
  changes: number,
  /** From whom. */
  people: Array<PersonRow>, } | { "as": "sent",
  /** How many. */
  changes: number, } | { "as": "offline",
  /** How long, in milliseconds. */
  for_ms: number, } | { "as": "broughtTogether",
  /** The call. */
  call: CallId,
  /** The question. */
  question: QuestionId,
  /** The question's number. */
  number: string, } | { "as": "backedUp" } | { "as": "hubRestored" } | { "as": "newCopy" } | { "as": "recordCut",
  /** How many links it had when this computer last looked. */
  no: number,
  /** The last one's hash then. */
  hash: string, } | { "as": "checked",
  /** How many parts of it were fetched again, or will be. */
  differed: number, };

/** What an answer on screen depends on; a change names the tags it makes stale. */
export type Tag = "People" | "Devices" | "Organisations" | "Calls" | "Questions" | "Responses" | "Answers" | "Seen" | "Versions" | "Notices" | "Files" | "Account" | "Jobs" | "Settings" | "SyncStatus";

/** A form of text. */
export type TextFormat = "text" | "markdown";

/** Light or dark. */
export type Theme = "system" | "light" | "dark";

/** The three truths about an answer. */
export type Truths = {
  /** When its last words were saved on this computer; none where nothing is written. */
  savedAt: number | null,
  /** Own changes of it that wait to be sent. */
  waiting: number,
  /** Own changes of it that could not be sent and are kept. */
  setAside: number,
  /** When the hub last acknowledged a change of it, while all of it is there. */
  sentAt: number | null,
  /** Who has seen it as it stands. */
  seen: Array<Seen>, };

/** Takes a change back. */
export type Undo = {
  /** Which one; none for the last. */
  undo: string | null, };

/** What became of it. */
export type Undone = { "as": "done" } | { "as": "nothing" } | { "as": "changedSince" };

/** Opens the store. */
export type Unlock = {
  /** The passphrase or the recovery key; none asks the keychain again. */
  passphrase: string | null, };

/** A named, frozen state of an answer. */
export type VersionId = string;

/** Something that waits to be sent. */
export type WaitingRow = {
  /** What. */
  what: WaitingWhat,
  /** The call it belongs to. */
  call: CallId | null,
  /** The call's title. */
  callTitle: string,
  /** The question it belongs to. */
  question: QuestionId | null,
  /** The question's number. */
  number: string,
  /** How many changes. */
  changes: number,
  /** When the newest was made, milliseconds since 1970. */
  at: number,
  /** Why it could not be sent; none while it only waits. */
  refused: SetAsideBecause | null,
  /** What it belongs to. */
  record: RecordId,
  /** Whether the hub will never take it, so that a person may let go of it. */
  canLetGo: boolean, };

/** What waits. */
export type WaitingWhat = "text" | "answer" | "call" | "version" | "profile" | "other";

/** Which wording. */
export type Wording = "first" | "second";

/** Gives an answer this text. */
export type WriteText = {
  /** Which answer. */
  at: QuestionName,
  /** The text, at most 1 MiB and not empty. */
  text: string, };

/** A writer and their questions. */
export type Writer = {
  /** The person. */
  person: PersonRow,
  /** The numbers of their questions. */
  questions: Array<string>, };

/** A run of words by one author. */
export type WrittenRun = {
  /** The paragraph, counted from 0. */
  paragraph: number,
  /** The words. */
  text: string,
  /** Who wrote them; none where it is not known. */
  person: PersonId | null,
  /** The author's name. */
  name: string, };

/** Every command: what it takes and what it gives. */
export interface Commands {
  /** Returns who and where we are: first run, locked or ready. */
  app_state: { req: AppStateAsked; res: AppState };
  /** Begins without a network; joining can come later. */
  start_offline: { req: StartOffline; res: AppState };
  /** Joins a network with an invitation. */
  join_network: { req: JoinNetwork; res: AppState };
  /** Begins an account with a passphrase; tells the secret of the app for codes. */
  set_up_account: { req: SetUpAccount; res: AccountBegun };
  /** Confirms the account by its first code; tells recovery codes this once. */
  confirm_account: { req: ConfirmAccount; res: RecoveryCodes };
  /** Signs in to an account that was set up on another computer. */
  sign_in: { req: SignIn; res: AppState };
  /** Returns the person's own account with their computers, as the hub knows them. */
  own_account: { req: OwnAccountAsked; res: OwnAccount };
  /** Signs out here; writing goes on. */
  sign_out: { req: SignOut; res: AppState };
  /** Ends the access of one of the person's computers. */
  revoke_device: { req: RevokeDevice; res: OwnAccount };
  /** Sets another passphrase; other computers must sign in again. */
  change_passphrase: { req: ChangePassphrase; res: OwnAccount };
  /** Draws other recovery codes, told this once; those before are good no more. */
  new_recovery_codes: { req: NewRecoveryCodes; res: RecoveryCodes };
  /** Opens the store with its passphrase or recovery key, or with a keychain that answers again. */
  unlock: { req: Unlock; res: AppState };
  /** Sets after how many minutes the window is covered, and the words that uncover it. */
  set_lock: { req: SetLock; res: AppState };
  /** Covers the window now. */
  lock_now: { req: LockNow; res: AppState };
  /** Uncovers the window. */
  open_lock: { req: OpenLock; res: AppState };
  /** Puts a store that nothing opens aside, so that this computer can begin anew; it is kept. */
  set_store_aside: { req: SetStoreAside; res: AppState };
  /** Makes a recovery key, which is told this once; a former one opens nothing any more. */
  make_recovery_key: { req: MakeRecoveryKey; res: MadeRecoveryKey };
  /** Changes the person's own name or practice. */
  set_profile: { req: SetProfile; res: Changed };
  /** Removes the sample consultation. */
  remove_sample: { req: RemoveSample; res: Changed };
  /** Returns the people of the network. */
  list_people: { req: ListPeople; res: PersonRow[] };
  /** Returns who takes part in our response to a call. */
  list_parts: { req: PartsAsked; res: Parts };
  /** Asks the hub to give somebody a part in our response, or to take it away. */
  change_part: { req: ChangePart; res: Changed };
  /** Finds the questions in pasted text; saves nothing. */
  find_questions: { req: FindQuestions; res: FoundCall };
  /** Saves a call with its questions and opens our response to it. */
  save_call: { req: SaveCall; res: SavedCall };
  /** Returns the calls of one list. */
  list_calls: { req: ListCalls; res: CallList };
  /** Returns one call with its questions, plan and people. */
  show_call: { req: ShowCall; res: CallDetail };
  /** Sets one field of a call. */
  set_call_field: { req: SetCallField; res: Changed };
  /** Changes the closing time and keeps the earlier one. */
  change_closing: { req: ChangeClosing; res: Changed };
  /** Puts a call away; it can be brought back for 90 days. */
  delete_call: { req: DeleteCall; res: Changed };
  /** Adds a question to a call. */
  add_question: { req: AddQuestion; res: AddedQuestion };
  /** Changes a question's words, kind, choices or limits. */
  change_question: { req: ChangeQuestion; res: Changed };
  /** Moves a question to another place. */
  move_question: { req: MoveQuestion; res: Changed };
  /** Puts a question away; its answer is kept. */
  delete_question: { req: DeleteQuestion; res: Changed };
  /** Returns the whole text of an answer as one Yjs update, followed by nothing. */
  load_answer: { req: LoadAnswer; res: ArrayBuffer };
  /** Returns what was added to an answer's text since a state vector, as one Yjs update. */
  load_since: { req: LoadSince; bytes: Uint8Array; res: ArrayBuffer };
  /** Appends one editor update to an answer. */
  append_update: { req: AppendUpdate; bytes: Uint8Array; res: Saved };
  /** Returns state, limits, truths, authors and what needs a look for one answer. */
  answer_facts: { req: AnswerAsked; res: AnswerFacts };
  /** Sets how far an answer is. */
  set_answer_state: { req: SetAnswerState; res: Changed };
  /** Gives an answer to a person, with a date. */
  assign_answer: { req: AssignAnswer; res: Changed };
  /** Sets what was chosen. */
  set_chosen: { req: SetChosen; res: Changed };
  /** Notes that the answer was on screen for two seconds in a focused window. */
  mark_read: { req: AnswerAsked; res: Changed };
  /** Tells co-authors which answer is open here. */
  announce_presence: { req: AnnouncePresence; res: Announced };
  /** Adds paragraphs of plain text at the end of an answer. */
  append_text: { req: AppendText; res: SavedText };
  /** Gives an answer this plain text by the smallest edit. */
  write_text: { req: WriteText; res: SavedText };
  /** Returns an answer's text with who wrote which words. */
  read_text: { req: ReadText; res: AnswerText };
  /** Returns what happened to an answer, newest first. */
  answer_history: { req: AnswerAsked; res: HistoryEntry[] };
  /** Keeps the answer as it stands under a name. */
  save_version: { req: SaveVersion; res: SavedVersion };
  /** Compares two states of an answer word by word. */
  compare_versions: { req: CompareVersions; res: Comparison };
  /** Puts an earlier state of one answer back, as new edits on top. */
  restore_version: { req: RestoreVersion; res: Saved };
  /** Returns what needs a look, for one answer or all. */
  list_looks: { req: ListLooks; res: Look[] };
  /** Says that a merge is fine. */
  settle_look: { req: SettleLook; res: Changed };
  /** Puts one person's wording back. */
  put_back: { req: PutBack; res: Saved };
  /** Returns what Home shows. */
  home: { req: HomeAsked; res: Home };
  /** Searches everything on this computer. */
  search: { req: Search; res: SearchAnswer };
  /** Writes a response to a file that the person chooses. */
  export_response: { req: ExportResponse; res: Exported };
  /** Adds a file that the person chooses to a call or to our response. */
  attach_file: { req: AttachFile; res: AttachedFile };
  /** Returns the files of a call and of our response to it. */
  list_files: { req: ListFiles; res: FileRow[] };
  /** Writes a file to where the person says; it is fetched first where it is not here. */
  save_file: { req: SaveFile; res: SavedFile };
  /** Keeps a file on this computer, or lets it come only when it is asked for. */
  pin_file: { req: PinFile; res: FileRow };
  /** Returns the facts of the status line. */
  sync_status: { req: SyncStatusAsked; res: SyncStatus };
  /** Returns until when others have looked at everything that was written here. */
  seen_by_others: { req: SeenByOthersAsked; res: SeenByOthers };
  /** Sends and fetches now. */
  sync_now: { req: SyncNow; res: SyncStatus };
  /** Stops or starts sending and fetching. */
  pause_sync: { req: PauseSync; res: SyncStatus };
  /** Returns what waits to be sent. */
  list_waiting: { req: ListWaiting; res: WaitingRow[] };
  /** Returns what was sent and received, newest first. */
  sync_history: { req: SyncHistoryAsked; res: SyncLine[] };
  /** Returns words that could not be sent or lost their place. */
  list_kept: { req: ListKept; res: KeptWords[] };
  /** Lets go of what is kept of a record. */
  let_go: { req: LetGo; res: Gone };
  /** Keeps again what was let go of. */
  keep_again: { req: KeepAgain; res: Gone };
  /** Checks everything on this computer against the hub, and fetches again what differs. */
  check_copy: { req: CheckCopy; res: CheckedCopy };
  /** Ends a check that runs. */
  stop_check: { req: StopCheck; res: CheckStopped };
  /** Confirms what the hub holds because much was deleted at once. */
  confirm_deletions: { req: ConfirmDeletions; res: Decided };
  /** Puts back what the hub holds because much was deleted at once. */
  put_back_deletions: { req: PutBackDeletions; res: Decided };
  /** Returns a report for support that holds no words. */
  support_report: { req: SupportReportAsked; res: SupportReport };
  /** Takes a change back. */
  undo: { req: Undo; res: Undone };
  /** Returns what was put away in the last 90 days. */
  list_deleted: { req: ListDeleted; res: DeletedRow[] };
  /** Brings something back that was put away. */
  restore_deleted: { req: RestoreDeleted; res: Changed };
  /** Returns the settings. */
  get_settings: { req: GetSettings; res: Settings };
  /** Changes settings. */
  change_settings: { req: ChangeSettings; res: Settings };
  /** Returns the backups of this computer. */
  list_backups: { req: ListBackups; res: BackupRow[] };
  /** Makes a backup: in the usual folder, or to a file that the person chooses. */
  make_backup: { req: MakeBackup; res: BackupRow };
  /** Restores a backup file; what is here now is kept aside. */
  restore_backup: { req: RestoreBackup; res: AppState };
}

/** What an answer depends on. */
export const READS = {
  app_state: ['Account', 'Settings'],
  own_account: ['Account'],
  list_people: ['People'],
  list_parts: ['People', 'Responses'],
  find_questions: [],
  list_calls: ['Calls', 'Questions', 'Responses', 'Answers', 'People'],
  show_call: ['Calls', 'Questions', 'Responses', 'Answers', 'People', 'Notices'],
  load_answer: ['Answers'],
  load_since: ['Answers'],
  answer_facts: ['Answers', 'Questions', 'People', 'Notices', 'Seen', 'SyncStatus'],
  read_text: ['Answers', 'People'],
  answer_history: ['Answers', 'Versions', 'Notices', 'People'],
  compare_versions: ['Answers', 'Versions'],
  list_looks: ['Notices', 'Answers', 'People', 'Calls', 'Questions'],
  home: ['Calls', 'Questions', 'Responses', 'Answers', 'Notices', 'People', 'Seen'],
  search: ['Calls', 'Questions', 'Answers', 'People', 'Versions'],
  export_response: ['Calls', 'Questions', 'Answers', 'People'],
  list_files: ['Files', 'People'],
  sync_status: ['SyncStatus'],
  seen_by_others: ['SyncStatus', 'Answers', 'Seen'],
  list_waiting: ['SyncStatus', 'Answers'],
  sync_history: ['SyncStatus'],
  list_kept: ['SyncStatus', 'Notices'],
  support_report: ['SyncStatus'],
  list_deleted: ['Calls', 'Questions', 'Responses', 'Answers'],
  get_settings: ['Settings'],
  list_backups: ['Jobs'],
} as const;

/** What a command may make stale. */
export const WRITES = {
  start_offline: ['Account', 'People', 'Calls', 'Questions', 'Responses', 'Answers'],
  join_network: ['Account', 'People', 'SyncStatus'],
  set_up_account: [],
  confirm_account: ['Account'],
  sign_in: ['Account', 'People', 'SyncStatus'],
  sign_out: ['Account', 'SyncStatus'],
  revoke_device: ['Account'],
  change_passphrase: ['Account'],
  new_recovery_codes: ['Account'],
  unlock: ['Account'],
  set_lock: ['Account'],
  lock_now: ['Account'],
  open_lock: ['Account'],
  set_store_aside: ['Account'],
  make_recovery_key: ['Account'],
  set_profile: ['Account', 'People'],
  remove_sample: ['Calls', 'Questions', 'Responses', 'Answers', 'People'],
  change_part: ['People'],
  save_call: ['Calls', 'Questions', 'Responses', 'Answers'],
  set_call_field: ['Calls'],
  change_closing: ['Calls'],
  delete_call: ['Calls'],
  add_question: ['Questions', 'Answers'],
  change_question: ['Questions'],
  move_question: ['Questions'],
  delete_question: ['Questions'],
  append_update: ['Answers'],
  set_answer_state: ['Answers'],
  assign_answer: ['Answers'],
  set_chosen: ['Answers'],
  mark_read: ['Seen'],
  announce_presence: [],
  append_text: ['Answers'],
  write_text: ['Answers'],
  save_version: ['Versions'],
  restore_version: ['Answers', 'Versions'],
  settle_look: ['Notices'],
  put_back: ['Answers', 'Notices'],
  attach_file: ['Files', 'SyncStatus'],
  save_file: ['Files'],
  pin_file: ['Files'],
  sync_now: ['SyncStatus'],
  pause_sync: ['SyncStatus'],
  let_go: ['SyncStatus', 'Notices'],
  keep_again: ['SyncStatus', 'Notices'],
  check_copy: ['SyncStatus', 'Calls', 'Questions', 'Responses', 'Answers', 'People'],
  stop_check: [],
  confirm_deletions: ['SyncStatus'],
  put_back_deletions: ['SyncStatus', 'Calls', 'Questions', 'Responses', 'Answers'],
  undo: ['Calls', 'Questions', 'Responses', 'Answers', 'Versions', 'People', 'Notices'],
  restore_deleted: ['Calls', 'Questions', 'Responses', 'Answers'],
  change_settings: ['Settings'],
  make_backup: ['Jobs'],
  restore_backup: ['Account', 'Calls', 'Questions', 'Responses', 'Answers', 'People'],
} as const;
