// What happened in a merge, as the rest of a sentence.
import type { Look } from '../../ipc/generated';
import { m } from '../../words/m';

/** Returns what happened; `people` is who they are, such as "You and Jo Marsh". */
export function what(look: Look, people: string): string {
  if (look.why.as === 'recovered') return m.sync_look_recovered();
  // In the middle of a sentence "you" has no capital.
  const who = look.first?.me || look.second?.me ? people.charAt(0).toLowerCase() + people.slice(1) : people;
  switch (look.why.kind) {
    case 'sameSentence':
      return m.sync_look_sameSentence({ people: who });
    case 'sameAnswer':
      return m.sync_look_sameAnswer({ people: who });
    case 'strandedInsert':
      return m.sync_look_strandedInsert();
    case 'splitRewritten':
      return m.sync_look_splitRewritten();
    case 'overLimit':
      return m.sync_look_overLimit();
    case 'approvedThenChanged':
      return m.sync_look_approvedThenChanged();
  }
}
