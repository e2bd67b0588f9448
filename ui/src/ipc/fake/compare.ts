// The stand-in's way of comparing and rewriting plain paragraphs. Rust's own is far better; screens need only
// something true to show.
import * as Y from 'yjs';
import type { ComparedRun } from '../generated';
import { ROOT } from './world';

/** Returns the paragraphs of a document, those of lists among them. */
export function paragraphs(doc: Y.Doc): string[] {
  const lines: string[] = [];
  const walk = (node: unknown): void => {
    if (node instanceof Y.XmlElement && (node.nodeName === 'paragraph' || node.nodeName === 'heading')) {
      lines.push(node.toArray().map(text).join(''));
    } else if (node instanceof Y.XmlFragment) node.toArray().forEach(walk);
  };
  walk(doc.getXmlFragment(ROOT));
  return lines;
}

function text(node: unknown): string {
  if (!(node instanceof Y.XmlText)) return '';
  return node
    .toDelta()
    .map((part: { insert: unknown }) => (typeof part.insert === 'string' ? part.insert : ''))
    .join('');
}

/** Gives a document these paragraphs. */
export function rewrite(doc: Y.Doc, lines: readonly string[]): void {
  const root = doc.getXmlFragment(ROOT);
  doc.transact(() => {
    root.delete(0, root.length);
    for (const line of lines.length > 0 ? lines : ['']) {
      const paragraph = new Y.XmlElement('paragraph');
      if (line !== '') paragraph.insert(0, [new Y.XmlText(line)]);
      root.push([paragraph]);
    }
  });
}

/** Compares two states word by word. */
export function wordByWord(from: readonly string[], to: readonly string[]): { lines: ComparedRun[][]; wordsIn: number; wordsOut: number } {
  const [before, after] = [tokens(from), tokens(to)];
  const runs: ComparedRun[] = [];
  let [wordsIn, wordsOut] = [0, 0];
  for (const { token, how } of steps(before, after)) {
    if (token.trim() !== '') {
      wordsIn += how === 'inserted' ? 1 : 0;
      wordsOut += how === 'removed' ? 1 : 0;
    }
    const last = runs.at(-1);
    if (last?.how === how) last.text += token;
    else runs.push({ text: token, how });
  }
  return { lines: split(runs), wordsIn, wordsOut };
}

function tokens(lines: readonly string[]): string[] {
  return lines.join('\n').split(/(\s)/u).filter((token) => token !== '');
}

interface Step {
  token: string;
  how: ComparedRun['how'];
}

/** The longest common row of tokens, walked from the end. */
function steps(from: readonly string[], to: readonly string[]): Step[] {
  let start = 0;
  while (start < Math.min(from.length, to.length) && from[start] === to[start]) start += 1;
  let end = 0;
  const most = Math.min(from.length, to.length) - start;
  while (end < most && from.at(-1 - end) === to.at(-1 - end)) end += 1;
  const same = (tokens: readonly string[]): Step[] => tokens.map((token) => ({ token, how: 'same' }));
  const middle = between(from.slice(start, from.length - end), to.slice(start, to.length - end));
  return [...same(from.slice(0, start)), ...middle, ...same(from.slice(from.length - end))];
}

function between(a: readonly string[], b: readonly string[]): Step[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const longer = Math.max(table[i + 1]?.[j] ?? 0, table[i]?.[j + 1] ?? 0);
      const row = table[i];
      if (row) row[j] = a[i] === b[j] ? (table[i + 1]?.[j + 1] ?? 0) + 1 : longer;
    }
  }
  const out: Step[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      out.push({ token: left, how: 'same' });
      i += 1;
      j += 1;
    } else if (left !== undefined && (right === undefined || (table[i + 1]?.[j] ?? 0) >= (table[i]?.[j + 1] ?? 0))) {
      out.push({ token: left, how: 'removed' });
      i += 1;
    } else if (right !== undefined) {
      out.push({ token: right, how: 'inserted' });
      j += 1;
    }
  }
  return out;
}

function split(runs: readonly ComparedRun[]): ComparedRun[][] {
  const lines: ComparedRun[][] = [[]];
  for (const run of runs) {
    run.text.split('\n').forEach((part, at) => {
      if (at > 0) lines.push([]);
      if (part !== '') lines.at(-1)?.push({ text: part, how: run.how });
    });
  }
  return lines.filter((line) => line.length > 0);
}
