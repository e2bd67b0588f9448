import { describe, expect, it } from 'vitest';
import { clock, clockAt, howLong, sinceDay, untilAt, weekdayMonthYear, whenAt } from './dates';

const TODAY = '2026-11-22';

describe('dates in words', () => {
  it('says days without commas and months in full', () => {
    expect(weekdayMonthYear('2026-12-14')).toBe('Monday 14 December 2026');
  });

  it.each([
    ['17:00', '5pm'],
    ['17:30', '5:30pm'],
    ['00:00', 'midnight'],
    ['12:00', 'midday'],
    ['00:05', '12:05am'],
  ])('%s is %s', (time, words) => expect(clock(time)).toBe(words));

  it('states UK time in summer too', () => {
    expect(clockAt(Date.UTC(2026, 6, 1, 9, 5))).toBe('10:05am');
    expect(clockAt(Date.UTC(2026, 11, 1, 9, 5))).toBe('9:05am');
  });

  it('says when, by how long ago it is', () => {
    expect(whenAt(Date.UTC(2026, 10, 22, 9, 12), TODAY)).toBe('today at 9:12am');
    expect(whenAt(Date.UTC(2026, 10, 21, 16, 20), TODAY)).toBe('yesterday 4:20pm');
    expect(whenAt(Date.UTC(2026, 10, 20, 16, 20), TODAY)).toBe('Friday 20 November');
    expect(whenAt(Date.UTC(2025, 10, 20, 16, 20), TODAY)).toBe('Thursday 20 November 2025');
  });

  it('says since when', () => {
    expect(sinceDay(Date.UTC(2026, 10, 20, 8), TODAY)).toBe('Friday');
    expect(sinceDay(Date.UTC(2026, 10, 2, 8), TODAY)).toBe('2 November');
  });

  it('says how long', () => {
    expect(untilAt(120_000, 0)).toBe('in 2 minutes');
    expect(howLong(6 * 3_600_000)).toBe('6 hours');
    expect(howLong(50 * 3_600_000)).toBe('2 days');
  });
});
