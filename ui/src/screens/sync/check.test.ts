// What a check of this copy says, and that much which was deleted at once asks before it goes.
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { forgetAll } from '../../ipc/cache.svelte';
import type { CheckedCopy } from '../../ipc/generated';
import { useWire } from '../../ipc/wire';
import CheckCopy from './CheckCopy.svelte';
import HeldDeletions from './HeldDeletions.svelte';

afterEach(() => {
  cleanup();
  forgetAll();
});

const NOTHING: CheckedCopy = { spaces: 3, records: 90, fetched: [], later: [], notCompared: null, stillMoving: 0, stopped: false };
let asked: string[] = [];

function answering(answers: Record<string, unknown>): void {
  asked = [];
  useWire({
    ask(name) {
      asked.push(name);
      return Promise.resolve(answers[name]);
    },
    hear: () => Promise.resolve(() => undefined),
    window: () => Promise.resolve(null),
  });
}

async function checked(found: CheckedCopy): Promise<void> {
  answering({ check_copy: found });
  render(CheckCopy, { checking: null });
  await fireEvent.click(screen.getByText('Check my copy'));
}

it('says plainly that everything is the same', async () => {
  await checked(NOTHING);
  await screen.findByText('Everything on this computer is the same as at the hub.');
});

it('never says so where the hub was not asked', async () => {
  await checked({ ...NOTHING, notCompared: 'offline' });
  await screen.findByText(/It was not compared with the hub/u);
  expect(screen.queryByText(/the same as at the hub/u)).toBeNull();
});

it('never says so where the check was stopped', async () => {
  await checked({ ...NOTHING, stopped: true });
  await screen.findByText('Stopped before everything was checked.');
  expect(screen.queryByText(/the same as at the hub/u)).toBeNull();
});

it('names what was fetched again', async () => {
  await checked({ ...NOTHING, fetched: [{ call: 'c', title: 'Pharmacy First' }, { call: null, title: '' }] });
  await screen.findByText('Pharmacy First');
  await screen.findByText('People and settings');
  expect(screen.queryByText(/the same as at the hub/u)).toBeNull();
});

it('shows how far it is, and can be stopped', async () => {
  answering({ stop_check: {} });
  render(CheckCopy, { checking: { done: 3, of: 12 } });
  await screen.findByText('Checking, 3 of 12');
  await fireEvent.click(screen.getByText('Stop'));
  expect(asked).toEqual(['stop_check']);
});

it('lets the person decide about much that was deleted', async () => {
  answering({ confirm_deletions: { things: 63 }, put_back_deletions: { things: 63 } });
  render(HeldDeletions, { count: 63 });
  await screen.findByText('You deleted 63 things at once');
  await fireEvent.click(screen.getByText('Put back'));
  await fireEvent.click(screen.getByText('Confirm'));
  expect(asked).toEqual(['put_back_deletions', 'confirm_deletions']);
});
