// What is true right now about the words being typed and about the answer that is open, for the status line: so
// that "Saved" never stands there while letters are on their way, and "Seen" only where somebody looked.
import type { SaveState } from './saving';

/** Milliseconds without a new letter after which a burst counts as ended: its saves in between are not told. */
const CALM_AFTER = 600;

/** What others have done with the answer that is open. */
export interface OpenFacts {
  /** Who looked last at all of it, and when. */
  seen: { name: string; at: number } | null;
  /** Whether two people changed it apart and nobody has looked yet. */
  look: boolean;
}

class Now {
  #states = $state.raw<ReadonlyMap<string, 'saving' | 'failing'>>(new Map());
  #calming = new Map<string, ReturnType<typeof setTimeout>>();

  /** Notes how the words of an answer stand. */
  note(answer: string, state: SaveState): void {
    clearTimeout(this.#calming.get(answer));
    this.#calming.delete(answer);
    if (state.as === 'saving' || state.as === 'failing') this.#set(answer, state.as);
    else if (this.#states.get(answer) === 'saving') {
      // A save every moment while somebody types would make the line flicker, and draw it anew each time.
      this.#calming.set(answer, setTimeout(() => this.#set(answer, undefined), CALM_AFTER));
    } else this.#set(answer, undefined);
  }

  #set(answer: string, as: 'saving' | 'failing' | undefined): void {
    if (this.#states.get(answer) === as) return;
    const next = new Map(this.#states);
    if (as === undefined) next.delete(answer);
    else next.set(answer, as);
    this.#states = next;
  }

  /** Of the answer that is open; none where none is. */
  open = $state.raw<OpenFacts | null>(null);

  /** How the words of one answer stand. */
  of(answer: string): 'quiet' | 'saving' | 'failing' {
    return this.#states.get(answer) ?? 'quiet';
  }

  /** The worst that holds for any answer. */
  get state(): 'quiet' | 'saving' | 'failing' {
    const all = [...this.#states.values()];
    if (all.includes('failing')) return 'failing';
    return all.includes('saving') ? 'saving' : 'quiet';
  }
}

/** The words of this window. */
export const now = new Now();
