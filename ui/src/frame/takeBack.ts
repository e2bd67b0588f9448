// Takes a change back and says what became of it.
import { asRefusal, call } from '../ipc/call';
import { say } from '../widgets/toasts.svelte';
import { m } from '../words/m';
import { sentence } from '../words/refusals';

/** Takes back the named change, or the last one. */
export async function takeBack(undo: string | null): Promise<void> {
  try {
    const became = await call('undo', { undo });
    if (became.as === 'done') say(m.frame_undone());
    else if (became.as === 'changedSince') say(m.frame_undo_changed());
    else say(m.frame_undo_nothing());
  } catch (reason) {
    say(sentence(asRefusal(reason)));
  }
}
