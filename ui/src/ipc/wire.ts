// The way to Rust. One real one over Tauri, and one for tests that is put in its place before the app starts.
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';

/** Carries requests to Rust and events from it. */
export interface Wire {
  /** Asks for a command; with bytes, the request travels beside them. */
  ask(name: string, req: unknown, bytes?: Uint8Array): Promise<unknown>;
  /** Hears an event until the returned function is called. */
  hear(event: string, heard: (payload: unknown) => void): Promise<() => void>;
  /** Does something to the window itself. */
  window(what: WindowDeed): Promise<unknown>;
}

/** What the page may do to its window. */
export type WindowDeed = 'minimize' | 'toggle_maximize' | 'close' | 'start_dragging';

const overTauri: Wire = {
  ask(name, req, bytes) {
    if (!bytes) return invoke(name, { req });
    return invoke(name, bytes, { headers: { 'x-request': escaped(JSON.stringify(req)) } });
  },
  hear: (event, heard) => listen(event, (told) => heard(told.payload)),
  window: (what) => invoke(`plugin:window|${what}`, { label: 'main' }),
};

let wire: Wire = overTauri;

/** Puts another way in place, before the app starts. */
export function useWire(other: Wire): void {
  wire = other;
}

/** Returns the way to Rust. */
export function theWire(): Wire {
  return wire;
}

/** A header holds nothing beyond ASCII. */
function escaped(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
