// Lets go of words or changes that the hub will never take; it can be taken back.
import { asRefusal, call } from '../../ipc/call';
import { say } from '../../widgets/toasts.svelte';
import { sentence } from '../../words/refusals';

/** Lets go of what is kept of a record, says so, and offers to take it back. */
export async function letGo(record: string, words: string): Promise<void> {
  try {
    const { at } = await call('let_go', { record });
    say(words, () => call('keep_again', { record, at }));
  } catch (reason) {
    say(sentence(asRefusal(reason)));
  }
}
