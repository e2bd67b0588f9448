// What was saved and sent is told, however the question goes what others have seen.
import { cleanup, render, screen, within } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { forgetAll } from '../../ipc/cache.svelte';
import type { AppState, SyncStatus } from '../../ipc/generated';
import { useWire } from '../../ipc/wire';
import Page from './Page.svelte';

afterEach(() => {
  cleanup();
  forgetAll();
});

const AT = Date.UTC(2026, 10, 22, 10, 31);
const STATUS = { link: 'connected', savedAt: AT, sentAt: AT, inStepAt: AT, waiting: 0, setAside: 0, oldestWaitingAt: null, nextTryAt: null, checking: null } as unknown as SyncStatus;
const WITHOUT_SEEN = { 'Saved on this computer': 'All of your work, 10:31am', 'Sent to the hub': 'All of it, 10:31am', 'Seen by others': '' };

function opened(seen: () => Promise<unknown>): void {
  useWire({
    ask(name) {
      if (name === 'seen_by_others') return seen();
      return Promise.resolve(name === 'sync_status' ? STATUS : []);
    },
    hear: () => Promise.resolve(() => undefined),
    window: () => Promise.resolve(null),
  });
  render(Page, { app: { today: '2026-11-22' } as AppState });
}

/** Returns the words under each heading of the strip. */
async function strip(): Promise<Record<string, string>> {
  const saved = await screen.findByText('Saved on this computer');
  const list = saved.closest('dl');
  if (!list) throw new Error('the strip is not there');
  const headings = within(list).getAllByRole('term');
  return Object.fromEntries(headings.map((one) => [one.textContent.trim(), one.nextElementSibling?.textContent ?? '']));
}

it('while it is asked, its place is empty', async () => {
  opened(() => new Promise(() => undefined));
  expect(await strip()).toEqual(WITHOUT_SEEN);
});

it('where it is refused, its place is empty and the refusal is said', async () => {
  opened(() => Promise.reject({ code: 'busy', key: 'error_busy', sentence: 'Nobody can tell.' }));
  await screen.findByText('Nobody can tell.');
  expect(await strip()).toEqual(WITHOUT_SEEN);
});

it('where nobody has seen anything, that is told', async () => {
  opened(() => Promise.resolve({ until: null }));
  await screen.findByText('Not yet');
  expect(await strip()).toEqual({ ...WITHOUT_SEEN, 'Seen by others': 'Not yet' });
});
