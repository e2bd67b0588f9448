// A stand-in for Rust, for tests and for looking at screens in a browser. Never part of a release build. What it
// begins with is asked for in the address: ?phase=firstRun&link=hubAway&theme=dark&empty
import { accountAnswers } from './fake/account';
import { accountOf } from './fake/beginning';
import { answerAnswers } from './fake/answers';
import { callAnswers } from './fake/calls';
import { fileAnswers } from './fake/files';
import { partAnswers } from './fake/parts';
import { peopleAnswers } from './fake/people';
import { calls, people } from './fake/seed';
import { refuse, type Answers } from './fake/shape';
import { syncAnswers } from './fake/sync';
import { BEGAN, type World } from './fake/world';
import type { Wire } from './wire';

/** Returns the stand-in. */
export function fakeWire(address: string = window.location.search): Wire {
  const beginning = accountOf(address);
  const hearing = new Map<string, Set<(payload: unknown) => void>>();
  const tell = (event: string, payload: unknown): void => {
    setTimeout(() => hearing.get(event)?.forEach((heard) => heard(payload)), 0);
  };
  const world: World = {
    now: BEGAN,
    joined: beginning.joined,
    people: people(beginning.as),
    calls: beginning.empty ? [] : calls(),
    undo: new Map(),
    lastUndo: [],
    changed: (tags, origin = 'here') => tell('changed', { event: 'changed', tags, ids: [], origin }),
    presence: (answer) => tell('presence', { event: 'presence', answer }),
  };
  const ofPeople = peopleAnswers(world, beginning);
  const answers: Answers = {
    ...ofPeople,
    ...accountAnswers(world, ofPeople.app_state),
    ...callAnswers(world),
    ...partAnswers(world),
    ...fileAnswers(world),
    ...syncAnswers(world, beginning.link),
    ...answerAnswers(world),
  };
  return {
    async ask(name, req, bytes) {
      const answer = (answers as Record<string, ((req: unknown, bytes: Uint8Array) => unknown) | undefined>)[name];
      if (!answer) throw new Error(`no such command: ${name}`);
      if (beginning.broken.has(name)) refuse('internal', 'error_internal', '');
      const given = await answer(structuredClone(req), bytes ?? new Uint8Array());
      return given instanceof ArrayBuffer ? given : structuredClone(given);
    },
    hear(event, heard) {
      const all = hearing.get(event) ?? new Set();
      hearing.set(event, all.add(heard));
      return Promise.resolve(() => void all.delete(heard));
    },
    window: () => Promise.resolve(null),
  };
}
