import { describe, expect, it } from 'vitest';
import type { OpenFacts } from '../editor/now.svelte';
import type { SyncStatus } from '../ipc/generated';
import { facts } from './status';

const AT = Date.UTC(2026, 10, 22, 10, 42);
const quiet: SyncStatus = {
  link: 'connected',
  inStepAt: AT,
  savedAt: AT,
  waiting: 0,
  oldestWaitingAt: null,
  setAside: 0,
  sentAt: AT,
  nextTryAt: null,
  receiving: null,
  looks: 0,
  heldDeletions: 0,
  checking: null,
};
const seen: OpenFacts = { seen: { name: 'Jo Marsh', at: AT }, look: false };
const words = (status: Partial<SyncStatus>, open: OpenFacts | null = seen): string[] =>
  facts({ ...quiet, ...status }, open).map((fact) => fact.words);

describe('the status bar', () => {
  it('states the three truths in their order', () => {
    expect(words({})).toEqual([
      'Saved on this computer 10:42am',
      'Sent to the hub 10:42am',
      'Seen by Jo Marsh 10:42am',
    ]);
  });

  it('says that somebody should look instead of who has seen it', () => {
    expect(facts(quiet, { ...seen, look: true }).at(-1)).toEqual({ sign: 'look', words: '2 people changed this', loud: 'warn' });
  });

  it('says nothing of others where no answer is open', () => {
    expect(facts(quiet, null).map((fact) => fact.sign)).toEqual(['saved', 'sent']);
  });

  it('never says sent or seen while something waits', () => {
    expect(words({ waiting: 1 })).toEqual(['Saved on this computer 10:42am', 'Waiting to send: 1 change']);
  });

  it('never says sent or seen while something could not be sent', () => {
    expect(words({ setAside: 1 })).toEqual([
      'Saved on this computer 10:42am',
      'Could not be sent: 1 change. It is in Sync and history.',
    ]);
    expect(words({ setAside: 2, link: 'offline' })).toEqual([
      'Working offline.',
      'Could not be sent: 2 changes. They are in Sync and history.',
    ]);
  });

  it('says nothing that is not yet true', () => {
    expect(words({ savedAt: null, sentAt: null }, { seen: null, look: false })).toEqual([]);
  });

  it('says off line quietly, and loudly only what a person must do', () => {
    expect(facts({ ...quiet, link: 'offline', waiting: 4 }, null)).toEqual([
      { sign: 'offline', words: 'Working offline. 4 changes are saved on this computer.', loud: 'quiet' },
    ]);
    const loud = (['tooOld', 'signedOut', 'notTrusted'] as const).map((link) => facts({ ...quiet, link }, null)[0]?.loud);
    expect(loud).toEqual(['warn', 'warn', 'warn']);
  });
});
