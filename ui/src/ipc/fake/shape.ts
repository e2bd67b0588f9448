// The shape of the stand-in for Rust: one function for each command, checked against the generated list.
import type { Commands } from '../generated';

/** What the stand-in answers to one command: the answer, now or later, or a thrown refusal. */
export type Answers<K extends keyof Commands = keyof Commands> = {
  [Name in K]: (
    req: Commands[Name]['req'],
    bytes: Uint8Array,
  ) => Commands[Name]['res'] | Promise<Commands[Name]['res']>;
};

/** A refusal as Rust would send it. */
export function refuse(code: string, key: string, sentence: string, field: string | null = null): never {
  throw Object.assign(Object.create(null), { code, key, sentence, field });
}
