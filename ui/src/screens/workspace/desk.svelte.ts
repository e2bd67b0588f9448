// One answer on the desk: its document with the way to Rust, what is true about saving, who is here. Made when a
// question is opened and closed when it is left; words that are still on their way go on without it.
import type { Here } from '../../editor/cursors';
import { OpenAnswer, rawWords, type TextCalls } from '../../editor/document';
import type { SaveState } from '../../editor/saving';
import { asRefusal, call, callWithBytes, type Refusal } from '../../ipc/call';
import { whenChanged } from '../../ipc/events';
import type { AnswerFacts, PersonRow } from '../../ipc/generated';

/** Milliseconds on screen in a focused window after which an answer counts as read. */
const READ_AFTER = 2_000;
/** Milliseconds of rest before own changes made elsewhere are fetched. */
const FETCH_AFTER = 700;

const calls: TextCalls = {
  load: async (answer) => new Uint8Array(await call('load_answer', { answer })),
  since: async (answer, vector) => new Uint8Array(await callWithBytes('load_since', { answer }, vector)),
  append: (answer, schema, update) => callWithBytes('append_update', { answer, schema }, update),
};

/** An author as margins and cursors show them. */
export function asAuthor(person: PersonRow) {
  return { person: person.id, initials: person.initials, colour: person.colour, name: person.name };
}

/** An answer that is open. */
export class Desk {
  open = $state.raw<OpenAnswer>();
  saving = $state.raw<SaveState>({ as: 'nothing' });
  refusal = $state.raw<Refusal | null>(null);
  /** The words of an answer that this version cannot show in its editor. */
  raw = $state.raw<string[]>();
  #stop: (() => void)[] = [];
  #fetch: ReturnType<typeof setTimeout> | undefined;
  #read: ReturnType<typeof setTimeout> | undefined;
  #isLeft = false;

  constructor(readonly answer: string) {
    void this.load();
    this.#stop.push(
      whenChanged(({ tags, ids, origin }) => {
        if (!tags.includes('Answers') || (ids.length > 0 && !ids.includes(answer))) return;
        if (origin === 'hub') void this.refresh();
        else this.#later();
      }),
    );
  }

  /** Loads the words; said on screen where it fails, and tried again on request. */
  async load(): Promise<void> {
    try {
      const open = await OpenAnswer.open(this.answer, calls);
      if (this.#isLeft) return await open.close();
      this.refusal = null;
      open.onState((state) => (this.saving = state));
      open.onUnknown(() => void this.#showRaw());
      this.saving = open.state;
      this.open = open;
      if (open.unknown !== undefined) await this.#showRaw();
      this.seen();
    } catch (reason) {
      this.refusal = asRefusal(reason);
    }
  }

  /** Fetches what came in, from the hub or by a command. */
  async refresh(): Promise<void> {
    try {
      await this.open?.refresh();
      this.seen();
    } catch (reason) {
      this.refusal = asRefusal(reason);
    }
  }

  /** Own commands change words too, and so does every letter typed here: one look once it is quiet. */
  #later(): void {
    clearTimeout(this.#fetch);
    this.#fetch = setTimeout(() => void this.refresh(), FETCH_AFTER);
  }

  async #showRaw(): Promise<void> {
    this.raw = await rawWords(this.answer, calls);
  }

  /** Notes that the answer is on screen; after two seconds in a focused window it counts as read. */
  seen(): void {
    clearTimeout(this.#read);
    if (!document.hasFocus()) return;
    this.#read = setTimeout(() => {
      // That somebody has read this is told when it can be; nothing here depends on it.
      if (document.hasFocus()) call('mark_read', { answer: this.answer }).catch(() => undefined);
    }, READ_AFTER);
  }

  /** Tells co-authors that the answer is open here, and where the cursor stands. */
  announce(cursor: string | null): void {
    // Without a connection nobody hears it, which is what should happen.
    call('announce_presence', { answer: this.answer, cursor }).catch(() => undefined);
  }

  async leave(): Promise<void> {
    this.#isLeft = true;
    this.#stop.forEach((stop) => stop());
    clearTimeout(this.#fetch);
    clearTimeout(this.#read);
    call('announce_presence', { answer: null, cursor: null }).catch(() => undefined);
    await this.open?.close();
  }
}

/** Returns the colleagues who have the answer open. */
export function hereOf(facts: AnswerFacts | undefined): Here[] {
  return (facts?.here ?? []).map(({ person, cursor }) => ({ author: asAuthor(person), cursor }));
}
