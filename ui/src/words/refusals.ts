// The sentence of a refusal: from the messages where the key is known, else as Rust wrote it.
import * as messages from './messages/messages.js';

/** What is known of a refusal. */
export interface Refused {
  readonly key: string;
  readonly sentence: string;
}

/** Returns a sentence that says what happened, what is safe and what to do. */
export function sentence(refused: Refused): string {
  const known = (messages as Record<string, unknown>)[refused.key];
  // A sentence of a refusal takes no values.
  if (typeof known === 'function') return String((known as () => string)());
  return refused.sentence === '' ? messages.error_internal() : refused.sentence;
}
