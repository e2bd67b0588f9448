// Where the person was in the list, while the window lives.
import type { CallFilter } from '../../ipc/generated';

class Remembered {
  filter = $state<CallFilter>('open');
  text = $state('');
  view = $state<'list' | 'timeline'>('list');
  chosen = $state('');
}

/** Where the person was in the list. */
export const remembered = new Remembered();
