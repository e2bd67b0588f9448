// Where a step of the editor changed its document, so that work on the key path looks at that place alone.

import type { Transaction } from '@tiptap/pm/state';

/** Returns the one stretch of the new document that holds all that changed; nothing where nothing did. */
export function changedIn(tr: Transaction): { from: number; to: number } | undefined {
  let from = Infinity;
  let to = -Infinity;
  tr.mapping.maps.forEach((map, at) => {
    const later = tr.mapping.slice(at + 1);
    map.forEach((_, __, start, end) => {
      from = Math.min(from, later.map(start, -1));
      to = Math.max(to, later.map(end, 1));
    });
  });
  return from > to ? undefined : { from, to };
}
