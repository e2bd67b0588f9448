// The stand-in's calls and questions.
import type { CallRow, QuestionDraft } from '../generated';
import { question as newQuestion } from './seed';
import { refuse, type Answers } from './shape';
import { ME, findCall, findQuestion, person, remember, wordCount, type FakeCall, type FakeQuestion, type World } from './world';

const DAY_MS = 86_400_000;
const ORDER = ['notStarted', 'inProgress', 'needsReview', 'approved', 'sent'] as const;

type Served =
  | 'list_calls'
  | 'show_call'
  | 'save_call'
  | 'set_call_field'
  | 'change_closing'
  | 'delete_call'
  | 'add_question'
  | 'change_question'
  | 'move_question'
  | 'delete_question'
  | 'set_answer_state'
  | 'assign_answer'
  | 'set_chosen';

/** Returns the questions that are not put away. */
export function shownQuestions(call: FakeCall): FakeQuestion[] {
  return call.questions.filter((one) => one.deletedAt === null);
}

/** Tells whether the hub would let this person change something that `by` made, as Rust does. */
function mayEdit(world: World, call: FakeCall, by: string | null): boolean {
  const me = world.people.find((one) => one.me)?.id ?? ME;
  return !world.joined || call.lead === me || by === me;
}

function dayOf(world: World): string {
  return new Date(world.now).toISOString().slice(0, 10);
}

/** Returns a call as lists show it. */
export function row(world: World, call: FakeCall): CallRow {
  const questions = shownQuestions(call);
  const begun = questions.filter((one) => one.state !== 'notStarted').map((one) => ORDER.indexOf(one.state));
  const numbers = questions.map((one, at) => ({ one, number: one.number || `${at + 1}` }));
  return {
    id: call.id,
    title: call.title,
    asker: call.asker,
    nation: call.nation,
    closes: call.closes,
    closesMs: call.closes ? Date.parse(`${call.closes.date}T${call.closes.time ?? '12:00'}:00Z`) : null,
    daysLeft: call.closes ? Math.round((Date.parse(call.closes.date) - Date.parse(dayOf(world))) / DAY_MS) : null,
    plan: call.plan,
    done: questions.filter((one) => one.state === 'approved' || one.state === 'sent').length,
    questions: questions.length,
    states: questions.map((one) => one.state),
    state: ORDER[begun.length === 0 ? 0 : Math.min(...begun)] ?? 'notStarted',
    mine: numbers
      .filter(({ one }) => one.owner === ME && one.state !== 'approved' && one.state !== 'sent')
      .map(({ number }) => number),
    lead: person(world, call.lead),
    looks: questions.reduce((sum, one) => sum + one.looks.length, 0),
    sample: call.sample,
  };
}

function lists(world: World, text: string): Record<'open' | 'mine' | 'sent' | 'closed', CallRow[]> {
  const wanted = text.trim().toLowerCase();
  const calls = world.calls.filter((call) => call.deletedAt === null && `${call.title} ${call.asker}`.toLowerCase().includes(wanted));
  const rows = (keep: (call: FakeCall, as: CallRow) => boolean): CallRow[] =>
    calls
      .map((call) => ({ call, as: row(world, call) }))
      .filter(({ call, as }) => keep(call, as))
      .map(({ as }) => as)
      .sort((a, b) => (a.closesMs ?? Infinity) - (b.closesMs ?? Infinity));
  const closed = (as: CallRow): boolean => as.closesMs !== null && as.closesMs < world.now;
  return {
    open: rows((call, as) => call.sentAt === null && !closed(as)),
    mine: rows((call, as) => call.sentAt === null && !closed(as) && as.mine.length > 0),
    sent: rows((call) => call.sentAt !== null),
    closed: rows((call, as) => call.sentAt === null && closed(as)),
  };
}

function mustFindCall(world: World, id: string): FakeCall {
  return findCall(world, id) ?? refuse('notFound', 'error_not_found', 'This consultation is not on this computer. It may have been deleted.');
}

function mustFindQuestion(world: World, id: string): { call: FakeCall; question: FakeQuestion } {
  return findQuestion(world, id) ?? refuse('notFound', 'error_not_found', 'This question is not on this computer. It may have been deleted.');
}

/** Returns the answers to the commands about calls. */
export function callAnswers(world: World): Answers<Served> {
  const done = (back: () => void): { undo: string; savedAt: number } => ({ undo: remember(world, back), savedAt: world.now });
  const set = <T extends object>(on: T, some: Partial<T>): { undo: string; savedAt: number } => {
    const before = { ...on };
    Object.assign(on, some);
    return done(() => Object.assign(on, before));
  };
  const { people } = world;
  return {
    list_calls: ({ filter, text }) => {
      const all = lists(world, text);
      const counts = lists(world, '');
      return {
        rows: all[filter],
        counts: { open: counts.open.length, mine: counts.mine.length, sent: counts.sent.length, closed: counts.closed.length },
      };
    },
    show_call: ({ call: id }) => {
      const call = mustFindCall(world, id);
      const questions = shownQuestions(call);
      const rows = questions.map((one, at) => ({
        id: one.id,
        answer: one.answer,
        mayEdit: mayEdit(world, call, one.by),
        section: one.section,
        sectionTitle: one.section,
        number: one.number || `${at + 1}`,
        text: one.text,
        help: one.help,
        kind: one.kind,
        choices: one.choices,
        rows: one.rows,
        scale: one.scale,
        wordLimit: one.wordLimit,
        characterLimit: one.characterLimit,
        required: one.required,
        showIf: null,
        shown: true,
        state: one.state,
        owner: person(world, one.owner),
        due: one.due,
        words: wordCount(one.doc),
        chosen: one.chosen,
        looks: one.looks.length,
      }));
      return {
        row: row(world, call),
        mayEdit: mayEdit(world, call, call.lead),
        kind: call.kind,
        link: call.link,
        summary: call.summary,
        wordLimit: call.wordLimit,
        words: rows.reduce((sum, one) => sum + one.words, 0),
        response: `r-${call.id}`,
        questions: rows,
        writers: people
          .map((one) => ({ person: one, questions: rows.filter((q) => q.owner?.id === one.id).map((q) => q.number) }))
          .filter((one) => one.questions.length > 0),
        deadlineChanges: call.deadlineChanges,
      };
    },
    save_call: (asked) => {
      if (asked.title.trim() === '') refuse('validation', 'error_title_empty', 'The consultation needs a title.', 'title');
      const id = `c-${world.calls.length + 1}-${world.now}`;
      const call: FakeCall = {
        ...asked,
        id,
        summary: '',
        plan: null,
        lead: ME,
        sample: false,
        sentAt: null,
        deletedAt: null,
        deadlineChanges: [],
        questions: asked.questions.map((of, at) => newQuestion(`${id}-q${at + 1}`, of)),
      };
      world.calls.push(call);
      return { id, response: `r-${id}`, undo: remember(world, () => (call.deletedAt = world.now)) };
    },
    set_call_field: ({ call: id, field, value }) => {
      const call = mustFindCall(world, id);
      const plan = call.plan ?? { draft: '', comments: '', signOff: '', send: '' };
      switch (field) {
        case 'planDraft':
          return set(call, { plan: { ...plan, draft: value } });
        case 'planComments':
          return set(call, { plan: { ...plan, comments: value } });
        case 'planSignOff':
          return set(call, { plan: { ...plan, signOff: value } });
        case 'planSend':
          return set(call, { plan: { ...plan, send: value } });
        case 'wordLimit':
          return set(call, { wordLimit: value === '' ? null : Number(value) });
        default:
          if (field === 'title' && value.trim() === '') refuse('validation', 'error_title_empty', 'The consultation needs a title.', 'title');
          return set(call, { [field]: value });
      }
    },
    change_closing: ({ call: id, closes, reason }) => {
      const call = mustFindCall(world, id);
      const change = { from: call.closes, to: closes, reason, notedAt: world.now };
      return set(call, { closes, deadlineChanges: [change, ...call.deadlineChanges] });
    },
    delete_call: ({ call }) => set(mustFindCall(world, call), { deletedAt: world.now }),
    add_question: ({ call: id, after, question: of }) => {
      const call = mustFindCall(world, id);
      const by = people.find((one) => one.me)?.id ?? ME;
      const fresh = { ...newQuestion(`${id}-q${call.questions.length + 1}-${world.now}`, of), by };
      const at = after === null ? call.questions.length : call.questions.findIndex((one) => one.id === after) + 1;
      call.questions.splice(at, 0, fresh);
      return { id: fresh.id, undo: remember(world, () => (fresh.deletedAt = world.now)) };
    },
    change_question: ({ question: id, draft }) => set<QuestionDraft>(mustFindQuestion(world, id).question, draft),
    move_question: ({ question: id, after }) => {
      const { call, question } = mustFindQuestion(world, id);
      const before = [...call.questions];
      const rest = before.filter((one) => one !== question);
      rest.splice(after === null ? 0 : rest.findIndex((one) => one.id === after) + 1, 0, question);
      return set(call, { questions: rest });
    },
    delete_question: ({ question }) => set(mustFindQuestion(world, question).question, { deletedAt: world.now }),
    set_answer_state: ({ answer, state }) => set(mustFindQuestion(world, answer).question, { state }),
    assign_answer: ({ answer, owner, due }) => set(mustFindQuestion(world, answer).question, { owner, due }),
    set_chosen: ({ answer, chosen }) => set(mustFindQuestion(world, answer).question, { chosen }),
  };
}
