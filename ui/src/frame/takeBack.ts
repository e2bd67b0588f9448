// Takes a change back and says what became of it.
import { asRefusal, call } from '../ipc/call';
import { say, type Undo } from '../widgets/toasts.svelte';
import { m } from '../words/m';
import { sentence } from '../words/refusals';

/** Takes back the named change, or the last one, or does what takes it back. */
export async function takeBack(undo: Undo | null): Promise<void> {
  try {
    if (typeof undo === 'function') {
      await undo();
      say(m.frame_undone());
      return;
    }
    const became = await call('undo', { undo });
    if (became.as === 'done') say(m.frame_undone());
    else if (became.as === 'changedSince') say(m.frame_undo_changed());
    else say(m.frame_undo_nothing());
  } catch (reason) {
    say(sentence(asRefusal(reason)));
  }
}
