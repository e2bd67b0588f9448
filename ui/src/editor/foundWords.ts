// Paints words that were found. It is handed the places and moves them with the text; finding is `find.ts`, which
// is fetched when somebody looks for something.

import { Extension } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import type { Match } from './find';

/** What is painted: all that was found, and the place in the list of the one the person is at. */
export interface Found {
  matches: readonly Match[];
  at: number;
}

const KEY = new PluginKey<DecorationSet>('foundWords');

/** The message with which places are handed to the editor. */
export const SET_FOUND = KEY;

/** A letter that is everywhere is painted this far to both sides of where the person is. */
const MOST_PAINTED = 200;

/** Paints what was found. */
export const FoundWords = Extension.create({
  name: 'foundWords',
  addProseMirrorPlugins: () => [
    new Plugin<DecorationSet>({
      key: KEY,
      state: {
        init: () => DecorationSet.empty,
        apply: (tr, shown) => {
          const told: Found | undefined = tr.getMeta(KEY);
          if (told) return paint(tr.doc, told);
          return tr.docChanged && shown !== DecorationSet.empty ? shown.map(tr.mapping, tr.doc) : shown;
        },
      },
      props: { decorations: (state) => KEY.getState(state) },
    }),
  ],
});

function paint(doc: Node, { matches, at }: Found): DecorationSet {
  const first = Math.max(0, at - MOST_PAINTED);
  const near = matches.slice(first, at + MOST_PAINTED + 1);
  if (near.length === 0) return DecorationSet.empty;
  return DecorationSet.create(
    doc,
    near.map(({ from, to }, place) => Decoration.inline(from, to, { class: first + place === at ? 'found now' : 'found' })),
  );
}
