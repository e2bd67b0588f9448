// What the stand-in's network holds when it begins.
import type { AnswerState, PersonRow, QuestionDraft } from '../generated';
import { compose, FUTURE } from './texts';
import { BEGAN, ME, november, written, type FakeCall, type FakeQuestion } from './world';

/** Returns a question as one is brought in by hand. */
export function draft(text: string, more: Partial<QuestionDraft> = {}): QuestionDraft {
  return {
    section: null,
    number: '',
    text,
    help: '',
    kind: 'freeText',
    choices: [],
    rows: [],
    scale: null,
    wordLimit: null,
    characterLimit: null,
    required: false,
    answerBelow: '',
    ...more,
  };
}

/** Makes a question with an answer of nothing. */
export function question(id: string, of: QuestionDraft, more: Partial<FakeQuestion> = {}): FakeQuestion {
  return {
    ...of,
    id,
    answer: `a-${id}`,
    state: 'notStarted',
    owner: null,
    due: null,
    chosen: null,
    looks: [],
    by: null,
    deletedAt: null,
    ...compose([]),
    savedAt: null,
    sentAt: null,
    waiting: 0,
    seen: [],
    ...more,
  };
}

const PEOPLE: [string, string, string, number, string][] = [
  ['p-anna', 'Anna Hollis', 'AH', 1, 'Ashmarket Practice'],
  ['p-jo', 'Jo Marsh', 'JM', 2, 'Marsh Lane Surgery'],
  ['p-sam', 'Sam Price', 'SP', 3, 'Price Street Surgery'],
  ['p-ruth', 'Ruth Ellery', 'RE', 4, 'Northmere Health Centre'],
  ['p-gareth', 'Gareth Lloyd', 'GL', 5, 'Nant Hir Surgery'],
  ['p-priya', 'Priya Nair', 'PN', 6, 'Harbour Road Practice'],
  ['p-mair', 'Mair Kendrick', 'MK', 7, 'Cambria Surgery'],
];

/** Returns the people. */
export function people(as: string = ME): PersonRow[] {
  return PEOPLE.map(([id, name, initials, colour, practice]) => ({
    id,
    name,
    initials,
    colour,
    practice,
    me: id === as,
  }));
}

function plainCall(
  id: string,
  title: string,
  asker: string,
  closes: string,
  states: AnswerState[],
  more: Partial<FakeCall> & { owners?: (string | null)[] } = {},
): FakeCall {
  const { owners = [], ...rest } = more;
  return {
    id,
    title,
    asker,
    kind: 'consultation',
    nation: 'england',
    closes: { date: closes, time: '17:00' },
    link: '',
    summary: '',
    wordLimit: null,
    plan: null,
    lead: null,
    sample: false,
    sentAt: null,
    deletedAt: null,
    deadlineChanges: [],
    questions: states.map((state, at) =>
      question(`${id}-q${at + 1}`, draft(`Question ${at + 1} of ${title.toLowerCase()}?`, { number: `${at + 1}` }), {
        state,
        owner: owners[at] ?? null,
        ...written(
          state === 'notStarted'
            ? []
            : [{ by: owners[at] ?? 'p-jo', text: 'Practices have told us the same thing for three years running.' }],
        ),
      }),
    ),
    ...rest,
  };
}

function repeat(state: AnswerState, times: number): AnswerState[] {
  return Array.from({ length: times }, () => state);
}

/** The call that the pictures show, with words in it. */
function future(): FakeCall {
  const texts: [string, Partial<QuestionDraft>, Partial<FakeQuestion>][] = [
    ['Who are you, and on whose behalf do you answer?', { wordLimit: 300 }, { state: 'approved', owner: 'p-anna' }],
    ['What makes general practice a good place to work?', { wordLimit: 500 }, { state: 'needsReview', owner: 'p-jo', due: '2026-11-25' }],
    ['What are the main challenges facing general practice over the next five years?', { wordLimit: 500, help: 'Evidence from the past three years is preferred.' }, { state: 'inProgress', owner: 'p-anna', due: '2026-11-30' }],
    ['What would help practices to keep experienced staff?', { wordLimit: 500 }, { state: 'inProgress', owner: 'p-anna' }],
    ['What would reduce the paperwork of practices?', { wordLimit: 500 }, { state: 'approved', owner: 'p-sam' }],
    ['How strongly do you agree that one national induction is needed?', { kind: 'oneChoice', choices: ['Agree', 'Neither', 'Disagree'].map((text, at) => ({ id: `c${at + 1}`, text })) }, {}],
  ];
  const call = plainCall('c-future', 'Future of general practice', 'Commons committee', '2026-12-14', [], {
    kind: 'inquiry',
    lead: 'p-anna',
    wordLimit: 3000,
    plan: { draft: '2026-11-30', comments: '2026-12-06', signOff: '2026-12-11', send: '2026-12-14' },
    summary: 'The committee asks what general practice needs over the next five years.',
  });
  call.questions = texts.map(([text, of, more], at) =>
    question(`future-q${at + 1}`, draft(text, { number: `${at + 1}`, ...of }), {
      savedAt: november(22, 10, 42),
      sentAt: november(22, 9, 12),
      ...compose(FUTURE[at] ?? []),
      ...more,
    }),
  );
  const fourth = call.questions[3];
  const [anna, jo] = people();
  if (fourth) {
    fourth.waiting = 3;
    fourth.looks = [
      {
        id: 'n-1',
        call: call.id,
        callTitle: call.title,
        question: fourth.id,
        number: '4',
        answer: fourth.answer,
        why: { as: 'notice', kind: 'sameSentence' },
        first: anna ?? null,
        second: jo ?? null,
        firstText: [
          { text: 'Keeping experienced managers is ', how: 'same' },
          { text: 'increasingly', how: 'inserted' },
          { text: ' hard.', how: 'same' },
        ],
        secondText: [
          { text: 'Keeping experienced managers is ', how: 'same' },
          { text: 'now much', how: 'inserted' },
          { text: ' hard', how: 'same' },
          { text: 'er', how: 'inserted' },
          { text: '.', how: 'same' },
        ],
        nowText: [
          { text: 'Keeping experienced managers is ', by: 'both' },
          { text: 'increasingly ', by: 'first' },
          { text: 'now much ', by: 'second' },
          { text: 'hard', by: 'both' },
          { text: 'er', by: 'second' },
          { text: '.', by: 'both' },
        ],
        at: november(20, 16, 10),
        canPutBack: true,
      },
    ];
  }
  return call;
}

/** Returns the calls. */
export function calls(): FakeCall[] {
  return [
    plainCall('c-access', 'Access reporting measures', 'Northmere ICB', '2026-11-27', [...repeat('approved', 5), 'needsReview'], {
      lead: 'p-ruth',
      plan: { draft: '2026-11-20', comments: '2026-11-23', signOff: '2026-11-25', send: '2026-11-27' },
      owners: repeat('approved', 6).map(() => 'p-ruth'),
    }),
    future(),
    plainCall('c-workforce', 'Workforce figures 2027', 'The Department', '2026-12-18', [...repeat('approved', 2), 'inProgress', ...repeat('notStarted', 6)], {
      lead: 'p-jo',
      plan: { draft: '2026-12-07', comments: '2026-12-14', signOff: '2026-12-16', send: '2026-12-18' },
      owners: ['p-jo', 'p-jo', 'p-jo', null, null, null, 'p-anna'],
    }),
    plainCall('c-contract', 'Contract consultation 2027', 'The Department', '2027-01-04', repeat('notStarted', 18), {
      plan: { draft: '2026-12-16', comments: '2026-12-25', signOff: '2027-01-01', send: '2027-01-04' },
    }),
    plainCall('c-premises', 'Premises and estates: what comes next for practice buildings', 'Welsh Government', '2027-01-08', [...repeat('approved', 3), ...repeat('inProgress', 2), ...repeat('notStarted', 6)], {
      nation: 'wales',
      lead: 'p-gareth',
    }),
    plainCall('c-recovery', 'Access recovery', 'Cambria health board', '2027-01-18', repeat('approved', 9), { nation: 'wales', lead: 'p-mair' }),
    plainCall('c-digital', 'Digital tools in general practice', 'Commons committee', '2026-09-30', repeat('sent', 8), { lead: 'p-anna', sentAt: BEGAN - 60 * 86_400_000 }),
    plainCall('c-letters', 'Letters between hospitals and practices', 'The Department', '2026-10-16', [...repeat('approved', 2), 'inProgress'], { lead: 'p-sam' }),
  ];
}
