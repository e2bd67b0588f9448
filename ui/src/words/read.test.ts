import { describe, expect, it } from 'vitest';
import { readDay, readTime } from './read';

describe('days as people type them', () => {
  it.each([
    ['14 December 2026', '2026-12-14'],
    ['Monday 14 December 2026', '2026-12-14'],
    ['14th Dec 2026', '2026-12-14'],
    ['14/12/2026', '2026-12-14'],
    ['2026-12-14', '2026-12-14'],
    ['29 February 2028', '2028-02-29'],
  ])('%s is read', (text, day) => expect(readDay(text)).toBe(day));

  it.each(['', 'soon', '31 February 2027', '12/14/2026', '14 December', '14 Smarch 2026'])('%s is no day', (text) =>
    expect(readDay(text)).toBeNull(),
  );
});

describe('times as people type them', () => {
  it.each([
    ['5pm', '17:00'],
    ['5:30 pm', '17:30'],
    ['11.45pm', '23:45'],
    ['23:45', '23:45'],
    ['12am', '00:00'],
    ['midday', '12:00'],
    ['midnight', '00:00'],
  ])('%s is read', (text, time) => expect(readTime(text)).toBe(time));

  it.each(['', '5', '25:00', '13pm', '5:60pm', 'tea time'])('%s is no time', (text) => expect(readTime(text)).toBeNull());
});
