// Where the keyboard goes when a screen opens: to its heading, so that it begins at its start for the keyboard and
// the screen reader too.
let waiting: MutationObserver | undefined;

/** Gives the keyboard to the heading of a new screen, as soon as it is there, unless a place was chosen meanwhile. */
export function land(pane: HTMLElement): void {
  waiting?.disconnect();
  const from = document.activeElement;
  const landed = (): boolean => {
    const at = document.activeElement;
    if (at !== null && at !== document.body && (pane.contains(at) || at !== from)) return true;
    const heading = pane.querySelector<HTMLElement>('h1');
    heading?.focus();
    return heading !== null;
  };
  if (landed()) return;
  // A screen that first asks for what it shows has no heading yet.
  waiting = new MutationObserver(() => landed() && waiting?.disconnect());
  waiting.observe(pane, { childList: true, subtree: true });
}
