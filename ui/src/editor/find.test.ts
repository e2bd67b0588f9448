// Words are found as people mean them, at the right places, and quickly in a long answer.

import { expect, it } from 'vitest';
import { findIn, firstFrom, fold } from './find';
import { SET_FOUND } from './foundWords';
import { Store, Writer } from './pair.fixture';
import { SCHEMA_OF_EDITOR } from './schema';

const text = (words: string, ...marks: string[]) => ({ type: 'text', text: words, marks: marks.map((type) => ({ type })) });
const paragraph = (...content: object[]) => ({ type: 'paragraph', content });
const docOf = (...content: object[]) => SCHEMA_OF_EDITOR.nodeFromJSON({ type: 'doc', content });

function found(words: string, ...content: object[]): string[] {
  const doc = docOf(...content);
  return findIn(doc, words).map(({ from, to }) => doc.textBetween(from, to, '|', '*'));
}

it.each([
  ['capitals', 'rota', ['Rota', 'ROTA', 'rota']],
  ['accents that are not typed', 'cafe', ['café', 'Cafe\u0301']],
  ['accents that are', 'café', ['café', 'Cafe\u0301']],
  ['quotation marks and dashes of Word', "don't", ['don’t']],
  ['a space that does not break', '17 weeks', ['17\u00a0weeks']],
  ['letters of two units', '👍', ['👍']],
  ['words that were not written', 'hologram', []],
  ['nothing', '', []],
  ['a space', ' ', []],
])('finds %s', (_, words, all) => {
  const texts = ['Rota ROTA rota', 'café and Cafe\u0301', 'We don’t. 17\u00a0weeks 👍 İstanbul'];
  expect(found(words, ...texts.map((one) => paragraph(text(one))))).toEqual(all);
});

it('finds words across marks, in lists and tables, never across paragraphs', () => {
  const content = [
    paragraph(text('prac'), text('tice', 'bold'), text(' one')),
    { type: 'bulletList', content: [{ type: 'listItem', content: [paragraph(text('Practice'))] }] },
    { type: 'table', content: [{ type: 'tableRow', content: [{ type: 'tableCell', content: [paragraph(text('a practice'))] }] }] },
    paragraph(text('prac')),
    paragraph(text('tice')),
    paragraph(text('prac'), { type: 'hardBreak' }, text('tice')),
  ];
  expect(found('practice', ...content)).toEqual(['practice', 'Practice', 'practice']);
});

it('finds a footnote by its words, in its place', () => {
  const note = { type: 'footnote', content: [text('Survey of practices')] };
  expect(found('practices', paragraph(text('practices'), note, text(' and practices')))).toEqual(['practices', 'Survey of practices', 'practices']);
});

it('starts at the place of the person and goes round', () => {
  const matches = findIn(docOf(paragraph(text('one one one'))), 'one');
  expect([1, 2, 5, 12].map((place) => firstFrom(matches, place))).toEqual([0, 0, 1, 0]);
});

it('knows for each unit where it came from', () => {
  expect(fold('Éa')).toEqual({ text: 'ea', places: [0, 1, 2] });
  expect(fold('e\u0301x')).toEqual({ text: 'ex', places: [0, 2, 3] });
  expect(fold('👍é')).toEqual({ text: '👍e', places: [0, 0, 2, 3] });
});

it('paints with classes alone and makes no edit', async () => {
  const one = await Writer.at(new Store(), 1000);
  one.type('one two one');
  let edits = 0;
  one.open.doc.on('update', () => (edits += 1));
  const { view, state } = one.editor;
  const matches = findIn(state.doc, 'one');
  view.dispatch(state.tr.setMeta(SET_FOUND, { matches, at: 1 }));
  expect([...view.dom.querySelectorAll('.found')].map((mark) => mark.className)).toEqual(['found', 'found now']);
  expect(view.dom.querySelector('[style]')).toBeNull();
  view.dispatch(view.state.tr.setMeta(SET_FOUND, { matches: [], at: 0 }));
  expect(view.dom.querySelector('.found')).toBeNull();
  expect(edits).toBe(0);
  await one.leave();
});

it('paints a letter that is everywhere near the person alone', async () => {
  const one = await Writer.at(new Store(), 1000);
  one.type('a '.repeat(3000));
  const { view, state } = one.editor;
  const matches = findIn(state.doc, 'a');
  expect(matches.length).toBe(3000);
  view.dispatch(state.tr.setMeta(SET_FOUND, { matches, at: 1500 }));
  expect(view.dom.querySelectorAll('.found').length).toBe(401);
  await one.leave();
});
