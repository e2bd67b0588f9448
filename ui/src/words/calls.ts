// The wording of closing times, states, nations and of what needs a look: the same on every screen.
import { clock, dayMonth, weekday, weekdayMonth, weekdayMonthYear, zoneDiffers } from './dates';
import { m } from './m';

interface Closing {
  readonly date: string;
  readonly time: string | null;
}
interface Named {
  readonly name: string;
  readonly me: boolean;
}
type State = 'notStarted' | 'inProgress' | 'needsReview' | 'approved' | 'sent';
type Scope = 'ukWide' | 'england' | 'scotland' | 'wales' | 'northernIreland';
type Why =
  | { readonly as: 'recovered' }
  | {
      readonly as: 'notice';
      readonly kind:
        | 'sameAnswer'
        | 'sameSentence'
        | 'strandedInsert'
        | 'splitRewritten'
        | 'overLimit'
        | 'approvedThenChanged';
    };

const STATES: Record<State, () => string> = {
  notStarted: m.state_notStarted,
  inProgress: m.state_inProgress,
  needsReview: m.state_needsReview,
  approved: m.state_approved,
  sent: m.state_sent,
};
const SCOPES: Record<Scope, () => string> = {
  ukWide: m.nation_ukWide,
  england: m.nation_england,
  scotland: m.nation_scotland,
  wales: m.nation_wales,
  northernIreland: m.nation_northernIreland,
};

/** Returns the word of a state. */
export function stateWords(state: State): string {
  return STATES[state]();
}

/** Returns the name of what a call applies to. */
export function scopeWords(scope: Scope): string {
  return SCOPES[scope]();
}

/** NHS England, England; the nation alone where nobody is named. */
export function askerWords(asker: string, scope: Scope): string {
  return asker.trim() === '' ? scopeWords(scope) : m.consultations_asker({ asker, nation: scopeWords(scope) });
}

/** 22 days left, closes today at 5pm, closed 2 days ago */
export function leftWords(days: number | null, closes: Closing | null, over = false): string {
  if (days === null || closes === null) return m.words_no_closing();
  if (days > 0) return m.words_days_left({ count: days });
  if (days < 0) return m.words_closed_days({ count: -days });
  if (over) return m.words_closed_today();
  return closes.time ? m.words_closes_today({ time: clock(closes.time) }) : m.words_closes_today_plain();
}

/** Monday 14 December 2026 at 5pm */
export function closesWords(closes: Closing, now: number): string {
  const day = weekdayMonthYear(closes.date);
  if (!closes.time) return day;
  const at = m.words_closes_at({ day, time: clock(closes.time) });
  return zoneDiffers(now) ? m.words_uk_time({ when: at }) : at;
}

/** on Friday, on Monday 14 December; for a closing that many days away */
export function onDay(date: string, days: number): string {
  if (days === 0) return 'today';
  if (days === 1) return 'tomorrow';
  return days < 7 ? `on ${weekday(date)}` : `on ${weekdayMonth(date)}`;
}

/** Returns what happened where two people's work came together. */
export function lookWords(why: Why, number: string): string {
  if (why.as === 'recovered') return m.looks_recovered({ number });
  switch (why.kind) {
    case 'sameAnswer':
      return m.looks_same_answer({ number });
    case 'sameSentence':
      return m.looks_same_sentence({ number });
    case 'strandedInsert':
      return m.looks_stranded({ number });
    case 'splitRewritten':
      return m.looks_split({ number });
    case 'overLimit':
      return m.looks_over_limit({ number });
    case 'approvedThenChanged':
      return m.looks_approved({ number });
  }
}

/** You and Jo Marsh */
export function bothWords(first: Named | null, second: Named | null): string {
  if (!first || !second) {
    const one = first ?? second;
    return one ? (one.me ? m.words_you() : one.name) : m.words_people();
  }
  if (first.me) return m.words_you_and({ name: second.name });
  if (second.me) return m.words_you_and({ name: first.name });
  return m.words_two_people({ first: first.name, second: second.name });
}

/** 14 December */
export function closesShort(closes: Closing | null): string {
  return closes ? dayMonth(closes.date) : m.words_no_closing();
}
