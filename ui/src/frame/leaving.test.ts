import { afterEach, expect, it } from 'vitest';
import * as Y from 'yjs';
import { OpenAnswer } from '../editor/document';
import { useWire } from '../ipc/wire';
import { toasts } from '../widgets/toasts.svelte';
import { m } from '../words/m';
import { leave } from './leaving';

const did: string[] = [];
let disk: () => Promise<void> = () => Promise.resolve();

useWire({
  ask: () => Promise.resolve(null),
  hear: () => Promise.resolve(() => undefined),
  window: (what) => {
    did.push(what);
    return Promise.resolve();
  },
});

async function typed(answer: string): Promise<OpenAnswer> {
  const rust = new Y.Doc();
  const open = await OpenAnswer.open(answer, {
    load: () => Promise.resolve(Y.encodeStateAsUpdate(rust)),
    since: (_, vector) => Promise.resolve(Y.encodeStateAsUpdate(rust, vector)),
    append: async () => {
      await disk();
      did.push('saved');
      return { savedAt: 1, words: 2, characters: 10, waiting: 0 };
    },
  });
  open.doc.getText('words').insert(0, 'last words');
  return open;
}

afterEach(() => {
  did.length = 0;
  disk = () => Promise.resolve();
});

it('closes after the last words are on the disk, not before', async () => {
  await typed('a1');
  await leave();
  expect(did).toEqual(['saved', 'close']);
});

it('stays open where the last words cannot be saved, and says so', async () => {
  disk = () => Promise.reject(new Error('full'));
  const open = await typed('a2');
  await leave();
  expect(did).toEqual([]);
  expect(toasts.all.some((toast) => toast.words === m.close_unsaved())).toBe(true);
  disk = () => Promise.resolve();
  await open.flush();
});
