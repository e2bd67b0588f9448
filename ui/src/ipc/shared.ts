// Makes an answer share with the one before whatever is the same in both, so that only what differs is drawn anew.

/** Returns `fresh`, with each equal part taken from `before`; `before` itself where nothing differs. */
export function shared<T>(before: unknown, fresh: T): T {
  if (before === fresh) return fresh;
  if (Array.isArray(fresh)) return Array.isArray(before) ? (array(before, fresh) as T) : fresh;
  if (!isPlain(before) || !isPlain(fresh)) return fresh;
  const keys = Object.keys(fresh);
  let isSame = keys.length === Object.keys(before).length;
  const parts = keys.map((key): [string, unknown] => {
    const part = shared(before[key], fresh[key]);
    isSame &&= key in before && part === before[key];
    return [key, part];
  });
  return (isSame ? before : Object.fromEntries(parts)) as T;
}

function array(before: readonly unknown[], fresh: readonly unknown[]): readonly unknown[] {
  // Rows with an id are the same row wherever they stand.
  const known = new Map(before.map((row) => [idOf(row), row]));
  const parts = fresh.map((row, at) => shared(known.get(idOf(row) ?? before) ?? before[at], row));
  return parts.length === before.length && parts.every((row, at) => row === before[at]) ? before : parts;
}

function idOf(row: unknown): unknown {
  return isPlain(row) && typeof row.id === 'string' ? row.id : undefined;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
