import { beforeEach, expect, it, vi } from 'vitest';
import { flushAll, unsavedAnswers } from '../editor/document';
import { useWire } from '../ipc/wire';
import { toasts } from '../widgets/toasts.svelte';
import { m } from '../words/m';
import { leave } from './leaving';

vi.mock('../editor/document', () => ({ flushAll: vi.fn(), unsavedAnswers: vi.fn(() => []) }));

const did: string[] = [];

useWire({
  ask: () => Promise.resolve(null),
  hear: () => Promise.resolve(() => undefined),
  window: (what) => {
    did.push(what);
    return Promise.resolve();
  },
});

beforeEach(() => {
  did.length = 0;
  vi.mocked(flushAll).mockImplementation(async () => {
    await new Promise((done) => setTimeout(done, 5));
    did.push('handed over');
  });
  vi.mocked(unsavedAnswers).mockReturnValue([]);
});

it('closes after the last words are handed over, not before', async () => {
  await leave();
  expect(did).toEqual(['handed over', 'close']);
});

it('stays open where the last words cannot be saved, and says so', async () => {
  vi.mocked(unsavedAnswers).mockReturnValue(['a2']);
  await leave();
  expect(did).toEqual(['handed over']);
  expect(toasts.all.some((toast) => toast.words === m.close_unsaved())).toBe(true);
});
