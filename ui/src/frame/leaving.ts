// The window's last moment: words that are still on their way go to the disk before it closes.
import { flushAll, unsavedAnswers } from '../editor/document';
import { toWindow } from '../ipc/call';
import { say } from '../widgets/toasts.svelte';
import { m } from '../words/m';

/** Closes the window once everything is saved; what cannot be saved keeps it open until it is closed once more. */
export async function leave(): Promise<void> {
  await flushAll();
  if (unsavedAnswers().length > 0) say(m.close_unsaved());
  else await toWindow('close');
}
