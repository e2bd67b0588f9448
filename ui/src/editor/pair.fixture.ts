// Two editors on one answer and a store like Rust's between them, for tests.

import type { Editor } from '@tiptap/core';
import { yUndoPluginKey } from '@tiptap/y-tiptap';
import * as Y from 'yjs';
import { OpenAnswer, type TextCalls } from './document';
import { makeEditor } from './kit';

/** The bytes with which Rust begins every document: `seed()` in crates/text/src/doc.rs. */
const SEED = new Uint8Array([
  1, 1, 1, 0, 7, 1, 7, 100, 101, 102, 97, 117, 108, 116, 3, 9, 112, 97, 114, 97, 103, 114, 97, 112, 104, 0,
]);

/** One person at the answer. */
export class Writer {
  private constructor(
    readonly open: OpenAnswer,
    public editor: Editor,
  ) {}

  /** `place` decides whose words come first where two write at the same place: the lower one's. */
  static async at(store: Store, place: number): Promise<Writer> {
    const open = await OpenAnswer.open(`answer ${String(Math.random())}`, store.calls);
    open.doc.clientID = place;
    return new Writer(open, edit(open));
  }

  /** Types at a place, as one step for undo. */
  type(words: string, at?: number): void {
    this.rest();
    if (at !== undefined) this.editor.commands.setTextSelection(at);
    this.editor.view.dispatch(this.editor.state.tr.insertText(words));
  }

  /** Ends the step that undo takes back. */
  rest(): void {
    const undo: { undoManager: Y.UndoManager } = yUndoPluginKey.getState(this.editor.state);
    undo.undoManager.stopCapturing();
  }

  /** Hands over what was typed. */
  send(): Promise<void> {
    return this.open.flush();
  }

  /** Takes in what the others handed over. */
  receive(): Promise<void> {
    return this.open.refresh();
  }

  /** Takes the editor away and makes another on the same document. */
  remount(): void {
    this.editor.destroy();
    this.editor = edit(this.open);
  }

  get text(): string {
    return this.editor.getText({ blockSeparator: '|' });
  }

  /** What is in the document, seen past the editor. */
  get stored(): string {
    return this.open.words().split('\n').join('|');
  }

  async leave(): Promise<void> {
    this.editor.destroy();
    await this.open.close();
  }
}

/** What Rust keeps. */
export class Store {
  readonly doc = new Y.Doc();
  readonly calls: TextCalls;

  constructor(content?: (root: Y.XmlFragment) => void) {
    Y.applyUpdate(this.doc, SEED);
    this.doc.clientID = 9_000_000;
    content?.(this.doc.getXmlFragment('default'));
    this.calls = {
      load: () => Promise.resolve(Y.encodeStateAsUpdate(this.doc)),
      since: (_, vector) => Promise.resolve(Y.encodeStateAsUpdate(this.doc, vector)),
      append: (_, __, update) => {
        Y.applyUpdate(this.doc, update);
        return Promise.resolve({ savedAt: 5, words: 0, characters: 0, waiting: 1 });
      },
    };
  }
}

/** Everybody hands over, then everybody takes in. */
export async function meet(...writers: Writer[]): Promise<void> {
  for (const one of writers) await one.send();
  for (const one of writers) await one.receive();
}

function edit(open: OpenAnswer): Editor {
  const nothing = (): void => {};
  return makeEditor({
    element: document.createElement('div'),
    open,
    label: 'Answer',
    placeholder: '',
    pictureWords: '[picture left out]',
    editable: true,
    who: () => undefined,
    told: nothing,
    counted: nothing,
    cursor: nothing,
    pasted: nothing,
  });
}
