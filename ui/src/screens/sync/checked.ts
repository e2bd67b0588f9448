// What a check of this copy found, as sentences. What was fetched again is listed beside them.
import type { CheckedCopy } from '../../ipc/generated';
import { m } from '../../words/m';

/** Returns the sentences about a check; none where only lists have something to say. */
export function foundWords(found: CheckedCopy): string[] {
  const words: string[] = [];
  const differed = found.fetched.length + found.later.length > 0;
  if (found.stopped) words.push(m.sync_check_stopped());
  else if (found.stillMoving > 0) words.push(m.sync_check_moving());
  else if (found.notCompared !== null) words.push(differed ? m.sync_check_not_compared() : m.sync_check_alone());
  else if (!differed) words.push(m.sync_check_same());
  return words;
}
