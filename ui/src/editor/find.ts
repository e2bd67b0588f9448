// Finds words in an answer as people mean them: capitals, accents and the shape of quotation marks do not count.
// Touches neither the document nor the screen.

import type { Node } from '@tiptap/pm/model';

/** Words that were found: places in the editor's document. */
export interface Match {
  from: number;
  to: number;
}

/** A text as it is compared, and the place in the text that each unit of it came from. */
interface Folded {
  text: string;
  places: number[];
}

const ALIKE: Record<string, string> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u2010': '-',
  '\u2011': '-',
  '\u2013': '-',
  '\u2014': '-',
  '\u00a0': ' ',
  '\u202f': ' ',
};

/** Stands where something that is no text takes a place; nobody can type it. */
const OTHER = '\ufffc';
const PLAIN = /^[\x20-\x7e\ufffc]*$/;

/** Returns a text as it is compared. */
export function fold(text: string): Folded {
  const places: number[] = [];
  let folded = '';
  if (PLAIN.test(text)) {
    for (let at = 0; at <= text.length; at += 1) places.push(at);
    return { text: text.toLowerCase(), places };
  }
  let at = 0;
  for (const letter of text) {
    const plain = ALIKE[letter] ?? letter.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    for (let unit = 0; unit < plain.length; unit += 1) places.push(at);
    folded += plain;
    at += letter.length;
  }
  places.push(at);
  return { text: folded, places };
}

/** Paragraphs that were folded before: only those that changed are folded anew. */
const known = new WeakMap<Node, { line: Folded; notes: { at: number; size: number; line: Folded }[] }>();

function foldBlock(block: Node) {
  const before = known.get(block);
  if (before) return before;
  const notes: { at: number; size: number; line: Folded }[] = [];
  let text = '';
  block.forEach((child, at) => {
    // One character for each place, so that an offset in the text is an offset in the node.
    text += child.isText ? (child.text ?? '') : OTHER.repeat(child.nodeSize);
    if (child.type.name === 'footnote') notes.push({ at, size: child.nodeSize, line: fold(child.textContent) });
  });
  const fresh = { line: fold(text), notes };
  known.set(block, fresh);
  return fresh;
}

/** Returns where the words stand, in reading order. A footnote whose words match is found as a whole. */
export function findIn(doc: Node, words: string): Match[] {
  const wanted = fold(words).text;
  const all: Match[] = [];
  if (wanted.trim() === '') return all;
  doc.descendants((block, before) => {
    if (!block.isTextblock) return true;
    const start = before + 1;
    const { line, notes } = foldBlock(block);
    const inLine: Match[] = [];
    for (let at = line.text.indexOf(wanted); at !== -1; at = line.text.indexOf(wanted, at + wanted.length)) {
      const [from, to] = [line.places[at] ?? 0, line.places[at + wanted.length] ?? 0];
      if (from < to) inLine.push({ from: start + from, to: start + to });
    }
    for (const { at, size, line: note } of notes) {
      if (note.text.includes(wanted)) inLine.push({ from: start + at, to: start + at + size });
    }
    all.push(...(notes.length > 0 ? inLine.sort((a, b) => a.from - b.from) : inLine));
    return false;
  });
  return all;
}

/** Returns the place in the list of the first match that ends after a place; the first of all where none does. */
export function firstFrom(matches: readonly Match[], place: number): number {
  return Math.max(0, matches.findIndex(({ to }) => to > place));
}
