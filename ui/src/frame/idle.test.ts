import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { whenAway } from './idle';

const MINUTE = 60_000;
let at = 0;
let times = 0;
let end = (): void => undefined;

beforeEach(() => {
  vi.useFakeTimers();
  [at, times] = [0, 0];
  end = whenAway(15, () => (times += 1), () => at);
});
afterEach(() => {
  end();
  vi.useRealTimers();
});

/** Lets time pass while the computer is awake. */
function passes(minutes: number): void {
  for (let n = 0; n < minutes * 12; n += 1) {
    at += 5_000;
    vi.advanceTimersByTime(5_000);
  }
}

it('tells once each time that nobody was there for so long', () => {
  passes(14);
  window.dispatchEvent(new Event('keydown'));
  passes(14);
  expect(times).toBe(0);
  passes(1);
  expect(times).toBe(1);
  passes(15);
  expect(times).toBe(2);
});

it('takes a computer that slept for one where nobody was, though the mouse moves first', () => {
  at += 600 * MINUTE;
  window.dispatchEvent(new Event('pointermove'));
  expect(times).toBe(1);
  window.dispatchEvent(new Event('pointermove'));
  expect(times).toBe(1);
});

it('tells nothing when it was ended', () => {
  end();
  passes(60);
  window.dispatchEvent(new Event('keydown'));
  expect(times).toBe(0);
});
