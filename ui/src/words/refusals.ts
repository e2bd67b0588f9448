// The sentence of a refusal: ours where we know the case better, else as Rust wrote it.
import { m } from './m';

/** What is known of a refusal. */
export interface Refused {
  readonly key: string;
  readonly sentence: string;
}

/** Returns a sentence that says what happened, what is safe and what to do. */
export function sentence(refused: Refused): string {
  // A fault of ours has no words of its own that would help anybody.
  if (refused.key === 'error_internal' || refused.sentence === '') return m.error_internal();
  return refused.sentence;
}
