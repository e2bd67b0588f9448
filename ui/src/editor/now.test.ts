// The status line is never ahead of the truth, and does not flicker while somebody types.

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { now } from './now.svelte';

const SAVED = { as: 'saved', answer: { savedAt: 1, words: 1, characters: 1, waiting: 0 } } as const;

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

it('says saving from the first letter until the burst has ended and is saved', () => {
  for (let save = 0; save < 4; save += 1) {
    now.note('a', { as: 'saving' });
    expect(now.state).toBe('saving');
    vi.advanceTimersByTime(200);
    now.note('a', SAVED);
    vi.advanceTimersByTime(200);
    expect(now.state).toBe('saving');
  }
  vi.advanceTimersByTime(400);
  expect(now.state).toBe('quiet');
});

it('says at once that words are not saved, and that they are after all', () => {
  now.note('a', { as: 'saving' });
  now.note('a', { as: 'failing', error: null, tries: 1 });
  expect(now.state).toBe('failing');
  now.note('b', { as: 'saving' });
  expect(now.state).toBe('failing');
  now.note('a', SAVED);
  expect(now.state).toBe('saving');
  now.note('b', SAVED);
  vi.advanceTimersByTime(600);
  expect(now.state).toBe('quiet');
});
