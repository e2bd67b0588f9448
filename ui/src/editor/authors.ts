// Who wrote which words: found in the Yjs items, whose ids name the client that made them, and shown as a
// line and initials beside each paragraph and a tint on words of somebody else within it.

import { Extension } from '@tiptap/core';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import type { Schema } from '@tiptap/pm/model';
import * as Y from 'yjs';

/** A person as the margin shows them. */
export interface Author {
  person: string;
  initials: string;
  /** 1 to 8. */
  colour: number;
  name: string;
}

/** Words of one author: places in the editor's document. */
export interface Piece {
  from: number;
  to: number;
  author: Author | undefined;
}

/** One block of the answer with its pieces. */
export interface Written {
  from: number;
  to: number;
  pieces: Piece[];
}

type Who = (client: number) => Author | undefined;

/** Returns the top blocks with who wrote their words. Walks the Yjs tree; places are those of the editor. */
export function whoWrote(root: Y.XmlFragment, schema: Schema, who: Who): Written[] {
  let at = 0;
  return root.toArray().map((child) => {
    const pieces: Piece[] = [];
    const from = at;
    at = walk(child, at, schema, who, pieces);
    return { from, to: at, pieces };
  });
}

function walk(node: unknown, at: number, schema: Schema, who: Who, pieces: Piece[]): number {
  if (node instanceof Y.XmlText) return words(node, at, who, pieces);
  if (!(node instanceof Y.XmlElement)) return at;
  if (schema.nodes[node.nodeName]?.spec.content === undefined) return at + 1;
  let inner = at + 1;
  for (const child of node.toArray()) inner = walk(child, inner, schema, who, pieces);
  return inner + 1;
}

function words(text: Y.XmlText, start: number, who: Who, pieces: Piece[]): number {
  let at = start;
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted || !item.countable) continue;
    const author = who(item.id.client);
    const last = pieces.at(-1);
    if (last && last.to === at && last.author?.person === author?.person) last.to += item.length;
    else pieces.push({ from: at, to: at + item.length, author });
    at += item.length;
  }
  return at;
}

/** Returns who wrote most of a block; nobody where it has no words. */
export function mainAuthor(block: Written): Author | undefined {
  const lengths = new Map<string, { author: Author; length: number }>();
  for (const { author, from, to } of block.pieces) {
    if (!author) continue;
    const there = lengths.get(author.person) ?? { author, length: 0 };
    lengths.set(author.person, { author, length: there.length + to - from });
  }
  return [...lengths.values()].sort((a, b) => b.length - a.length)[0]?.author;
}

const KEY = new PluginKey<DecorationSet>('authors');
/** Milliseconds of rest after which the margin is drawn anew; until then it moves with the text. */
const REST = 200;

/** Shows who wrote what; `who` is asked anew at each drawing. */
export const Authors = Extension.create<{ fragment: Y.XmlFragment | null; who: Who }>({
  name: 'authors',
  addOptions: () => ({ fragment: null, who: () => undefined }),
  addProseMirrorPlugins() {
    const { fragment, who } = this.options;
    if (!fragment) return [];
    const draw = (schema: Schema, doc: Parameters<typeof DecorationSet.create>[0]): DecorationSet =>
      DecorationSet.create(doc, decorate(whoWrote(fragment, schema, who), doc.content.size));
    return [
      new Plugin<DecorationSet>({
        key: KEY,
        state: {
          init: () => DecorationSet.empty,
          apply: (tr, shown, _, state) =>
            tr.getMeta(KEY) === true ? draw(state.schema, tr.doc) : shown.map(tr.mapping, tr.doc),
        },
        props: { decorations: (state) => KEY.getState(state) },
        view: (view) => {
          let timer: ReturnType<typeof setTimeout> | undefined;
          const redraw = (): void => {
            clearTimeout(timer);
            timer = setTimeout(() => {
              view.dispatch(view.state.tr.setMeta(KEY, true).setMeta('addToHistory', false));
            }, REST);
          };
          redraw();
          return {
            update: (_, before) => {
              if (before.doc !== view.state.doc) redraw();
            },
            destroy: () => {
              clearTimeout(timer);
            },
          };
        },
      }),
    ];
  },
});

/** The message that makes the margin be drawn anew, as when a colleague's name arrived. */
export const REDRAW_AUTHORS = KEY;

function decorate(blocks: readonly Written[], size: number): Decoration[] {
  const all: Decoration[] = [];
  let before: string | undefined;
  for (const block of blocks) {
    const main = mainAuthor(block);
    // Between two steps of the binding the trees may differ for a moment: the next drawing puts it right.
    if (block.to > size) break;
    if (!main) continue;
    const isRun = main.person === before && block.pieces.length > 0;
    const by = { class: `by c${String(main.colour)}${isRun ? ' same' : ''}`, 'data-initials': main.initials };
    all.push(Decoration.node(block.from, block.to, by));
    for (const { from, to, author } of block.pieces) {
      if (!author || author.person === main.person) continue;
      all.push(Decoration.inline(from, to, { class: `words w${String(author.colour)}`, title: author.name }));
    }
    before = main.person;
  }
  return all;
}
