// The line under sentences that two people changed: it goes with the words and ends when they change.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { SET_LOOKED } from './looked';
import { meet, Store, Writer } from './pair.fixture';

let one: Writer;
let store: Store;

beforeEach(async () => {
  store = new Store();
  one = await Writer.at(store, 1000);
  one.editor.chain().insertContent('<p>First. Changed by two.</p><ul><li><p>In a list.</p></li></ul><p>Last.</p>').run();
  const sentences = [[{ text: 'Changed by ', colour: null }, { text: 'two.', colour: 2 }], [{ text: 'In a list.', colour: null }]];
  one.editor.view.dispatch(one.editor.state.tr.setMeta(SET_LOOKED, sentences));
});
afterEach(() => one.leave());

/** The sentences with a line, whole: a tint within one parts it into pieces on screen. */
const lined = (): string[] => {
  const all: string[] = [];
  for (const mark of one.editor.view.dom.querySelectorAll('.looked')) {
    const goesOn = mark.previousSibling instanceof HTMLElement && mark.previousSibling.classList.contains('looked');
    if (goesOn) all.push(`${all.pop() ?? ''}${mark.textContent ?? ''}`);
    else all.push(mark.textContent ?? '');
  }
  return all;
};
const tinted = (): (string | null)[] => [...one.editor.view.dom.querySelectorAll('.words.w2')].map((mark) => mark.textContent);

it('stays under them while other words are written', () => {
  expect(lined()).toEqual(['Changed by two.', 'In a list.']);
  expect(tinted()).toEqual(['two.']);
  one.type('More. ', 1);
  one.type('!', one.editor.state.doc.content.size - 1);
  one.editor.chain().setTextSelection(4).splitBlock().run();
  expect(lined()).toEqual(['Changed by two.', 'In a list.']);
});

it('ends under a sentence that changes, and comes back with it', () => {
  const at = 'First. Chan'.length + 1;
  one.type('x', at);
  expect(lined()).toEqual(['In a list.']);
  one.editor.commands.deleteRange({ from: at, to: at + 1 });
  expect(lined()).toEqual(['Changed by two.', 'In a list.']);
});

it('stays when a colleague’s words come in', async () => {
  const other = await Writer.at(store, 2000);
  await meet(one, other);
  other.type('Hello. ', 1);
  await meet(one, other);
  expect(one.text).toContain('Hello.');
  expect(lined()).toEqual(['Changed by two.', 'In a list.']);
  await other.leave();
});
