// The stand-in's written answers: documents as the editor makes them, each word by its author.
import * as Y from 'yjs';
import { ROOT } from './world';

/** Words by one person, with a mark where they are bold or so. */
type Words = [by: string, text: string, marks?: Record<string, object>];
/** A paragraph, or a list of them. */
export type Written = { words: Words[] } | { items: Words[][] };

/** The empty paragraph with which every document begins, the same everywhere: `seed()` in crates/text. */
const SEED = new Uint8Array([
  1, 1, 1, 0, 7, 1, 7, 100, 101, 102, 97, 117, 108, 116, 3, 9, 112, 97, 114, 97, 103, 114, 97, 112, 104, 0,
]);

/** Returns a document that holds the seed alone. */
export function seeded(): Y.Doc {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, SEED);
  return doc;
}

/** Makes a document of blocks, and says who wrote under which client id. */
export function compose(blocks: readonly Written[]): { doc: Y.Doc; authors: Map<number, string> } {
  const doc = seeded();
  const clients = new Map<string, number>();
  const as = (by: string, work: (root: Y.XmlFragment) => void): void => {
    const client = clients.get(by) ?? 1000 + clients.size;
    clients.set(by, client);
    const own = new Y.Doc();
    Y.applyUpdate(own, Y.encodeStateAsUpdate(doc));
    // Set after the update: Yjs draws another id where it meets its own in somebody else's words.
    own.clientID = client;
    work(own.getXmlFragment(ROOT));
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(own));
  };
  const write = (path: number[], words: readonly Words[]): void => {
    for (const [by, text, marks] of words) {
      as(by, (root) => {
        const at = path.reduce<Y.XmlFragment | Y.XmlElement>((node, place) => {
          const next: unknown = node.get(place);
          return next instanceof Y.XmlElement ? next : node;
        }, root);
        const first: unknown = at.length > 0 ? at.get(0) : undefined;
        const line = first instanceof Y.XmlText ? first : new Y.XmlText();
        if (line !== first) at.insert(0, [line]);
        line.insert(line.length, text, marks ?? {});
      });
    }
  };
  blocks.forEach((block, at) => {
    const by = ('words' in block ? block.words[0] : block.items[0]?.[0])?.[0] ?? '';
    as(by, (root) => {
      if (at < root.length) return;
      root.insert(at, ['words' in block ? new Y.XmlElement('paragraph') : list(block.items.length)]);
    });
    if ('words' in block) write([at], block.words);
    else block.items.forEach((words, item) => write([at, item, 0], words));
  });
  return { doc, authors: new Map([...clients].map(([by, client]) => [client, by])) };
}

function list(length: number): Y.XmlElement {
  const whole = new Y.XmlElement('bulletList');
  const items = Array.from({ length }, () => {
    const item = new Y.XmlElement('listItem');
    item.insert(0, [new Y.XmlElement('paragraph')]);
    return item;
  });
  whole.insert(0, items);
  return whole;
}

const [ANNA, JO, SAM] = ['p-anna', 'p-jo', 'p-sam'];

/** The answers of the call that the pictures show, in the order of its questions. */
export const FUTURE: readonly (readonly Written[])[] = [
  [{ words: [[ANNA, 'We are a network of people who manage general practices in all four nations. We answer from what our members see every working day, and from a survey of 214 managers in October 2026.']] }],
  [{ words: [[JO, 'General practice is a good place to work where a team has the time to know its patients and each other. Our members stay longest in practices that plan their rotas a month ahead.']] }],
  [
    { words: [[ANNA, 'Practice managers hold together the daily life of general practice: staff, premises, contracts, money and the front desk. When a manager leaves, organisational continuity leaves too, and in many practices nobody is ready to step in.']] },
    { words: [[JO, 'The greatest challenge is keeping them. In our survey of 214 practices this autumn, 55 % of managers said they had considered leaving within two years. Most gave workload, not pay, as the reason.']] },
    { words: [[ANNA, 'Three pressures come up again and again:']] },
    {
      items: [
        [[ANNA, 'requests for figures at short notice, often the same figures in another order;']],
        [[ANNA, 'reception and care navigation posts that stay empty '], [SAM, 'for months'], [ANNA, ';']],
        [[ANNA, 'premises that no longer fit the team.']],
      ],
    },
    { words: [[SAM, 'None of these is solved by working harder. Each needs time that is set aside for planning, and a recognised path into the job.']] },
  ],
  [
    { words: [[ANNA, 'Managers stay where they are trusted to plan. The practices in our region that kept their manager for more than ten years have three things in common: a partner who shares the load, a deputy in training, and hours set aside for learning.']] },
    { words: [[ANNA, 'Keeping experienced managers is increasingly '], [JO, 'now much '], [ANNA, 'hard'], [JO, 'er'], [ANNA, '. A deputy costs less than a vacancy: the average gap of 17 weeks costs a practice of 9,700 patients about £21,000 in cover.']] },
    { words: [[JO, 'We ask for a fund for deputies, shared between practices, and for the time of a mentor to be paid.']] },
    { words: [[ANNA, 'Practices also need fewer one-off returns, so that what is learned in one year can be used in the next.']] },
  ],
  [{ words: [[SAM, 'A shared induction for new managers would cost little and would be used by every practice.']] }],
  [],
];
