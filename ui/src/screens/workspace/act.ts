// Does something that can be taken back, and says so; or says why it could not be done.
import { asRefusal } from '../../ipc/call';
import { say } from '../../widgets/toasts.svelte';
import { sentence } from '../../words/refusals';

/** Returns whether it was done. */
export async function act(work: () => Promise<{ undo?: string | null }>, words: string): Promise<boolean> {
  try {
    const done = await work();
    say(words, done.undo ?? null);
    return true;
  } catch (reason) {
    say(sentence(asRefusal(reason)));
    return false;
  }
}

/** The same for what needs no message when it was done. */
export async function quietly(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (reason) {
    say(sentence(asRefusal(reason)));
    return false;
  }
}
