// A call while it is brought in: its questions can be merged, split and moved before anything is saved. Pure;
// every step returns a new list.
import type { FoundQuestion, QuestionDraft, QuestionKind } from '../../ipc/generated';

/** A question on its way in. */
export interface Item {
  readonly key: number;
  readonly ticked: boolean;
  /** Whether it was surely found as a question, or written by hand. */
  readonly sure: boolean;
  /** Whether the text that stood below begins the answer. */
  readonly useAnswer: boolean;
  readonly question: QuestionDraft;
}

let nextKey = 1;

/** Makes an item of a question that was found. */
export function fromFound(found: FoundQuestion): Item {
  const { sure, ...question } = found;
  return item({ ...question, required: false }, sure);
}

/** Makes an item of some words. */
export function fromWords(text: string): Item {
  return item(
    {
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
    },
    true,
  );
}

function item(question: QuestionDraft, sure: boolean): Item {
  nextKey += 1;
  return { key: nextKey, ticked: sure, sure, useAnswer: true, question };
}

/** Changes one item. */
export function changed(items: readonly Item[], key: number, some: Partial<Item>): Item[] {
  return items.map((one) => (one.key === key ? { ...one, ...some } : one));
}

/** Changes the question of one item. */
export function changedQuestion(items: readonly Item[], key: number, some: Partial<QuestionDraft>): Item[] {
  return items.map((one) => (one.key === key ? { ...one, question: { ...one.question, ...some } } : one));
}

/** Joins an item to the one above; no word of either is dropped. */
export function mergedUp(items: readonly Item[], key: number): Item[] {
  const at = items.findIndex((one) => one.key === key);
  const above = items[at - 1];
  const below = items[at];
  if (!above || !below) return [...items];
  const [a, b] = [above.question, below.question];
  const joined: Item = {
    ...above,
    ticked: above.ticked || below.ticked,
    question: {
      ...a,
      number: a.number === '' ? b.number : a.number,
      text: together(a.text, b.text, ' '),
      help: together(a.help, b.help, '\n'),
      kind: a.kind === 'freeText' ? b.kind : a.kind,
      choices: renumbered([...a.choices, ...b.choices].map((choice) => choice.text), 'c'),
      rows: renumbered([...a.rows, ...b.rows].map((row) => row.text), 'r'),
      scale: a.scale ?? b.scale,
      wordLimit: a.wordLimit ?? b.wordLimit,
      characterLimit: a.characterLimit ?? b.characterLimit,
      required: a.required || b.required,
      answerBelow: together(a.answerBelow, b.answerBelow, '\n\n'),
    },
  };
  return [...items.slice(0, at - 1), joined, ...items.slice(at + 1)];
}

/** Splits an item's words at a place; what describes the answer stays with the second part. */
export function split(items: readonly Item[], key: number, place: number): Item[] {
  const at = items.findIndex((one) => one.key === key);
  const whole = items[at];
  if (!whole) return [...items];
  const first = whole.question.text.slice(0, place).trim();
  const second = whole.question.text.slice(place).trim();
  if (first === '' || second === '') return [...items];
  const plain = fromWords(first);
  const top: Item = {
    ...plain,
    ticked: whole.ticked,
    question: { ...plain.question, number: whole.question.number, section: whole.question.section },
  };
  const rest: Item = { ...whole, question: { ...whole.question, number: '', text: second } };
  return [...items.slice(0, at), top, rest, ...items.slice(at + 1)];
}

/** Moves an item one place up or down. */
export function moved(items: readonly Item[], key: number, by: 1 | -1): Item[] {
  const at = items.findIndex((one) => one.key === key);
  const one = items[at];
  const to = at + by;
  if (!one || to < 0 || to >= items.length) return [...items];
  const rest = items.filter((other) => other !== one);
  return [...rest.slice(0, to), one, ...rest.slice(to)];
}

/** Moves an item before the one that stands at a place now; the length of the list is its end. */
export function movedTo(items: readonly Item[], key: number, gap: number): Item[] {
  const at = items.findIndex((one) => one.key === key);
  const one = items[at];
  if (!one) return [...items];
  const rest = items.filter((other) => other !== one);
  const to = gap > at ? gap - 1 : gap;
  return [...rest.slice(0, to), one, ...rest.slice(to)];
}

/** Makes choices or rows of lines. */
export function renumbered(lines: readonly string[], letter: 'c' | 'r'): { id: string; text: string }[] {
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((text, at) => ({ id: `${letter}${at + 1}`, text }));
}

/** Returns the first thing that must be put right before the call can be saved. */
export function wrong(items: readonly Item[]): { place: number; key: number; what: 'text' | 'choices' | 'rows' | 'scale' } | null {
  for (const [at, { ticked, key, question }] of items.entries()) {
    if (!ticked) continue;
    const what = lacks(question);
    if (what) return { place: at + 1, key, what };
  }
  return null;
}

const WITH_CHOICES: readonly QuestionKind[] = ['oneChoice', 'manyChoices', 'matrix'];

function lacks(question: QuestionDraft): 'text' | 'choices' | 'rows' | 'scale' | null {
  if (question.text.trim() === '') return 'text';
  if (WITH_CHOICES.includes(question.kind) && question.choices.length === 0) return 'choices';
  if (question.kind === 'matrix' && question.rows.length === 0) return 'rows';
  if (question.kind === 'scale' && (!question.scale || question.scale.from >= question.scale.to)) return 'scale';
  return null;
}

/** Returns the questions that go in, as they are saved. */
export function ready(items: readonly Item[]): QuestionDraft[] {
  return items
    .filter((one) => one.ticked)
    .map(({ question, useAnswer }) => ({
      ...question,
      text: question.text.trim(),
      answerBelow: useAnswer ? question.answerBelow : '',
    }));
}

function together(first: string, second: string, between: string): string {
  return first === '' || second === '' ? first + second : `${first}${between}${second}`;
}
