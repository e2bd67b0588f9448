// The wording of states, limits, closing times and names, as this screen needs them.
import type { ClosesAt, PersonRow, QuestionRow } from '../../ipc/generated';
import { number } from '../../words/counts';
import { clock, weekdayMonth } from '../../words/dates';
import { m } from '../../words/m';

/** Jo: how a colleague is called in a line about their work; the person at this computer is "You". */
export function firstName(person: PersonRow | null): string {
  if (!person) return m.workspace_somebody();
  return person.me ? m.workspace_you() : (person.name.split(' ')[0] ?? person.name);
}

/** Closes Monday 14 December at 5pm; closed Wednesday 30 September */
export function closesWords(closes: ClosesAt | null, isOver = false): string {
  if (!closes) return m.workspace_closes_unknown();
  const day = weekdayMonth(closes.date);
  if (isOver) return m.workspace_closed({ day });
  return closes.time === null ? m.workspace_closes_day({ day }) : m.workspace_closes({ day, time: clock(closes.time) });
}

/** How an answer stands to its limit. */
export interface Measure {
  /** 131 of 500 words; the number stands alone so that it can be bold. */
  count: string;
  rest: string;
  /** Words left from three quarters on, or over. */
  note: string;
  isOver: boolean;
  /** 0 to 1; none without a limit. */
  part: number | null;
}

/** Measures an answer by the words, or by the characters where only they are limited. */
export function measure(words: number, characters: number, limits: Pick<QuestionRow, 'wordLimit' | 'characterLimit'>): Measure {
  const byLetters = limits.wordLimit === null && limits.characterLimit !== null;
  const [have, limit] = byLetters ? [characters, limits.characterLimit] : [words, limits.wordLimit];
  const count = number(have);
  if (limit === null) return { count, rest: m.workspace_words({ count: have }), note: '', isOver: false, part: null };
  const rest = byLetters ? m.workspace_of_characters({ limit: number(limit) }) : m.workspace_of_words({ limit: number(limit) });
  const left = limit - have;
  const isOver = left < 0;
  return { count, rest, note: noteOf(left, limit, byLetters), isOver, part: limit === 0 ? 1 : Math.min(1, have / limit) };
}

function noteOf(left: number, limit: number, byLetters: boolean): string {
  const count = Math.abs(left);
  const how = { count, shown: number(count) };
  if (left < 0) return byLetters ? m.workspace_characters_over(how) : m.workspace_words_over(how);
  if (left > limit / 4) return '';
  return byLetters ? m.workspace_characters_left(how) : m.workspace_words_left(how);
}

/** Up to 500 words. Evidence is preferred. */
export function guidance(question: QuestionRow): string {
  const parts: string[] = [];
  if (question.wordLimit !== null) parts.push(m.workspace_up_to_words({ limit: number(question.wordLimit) }));
  if (question.characterLimit !== null) parts.push(m.workspace_up_to_characters({ limit: number(question.characterLimit) }));
  if (question.required) parts.push(m.workspace_required());
  if (question.help !== '') parts.push(question.help);
  return parts.join(' ');
}
