// Words and characters agree with Rust: the cases are the very file that the crate reads.

import { expect, it } from 'vitest';
import shared from '../../../crates/text/count_cases.json';
import { countDocument, countTexts } from './count';
import { SCHEMA_OF_EDITOR } from './schema';

const cases = shared as [string, string[], number, number][];

it('reads the shared cases', () => {
  expect(cases.length).toBeGreaterThanOrEqual(10);
});

it.each(cases)('%s', (_, paragraphs, words, characters) => {
  expect(countTexts(paragraphs)).toEqual({ words, characters });
});

it('counts footnotes and tables, and leaves out words that are proposed to go', () => {
  const text = (words: string, ...marks: string[]) => ({
    type: 'text',
    text: words,
    marks: marks.map((type) => ({ type, attrs: { id: 'a1' } })),
  });
  const paragraph = (...content: unknown[]) => ({ type: 'paragraph', content });
  const doc = SCHEMA_OF_EDITOR.nodeFromJSON({
    type: 'doc',
    content: [
      paragraph(text('one two '), text('gone', 'deletion'), text('come', 'insertion'), {
        type: 'footnote',
        content: [text('a note')],
      }),
      paragraph(text('three'), { type: 'hardBreak' }, text('four')),
      {
        type: 'table',
        content: [{ type: 'tableRow', content: [{ type: 'tableCell', content: [paragraph(text('five'))] }] }],
      },
    ],
  });
  // "one two come", "a note", "three\nfour", "five": 12 + 6 + 10 + 4 letters and 3 line ends.
  expect(countDocument(doc)).toEqual({ words: 8, characters: 35 });
});

it('counts the same after a change of one paragraph as from the beginning', () => {
  const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] });
  const doc = SCHEMA_OF_EDITOR.nodeFromJSON({ type: 'doc', content: [paragraph('one two'), paragraph('three 👍'), { type: 'paragraph' }] });
  expect(countDocument(doc)).toEqual(countTexts(['one two', 'three 👍', '']));
  const changed = doc.copy(doc.content.replaceChild(1, SCHEMA_OF_EDITOR.nodeFromJSON(paragraph('three four five'))));
  expect(countDocument(changed)).toEqual(countTexts(['one two', 'three four five', '']));
  expect(countDocument(doc.copy(doc.content.cut(0, 9)))).toEqual(countTexts(['one two']));
});
