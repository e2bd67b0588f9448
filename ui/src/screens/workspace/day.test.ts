// Days and times as people type them.
import { expect, it } from 'vitest';
import { readDay, readTime } from './day';

/** A Sunday. */
const TODAY = '2026-11-22';

it.each([
  ['30 November', '2026-11-30'],
  ['30 nov', '2026-11-30'],
  ['Monday 30 November 2026', '2026-11-30'],
  ['1st Dec', '2026-12-01'],
  ['30/11', '2026-11-30'],
  ['30/11/26', '2026-11-30'],
  ['4.1.2027', '2027-01-04'],
  ['2026-12-14', '2026-12-14'],
  ['4 January', '2027-01-04'],
  ['today', '2026-11-22'],
  ['tomorrow', '2026-11-23'],
  ['Friday', '2026-11-27'],
  ['sunday', '2026-11-29'],
  ['', null],
  ['31 February', undefined],
  ['11/30/2026', undefined],
  ['soon', undefined],
  ['30', undefined],
])('reads the day "%s" as %s', (typed, day) => {
  expect(readDay(typed, TODAY)).toBe(day);
});

it.each([
  ['5pm', '17:00'],
  ['5:30 pm', '17:30'],
  ['11.45pm', '23:45'],
  ['23:45', '23:45'],
  ['12am', '00:00'],
  ['12pm', '12:00'],
  ['midday', '12:00'],
  ['midnight', '00:00'],
  ['', null],
  ['17', undefined],
  ['25:00', undefined],
  ['13pm', undefined],
  ['later', undefined],
])('reads the time "%s" as %s', (typed, time) => {
  expect(readTime(typed)).toBe(time);
});
