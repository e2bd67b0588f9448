// What is true right now about the words being typed, for the status line: so that "Saved" never stands there while
// letters are on their way.
import type { SaveState } from './saving';

class Now {
  #states = $state.raw<ReadonlyMap<string, SaveState['as']>>(new Map());

  /** Notes how the words of an answer stand. */
  note(answer: string, state: SaveState): void {
    const next = new Map(this.#states);
    if (state.as === 'saving' || state.as === 'failing') next.set(answer, state.as);
    else next.delete(answer);
    this.#states = next;
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
