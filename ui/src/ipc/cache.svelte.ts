// Answers from Rust as the screens hold them: one for each command and request, loaded again when an event
// says that a tag it was made of is stale. Rust is the store; nothing here outlives the window.
import { untrack } from 'svelte';
import type { Commands, Tag } from './generated';
import { READS } from './generated';
import { asRefusal, call, type ByteName, type Refusal } from './call';
import { shared } from './shared';

/** The name of a command that only reads and answers with JSON. */
export type ReadName = Exclude<keyof typeof READS, ByteName | 'load_answer'>;

/** An answer as a screen sees it. */
export interface Watched<T> {
  /** The newest answer; the one before while another is on its way. */
  readonly value: T | undefined;
  /** Whether the answer is to what is asked now, and not to what was asked before. */
  readonly fits: boolean;
  /** Why there is no newer answer. */
  readonly refusal: Refusal | null;
  /** True once a load has taken 150 ms: the view may be dimmed. */
  readonly slow: boolean;
  /** Loads again. */
  again(): void;
}

const SLOW_AFTER_MS = 150;
const SAME_MOMENT_MS = 30;
const CALM_MS = 2_000;
const MOST_IDLE = 40;

class Entry<K extends ReadName> {
  value = $state.raw<Commands[K]['res']>();
  refusal = $state.raw<Refusal | null>(null);
  slow = $state(false);
  watchers = 0;
  old = true;
  #loading = false;
  #onceMore = false;

  constructor(
    readonly name: K,
    readonly req: Commands[K]['req'],
  ) {}

  async load(): Promise<void> {
    if (this.#loading) {
      this.#onceMore = true;
      return;
    }
    this.#loading = true;
    this.old = false;
    const timer = setTimeout(() => (this.slow = true), SLOW_AFTER_MS);
    try {
      const fresh = await call(this.name, this.req);
      // What is the same as before draws nothing anew.
      this.value = shared(this.value, fresh);
      this.refusal = null;
    } catch (reason) {
      this.refusal = asRefusal(reason);
      // A screen that is opened again asks again.
      this.old = true;
    }
    clearTimeout(timer);
    this.slow = false;
    this.#loading = false;
    if (this.#onceMore) {
      this.#onceMore = false;
      void this.load();
    }
  }
}

const entries = new Map<string, Entry<ReadName>>();

function entry<K extends ReadName>(name: K, req: Commands[K]['req']): Entry<K> {
  const key = `${name} ${JSON.stringify(req)}`;
  const known = entries.get(key);
  if (known) return known as unknown as Entry<K>;
  const fresh = new Entry(name, req);
  entries.set(key, fresh as unknown as Entry<ReadName>);
  forgetIdle();
  return fresh;
}

function forgetIdle(): void {
  const idle = [...entries].filter(([, kept]) => kept.watchers === 0);
  for (const [key] of idle.slice(0, Math.max(0, idle.length - MOST_IDLE))) entries.delete(key);
}

/** Watches an answer while the component lives. A request of `null` asks for nothing. */
export function watch<K extends ReadName>(
  name: K,
  req: () => Commands[K]['req'] | null,
): Watched<Commands[K]['res']> {
  let current = $state.raw<Entry<K>>();
  let before: Commands[K]['res'] | undefined;
  $effect(() => {
    const asked = req();
    if (asked === null) {
      current = undefined;
      before = undefined;
      return;
    }
    const mine = entry(name, asked);
    untrack(() => {
      before = current?.value ?? before;
      current = mine;
      mine.watchers += 1;
      if (mine.old) void mine.load();
    });
    return () => {
      mine.watchers -= 1;
    };
  });
  return {
    get value() {
      return current ? (current.value ?? before) : undefined;
    },
    get fits() {
      return current?.value !== undefined;
    },
    get refusal() {
      return current?.refusal ?? null;
    },
    get slow() {
      return current?.slow ?? false;
    },
    again() {
      void current?.load();
    },
  };
}

const waiting = new Set<Tag>();
let timer: ReturnType<typeof setTimeout> | undefined;
let due = 0;
let refreshed = -CALM_MS;

/** Says that everything made of these tags is stale. What is on screen loads again, the rest when it is shown. */
export function stale(tags: readonly Tag[]): void {
  for (const tag of tags) waiting.add(tag);
  refreshIn(SAME_MOMENT_MS);
}

/** Says it of what Rust tells by itself: while somebody types, several times a second. Lists that load again
    as often would stand in the way of the keys, so the first loads at once and the rest together. */
export function staleByItself(tags: readonly Tag[]): void {
  for (const tag of tags) waiting.add(tag);
  refreshIn(Math.max(SAME_MOMENT_MS, refreshed + CALM_MS - performance.now()));
}

function refreshIn(wait: number): void {
  const at = performance.now() + wait;
  if (timer !== undefined && due <= at) return;
  clearTimeout(timer);
  due = at;
  timer = setTimeout(refresh, wait);
}

function refresh(): void {
  timer = undefined;
  refreshed = performance.now();
  const tags = new Set(waiting);
  waiting.clear();
  for (const kept of entries.values()) {
    if (!READS[kept.name].some((tag) => tags.has(tag))) continue;
    kept.old = true;
    if (kept.watchers > 0) void kept.load();
  }
}

/** Forgets everything, for the change from one store to another and for tests. */
export function forgetAll(): void {
  for (const [key, kept] of entries) {
    kept.old = true;
    if (kept.watchers > 0) void kept.load();
    else entries.delete(key);
  }
}
