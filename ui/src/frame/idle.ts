// Tells when nobody has pressed a key or moved the mouse for some minutes. Asked by the clock and not by a timer of
// that length: a computer that slept counts as nobody there.

const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;
const LOOK_EVERY_MS = 5_000;

/** Calls `away` each time that nobody was there for so long; returns what ends it. */
export function whenAway(minutes: number, away: () => void, now: () => number = () => Date.now()): () => void {
  let last = now();
  const look = (): void => {
    if (now() - last < minutes * 60_000) return;
    last = now();
    away();
  };
  // The first sign after a long time is of whoever came, and tells nothing of the time before it.
  const here = (): void => {
    look();
    last = now();
  };
  const looks = setInterval(look, LOOK_EVERY_MS);
  for (const sign of SIGNS) window.addEventListener(sign, here, { capture: true, passive: true });
  return () => {
    clearInterval(looks);
    for (const sign of SIGNS) window.removeEventListener(sign, here, { capture: true });
  };
}
