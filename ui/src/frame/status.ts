// Which facts the status bar states, from what Rust knows. The order is computer, hub, others.
import type { OpenFacts } from '../editor/now.svelte';
import type { SyncStatus } from '../ipc/generated';
import { number } from '../words/counts';
import { clockAt } from '../words/dates';
import { m } from '../words/m';

/** One fact: its sign, its words, how loud it is. */
export interface Fact {
  readonly sign: 'saved' | 'sent' | 'seen' | 'waiting' | 'offline' | 'key' | 'trouble' | 'paused' | 'look';
  readonly words: string;
  readonly loud: 'quiet' | 'warn' | 'error';
}

/** Returns what the status bar says; `open` tells of the answer that is open. */
export function facts(status: SyncStatus, open: OpenFacts | null): Fact[] {
  const trouble = inTheWay(status);
  const aside: Fact[] =
    status.setAside > 0 ? [{ sign: 'trouble', words: m.status_set_aside({ count: status.setAside }), loud: 'warn' }] : [];
  if (trouble) return trouble.loud === 'warn' ? [trouble] : [trouble, ...aside];
  const all: Fact[] = [];
  if (status.savedAt !== null) all.push(quiet('saved', m.status_saved({ time: clockAt(status.savedAt) })));
  if (status.receiving) {
    const { here, of } = status.receiving;
    all.push(quiet('waiting', m.status_receiving({ here: number(here), of: number(of) })));
  }
  if (status.waiting > 0) {
    all.push(quiet('waiting', m.status_waiting({ count: status.waiting })));
    return [...all, ...aside];
  }
  // While words are here that the hub did not take, neither "sent" nor "seen" is true of all.
  if (status.setAside > 0) return [...all, ...aside];
  if (status.sentAt !== null) all.push(quiet('sent', m.status_sent({ time: clockAt(status.sentAt) })));
  if (open?.look) all.push({ sign: 'look', words: m.workspace_two_changed(), loud: 'warn' });
  else if (open?.seen) all.push(quiet('seen', m.status_seen({ name: open.seen.name, time: clockAt(open.seen.at) })));
  return all;
}

/** Puts the words being typed first: what is on its way is not called saved, and what failed is said. */
export function withTyping(all: readonly Fact[], typing: 'quiet' | 'saving' | 'failing'): Fact[] {
  if (typing === 'quiet') return [...all];
  const others = all.filter((fact) => fact.sign !== 'saved');
  if (typing === 'saving') return [quiet('waiting', m.status_saving()), ...others.filter((fact) => fact.sign !== 'waiting')];
  return [{ sign: 'trouble', words: m.status_not_saved(), loud: 'error' }, ...others.filter((fact) => fact.sign !== 'trouble')];
}

function inTheWay(status: SyncStatus): Fact | null {
  switch (status.link) {
    case 'connected':
    case 'busy':
      return null;
    case 'notJoined':
      return quiet('saved', m.status_not_joined());
    case 'offline':
      if (status.waiting > 0) return quiet('offline', m.status_offline({ count: status.waiting }));
      return quiet('offline', status.setAside > 0 ? m.status_offline_plain() : m.status_offline_none());
    case 'hubAway':
      return quiet('offline', m.status_hub_away());
    case 'hubBusy':
      return quiet('offline', m.status_hub_busy());
    case 'intercepted':
      return quiet('offline', m.status_intercepted());
    case 'notTrusted':
      return { sign: 'trouble', words: m.status_not_trusted(), loud: 'warn' };
    case 'tooOld':
      return { sign: 'key', words: m.status_too_old(), loud: 'warn' };
    case 'signedOut':
      return { sign: 'key', words: m.status_signed_out(), loud: 'warn' };
    case 'paused':
      return quiet('paused', m.status_paused());
  }
}

function quiet(sign: Fact['sign'], words: string): Fact {
  return { sign, words, loud: 'quiet' };
}
