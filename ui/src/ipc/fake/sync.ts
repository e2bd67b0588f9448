// The stand-in's sync, Home, search, undo and what was put away.
import type { HitRun, Look, SearchHit, SyncStatus } from '../generated';
import { row, shownQuestions } from './calls';
import { refuse, type Answers } from './shape';
import { ME, november, person, plain, remember, type World } from './world';

type Served =
  | 'home'
  | 'search'
  | 'sync_status'
  | 'seen_by_others'
  | 'sync_now'
  | 'pause_sync'
  | 'list_waiting'
  | 'sync_history'
  | 'list_kept'
  | 'let_go'
  | 'keep_again'
  | 'check_copy'
  | 'stop_check'
  | 'confirm_deletions'
  | 'put_back_deletions'
  | 'support_report'
  | 'undo'
  | 'list_deleted'
  | 'restore_deleted'
  | 'list_looks'
  | 'find_questions'
  | 'settle_look'
  | 'put_back'
  | 'export_response';

const DAY_MS = 86_400_000;

/** Marks the places where a word of the search begins a word of the text. */
function runs(text: string, wanted: string[]): HitRun[] {
  if (wanted.length === 0) return [{ text, hit: false }];
  const found = new RegExp(`\\b(${wanted.map((word) => word.replace(/[^\p{L}\p{N}]/gu, '\\$&')).join('|')})`, 'giu');
  return text
    .split(found)
    .map((part, at) => ({ text: part, hit: at % 2 === 1 }))
    .filter((run) => run.text !== '');
}

function around(text: string, word: string): string {
  const at = Math.max(0, text.toLowerCase().indexOf(word));
  const from = at < 40 ? 0 : text.lastIndexOf(' ', at - 30) + 1;
  return `${from > 0 ? '… ' : ''}${text.slice(from, from + 120)}`;
}

function hits(world: World, text: string, limit: number): SearchHit[] {
  const wanted = text.toLowerCase().split(/\s+/u).filter(Boolean);
  const fits = (words: string): boolean => wanted.every((word) => words.toLowerCase().includes(word));
  const first = wanted[0] ?? '';
  const found: SearchHit[] = [];
  const calls = world.calls.filter((call) => call.deletedAt === null);
  const take = (some: SearchHit[]): number => found.push(...some.slice(0, limit));
  take(calls.filter((call) => fits(`${call.title} ${call.asker}`)).map((call) => ({
    to: { as: 'call', call: call.id },
    title: runs(call.title, wanted),
    detail: runs(call.asker, wanted),
  })));
  if (first === '') return found;
  const questions = calls.flatMap((call) => shownQuestions(call).map((question) => ({ call, question })));
  take(questions.filter(({ question }) => fits(question.text)).map(({ call, question }) => ({
    to: { as: 'question', call: call.id, question: question.id },
    title: runs(question.text, wanted),
    detail: runs(`${call.title}, question ${question.number}`, []),
  })));
  take(questions.filter(({ question }) => fits(plain(question.doc))).map(({ call, question }) => ({
    to: { as: 'answer', call: call.id, question: question.id, answer: question.answer },
    title: runs(`${call.title}, question ${question.number}`, []),
    detail: runs(around(plain(question.doc), first), wanted),
  })));
  take(world.people.filter((one) => fits(`${one.name} ${one.practice}`)).map((one) => ({
    to: { as: 'person', person: one.id },
    title: runs(one.name, wanted),
    detail: runs(one.practice, wanted),
  })));
  return found;
}

/** Returns the answers to the commands about finding and sending. */
export function syncAnswers(world: World, link: SyncStatus['link']): Answers<Served> {
  const offline = link !== 'connected';
  let letGo = false;
  const status: SyncStatus = {
    link,
    inStepAt: link === 'notJoined' ? null : november(22, 9, 12),
    savedAt: november(22, 10, 42),
    waiting: link === 'notJoined' || !offline ? 0 : 4,
    oldestWaitingAt: offline ? november(22, 9, 30) : null,
    setAside: 0,
    sentAt: link === 'notJoined' ? null : offline ? november(22, 9, 12) : november(22, 10, 43),
    nextTryAt: link === 'hubAway' ? world.now + 120_000 : null,
    receiving: null,
    looks: 1,
    heldDeletions: 0,
    checking: null,
  };
  const looks = (): Look[] =>
    world.calls.filter((call) => call.deletedAt === null).flatMap((call) => shownQuestions(call).flatMap((one) => one.looks));
  const now = (): SyncStatus => ({ ...status, looks: looks().length });
  const settle = (id: string): { undo: string; savedAt: number } => {
    for (const call of world.calls) {
      for (const question of call.questions) {
        const before = question.looks;
        if (!before.some((look) => look.id === id)) continue;
        question.looks = before.filter((look) => look.id !== id);
        world.changed(['Notices', 'SyncStatus']);
        return { undo: remember(world, () => (question.looks = before)), savedAt: world.now };
      }
    }
    return refuse('notFound', 'error_not_found', 'This was looked at already.');
  };
  const future = world.calls.find((call) => call.id === 'c-future');
  const who = (id: string): NonNullable<ReturnType<typeof person>>[] => [person(world, id)].filter((one) => one !== null);
  return {
    home: () => {
      const open = world.calls
        .filter((call) => call.deletedAt === null && call.sentAt === null)
        .map((call) => row(world, call))
        .filter((one) => (one.closesMs ?? Infinity) > world.now)
        .sort((a, b) => (a.closesMs ?? Infinity) - (b.closesMs ?? Infinity));
      const review = future?.questions[1];
      const write = future?.questions[2];
      const at = { call: 'c-future', callTitle: future?.title ?? '' };
      return {
        today: new Date(world.now).toISOString().slice(0, 10),
        needs: [
          ...looks().map((look) => ({ as: 'look' as const, look })),
          ...(review?.state === 'needsReview'
            ? [{ as: 'review' as const, at: { ...at, question: review.id, answer: review.answer, number: '2', by: person(world, 'p-jo'), due: review.due } }]
            : []),
          ...(write?.owner === ME
            ? [{ as: 'write' as const, at: { ...at, question: write.id, answer: write.answer, number: '3', by: null, due: write.due } }]
            : []),
        ],
        closing: open.filter((one) => one.id !== 'c-premises').slice(0, 5),
        changed: open.length === 0 ? [] : [
          { person: who('p-sam'), what: { as: 'wrote' as const, words: 15, number: '5' }, call: 'c-future', at: november(21, 16, 20) },
          { person: who('p-jo'), what: { as: 'wrote' as const, words: 164, number: '2' }, call: 'c-future', at: november(21, 11, 5) },
          { person: who('p-ruth'), what: { as: 'broughtIn' as const }, call: 'c-access', at: november(20, 15, 0) },
          { person: who('p-gareth'), what: { as: 'joined' as const }, call: null, at: november(20, 9, 0) },
        ].flatMap((one) => one.person.map((by) => ({
          ...one,
          person: by,
          callTitle: world.calls.find((call) => call.id === one.call)?.title ?? '',
          question: one.what.as === 'wrote' ? `future-q${one.what.number}` : null,
        }))),
        lookedAt: november(20, 8, 0),
      };
    },
    search: ({ text, limit }) => ({ hits: hits(world, text, limit), lookedThrough: 42 }),
    find_questions: ({ text }) => {
      const blocks = text.split(/\n\s*\n|\n(?=\s*\d+[.)])/u).map((block) => block.trim()).filter(Boolean);
      const asked = blocks.filter((block) => /^\d+[.)]|\?$/u.test(block));
      return {
        title: asked.length > 0 && blocks[0] !== asked[0] ? (blocks[0] ?? null) : null,
        asker: null,
        closes: null,
        questions: asked.map((block, at) => ({
          section: null,
          number: /^(\d+)[.)]/u.exec(block)?.[1] ?? `${at + 1}`,
          text: block.replace(/^\d+[.)]\s*/u, ''),
          help: '',
          kind: 'freeText',
          choices: [],
          rows: [],
          scale: null,
          wordLimit: Number(/(\d+) words/u.exec(block)?.[1] ?? 0) || null,
          characterLimit: null,
          answerBelow: '',
          sure: block.endsWith('?') || /^\d/u.test(block),
        })),
        leftOver: blocks.slice(1).filter((block) => !asked.includes(block)),
      };
    },
    sync_status: now,
    seen_by_others: () => ({ until: link === 'notJoined' ? null : offline ? november(20, 16, 20) : november(22, 11, 5) }),
    sync_now: () => {
      if (status.link === 'offline') return now();
      status.waiting = 0;
      return now();
    },
    pause_sync: ({ paused }) => {
      status.link = paused ? 'paused' : link;
      world.changed(['SyncStatus']);
      return now();
    },
    list_waiting: () => status.waiting === 0 ? [] : [
      { what: 'text', call: 'c-future', callTitle: future?.title ?? '', question: 'future-q3', number: '3', changes: 2, at: november(22, 10, 42), refused: null, record: 'r-waiting', canLetGo: false },
      { what: 'answer', call: 'c-future', callTitle: future?.title ?? '', question: 'future-q4', number: '4', changes: 1, at: november(22, 10, 10), refused: null, record: 'r-waiting', canLetGo: false },
      { what: 'profile', call: null, callTitle: '', question: null, number: '', changes: 1, at: november(22, 9, 30), refused: null, record: 'r-waiting', canLetGo: false },
    ],
    sync_history: ({ limit }) => link === 'notJoined' ? [] : [
      { at: november(22, 9, 12), what: { as: 'inStep' as const } },
      { at: november(22, 9, 12), what: { as: 'received' as const, changes: 12, people: [...who('p-jo'), ...who('p-sam'), ...who('p-priya')] } },
      { at: november(22, 9, 11), what: { as: 'sent' as const, changes: 2 } },
      { at: november(21, 17, 0), what: { as: 'backedUp' as const } },
      { at: november(21, 8, 40), what: { as: 'offline' as const, for_ms: 6 * 3_600_000 } },
      { at: november(20, 16, 10), what: { as: 'broughtTogether' as const, call: 'c-future', question: 'future-q4', number: '4' } },
      { at: november(19, 16, 10), what: { as: 'received' as const, changes: 4, people: who('p-jo') } },
    ].slice(0, limit),
    list_kept: () => link === 'notJoined' || letGo ? [] : [
      { record: 'a-future-q2', file: null, words: 'and most have nobody in the same post within ten miles', place: 'Future of general practice, question 2', answer: 'a-future-q2', why: 'aroundRemoved', at: november(18, 9, 1) },
    ],
    let_go: () => {
      letGo = true;
      world.changed(['SyncStatus', 'Notices']);
      return { at: world.now };
    },
    keep_again: ({ at }) => {
      letGo = false;
      world.changed(['SyncStatus', 'Notices']);
      return { at };
    },
    check_copy: () => ({ spaces: 9, records: 132, fetched: [], later: [], notCompared: offline ? link : null, stillMoving: 0, stopped: false }),
    stop_check: () => ({}),
    confirm_deletions: () => ({ things: 0 }),
    put_back_deletions: () => ({ things: 0 }),
    support_report: () => ({ text: 'Linchpin 0.1.0, linux\nstore 1, schema 1\ncalls 8, questions 62, answers 62\nwaiting 4, set aside 0, to look at 1\nlast in step 2026-11-22T09:12Z' }),
    undo: ({ undo }) => {
      const name = undo ?? world.lastUndo.at(-1);
      const back = name === undefined ? undefined : world.undo.get(name);
      if (name === undefined || !back) return { as: 'nothing' };
      back();
      world.undo.delete(name);
      world.lastUndo = world.lastUndo.filter((one) => one !== name);
      world.changed(['Calls', 'Questions', 'Answers', 'Notices', 'People', 'Account', 'SyncStatus']);
      return { as: 'done' };
    },
    list_deleted: () => world.calls.flatMap((call) => [
      ...(call.deletedAt === null ? [] : [{ id: call.id, kind: 'call', title: call.title, at: call.deletedAt, daysLeft: 90 - Math.floor((world.now - call.deletedAt) / DAY_MS) }]),
      ...call.questions
        .filter((one) => one.deletedAt !== null)
        .map((one) => ({ id: one.id, kind: 'question', title: one.text, at: one.deletedAt ?? 0, daysLeft: 90 })),
    ]),
    restore_deleted: ({ id }) => {
      for (const call of world.calls) {
        for (const one of [call, ...call.questions]) {
          if (one.id === id) one.deletedAt = null;
        }
      }
      world.changed(['Calls', 'Questions', 'Answers']);
      return { undo: null, savedAt: world.now };
    },
    list_looks: ({ answer }) => looks().filter((look) => answer === null || look.answer === answer),
    settle_look: ({ look }) => settle(look),
    put_back: ({ look }) => {
      settle(look);
      return { savedAt: world.now, words: 0, characters: 0, waiting: status.waiting + 1 };
    },
    export_response: ({ call, format }) => ({ file: `${call}.${format === 'markdown' ? 'md' : 'txt'}`, words: 120 }),
  };
}
