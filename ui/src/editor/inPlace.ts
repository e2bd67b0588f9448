// Writes what the editor holds into a Yjs document in which some paragraphs have a seam (see `seams.ts`), letter by
// letter where the change is. Everything without a seam is handed on to the binding's own way of writing.

import type { Node } from '@tiptap/pm/model';
import { type ProsemirrorBinding, updateYFragment } from '@tiptap/y-tiptap';
import * as Y from 'yjs';
import { difference } from './difference';

type Child = Y.XmlElement | Y.XmlText | Y.XmlHook;

/** What the binding knows. */
type Known = Pick<ProsemirrorBinding, 'doc' | 'type' | 'mapping' | 'isOMark'>;
/** A part of the document that the binding has drawn. */
export type DrawnPart = Parameters<ProsemirrorBinding['mapping']['get']>[0];

/** Makes the document say what the editor says. */
export function writeInPlace(known: Known, seamed: readonly Y.XmlElement[], doc: Node): void {
  const holding = new Set<unknown>();
  for (const element of seamed) {
    for (let at: unknown = element; at instanceof Y.XmlFragment; at = at._item?.parent) holding.add(at);
  }
  const { type, mapping, isOMark } = known;
  writeChildren({ doc: known.doc, type, mapping, isOMark, holding }, type, doc);
  known.mapping.set(known.type, doc);
}

interface Work extends Known {
  /** What has a seam in it, at any depth. */
  holding: ReadonlySet<unknown>;
}

function writeChildren(work: Work, parent: Y.XmlFragment, node: Node): void {
  const before: Child[] = parent.toArray();
  const wanted = node.children;
  const isSame = (y: Child | undefined, p: Node | undefined): boolean => p !== undefined && y !== undefined && work.mapping.get(y) === p;
  let [left, yEnd, pEnd] = [0, before.length, wanted.length];
  while (left < Math.min(yEnd, pEnd) && isSame(before[left], wanted[left])) left += 1;
  while (left < Math.min(yEnd, pEnd) && isSame(before[yEnd - 1], wanted[pEnd - 1])) [yEnd, pEnd] = [yEnd - 1, pEnd - 1];
  // What stands left of `left` is done, so a place there is the same on both sides.
  while (left < Math.min(yEnd, pEnd)) {
    const [first, last] = [likeness(work, before[left], wanted[left]), likeness(work, before[yEnd - 1], wanted[pEnd - 1])];
    if (first < 0 && last < 0) {
      parent.delete(left, 1);
      insert(work, parent, left, wanted.slice(left, left + 1));
      left += 1;
    } else if (first >= last) {
      writeOne(work, before[left], wanted[left]);
      left += 1;
    } else {
      writeOne(work, before[yEnd - 1], wanted[pEnd - 1]);
      [yEnd, pEnd] = [yEnd - 1, pEnd - 1];
    }
  }
  if (yEnd > left) parent.delete(left, yEnd - left);
  insert(work, parent, left, wanted.slice(left, pEnd));
}

/** How many letters at both ends are as they were; below nothing where one cannot become the other. */
function likeness(work: Work, y: Child | undefined, p: Node | undefined): number {
  if (!(y instanceof Y.XmlElement) || p === undefined || y.nodeName !== p.type.name) return -1;
  const had = work.mapping.get(y);
  if (had === undefined || Array.isArray(had)) return 0;
  if (had === p) return Infinity;
  return had.textContent.length - difference(had.textContent, p.textContent).gone;
}

function writeOne(work: Work, y: Child | undefined, p: Node | undefined): void {
  if (!(y instanceof Y.XmlElement) || p === undefined || work.mapping.get(y) === p) return;
  if (!work.holding.has(y)) updateYFragment(work.doc, y, p, work);
  else if (p.inlineContent) writeLine(work, y, p);
  else {
    writeAttributes(y, p);
    writeChildren(work, y, p);
    work.mapping.set(y, p);
  }
}

function writeAttributes(y: Y.XmlElement<Record<string, string | number>>, p: Node): void {
  const before = y.getAttributes();
  for (const [key, value] of Object.entries(p.attrs as Record<string, string | number | null>)) {
    if (value === null) {
      if (key in before) y.removeAttribute(key);
    } else if (before[key] !== value) y.setAttribute(key, value);
  }
}

function insert(work: Work, parent: Y.XmlFragment, at: number, nodes: readonly Node[]): void {
  const fresh = nodes.map((node) => new Y.XmlElement(node.type.name));
  if (fresh.length === 0) return;
  parent.insert(at, fresh);
  fresh.forEach((element, place) => updateYFragment(work.doc, element, nodes[place], work));
}

/** Texts that meet, and what ends them: something that is no text, or the end of the line. */
interface Stretch<Text, Other> {
  texts: Text[];
  end: Other | undefined;
}

function stretches<Text, Other>(children: readonly (Text | Other)[], isText: (one: Text | Other) => one is Text): Stretch<Text, Other>[] {
  const all: Stretch<Text, Other>[] = [];
  let texts: Text[] = [];
  for (const child of children) {
    if (isText(child)) texts.push(child);
    else {
      all.push({ texts, end: child });
      texts = [];
    }
  }
  return [...all, { texts, end: undefined }];
}

function writeLine(work: Work, y: Y.XmlElement, p: Node): void {
  const before = stretches<Y.XmlText, Child>(y.toArray(), (one) => one instanceof Y.XmlText);
  const wanted = stretches<Node & { isText: true }, Node>(p.children, (one): one is Node & { isText: true } => one.isText);
  const isAlike = before.length === wanted.length && before.every(({ end }, at) => nameOf(end) === wanted[at]?.end?.type.name);
  if (!isAlike) {
    // A line break or a footnote came or went in the same step: rare enough for the binding's way.
    updateYFragment(work.doc, y, p, work);
    return;
  }
  writeAttributes(y, p);
  before.forEach(({ texts, end }, at) => {
    writeTexts(y, end, texts, wanted[at]?.texts ?? []);
    writeOne(work, end, wanted[at]?.end);
  });
  work.mapping.set(y, p);
}

function nameOf(child: Child | undefined): string | undefined {
  return child instanceof Y.XmlElement ? child.nodeName : undefined;
}

function writeTexts(line: Y.XmlElement, end: Child | undefined, texts: readonly Y.XmlText[], wanted: readonly Node[]): void {
  const words = wanted.map((node) => node.text ?? '').join('');
  if (texts.length === 0 && words !== '') {
    const fresh = new Y.XmlText();
    line.insert(end ? line.toArray().indexOf(end) : line.length, [fresh]);
    writeTexts(line, end, [fresh], wanted);
    return;
  }
  const had = texts.map((text) => runs(text).map(([piece]) => piece).join(''));
  const { at, gone, fresh } = difference(had.join(''), words);
  let from = 0;
  let isPut = fresh === '';
  texts.forEach((text, place) => {
    const length = had[place]?.length ?? 0;
    const to = from + length;
    const [first, last] = [Math.max(from, at), Math.min(to, at + gone)];
    if (first < last) text.delete(first - from, last - first);
    // New letters follow those before them, or stand where the old ones went; the last text takes what is left.
    if (!isPut && (at < to || (at === to && gone === 0) || place === texts.length - 1)) {
      text.insert(at - from, fresh);
      isPut = true;
    }
    from = to;
  });
  let place = 0;
  for (const text of texts) {
    writeMarks(text, cut(wanted, place, place + text.length));
    place += text.length;
  }
}

/** A piece of text and its marks by name. */
type Run = [string, Record<string, unknown>];

function runs(text: Y.XmlText): Run[] {
  const delta: { insert?: unknown; attributes?: Record<string, unknown> }[] = text.toDelta();
  return delta.flatMap(({ insert, attributes }): Run[] => (typeof insert === 'string' ? [[insert, attributes ?? {}]] : []));
}

function cut(nodes: readonly Node[], from: number, to: number): Run[] {
  let at = 0;
  return nodes.flatMap((node): Run[] => {
    const text = node.text ?? '';
    const piece = text.slice(Math.max(0, from - at), Math.max(0, to - at));
    at += text.length;
    const marks = Object.fromEntries(node.marks.map((mark) => [mark.type.name, mark.attrs]));
    return piece === '' ? [] : [[piece, marks]];
  });
}

function writeMarks(text: Y.XmlText, wanted: readonly Run[]): void {
  const before = runs(text);
  if (JSON.stringify(before) === JSON.stringify(wanted)) return;
  const none = Object.fromEntries(before.flatMap(([, marks]) => Object.keys(marks)).map((name) => [name, null]));
  text.applyDelta(wanted.map(([piece, marks]) => ({ retain: piece.length, attributes: { ...none, ...marks } })));
}
