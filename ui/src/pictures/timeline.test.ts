// The timeline's months: each is there where it has room, and none runs into another.
import { expect, it } from 'vitest';
import { ticks } from './timeline';

const WIDTHS = [120, 180, 240, 320, 480, 640, 900, 1400];
const LETTER = 7;

it.each(WIDTHS)('months never run into each other, %i wide', (width) => {
  for (const days of [14, 22, 43, 57, 120, 400]) {
    for (const today of ['2026-11-22', '2026-11-28', '2026-05-30', '2026-08-27']) {
      const named = ticks(today, days, width, LETTER).filter((one) => one.month !== '');
      named.slice(1).forEach((one, at) => {
        const before = named[at];
        const from = (before?.at ?? 0) * (width / days) + (before?.month.length ?? 0) * LETTER;
        expect(one.at * (width / days) - from, `${String(days)} days from ${today}`).toBeGreaterThan(8);
      });
    }
  }
});

it('a month that has room is written out', () => {
  expect(ticks('2026-11-22', 43, 900, LETTER).map((one) => one.month).filter(Boolean)).toEqual(['November', 'December', 'January']);
});
