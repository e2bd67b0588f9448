// Where two texts differ: one stretch that went and one that came. Cuts no letter of two units in half.

/** What went and what came in its place. */
export interface Difference {
  at: number;
  gone: number;
  fresh: string;
}

/** Returns the shortest single stretch whose change makes `after` of `before`. */
export function difference(before: string, after: string): Difference {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  if (start > 0 && isFirstHalf(before.charCodeAt(start - 1))) start -= 1;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  if (end > 0 && isSecondHalf(before.charCodeAt(before.length - end))) end -= 1;
  return { at: start, gone: before.length - start - end, fresh: after.slice(start, after.length - end) };
}

function isFirstHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isSecondHalf(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
