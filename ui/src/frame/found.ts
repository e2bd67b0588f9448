// What the palette lists for the words in its box: recent things, actions, records, people and answers.
import type { Component } from 'svelte';
import FileText from '@lucide/svelte/icons/file-text';
import MessageSquareText from '@lucide/svelte/icons/message-square-text';
import CircleQuestionMark from '@lucide/svelte/icons/circle-question-mark';
import UserRound from '@lucide/svelte/icons/user-round';
import type { HitRun, HitTo, SearchHit } from '../ipc/generated';
import { m } from '../words/m';
import { SEARCH, go, toCall, toQuestion } from '../words/places';
import type { Action } from './actions';

/** One line of the palette. */
export interface Line {
  readonly id: string;
  readonly title: readonly HitRun[];
  readonly detail: readonly HitRun[];
  readonly icon: Component<{ size: number }>;
  readonly keys: string;
  readonly do: () => void;
}

/** Lines under one heading. */
export interface Group {
  readonly heading: string;
  readonly lines: readonly Line[];
}

const MOST_ACTIONS = 5;

/** Returns the groups for some text. */
export function groups(text: string, actions: readonly Action[], hits: readonly SearchHit[]): Group[] {
  const wanted = text.trim().toLowerCase();
  const lines = (of: Action['kind']): Line[] =>
    actions.filter((one) => one.kind === of && one.id !== 'palette' && fits(one, wanted)).map((one) => ofAction(one, wanted));
  const records = hits.map((hit, at) => ofHit(hit, at));
  const only = (...kinds: HitTo['as'][]): Line[] => records.filter((_, at) => kinds.includes(hits[at]?.to.as ?? 'call'));
  if (wanted === '') {
    return filled([
      { heading: m.palette_recent(), lines: records },
      { heading: m.palette_screens(), lines: lines('screen') },
      { heading: m.palette_actions(), lines: lines('action').slice(0, MOST_ACTIONS) },
    ]);
  }
  return filled([
    { heading: m.palette_actions(), lines: lines('action').slice(0, MOST_ACTIONS) },
    { heading: m.palette_records(), lines: only('call', 'question') },
    { heading: m.palette_answers(), lines: only('answer') },
    { heading: m.palette_people(), lines: only('person') },
    { heading: m.palette_screens(), lines: lines('screen') },
  ]);
}

function filled(all: Group[]): Group[] {
  return all.filter((group) => group.lines.length > 0);
}

function fits(action: Action, wanted: string): boolean {
  return at(action.words, wanted) >= 0 || at(action.detail, wanted) >= 0;
}

/** Returns where a word of the text begins with the wanted letters; -1 where none does. */
function at(text: string, wanted: string): number {
  const lower = text.toLowerCase();
  if (lower.startsWith(wanted)) return 0;
  const inside = lower.indexOf(` ${wanted}`);
  return inside < 0 ? -1 : inside + 1;
}

function marked(text: string, wanted: string): HitRun[] {
  const from = wanted === '' ? -1 : at(text, wanted);
  if (from < 0) return [{ text, hit: false }];
  const to = from + wanted.length;
  return [
    { text: text.slice(0, from), hit: false },
    { text: text.slice(from, to), hit: true },
    { text: text.slice(to), hit: false },
  ].filter((run) => run.text !== '');
}

function ofAction(action: Action, wanted: string): Line {
  return {
    id: `action-${action.id}`,
    title: marked(action.words, wanted),
    detail: marked(action.detail, wanted),
    icon: action.icon,
    keys: action.keys,
    do: action.do,
  };
}

const SIGNS: Record<HitTo['as'], Line['icon']> = {
  call: FileText,
  question: CircleQuestionMark,
  answer: MessageSquareText,
  person: UserRound,
};

function ofHit(hit: SearchHit, place: number): Line {
  return {
    id: `hit-${place}`,
    title: hit.title,
    detail: hit.detail,
    icon: SIGNS[hit.to.as],
    keys: '',
    do: () => go(addressOf(hit)),
  };
}

/** Returns where a result leads; a person leads to everything found with their name. */
export function addressOf(hit: SearchHit): string {
  const { to } = hit;
  switch (to.as) {
    case 'call':
      return toCall(to.call);
    case 'question':
    case 'answer':
      return toQuestion(to.call, to.question);
    case 'person':
      return `${SEARCH}?text=${encodeURIComponent(hit.title.map((run) => run.text).join(''))}`;
  }
}
