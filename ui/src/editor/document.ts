// One answer's document while it is open: loaded from Rust before the editor is made, saved as it changes,
// brought up to date when the hub sent something. Never puts a word in by itself.

import * as Y from 'yjs';
import { SCHEMA } from './limits';
import { now } from './now.svelte';
import { type SavedAnswer, type SaveState, Saving } from './saving';
import { KNOWN } from './schema';
import { rawText, unknownIn } from './unknown';

/** Marks what Rust handed over, so that it is not sent back. */
const FROM_RUST = Symbol('from Rust');

/** The three calls that a document needs. */
export interface TextCalls {
  load: (answer: string) => Promise<Uint8Array>;
  since: (answer: string, stateVector: Uint8Array) => Promise<Uint8Array>;
  append: (answer: string, schema: number, update: Uint8Array) => Promise<SavedAnswer>;
}

/** Answers whose words are still on their way after their editor was closed. */
const onTheirWay = new Map<string, Saving>();

/** Returns the answers with words that are not known to be saved. */
export function unsavedAnswers(): string[] {
  return [...onTheirWay].filter(([, saving]) => saving.isUnsaved).map(([answer]) => answer);
}

/** Hands everything over that is still here; for the window's last moments. */
export async function flushAll(): Promise<void> {
  await Promise.all([...onTheirWay.values()].map((saving) => saving.flush()));
}

/** An answer that is open. */
export class OpenAnswer {
  readonly doc = new Y.Doc();
  /** Something this version does not know; then the editor is never made. */
  unknown: string | undefined;
  #saving: Saving;
  #listener: ((state: SaveState) => void) | undefined;
  #refreshing: Promise<void> | undefined;
  #again = false;
  #whenUnknown: (() => void) | undefined;
  #isClosed = false;

  private constructor(
    readonly answer: string,
    private readonly calls: TextCalls,
  ) {
    const tell = (state: SaveState): void => {
      now.note(answer, state);
      this.#listener?.(state);
      if (this.#isClosed) this.#forget();
    };
    const append = (update: Uint8Array): Promise<SavedAnswer> => calls.append(answer, SCHEMA, update);
    this.#saving = new Saving({ append, tell });
    onTheirWay.set(answer, this.#saving);
  }

  /** Loads an answer. Words of this computer that were still on their way are in it. */
  static async open(answer: string, calls: TextCalls): Promise<OpenAnswer> {
    // Taken before the load: what arrives in the store meanwhile is in both, which is harmless.
    const left = onTheirWay.get(answer)?.unsaved();
    const whole = await calls.load(answer);
    const open = new OpenAnswer(answer, calls);
    open.#apply(whole);
    if (left && open.unknown === undefined) {
      Y.applyUpdate(open.doc, left, FROM_RUST);
      open.#saving.take(left);
    }
    redrawClient(open.doc);
    open.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== FROM_RUST) open.#saving.take(update);
    });
    return open;
  }

  get state(): SaveState {
    return this.#saving.state;
  }

  /** Calls back with each new truth about saving. */
  onState(listener: (state: SaveState) => void): void {
    this.#listener = listener;
  }

  /** Calls back when something arrives that this version does not know. */
  onUnknown(listener: () => void): void {
    this.#whenUnknown = listener;
  }

  /** Fetches what came in since. Calls made meanwhile are one more fetch, not many. */
  async refresh(): Promise<void> {
    if (this.#refreshing) {
      this.#again = true;
      return this.#refreshing;
    }
    this.#refreshing = this.#fetch().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
    if (this.#again) {
      this.#again = false;
      await this.refresh();
    }
  }

  async #fetch(): Promise<void> {
    const update = await this.calls.since(this.answer, Y.encodeStateVector(this.doc));
    if (this.unknown === undefined && update.byteLength > 0) this.#apply(update);
  }

  #apply(update: Uint8Array): void {
    if (update.byteLength === 0) return;
    this.unknown = unknownIn(update, KNOWN);
    if (this.unknown === undefined) {
      Y.applyUpdate(this.doc, update, FROM_RUST);
    } else {
      this.#whenUnknown?.();
    }
  }

  /** Returns the words as they stand here, saved or not, a line for each paragraph. */
  words(): string {
    return rawText(this.doc).join('\n');
  }

  /** Hands over what was typed, now. */
  flush(): Promise<void> {
    return this.#saving.flush();
  }

  /** Ends work on it. What is not saved yet goes on being tried. */
  async close(): Promise<void> {
    this.#listener = undefined;
    this.#isClosed = true;
    await this.flush();
    this.#forget();
    this.doc.destroy();
  }

  #forget(): void {
    if (!this.#saving.isUnsaved && onTheirWay.get(this.answer) === this.#saving) onTheirWay.delete(this.answer);
  }
}

/** Returns the words of an answer that this version cannot show in the editor. */
export async function rawWords(answer: string, calls: TextCalls): Promise<string[]> {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, await calls.load(answer));
  const lines = rawText(doc);
  doc.destroy();
  return lines;
}

/** A client id that the document has seen could hide new letters from colleagues: another is drawn. */
function redrawClient(doc: Y.Doc): void {
  while (doc.store.clients.has(doc.clientID) || doc.clientID < 2) {
    doc.clientID = crypto.getRandomValues(new Uint32Array(1))[0] ?? doc.clientID + 1;
  }
}
