// A seam is where two texts meet in one paragraph: two people began the same empty paragraph while apart, and each
// brought a text of their own. The binding between Yjs and the editor joins such texts by writing the words of one
// into the other anew: as words of whoever sees them, beyond the reach of undo, and twice where two people do so at
// once. Here the texts stay as they are: paragraphs with a seam are drawn and written by us, all others by the binding.

import { Extension } from '@tiptap/core';
import type { Node, Schema } from '@tiptap/pm/model';
import { type EditorState, Plugin } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import { getRelativeSelection, type ProsemirrorBinding, ySyncPluginKey } from '@tiptap/y-tiptap';
import * as Y from 'yjs';
import { type DrawnPart, writeInPlace } from './inPlace';

/** Keeps paragraphs in which two texts meet. */
export const Seams = Extension.create({
  name: 'seams',
  addProseMirrorPlugins: () => [
    new Plugin({
      state: {
        // Before any view is made: the binding's first drawing would join texts already.
        init: (_, state) => {
          keepSeams(state);
        },
        apply: () => undefined,
      },
    }),
  ],
});

function keepSeams(state: EditorState): void {
  const sync: { binding?: ProsemirrorBinding } | undefined = ySyncPluginKey.getState(state);
  const binding = sync?.binding;
  if (!binding) return;
  const drawn = new Drawn(binding.type, state.schema);
  binding.mapping = drawn;
  const drawFirst = binding._forceRerender.bind(binding);
  binding._forceRerender = (): void => {
    drawn.clear();
    if (drawn.seamed().length === 0) drawFirst();
    else binding.mux(() => dispatchAll(binding, drawn));
  };
  const byBinding = binding._prosemirrorChanged.bind(binding);
  binding._prosemirrorChanged = (doc: Node): void => {
    const seamed = drawn.seamed();
    if (seamed.length === 0) {
      byBinding(doc);
      return;
    }
    const write = (): void => {
      writeInPlace(binding, seamed, doc);
      binding.beforeTransactionSelection = getRelativeSelection(binding, binding.prosemirrorView.state);
    };
    // The same origin as the binding's own: undo and saving know it.
    binding.doc.transact(write, ySyncPluginKey);
  };
}

/** Draws everything, as the binding does for a new editor: there it asks for no paragraph that is drawn already. */
function dispatchAll(binding: ProsemirrorBinding, drawn: Drawn): void {
  const view = binding.prosemirrorView as EditorView;
  const tr = view.state.tr.replaceWith(0, view.state.doc.content.size, drawn.whole());
  view.dispatch(tr.setMeta('addToHistory', false).setMeta(ySyncPluginKey, { isChangeOrigin: true, binding }));
}

/** Tells whether two texts of an element meet. */
export function hasSeam(element: Y.XmlElement): boolean {
  const children: unknown[] = element.toArray();
  return children.some((child, at) => child instanceof Y.XmlText && children[at + 1] instanceof Y.XmlText);
}

/**
 * What the binding has drawn for each part of the document. It forgets all of it before it draws anew, and draws
 * only what is not here: so whatever has a seam is put here in that moment.
 */
class Drawn extends Map<DrawnPart, Node | Node[]> {
  #seamed = new Set<Y.XmlElement>();

  constructor(
    private readonly root: Y.XmlFragment,
    private readonly schema: Schema,
  ) {
    super();
  }

  /** Returns the elements that have a seam now. */
  seamed(): Y.XmlElement[] {
    return [...this.#seamed].filter((element) => element._item?.deleted === false && hasSeam(element));
  }

  /** Draws every block. */
  whole(): Node[] {
    return this.root.toArray().flatMap((child) => (child instanceof Y.XmlElement ? (this.#draw(child) ?? []) : []));
  }

  override clear(): void {
    super.clear();
    this.#seamed.clear();
    this.#look(this.root);
  }

  #look(parent: Y.XmlFragment): void {
    for (const child of parent.toArray()) {
      if (!(child instanceof Y.XmlElement)) continue;
      if (hasSeam(child)) this.#draw(child);
      else this.#look(child);
    }
  }

  #draw(element: Y.XmlElement): Node | undefined {
    const content = element.toArray().flatMap((child): Node[] => {
      if (child instanceof Y.XmlText) return textNodes(child, this.schema);
      const node = child instanceof Y.XmlElement ? this.#draw(child) : undefined;
      return node ? [node] : [];
    });
    try {
      const node = this.schema.node(element.nodeName, element.getAttributes(), content);
      this.set(element, node);
      if (hasSeam(element)) this.#seamed.add(element);
      return node;
    } catch {
      // What the schema refuses is left to the binding, as everywhere else.
      return undefined;
    }
  }
}

function textNodes(text: Y.XmlText, schema: Schema): Node[] {
  const delta: { insert?: unknown; attributes?: Record<string, Record<string, unknown>> }[] = text.toDelta();
  return delta.flatMap(({ insert, attributes }) => {
    if (typeof insert !== 'string') return [];
    return [schema.text(insert, Object.entries(attributes ?? {}).map(([name, attrs]) => schema.mark(name, attrs)))];
  });
}
