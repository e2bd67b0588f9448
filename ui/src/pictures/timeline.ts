// The measures of the deadline timeline: which days get a line, where a month begins.

/** A day that gets a line: how many days from today, its number, its month where that begins. */
export interface Tick {
  readonly at: number;
  readonly day: string;
  readonly month: string;
}

const LEAST_PX = 30;
const APART_PX = 12;

/** Returns the Mondays from today to the last day, as many as fit; `letter` is how wide a letter of a month is. */
export function ticks(today: string, days: number, width: number, letter = 7): Tick[] {
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
  return withRoom(all, width / Math.max(1, days), letter);
}

/** Writes a month that has no room up to the next one short, or not at all. */
function withRoom(all: readonly Tick[], scale: number, letter: number): Tick[] {
  return all.map((tick, place) => {
    const next = all.slice(place + 1).find((one) => one.month !== '');
    const room = next ? (next.at - tick.at) * scale - APART_PX : Infinity;
    const fits = [tick.month, tick.month.slice(0, 3)].find((month) => month.length * letter <= room);
    return { ...tick, month: fits ?? '' };
  });
}
