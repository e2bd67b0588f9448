// The invented network of the stand-in: people, calls, answers. Nobody and nothing in it is real. The stand-in's
// clock stands at Sunday 22 November 2026, 10:45 in the morning, and moves a second with every change.
import * as Y from 'yjs';
import type {
  AnswerState,
  Chosen,
  ClosesAt,
  CallKind,
  Look,
  NationScope,
  PersonRow,
  Plan,
  QuestionDraft,
  Seen,
  Tag,
} from '../generated';

/** A question with its answer. */
export interface FakeQuestion extends QuestionDraft {
  id: string;
  answer: string;
  state: AnswerState;
  owner: string | null;
  due: string | null;
  chosen: Chosen | null;
  looks: Look[];
  /** Who added it, where that was not whoever brought the call in. */
  by: string | null;
  deletedAt: number | null;
  doc: Y.Doc;
  /** Who wrote under which Yjs client id. */
  authors: Map<number, string>;
  savedAt: number | null;
  sentAt: number | null;
  waiting: number;
  seen: Seen[];
}

/** A call. */
export interface FakeCall {
  id: string;
  title: string;
  asker: string;
  kind: CallKind;
  nation: NationScope;
  closes: ClosesAt | null;
  link: string;
  summary: string;
  wordLimit: number | null;
  plan: Plan | null;
  lead: string | null;
  sample: boolean;
  sentAt: number | null;
  deletedAt: number | null;
  questions: FakeQuestion[];
  deadlineChanges: { from: ClosesAt | null; to: ClosesAt | null; reason: string; notedAt: number }[];
}

/** Everything the stand-in knows. */
export interface World {
  now: number;
  /** Whether there is a hub that may refuse. */
  joined: boolean;
  people: PersonRow[];
  calls: FakeCall[];
  /** How to take changes back, by name. */
  undo: Map<string, () => void>;
  lastUndo: string[];
  /** Tells the page what became stale. */
  changed: (tags: Tag[], origin?: 'here' | 'hub') => void;
  presence: (answer: string) => void;
}

/** The name of the document's root, as in Rust. */
export const ROOT = 'default';

/** The moment at which the stand-in begins. */
export const BEGAN = Date.UTC(2026, 10, 22, 10, 45);

/** The person at this computer. */
export const ME = 'p-anna';

/** Returns an instant of November 2026 in UK time. */
export function november(day: number, hour: number, minute: number): number {
  return Date.UTC(2026, 10, day, hour, minute);
}

/** Returns the words of a document, a space between blocks. */
export function plain(doc: Y.Doc): string {
  const words = (node: unknown): string => {
    if (node instanceof Y.XmlText) {
      return node
        .toDelta()
        .map((part: { insert: unknown }) => (typeof part.insert === 'string' ? part.insert : ' '))
        .join('');
    }
    if (node instanceof Y.XmlElement || node instanceof Y.XmlFragment) return node.toArray().map(words).join(' ');
    return '';
  };
  return words(doc.getXmlFragment(ROOT)).trim();
}

/** Returns how many words a document has. */
export function wordCount(doc: Y.Doc): number {
  return plain(doc).split(/\s+/u).filter(Boolean).length;
}

/** Remembers how to take a change back and returns its name. */
export function remember(world: World, back: () => void): string {
  world.now += 1000;
  const name = `undo-${world.lastUndo.length + 1}`;
  world.undo.set(name, back);
  world.lastUndo.push(name);
  return name;
}

/** Finds a call that is not put away. */
export function findCall(world: World, id: string): FakeCall | undefined {
  return world.calls.find((call) => call.id === id && call.deletedAt === null);
}

/** Finds a question and its call by the question's or the answer's id. */
export function findQuestion(world: World, id: string): { call: FakeCall; question: FakeQuestion } | undefined {
  for (const call of world.calls) {
    const question = call.questions.find((one) => one.id === id || one.answer === id);
    if (question) return { call, question };
  }
  return undefined;
}

/** Returns the row of a person. */
export function person(world: World, id: string | null): PersonRow | null {
  return world.people.find((one) => one.id === id) ?? null;
}

/** Makes a document of paragraphs, each by one person. */
export function written(paragraphs: { by: string; text: string }[]): { doc: Y.Doc; authors: Map<number, string> } {
  const doc = new Y.Doc();
  const authors = new Map<number, string>();
  const clients = new Map<string, number>();
  for (const { by, text } of paragraphs) {
    const client = clients.get(by) ?? 1000 + clients.size;
    clients.set(by, client);
    authors.set(client, by);
    const own = new Y.Doc();
    own.clientID = client;
    Y.applyUpdate(own, Y.encodeStateAsUpdate(doc));
    const paragraph = new Y.XmlElement('paragraph');
    const root = own.getXmlFragment(ROOT);
    root.insert(root.length, [paragraph]);
    paragraph.insert(0, [new Y.XmlText(text)]);
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(own));
  }
  return { doc, authors };
}
