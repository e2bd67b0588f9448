// Short messages under the pane. One that tells of a change offers Undo for ten seconds; resting the
// mouse or the keyboard on it stops the clock. Undo stays on its own keys afterwards.

/** A change by its name, or what takes it back. */
export type Undo = string | (() => Promise<unknown>);

/** A message on screen. */
export interface Toast {
  readonly id: number;
  readonly words: string;
  /** The change to take back, or how; none where nothing can be. */
  readonly undo: Undo | null;
}

const SHOWN_MS = 10_000;
const MOST = 3;

class Toasts {
  all = $state.raw<readonly Toast[]>([]);
  #next = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  add(words: string, undo: Undo | null): void {
    const toast = { id: this.#next, words, undo };
    this.#next += 1;
    for (const old of this.all.slice(0, Math.max(0, this.all.length + 1 - MOST))) this.remove(old.id);
    this.all = [...this.all, toast];
    this.start(toast.id);
  }

  start(id: number): void {
    this.hold(id);
    this.#timers.set(
      id,
      setTimeout(() => this.remove(id), SHOWN_MS),
    );
  }

  hold(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  remove(id: number): void {
    this.hold(id);
    this.all = this.all.filter((toast) => toast.id !== id);
  }
}

/** The messages on screen. */
export const toasts = new Toasts();

/** Says something; with the name of a change, offers to take it back. */
export function say(words: string, undo: Undo | null = null): void {
  toasts.add(words, undo);
}
