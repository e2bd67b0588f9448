// A large update in pieces does what it does whole.

import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { splitUpdate } from './split';

function typed(...paragraphs: string[]): Uint8Array {
  const doc = new Y.Doc();
  const root = doc.getXmlFragment('default');
  doc.transact(() => {
    paragraphs.forEach((text) => {
      const paragraph = new Y.XmlElement('paragraph');
      paragraph.insert(0, [new Y.XmlText(text)]);
      root.push([paragraph]);
    });
  });
  return Y.encodeStateAsUpdate(doc);
}

function textOf(...updates: Uint8Array[]): string {
  const doc = new Y.Doc();
  updates.forEach((update) => Y.applyUpdate(doc, update));
  expect(doc.store.pendingStructs).toBeNull();
  expect(doc.store.pendingDs).toBeNull();
  return doc.getXmlFragment('default').toString();
}

it('leaves a small update as it is', () => {
  const update = typed('one');
  expect(splitUpdate(update, 1000)).toEqual([update]);
});

it('cuts one very long paragraph into pieces below the limit, and no letter in half', () => {
  const update = typed(`a${'👍'.repeat(200_000)}ß`);
  const pieces = splitUpdate(update, 300_000);
  expect(pieces.length).toBeGreaterThan(2);
  pieces.forEach((piece) => expect(piece.byteLength).toBeLessThan(300_000));
  expect(textOf(...pieces)).toBe(textOf(update));
});

it('cuts many paragraphs', () => {
  const update = typed(...Array.from({ length: 3000 }, (_, n) => `Paragraph ${String(n)} with some words in it.`));
  const pieces = splitUpdate(update, 20_000);
  expect(pieces.length).toBeGreaterThan(5);
  pieces.forEach((piece) => expect(piece.byteLength).toBeLessThan(20_000));
  expect(textOf(...pieces)).toBe(textOf(update));
});

it('keeps what was taken out, and marks', () => {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, typed('x'.repeat(50_000), 'the second'));
  const first = doc.getXmlFragment('default').get(0);
  if (!(first instanceof Y.XmlElement)) throw new Error('no paragraph');
  const text = first.get(0);
  if (!(text instanceof Y.XmlText)) throw new Error('no text');
  text.delete(10, 40_000);
  text.insert(5, 'bold'.repeat(5_000), { bold: {} });
  const update = Y.encodeStateAsUpdate(doc);
  const pieces = splitUpdate(update, 9_000);
  expect(pieces.length).toBeGreaterThan(2);
  expect(textOf(...pieces)).toBe(textOf(update));
});
