// Colleagues' cursors. Where one stands is told as places in the Yjs document, so it moves with the words; the
// text of it is our own and goes through Rust to the hub, never by a connection of this page.

import { Extension } from '@tiptap/core';
import { type EditorState, Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import {
  absolutePositionToRelativePosition,
  relativePositionToAbsolutePosition,
  ySyncPluginKey,
} from '@tiptap/y-tiptap';
import * as Y from 'yjs';
import type { Author } from './authors';
import { MOST_CURSOR } from './limits';

/** A colleague who has the answer open. */
export interface Here {
  author: Author;
  cursor: string | null;
}

interface Shown {
  here: readonly Here[];
  shown: DecorationSet;
}

interface Binding {
  doc: Y.Doc;
  type: Y.XmlFragment;
  mapping: Parameters<typeof absolutePositionToRelativePosition>[2];
}

const KEY = new PluginKey<Shown>('cursors');

/** The message with which new cursors are handed to the editor. */
export const SET_CURSORS = KEY;

/** Returns the own selection as text for colleagues; nothing where the document is not bound yet. */
export function tellCursor(state: EditorState): string | undefined {
  const bound = binding(state);
  if (!bound) return undefined;
  const place = (at: number): unknown => {
    const relative: Y.RelativePosition = absolutePositionToRelativePosition(at, bound.type, bound.mapping);
    return Y.relativePositionToJSON(relative);
  };
  const { anchor, head } = state.selection;
  const text = JSON.stringify(anchor === head ? [place(head)] : [place(anchor), place(head)]);
  return text.length <= MOST_CURSOR ? text : undefined;
}

/** Returns where a told cursor stands now; nothing for whatever cannot be read or is gone. */
export function readCursor(text: string, state: EditorState): { anchor: number; head: number } | undefined {
  const bound = binding(state);
  const told = parse(text);
  if (!bound || !told) return undefined;
  const [anchor, head] = told.map((place) => resolve(place, bound, state.doc.content.size));
  if (anchor === undefined) return undefined;
  return { anchor, head: head ?? anchor };
}

function parse(text: string): unknown[] | undefined {
  try {
    const told: unknown = JSON.parse(text);
    const isPlaces = Array.isArray(told) && told.length > 0 && told.length <= 2;
    return isPlaces && told.every((place) => typeof place === 'object' && place !== null) ? told : undefined;
  } catch {
    return undefined;
  }
}

function resolve(place: unknown, bound: Binding, size: number): number | undefined {
  try {
    const relative = Y.createRelativePositionFromJSON(place);
    const at = relativePositionToAbsolutePosition(bound.doc, bound.type, relative, bound.mapping);
    return at === null ? undefined : Math.min(Math.max(at, 0), size);
  } catch {
    // Another version may tell a place in a way that this one cannot read: that cursor is not shown.
    return undefined;
  }
}

function binding(state: EditorState): Binding | undefined {
  const sync: { binding?: Binding | null } | undefined = ySyncPluginKey.getState(state);
  return sync?.binding ?? undefined;
}

/** Shows colleagues' cursors. */
export const Cursors = Extension.create({
  name: 'cursors',
  addProseMirrorPlugins: () => [
    new Plugin<Shown>({
      key: KEY,
      state: {
        init: () => ({ here: [], shown: DecorationSet.empty }),
        apply: (tr, { here, shown }, _, state) => {
          const told: readonly Here[] | undefined = tr.getMeta(KEY);
          if (told) return { here: told, shown: draw(told, state) };
          return tr.docChanged ? { here, shown: draw(here, state) } : { here, shown };
        },
      },
      props: { decorations: (state) => KEY.getState(state)?.shown },
    }),
  ],
});

function draw(here: readonly Here[], state: EditorState): DecorationSet {
  const all: Decoration[] = [];
  for (const { author, cursor } of here) {
    const at = cursor === null ? undefined : readCursor(cursor, state);
    if (!at) continue;
    const [from, to] = [Math.min(at.anchor, at.head), Math.max(at.anchor, at.head)];
    if (from < to) all.push(Decoration.inline(from, to, { class: `picked w${String(author.colour)}` }));
    all.push(Decoration.widget(at.head, () => caret(author), { key: `caret-${author.person}`, side: 10 }));
  }
  return DecorationSet.create(state.doc, all);
}

function caret(author: Author): HTMLElement {
  const caret = document.createElement('span');
  caret.className = `caret c${String(author.colour)}`;
  caret.title = author.name;
  const flag = document.createElement('span');
  flag.className = 'flag';
  flag.textContent = author.initials;
  caret.append(flag);
  return caret;
}
