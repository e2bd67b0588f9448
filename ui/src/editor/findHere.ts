// Who finds words on the screen that is shown. The frame asks here, so that it need not know the editor.

const finders: (() => void)[] = [];

/** Takes over finding until the returned function is called; whoever came last is asked. */
export function canFind(find: () => void): () => void {
  finders.push(find);
  return () => {
    const at = finders.indexOf(find);
    if (at !== -1) finders.splice(at, 1);
  };
}

/** Lets the person find words in what is shown; tells whether there is anything to find them in. */
export function findHere(): boolean {
  finders.at(-1)?.();
  return finders.length > 0;
}
