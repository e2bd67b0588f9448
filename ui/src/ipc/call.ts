// Every call to Rust goes through here: typed by the generated list, refused with one kind of error.
import type { Code, Commands } from './generated';
import { WRITES } from './generated';
import { stale } from './cache.svelte';
import { mayAsk } from './cover';
import { theWire, type WindowDeed } from './wire';

/** The name of a command. */
export type Name = keyof Commands;
/** The name of a command that takes bytes beside its request. */
export type ByteName = { [K in Name]: Commands[K] extends { bytes: Uint8Array } ? K : never }[Name];

/** Why Rust did not do what was asked: a code to act on and a sentence to show. */
export class Refusal extends Error {
  constructor(
    readonly code: Code,
    readonly key: string,
    readonly sentence: string,
    readonly field: string | null,
  ) {
    super(sentence);
    this.name = 'Refusal';
  }
}

/** Asks Rust for something. Throws only a [`Refusal`]. */
export async function call<K extends Exclude<Name, ByteName>>(
  name: K,
  req: Commands[K]['req'],
): Promise<Commands[K]['res']> {
  return ask(name, req);
}

/** Asks Rust for something with bytes beside the request. */
export async function callWithBytes<K extends ByteName>(
  name: K,
  req: Commands[K]['req'],
  bytes: Uint8Array,
): Promise<Commands[K]['res']> {
  return ask(name, req, bytes);
}

/** Does something to the window; a refusal leaves it as it is. */
export async function toWindow(what: WindowDeed): Promise<void> {
  await theWire().window(what);
}

// These tell of themselves by the event alone, so that typing does not load the lists twice.
const TELL_LATER: readonly string[] = ['append_update', 'announce_presence', 'mark_read'];

async function ask<K extends Name>(name: K, req: unknown, bytes?: Uint8Array): Promise<Commands[K]['res']> {
  await mayAsk(name);
  try {
    const answer = await theWire().ask(name, req, bytes);
    if (name in WRITES && !TELL_LATER.includes(name)) stale(WRITES[name as keyof typeof WRITES]);
    return answer as Commands[K]['res'];
  } catch (reason) {
    throw asRefusal(reason);
  }
}

/** Makes one kind of error of whatever came back. */
export function asRefusal(reason: unknown): Refusal {
  if (reason instanceof Refusal) return reason;
  if (typeof reason === 'object' && reason !== null && 'code' in reason && 'key' in reason) {
    const told = reason as { code: Code; key: string; sentence?: string; field?: string | null };
    return new Refusal(told.code, told.key, told.sentence ?? '', told.field ?? null);
  }
  return new Refusal('internal', 'error_internal', '', null);
}
