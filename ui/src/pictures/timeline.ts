// The measures of the deadline timeline: which days get a line, where a month begins.

/** A day that gets a line: how many days from today, its number, its month where that begins. */
export interface Tick {
  readonly at: number;
  readonly day: string;
  readonly month: string;
}

const LEAST_PX = 30;

/** Returns the Mondays from today to the last day, as many as fit. */
export function ticks(today: string, days: number, width: number): Tick[] {
  const begin = new Date(`${today}T00:00:00Z`);
  const toMonday = (8 - begin.getUTCDay()) % 7;
  const weeks = Math.max(1, Math.ceil(LEAST_PX / Math.max(1, (width / Math.max(1, days)) * 7)));
  const all: Tick[] = [];
  let month = -1;
  for (let at = toMonday; at <= days; at += 7 * weeks) {
    const date = new Date(begin.getTime() + at * 86_400_000);
    const name = date.toLocaleDateString('en-GB', { month: 'long', timeZone: 'UTC' });
    all.push({ at, day: String(date.getUTCDate()), month: date.getUTCMonth() === month ? '' : name });
    month = date.getUTCMonth();
  }
  return all;
}
