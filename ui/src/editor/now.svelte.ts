// What is true right now about the words being typed and about the answer that is open, for the status line: so
// that "Saved" never stands there while letters are on their way, and "Seen" only where somebody looked.
import type { SaveState } from './saving';

/** What others have done with the answer that is open. */
export interface OpenFacts {
  /** Who looked last at all of it, and when. */
  seen: { name: string; at: number } | null;
  /** Whether two people changed it apart and nobody has looked yet. */
  look: boolean;
}

class Now {
  #states = $state.raw<ReadonlyMap<string, SaveState['as']>>(new Map());

  /** Notes how the words of an answer stand. */
  note(answer: string, state: SaveState): void {
    const next = new Map(this.#states);
    if (state.as === 'saving' || state.as === 'failing') next.set(answer, state.as);
    else next.delete(answer);
    this.#states = next;
  }

  /** Of the answer that is open; none where none is. */
  open = $state.raw<OpenFacts | null>(null);

  /** The worst that holds for any answer. */
  get state(): 'quiet' | 'saving' | 'failing' {
    const all = [...this.#states.values()];
    if (all.includes('failing')) return 'failing';
    return all.includes('saving') ? 'saving' : 'quiet';
  }
}

/** The words of this window. */
export const now = new Now();
