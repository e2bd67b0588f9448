// The thin line under sentences that two people changed: found by their words, so it follows them as they move
// and goes when they change.

import { Extension } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey, type Transaction } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { changedIn } from './changed';

interface Shown {
  sentences: readonly string[];
  marks: DecorationSet;
}

const KEY = new PluginKey<Shown>('looked');

/** The message with which sentences are handed to the editor. */
export const SET_LOOKED = KEY;

/** Draws the line. */
export const Looked = Extension.create({
  name: 'looked',
  addProseMirrorPlugins: () => [
    new Plugin<Shown>({
      key: KEY,
      state: {
        init: () => ({ sentences: [], marks: DecorationSet.empty }),
        apply: (tr, shown) => {
          const told: readonly string[] | undefined = tr.getMeta(KEY);
          if (told) return { sentences: told, marks: find(tr.doc, told) };
          if (!tr.docChanged || shown.sentences.length === 0) return shown;
          return { ...shown, marks: findAnew(tr, shown) };
        },
      },
      props: { decorations: (state) => KEY.getState(state)?.marks },
    }),
  ],
});

function find(doc: Node, sentences: readonly string[]): DecorationSet {
  return DecorationSet.create(doc, findBetween(doc, 0, doc.content.size, sentences));
}

/** Looks again in the paragraphs that changed; all others move with the text. */
function findAnew(tr: Transaction, { sentences, marks }: Shown): DecorationSet {
  const changed = changedIn(tr);
  const moved = marks.map(tr.mapping, tr.doc);
  if (!changed) return moved;
  const from = tr.doc.resolve(changed.from).start(Math.min(1, tr.doc.resolve(changed.from).depth));
  const to = tr.doc.resolve(changed.to).end(Math.min(1, tr.doc.resolve(changed.to).depth));
  return moved.remove(moved.find(from, to)).add(tr.doc, findBetween(tr.doc, from, to, sentences));
}

function findBetween(doc: Node, start: number, end: number, sentences: readonly string[]): Decoration[] {
  const all: Decoration[] = [];
  const wanted = sentences.map((sentence) => sentence.trim()).filter((sentence) => sentence !== '');
  doc.nodesBetween(start, end, (node, at) => {
    if (!node.isTextblock) return true;
    // One character for each place, so that an offset in the text is an offset in the node.
    let text = '';
    node.forEach((child) => {
      text += child.isText ? (child.text ?? '') : '\ufffc'.repeat(child.nodeSize);
    });
    for (const sentence of wanted) {
      const from = text.indexOf(sentence);
      if (from === -1) continue;
      all.push(Decoration.inline(at + 1 + from, at + 1 + from + sentence.length, { class: 'looked' }));
    }
    return false;
  });
  return all;
}
