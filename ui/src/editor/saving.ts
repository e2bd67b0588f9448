// The way of a person's words from the editor to Rust. Keeps one promise: "saved" is said only after the
// answer came back, and nothing that was not answered for is ever dropped. Knows no screen and no Tauri:
// it is handed a way to append, and clocks, so that tests can play every fault.

import * as Y from 'yjs';
import { ANSWER_WITHIN, FLUSH_AFTER, MOST_BYTES, RETRY_FIRST, RETRY_LONGEST } from './limits';
import { splitUpdate } from './split';

/** What Rust answers once the words are on the disk. */
export interface SavedAnswer {
  savedAt: number;
  words: number;
  characters: number;
  waiting: number;
}

/** What is true about the words right now. */
export type SaveState =
  | { as: 'nothing' }
  | { as: 'saving' }
  | { as: 'saved'; answer: SavedAnswer }
  /** Not saved; it is tried again. `error` is whatever the attempt failed with. */
  | { as: 'failing'; error: unknown; tries: number };

/** What saving needs from outside. */
export interface SavingParts {
  append: (update: Uint8Array) => Promise<SavedAnswer>;
  tell: (state: SaveState) => void;
}

/** An attempt that got no answer in time. */
export class NoAnswer extends Error {}

/** The words of one answer on their way. */
export class Saving {
  /** Own updates that no answer has come back for, oldest first. */
  #waiting: Uint8Array[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #tries = 0;
  #state: SaveState = { as: 'nothing' };

  constructor(private readonly parts: SavingParts) {}

  get state(): SaveState {
    return this.#state;
  }

  /** Tells whether words are here that are not known to be saved. */
  get isUnsaved(): boolean {
    return this.#waiting.length > 0;
  }

  /** Returns everything that is not known to be saved, as one update; nothing where all is saved. */
  unsaved(): Uint8Array | undefined {
    return this.#waiting.length > 0 ? Y.mergeUpdates(this.#waiting) : undefined;
  }

  /** Takes an edit that the person just made. */
  take(update: Uint8Array): void {
    this.#waiting.push(update);
    if (this.#state.as !== 'failing' && this.#state.as !== 'saving') this.#set({ as: 'saving' });
    if (!this.#running && this.#timer === undefined) this.#after(FLUSH_AFTER);
  }

  /** Hands over everything now, without waiting for the end of the burst. Resolves after the attempt. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#running) {
      await this.#running;
      if (this.#waiting.length === 0 || this.#state.as === 'failing') return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
    if (this.#waiting.length === 0) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      this.#goOn();
    });
    await this.#running;
  }

  #goOn(): void {
    if (this.#waiting.length === 0 || this.#timer !== undefined) return;
    this.#after(this.#tries > 0 ? Math.min(RETRY_FIRST * 2 ** (this.#tries - 1), RETRY_LONGEST) : FLUSH_AFTER);
  }

  #after(wait: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.flush();
    }, wait);
  }

  async #run(): Promise<void> {
    const taken = this.#waiting.length;
    const update = Y.mergeUpdates(this.#waiting);
    try {
      let answer: SavedAnswer | undefined;
      for (const piece of splitUpdate(update, MOST_BYTES)) answer = await inTime(this.parts.append(piece));
      this.#waiting.splice(0, taken);
      this.#tries = 0;
      if (answer) this.#set(this.#waiting.length > 0 ? { as: 'saving' } : { as: 'saved', answer });
    } catch (error) {
      // What was taken stays where it is. Handing it over twice is harmless: Yjs knows each letter by its id.
      this.#tries += 1;
      this.#set({ as: 'failing', error, tries: this.#tries });
    }
  }

  #set(state: SaveState): void {
    this.#state = state;
    this.parts.tell(state);
  }
}

function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new NoAnswer('no answer in time'));
    }, ANSWER_WITHIN);
  });
  return Promise.race([answer, late]).finally(() => {
    clearTimeout(timer);
  });
}
