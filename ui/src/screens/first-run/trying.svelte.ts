// Sends one of the forms, holds it while Rust works, and keeps what was refused.
import { asRefusal, type Refusal } from '../../ipc/call';
import { sentence } from '../../words/refusals';

/** One form on its way. */
export class Trying {
  busy = $state(false);
  refusal = $state.raw<Refusal | null>(null);

  /** Does the work and then goes on; a refusal stays to be shown. */
  async try(work: () => Promise<unknown>, done: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.refusal = null;
    try {
      await work();
      await done();
    } catch (reason) {
      this.refusal = asRefusal(reason);
    }
    this.busy = false;
  }

  /** Returns what is wrong with a field; empty where nothing is. */
  wrong(...fields: string[]): string {
    const at = this.refusal?.field;
    return this.refusal && at && fields.includes(at) ? sentence(this.refusal) : '';
  }

  /** Returns what is wrong with none of these fields. */
  otherwise(...fields: string[]): string {
    if (!this.refusal) return '';
    return this.refusal.field && fields.includes(this.refusal.field) ? '' : sentence(this.refusal);
  }
}
