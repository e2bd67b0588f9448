// Events from Rust. What changed makes the cache stale; who is where goes to whoever asked.
import type { Event } from './generated';
import { staleByItself } from './cache.svelte';
import { theWire } from './wire';

type Changed = Extract<Event, { event: 'changed' }>;
type Presence = Extract<Event, { event: 'presence' }>;

const onChanged = new Set<(told: Changed) => void>();
const onPresence = new Set<(told: Presence) => void>();

/** Begins to hear; call once. */
export async function hearRust(): Promise<void> {
  await theWire().hear('changed', (payload) => {
    const told = payload as Changed;
    staleByItself(told.tags);
    for (const heard of onChanged) heard(told);
  });
  await theWire().hear('presence', (payload) => {
    const told = payload as Presence;
    for (const heard of onPresence) heard(told);
  });
}

/** Hears that somebody asked the window to close; Rust waits for the page to do it. */
export async function whenClosing(heard: () => void): Promise<void> {
  await theWire().hear('closing', heard);
}

/** Hears what changed until the returned function is called. */
export function whenChanged(heard: (told: Changed) => void): () => void {
  onChanged.add(heard);
  return () => onChanged.delete(heard);
}

/** Hears who is where until the returned function is called. */
export function whenPresence(heard: (told: Presence) => void): () => void {
  onPresence.add(heard);
  return () => onPresence.delete(heard);
}
