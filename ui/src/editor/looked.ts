// The thin line under sentences that two people changed: found by their words, so it follows them as they move
// and goes when they change. The words that each of the two brought carry the tint of their author.

import { Extension } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey, type Transaction } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { changedIn } from './changed';

/** Some words of a sentence that two people changed, with the colour of who changed them. */
export interface LookedRun {
  text: string;
  /** 1 to 8; none where both had these words. */
  colour: number | null;
}

type Sentences = readonly (readonly LookedRun[])[];

interface Shown {
  sentences: Sentences;
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
          const told: Sentences | undefined = tr.getMeta(KEY);
          if (told) return { sentences: told, marks: find(tr.doc, told) };
          if (!tr.docChanged || shown.sentences.length === 0) return shown;
          return { ...shown, marks: findAnew(tr, shown) };
        },
      },
      props: { decorations: (state) => KEY.getState(state)?.marks },
    }),
  ],
});

function find(doc: Node, sentences: Sentences): DecorationSet {
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

function findBetween(doc: Node, start: number, end: number, sentences: Sentences): Decoration[] {
  const all: Decoration[] = [];
  doc.nodesBetween(start, end, (node, at) => {
    if (!node.isTextblock) return true;
    // One character for each place, so that an offset in the text is an offset in the node.
    let text = '';
    node.forEach((child) => {
      text += child.isText ? (child.text ?? '') : '\ufffc'.repeat(child.nodeSize);
    });
    for (const runs of sentences) {
      const whole = runs.map((run) => run.text).join('');
      const sentence = whole.trim();
      const from = sentence === '' ? -1 : text.indexOf(sentence);
      if (from === -1) continue;
      const [start, end] = [at + 1 + from, at + 1 + from + sentence.length];
      all.push(Decoration.inline(start, end, { class: 'looked' }));
      let place = start - whole.indexOf(sentence);
      for (const { text: words, colour } of runs) {
        const [begins, ends] = [Math.max(start, place), Math.min(end, place + words.length)];
        place += words.length;
        if (colour !== null && begins < ends) all.push(Decoration.inline(begins, ends, { class: `words w${String(colour)}` }));
      }
    }
    return false;
  });
  return all;
}
