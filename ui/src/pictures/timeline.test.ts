// The timeline's months: each is there where it has room, and none runs into another.
import { describe, expect, it } from 'vitest';
import { ticks } from './timeline';

const WIDTHS = [120, 180, 240, 320, 480, 640, 900, 1400];
const LETTER = 7;

const DAYS = [14, 22, 43, 57, 120, 400];
const TODAYS = ['2026-11-22', '2026-11-28', '2026-05-30', '2026-08-27'];
const APART = 12;

/** The month of a day that is so far from today. */
function monthAt(today: string, at: number): string {
  const date = new Date(Date.parse(`${today}T00:00:00Z`) + at * 86_400_000);
  return date.toLocaleDateString('en-GB', { month: 'long', timeZone: 'UTC' });
}

describe.each(WIDTHS)('%i wide', (width) => {
  it.each(DAYS)('months stand apart, and only what has no room is cut or left out, %i days', (days) => {
    const px = width / days;
    for (const today of TODAYS) {
      const all = ticks(today, days, width, LETTER);
      expect(all.length).toBeGreaterThan(0);
      const begins = all.filter((one, at) => at === 0 || monthAt(today, one.at) !== monthAt(today, all[at - 1]?.at ?? 0));
      const written = begins.map((one, at) => {
        const month = monthAt(today, one.at);
        const room = ((begins[at + 1]?.at ?? Infinity) - one.at) * px - APART;
        return [month, month.slice(0, 3), ''].find((words) => words.length * LETTER <= Math.max(0, room));
      });
      expect(begins.map((one) => one.month), `from ${today}`).toEqual(written);
      // The last has all the room to its right.
      expect(written.at(-1)).toBe(monthAt(today, begins.at(-1)?.at ?? 0));
      expect(all.filter((one) => one.month !== '' && !begins.includes(one))).toEqual([]);
    }
  });

  it.each(DAYS)('the days have room for their numbers, %i days', (days) => {
    for (const today of TODAYS) {
      const all = ticks(today, days, width, LETTER);
      const gaps = all.slice(1).map((one, at) => (one.at - (all[at]?.at ?? 0)) * (width / days));
      expect(Math.min(Infinity, ...gaps), `from ${today}`).toBeGreaterThanOrEqual(30);
    }
  });
});

it('a month without room is written short, and without room for that not at all', () => {
  const months = (days: number): string[] => ticks('2026-11-28', days, 120, LETTER).map((one) => one.month);
  expect(months(57)).toEqual(['Nov', 'Dec', 'January']);
  expect(months(400)).toEqual(['', '', '', 'October']);
});

it('a month that has room is written out', () => {
  expect(ticks('2026-11-22', 43, 900, LETTER).map((one) => one.month).filter(Boolean)).toEqual(['November', 'December', 'January']);
});
