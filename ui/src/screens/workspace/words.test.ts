// How an answer stands to its limit, in words.
import { expect, it } from 'vitest';
import { closesWords, measure } from './words';

const WORDS = { wordLimit: 500, characterLimit: null };
const LETTERS = { wordLimit: null, characterLimit: 3000 };

it.each([
  [0, '0', 'of 500 words', '', false, 0],
  [374, '374', 'of 500 words', '', false, 0.748],
  [375, '375', 'of 500 words', '125 words left', false, 0.75],
  [499, '499', 'of 500 words', '1 word left', false, 0.998],
  [500, '500', 'of 500 words', '0 words left', false, 1],
  [512, '512', 'of 500 words', '12 words over', true, 1],
  [2500, '2,500', 'of 500 words', '2,000 words over', true, 1],
])('%i words of 500', (words, count, rest, note, isOver, part) => {
  expect(measure(words, 0, WORDS)).toEqual({ count, rest, note, isOver, part });
});

it('measures by characters where only they are limited, and by nothing where nothing is', () => {
  expect(measure(10, 3001, LETTERS)).toMatchObject({ count: '3,001', rest: 'of 3,000 characters', note: '1 character over' });
  expect(measure(1, 9, { wordLimit: null, characterLimit: null })).toMatchObject({ count: '1', rest: 'word', part: null });
});

it('words a closing as a time where one is stated', () => {
  expect(closesWords({ date: '2026-12-14', time: '17:00' })).toBe('Closes Monday 14 December at 5pm');
  expect(closesWords({ date: '2026-12-14', time: null })).toBe('Closes Monday 14 December, no time stated');
  expect(closesWords({ date: '2026-09-30', time: '17:00' }, true)).toBe('Closed Wednesday 30 September');
  expect(closesWords(null)).toBe('No closing date stated');
});
