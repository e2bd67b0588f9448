// While the window is covered nothing of the work is asked for: what the screens would ask waits, so that they stand
// as they were when it is uncovered. Rust refuses it as well; this keeps refusals from taking the screens apart.

/** What goes through while the window is covered, as crates/commands/src/lock.rs has it. */
const GOES_THROUGH: readonly string[] = ['app_state', 'get_settings', 'open_lock', 'lock_now', 'append_update'];

let uncovered: Promise<void> = Promise.resolve();
let release: (() => void) | null = null;

/** Lets calls wait from now on, or lets them go. */
export function hold(covered: boolean): void {
  if (covered && !release) {
    uncovered = new Promise((resolve) => {
      release = resolve;
    });
  } else if (!covered && release) {
    release();
    release = null;
  }
}

/** Waits until a call may go out. */
export async function mayAsk(name: string): Promise<void> {
  if (!GOES_THROUGH.includes(name)) await uncovered;
}
