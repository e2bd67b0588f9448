// The promise of saving under every fault: nothing shown as saved before it is, nothing dropped, all retried.

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { ANSWER_WITHIN, FLUSH_AFTER, MOST_BYTES, RETRY_FIRST } from './limits';
import { type SavedAnswer, type SaveState, Saving } from './saving';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const ANSWER: SavedAnswer = { savedAt: 1, words: 1, characters: 1, waiting: 1 };

/** A writer whose every letter is an update, and a Rust that keeps what it took. */
function setUp(append: (update: Uint8Array) => Promise<SavedAnswer>) {
  const states: SaveState['as'][] = [];
  const stored = new Y.Doc();
  const saving = new Saving({
    append: async (update) => {
      const answer = await append(update);
      Y.applyUpdate(stored, update);
      return answer;
    },
    tell: (state) => states.push(state.as),
  });
  const doc = new Y.Doc();
  doc.on('update', (update: Uint8Array) => {
    saving.take(update);
  });
  const type = (words: string): void => {
    doc.getText('t').insert(doc.getText('t').length, words);
  };
  return { saving, states, type, stored: () => stored.getText('t').toString() };
}

it('hands a burst over as one update, a moment after its first letter', async () => {
  const append = vi.fn(() => Promise.resolve(ANSWER));
  const { type, states, stored } = setUp(append);
  type('a');
  await vi.advanceTimersByTimeAsync(100);
  type('b');
  await vi.advanceTimersByTimeAsync(FLUSH_AFTER - 101);
  expect(append).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(append).toHaveBeenCalledTimes(1);
  expect(stored()).toBe('ab');
  expect(states).toEqual(['saving', 'saved']);
});

it('does not say saved while an answer is still to come, nor while newer letters wait', async () => {
  const answers: ((answer: SavedAnswer) => void)[] = [];
  const { saving, type, states } = setUp(() => new Promise((resolve) => answers.push(resolve)));
  type('a');
  await vi.advanceTimersByTimeAsync(FLUSH_AFTER);
  expect(states).toEqual(['saving']);
  type('b');
  answers[0]?.(ANSWER);
  await vi.advanceTimersByTimeAsync(0);
  expect(states).not.toContain('saved');
  expect(saving.isUnsaved).toBe(true);
  await vi.advanceTimersByTimeAsync(FLUSH_AFTER);
  answers[1]?.(ANSWER);
  await vi.advanceTimersByTimeAsync(0);
  expect(states.at(-1)).toBe('saved');
  expect(saving.isUnsaved).toBe(false);
});

it('tries again after a failure, with everything typed since, and says that it is failing', async () => {
  let fails = 2;
  const { type, states, stored } = setUp(() => (fails-- > 0 ? Promise.reject(new Error('full')) : Promise.resolve(ANSWER)));
  type('first ');
  await vi.advanceTimersByTimeAsync(FLUSH_AFTER);
  expect(states).toEqual(['saving', 'failing']);
  type('second');
  await vi.advanceTimersByTimeAsync(RETRY_FIRST);
  expect(states.at(-1)).toBe('failing');
  expect(stored()).toBe('');
  await vi.advanceTimersByTimeAsync(RETRY_FIRST * 2);
  expect(states.at(-1)).toBe('saved');
  expect(stored()).toBe('first second');
});

it('takes a lost answer for a failure and hands the same words over again, which does no harm', async () => {
  let calls = 0;
  const { type, states, stored } = setUp(() => (calls++ === 0 ? new Promise(() => {}) : Promise.resolve(ANSWER)));
  type('words');
  await vi.advanceTimersByTimeAsync(FLUSH_AFTER + ANSWER_WITHIN);
  expect(states).toEqual(['saving', 'failing']);
  await vi.advanceTimersByTimeAsync(RETRY_FIRST);
  expect(states.at(-1)).toBe('saved');
  expect(stored()).toBe('words');
});

it('keeps the same words where the store took them but its answer was lost', async () => {
  const taken = new Y.Doc();
  let calls = 0;
  const { type, states } = setUp((update) => {
    Y.applyUpdate(taken, update);
    return calls++ === 0 ? Promise.reject(new Error('gone')) : Promise.resolve(ANSWER);
  });
  type('once');
  await vi.advanceTimersByTimeAsync(FLUSH_AFTER + RETRY_FIRST);
  expect(taken.getText('t').toString()).toBe('once');
  expect(states.at(-1)).toBe('saved');
});

it('flushes at once when asked, also while another is on its way', async () => {
  const answers: ((answer: SavedAnswer) => void)[] = [];
  const { saving, type, stored } = setUp(() => new Promise((resolve) => answers.push(resolve)));
  type('a');
  void saving.flush();
  type('b');
  const done = saving.flush();
  answers[0]?.(ANSWER);
  await vi.advanceTimersByTimeAsync(0);
  expect(answers.length).toBe(2);
  answers[1]?.(ANSWER);
  await done;
  expect(stored()).toBe('ab');
  expect(saving.isUnsaved).toBe(false);
});

it('keeps what is unsaved at hand, so that the words can be copied or opened again', async () => {
  const { saving, type } = setUp(() => Promise.reject(new Error('full')));
  type('kept');
  await vi.advanceTimersByTimeAsync(FLUSH_AFTER);
  const again = new Y.Doc();
  Y.applyUpdate(again, saving.unsaved() ?? new Uint8Array());
  expect(again.getText('t').toString()).toBe('kept');
});

it('hands more than Rust takes at once over in pieces, and says saved after the last', async () => {
  const append = vi.fn((_: Uint8Array) => Promise.resolve(ANSWER));
  const { type, states, stored } = setUp(append);
  const long = 'word '.repeat(250_000);
  type(long);
  await vi.advanceTimersByTimeAsync(FLUSH_AFTER);
  expect(append.mock.calls.length).toBeGreaterThan(1);
  append.mock.calls.forEach(([update]) => expect(update.byteLength).toBeLessThanOrEqual(MOST_BYTES));
  expect(stored()).toBe(long);
  expect(states).toEqual(['saving', 'saved']);
});
