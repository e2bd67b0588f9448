import { expect, it } from 'vitest';
import { shared } from './shared';

const rows = () => ({ call: { title: 'Rotas' }, rows: [{ id: 'a', words: 1, owner: null }, { id: 'b', words: 2, owner: { id: 'p' } }] });

it('gives the answer before where the fresh one is the same', () => {
  const before = rows();
  expect(shared(before, rows())).toBe(before);
});

it('keeps every part that is the same, and the fresh answer says what it said', () => {
  const before = rows();
  const fresh = { ...rows(), rows: rows().rows.map((row) => (row.id === 'a' ? { ...row, words: 5 } : row)) };
  const both = shared(before, fresh);
  expect(both).toEqual(fresh);
  expect(both.call).toBe(before.call);
  expect(both.rows[1]).toBe(before.rows[1]);
  expect(both.rows[0]).not.toBe(before.rows[0]);
});

it('knows rows by their id when one comes in above or goes', () => {
  const before = rows();
  const more = shared(before, { ...rows(), rows: [{ id: 'c', words: 3, owner: null }, ...rows().rows] });
  expect(more.rows.slice(1)).toEqual(before.rows);
  expect(more.rows[1]).toBe(before.rows[0]);
  expect(shared(more, rows())).toEqual(rows());
});

it.each<[unknown, unknown]>([
  [undefined, { a: 1 }],
  [{ a: 1 }, { a: undefined }],
  [{ a: undefined }, {}],
  [{ a: 1, b: 2 }, { a: 1 }],
  [[1, 2], [1]],
  [[1], [1, 2]],
  [[], {}],
  [{}, []],
  [null, []],
  [[{ id: 'a', x: 1 }], ['a']],
  [{ a: [{ x: 1 }, { x: 2 }] }, { a: [{ x: 2 }, { x: 1 }] }],
])('never changes what is said: %j, then %j', (before, fresh) => {
  expect(shared(before, structuredClone(fresh))).toStrictEqual(fresh);
});
