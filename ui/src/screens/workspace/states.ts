// The five states of an answer in order, and which comes next.
import type { AnswerState } from '../../ipc/generated';
import { m } from '../../words/m';

/** In order; a person sets any of the first four, the last is set by sending. */
export const STATES: readonly AnswerState[] = ['notStarted', 'inProgress', 'needsReview', 'approved', 'sent'];

/** Returns the one deed that moves an answer on, with its word; nothing once it went to the asker. */
export function nextDeed(state: AnswerState): { to: AnswerState; words: string; look: 'accent' | 'plain' } | undefined {
  switch (state) {
    case 'notStarted':
    case 'inProgress':
      return { to: 'needsReview', words: m.workspace_ask_review(), look: 'accent' };
    case 'needsReview':
      return { to: 'approved', words: m.workspace_approve(), look: 'accent' };
    case 'approved':
      return { to: 'inProgress', words: m.workspace_reopen(), look: 'plain' };
    case 'sent':
      return undefined;
  }
}
