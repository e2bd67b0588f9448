// Whether something lies over the whole window: what is pressed then is not meant for what lies below.

let covered = false;

/** Says whether the window is covered. */
export function setCovered(is: boolean): void {
  covered = is;
}

/** Tells whether the window is covered. */
export function isCovered(): boolean {
  return covered;
}
