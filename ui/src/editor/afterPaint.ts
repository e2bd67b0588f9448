// Work that nobody waits for while they type: done once, after the frame that shows the letter. The web view of
// macOS and Linux has no `requestIdleCallback`.

/** Returns a function that does the work after the next frame, once for all calls until then; and one that ends it. */
export function afterPaint(work: () => void): { ask: () => void; end: () => void } {
  let frame: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    ask: () => {
      if (frame !== undefined || timer !== undefined) return;
      frame = requestAnimationFrame(() => {
        frame = undefined;
        timer = setTimeout(() => {
          timer = undefined;
          work();
        }, 0);
      });
    },
    end: () => {
      if (frame !== undefined) cancelAnimationFrame(frame);
      clearTimeout(timer);
    },
  };
}
