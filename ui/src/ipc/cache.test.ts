import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import Watcher from './Watcher.test.svelte';
import { Refusal, call } from './call';
import { hearRust } from './events';
import { useWire, type Wire } from './wire';

/** A wire whose answers the test sets. */
function wire(answers: Record<string, () => unknown>): { tell: (event: string, payload: unknown) => void; asked: string[] } {
  const heard = new Map<string, (payload: unknown) => void>();
  const asked: string[] = [];
  const made: Wire = {
    async ask(name) {
      asked.push(name);
      return answers[name]?.();
    },
    async hear(event, listener) {
      heard.set(event, listener);
      return () => heard.delete(event);
    },
    async window() {
      return null;
    },
  };
  useWire(made);
  return { tell: (event, payload) => heard.get(event)?.(payload), asked };
}

describe('answers on screen', () => {
  let looked = 0;
  beforeEach(() => (looked = 0));
  afterEach(cleanup);

  it('load again when an event names what they are made of, and not for anything else', async () => {
    const { tell, asked } = wire({ search: () => ({ hits: [], lookedThrough: (looked += 1) }) });
    await hearRust();
    render(Watcher, { text: 'first' });
    expect(await screen.findByText('looked through 1')).toBeTruthy();
    tell('changed', { event: 'changed', tags: ['SyncStatus'], ids: [], origin: 'hub' });
    tell('changed', { event: 'changed', tags: ['Answers'], ids: [], origin: 'hub' });
    tell('changed', { event: 'changed', tags: ['Calls'], ids: [], origin: 'hub' });
    expect(await screen.findByText('looked through 2', {}, { timeout: 4_000 })).toBeTruthy();
    expect(asked).toEqual(['search', 'search']);
  });

  it('load at once and then together while events come close after each other', async () => {
    const { tell, asked } = wire({ search: () => ({ hits: [], lookedThrough: (looked += 1) }) });
    await hearRust();
    render(Watcher, { text: 'busy' });
    await screen.findByText('looked through 1');
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    for (let n = 0; n < 8; n += 1) {
      tell('changed', { event: 'changed', tags: ['Answers'], ids: [], origin: 'here' });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(asked).toEqual(['search', 'search']);
    expect(await screen.findByText('looked through 3', {}, { timeout: 4_000 })).toBeTruthy();
  });

  it('keep the last answer beside a refusal', async () => {
    let full = false;
    const refused = { code: 'full', key: 'error_disk_full', sentence: 'The disk is full.', field: null };
    const { tell } = wire({
      search: () => {
        if (full) throw refused;
        return { hits: [], lookedThrough: 7 };
      },
    });
    await hearRust();
    render(Watcher, { text: 'second' });
    await screen.findByText('looked through 7');
    full = true;
    tell('changed', { event: 'changed', tags: ['Answers'], ids: [], origin: 'here' });
    expect(await screen.findByText('The disk is full.', {}, { timeout: 4_000 })).toBeTruthy();
    expect(screen.getByText('looked through 7')).toBeTruthy();
  });

  it('whatever is thrown becomes a refusal with a code', async () => {
    wire({
      home: () => {
        throw new Error('a fault');
      },
    });
    const refusal = await call('home', {}).catch((reason: unknown) => reason);
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ code: 'internal', key: 'error_internal' });
  });
});
