// A closing day that has passed is spoken of where it was found in the text, and not while a day is still typed.
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import type { FoundCall } from '../../ipc/generated';
import CallFields from './CallFields.svelte';
import { kept } from './kept.svelte';

const PASSED = /^This day has passed/;
const found = (date: string): FoundCall => ({ title: null, asker: null, closes: { date, time: null }, questions: [], leftOver: [] });

afterEach(() => {
  cleanup();
  kept.clear();
});

it('a passed day that was found in the text is said at once', () => {
  kept.take(found('2026-10-14'));
  render(CallFields, { today: '2026-11-22', wrongTitle: false });
  expect(screen.getByText(PASSED).textContent).toBe('This day has passed. That is fine for a consultation that is over.');
});

it('a day to come that was found in the text is not', () => {
  kept.take(found('2026-12-14'));
  render(CallFields, { today: '2026-11-22', wrongTitle: false });
  expect(screen.queryByText(PASSED)).toBeNull();
});

it('a day on its way is not taken for the passed day that it begins with', async () => {
  render(CallFields, { today: '2026-11-22', wrongTitle: false });
  const box = screen.getByLabelText('Closing day');
  await fireEvent.input(box, { target: { value: '2026-11-2' } });
  expect(screen.queryByText(PASSED)).toBeNull();
  await fireEvent.change(box);
  expect(screen.getByText(PASSED)).toBeTruthy();
});
