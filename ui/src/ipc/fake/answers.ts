// The stand-in's answers: their documents, facts, history and versions. Two windows of the stand-in hear of each
// other over a channel of the browser, as two computers do over a hub.
import * as Y from 'yjs';
import type { AnswerFacts, ComparedParagraph, HistoryEntry, HistoryWhat, QuestionName, Saved, SavedText, StateName } from '../generated';
import { paragraphs, rewrite, wordByWord } from './compare';
import { refuse, type Answers } from './shape';
import { findCall, findQuestion, november, person, plain, wordCount, type FakeQuestion, type World } from './world';

type Served =
  | 'load_answer'
  | 'load_since'
  | 'append_update'
  | 'answer_facts'
  | 'mark_read'
  | 'announce_presence'
  | 'append_text'
  | 'write_text'
  | 'read_text'
  | 'answer_history'
  | 'save_version'
  | 'compare_versions'
  | 'restore_version';

/** What one window tells the others. */
type Told =
  | { what: 'update'; answer: string; update: Uint8Array; by: string }
  | { what: 'here'; answer: string | null; cursor: string | null; by: string };

/** One state of an answer that can be named again. */
interface Point {
  row: number;
  at: number;
  by: string | null;
  what: HistoryWhat;
  wordsIn: number;
  wordsOut: number;
  state: Uint8Array;
}

/** Returns the answers to the commands about answers. */
export function answerAnswers(world: World): Answers<Served> {
  const me = (): string => world.people.find((one) => one.me)?.id ?? '';
  const here = new Map<string, { answer: string; cursor: string | null }>();
  const points = new Map<string, Point[]>();
  const hub = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('linchpin-stand-in');
  hub?.addEventListener('message', ({ data }: MessageEvent<Told>) => hear(data));

  function hear(told: Told): void {
    if (told.by === me()) return;
    if (told.what === 'here') {
      const before = here.get(told.by)?.answer;
      if (told.answer === null) here.delete(told.by);
      else here.set(told.by, { answer: told.answer, cursor: told.cursor });
      for (const answer of new Set([before, told.answer])) if (answer) world.presence(answer);
      return;
    }
    const question = findQuestion(world, told.answer)?.question;
    if (!question) return;
    take(question, told.update, told.by);
    world.changed(['Answers'], 'hub');
  }

  function must(answer: string): FakeQuestion {
    return findQuestion(world, answer)?.question ?? refuse('notFound', 'error_not_found', 'This answer is not on this computer.');
  }

  function named(at: QuestionName): FakeQuestion {
    const all = findCall(world, at.call)?.questions ?? [];
    const found = all.find((one) => [one.number, one.id].includes(at.question));
    return found ?? refuse('notFound', 'error_not_found', 'This question is not on this computer.');
  }

  function log(question: FakeQuestion): Point[] {
    const known = points.get(question.answer);
    if (known) return known;
    const state = Y.encodeStateAsUpdate(question.doc);
    const fresh = wordCount(question.doc) === 0 ? [] : beginnings(question, state);
    points.set(question.answer, fresh);
    return fresh;
  }

  function add(question: FakeQuestion, by: string, before: string[], what: HistoryWhat = { as: 'wrote' }): void {
    const all = log(question);
    const { wordsIn, wordsOut } = wordByWord(before, paragraphs(question.doc));
    const last = all.at(-1);
    const point = { row: all.length + 1, at: world.now, by, what, wordsIn, wordsOut, state: Y.encodeStateAsUpdate(question.doc) };
    if (what.as === 'wrote' && last?.what.as === 'wrote' && last.by === by && world.now - last.at < 600_000) {
      all[all.length - 1] = { ...point, row: last.row, wordsIn: last.wordsIn + wordsIn, wordsOut: last.wordsOut + wordsOut };
    } else all.push(point);
  }

  function take(question: FakeQuestion, update: Uint8Array, by: string): void {
    const before = paragraphs(question.doc);
    const known = new Set(question.doc.store.clients.keys());
    log(question);
    Y.applyUpdate(question.doc, update);
    for (const client of question.doc.store.clients.keys()) {
      if (!known.has(client)) question.authors.set(client, by);
    }
    add(question, by, before);
  }

  function saved(question: FakeQuestion): Saved {
    world.now += 250;
    question.savedAt = world.now;
    question.waiting += 1;
    if (question.state === 'notStarted' && wordCount(question.doc) > 0) question.state = 'inProgress';
    world.changed(['Answers']);
    return {
      savedAt: world.now,
      words: wordCount(question.doc),
      characters: plain(question.doc).length,
      waiting: question.waiting,
    };
  }

  function change(question: FakeQuestion, work: (doc: Y.Doc) => void): Saved {
    const before = Y.encodeStateVector(question.doc);
    const words = paragraphs(question.doc);
    log(question);
    work(question.doc);
    question.authors.set(question.doc.clientID, me());
    add(question, me(), words);
    hub?.postMessage({ what: 'update', answer: question.answer, update: Y.encodeStateAsUpdate(question.doc, before), by: me() });
    return saved(question);
  }

  function script(at: QuestionName, work: (doc: Y.Doc) => void): SavedText {
    const question = named(at);
    return { ...change(question, work), number: question.number, question: question.text };
  }

  function stateOf(question: FakeQuestion, name: StateName): string[] {
    if (name.as === 'now') return paragraphs(question.doc);
    const row = name.as === 'point' ? name.row : Number(name.id.split('-').at(-1));
    const point = log(question).find((one) => one.row === row);
    if (!point) refuse('notFound', 'error_not_found', 'This state of the answer is not on this computer.');
    const doc = new Y.Doc();
    Y.applyUpdate(doc, point.state);
    return paragraphs(doc);
  }

  function facts(answer: string): AnswerFacts {
    const one = must(answer);
    const present = [...here].filter(([, at]) => at.answer === answer);
    const ids = new Set([...one.authors.values(), ...one.seen.map((seen) => seen.person), ...present.map(([who]) => who)]);
    return {
      answer,
      state: one.state,
      owner: person(world, one.owner),
      due: one.due,
      chosen: one.chosen,
      words: wordCount(one.doc),
      characters: plain(one.doc).length,
      truths: { savedAt: one.savedAt, waiting: one.waiting, setAside: 0, sentAt: one.waiting === 0 ? one.sentAt : null, seen: one.seen },
      authors: [...one.authors].map(([client, by]) => ({ client, person: by })),
      people: world.people.filter((who) => ids.has(who.id)),
      here: present.flatMap(([who, { cursor }]) => {
        const row = person(world, who);
        return row ? [{ person: row, cursor }] : [];
      }),
      lastHere: one.authors.size > 1 && present.length === 0 ? [{ person: 'p-jo', at: november(20, 16, 32) }] : [],
      looks: one.looks,
      readOnly: one.state === 'sent' ? 'sent' : null,
    };
  }

  const bytes = (update: Uint8Array): ArrayBuffer => new Uint8Array(update).buffer;
  return {
    load_answer: ({ answer }) => bytes(Y.encodeStateAsUpdate(must(answer).doc)),
    load_since: ({ answer }, vector) => bytes(Y.encodeStateAsUpdate(must(answer).doc, vector)),
    append_update: ({ answer }, update) => {
      const question = must(answer);
      take(question, update, me());
      hub?.postMessage({ what: 'update', answer, update, by: me() });
      return saved(question);
    },
    answer_facts: ({ answer }) => facts(answer),
    mark_read: () => ({ undo: null, savedAt: world.now }),
    announce_presence: ({ answer, cursor }) => {
      hub?.postMessage({ what: 'here', answer, cursor, by: me() });
      return {};
    },
    append_text: ({ at, text }) =>
      script(at, (doc) => rewrite(doc, [...paragraphs(doc), text].filter((line) => line !== ''))),
    write_text: ({ at, text }) => script(at, (doc) => rewrite(doc, text.split('\n'))),
    read_text: ({ at }) => {
      const one = named(at);
      const text = plain(one.doc);
      return { question: one.id, answer: one.answer, text, words: wordCount(one.doc), characters: text.length, needsNewer: false, written: [] };
    },
    answer_history: ({ answer }) =>
      log(must(answer))
        .map((point): HistoryEntry => {
          const state: StateName = point.what.as === 'version' ? { as: 'version', id: point.what.id } : { as: 'point', row: point.row };
          return { at: point.at, what: point.what, person: person(world, point.by), wordsIn: point.wordsIn, wordsOut: point.wordsOut, state };
        })
        .reverse(),
    save_version: ({ answer, name }) => {
      const question = must(answer);
      const id = `v-${answer}-${log(question).length + 1}`;
      add(question, me(), paragraphs(question.doc), { as: 'version', id, name });
      world.changed(['Versions']);
      return { id, hash: '', words: wordCount(question.doc) };
    },
    compare_versions: ({ answer, from, to }) => {
      const question = must(answer);
      const { lines, wordsIn, wordsOut } = wordByWord(stateOf(question, from), stateOf(question, to));
      return { paragraphs: lines.map((runs): ComparedParagraph => ({ block: 'paragraph', runs })), wordsIn, wordsOut };
    },
    restore_version: ({ answer, state }) => {
      const question = must(answer);
      const wanted = stateOf(question, state);
      return change(question, (doc) => rewrite(doc, wanted));
    },
  };
}

/** What happened to an answer before the stand-in began. */
function beginnings(question: FakeQuestion, state: Uint8Array): Point[] {
  const writers = [...new Set(question.authors.values())];
  const total = wordCount(question.doc);
  const base = { wordsOut: 0, state };
  const wrote = writers.map((by, at) => ({
    ...base,
    row: at + 2,
    at: november(20, 16, 10 + at * 22),
    by,
    what: { as: 'wrote' as const },
    wordsIn: Math.round(total / (writers.length + 1)) + at * 3,
    wordsOut: at + 4,
  }));
  const version = { ...base, row: 1, at: november(18, 17, 30), by: writers[0] ?? null, wordsIn: total, what: { as: 'version' as const, id: `v-${question.answer}-1`, name: 'For comments' } };
  const together = { ...base, row: writers.length + 2, at: november(22, 9, 12), by: null, wordsIn: 0, what: { as: 'broughtTogether' as const } };
  return [version, ...wrote, ...(question.looks.length > 0 ? [together] : [])];
}
