// A call on its way in stays here while the window lives, so that a look at another screen loses nothing.
import type { CallKind, FoundCall, NationScope } from '../../ipc/generated';
import { clock, weekdayMonthYear } from '../../words/dates';
import { fromFound, fromWords, type Item } from './draft';

class Kept {
  step = $state<'paste' | 'review'>('paste');
  byHand = $state(false);
  text = $state('');
  title = $state('');
  asker = $state('');
  kind = $state<CallKind>('consultation');
  nation = $state<NationScope>('ukWide');
  date = $state('');
  time = $state('');
  link = $state('');
  limit = $state('');
  items = $state.raw<Item[]>([]);
  leftOver = $state.raw<string[]>([]);

  /** Takes over what was found. */
  take(found: FoundCall): void {
    this.title = found.title ?? '';
    this.asker = found.asker ?? '';
    this.date = found.closes ? weekdayMonthYear(found.closes.date) : '';
    this.time = found.closes?.time ? clock(found.closes.time) : '';
    this.items = found.questions.map(fromFound);
    this.leftOver = found.leftOver;
    this.byHand = false;
    this.step = 'review';
  }

  /** Begins a call by hand. */
  beginByHand(): void {
    if (this.items.length === 0) this.items = [fromWords('')];
    this.byHand = true;
    this.step = 'review';
  }

  /** Forgets everything, once it is saved or the person starts again. */
  clear(): void {
    this.step = 'paste';
    this.byHand = false;
    for (const field of ['text', 'title', 'asker', 'date', 'time', 'link', 'limit'] as const) this[field] = '';
    this.kind = 'consultation';
    this.nation = 'ukWide';
    this.items = [];
    this.leftOver = [];
  }
}

/** The call on its way in. */
export const kept = new Kept();
