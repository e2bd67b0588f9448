// What the stand-in begins with, read from the page's address.
import type { SyncStatus } from '../generated';
import type { Beginning } from './people';
import { ME } from './world';

/** Everything that can be asked for. */
export interface Asked extends Beginning {
  link: SyncStatus['link'];
  empty: boolean;
  /** Who sits at this computer. */
  as: string;
  /** Commands that fail. */
  broken: Set<string>;
}

const PHASES = ['firstRun', 'locked', 'covered', 'ready'] as const;
const THEMES = ['system', 'light', 'dark'] as const;
const PLACES = ['keychain', 'passphrase'] as const;
const LINKS: SyncStatus['link'][] = [
  'offline',
  'notJoined',
  'connected',
  'busy',
  'hubAway',
  'intercepted',
  'notTrusted',
  'hubBusy',
  'tooOld',
  'signedOut',
  'paused',
];

function one<T extends string>(of: readonly T[], asked: string | null, otherwise: T): T {
  return of.find((word) => word === asked) ?? otherwise;
}

/** Reads the address. */
export function accountOf(address: string): Asked {
  const asked = new URLSearchParams(address);
  const link = one(LINKS, asked.get('link'), 'offline');
  return {
    phase: one(PHASES, asked.get('phase'), 'ready'),
    theme: one(THEMES, asked.get('theme'), 'system'),
    keyPlace: one(PLACES, asked.get('key'), 'keychain'),
    joined: link !== 'notJoined',
    link,
    empty: asked.has('empty'),
    as: asked.get('as') ?? ME,
    broken: new Set(asked.getAll('broken')),
  };
}
