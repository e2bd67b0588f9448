// A document that Rust wrote, in the editor: every block and mark is there, opening it makes no edit, and both
// count alike.

import { expect, it } from 'vitest';
import golden from '../../tests/data/written-by-rust.json';
import { countDocument } from './count';
import { OpenAnswer } from './document';
import { makeEditor } from './kit';

const BYTES = Uint8Array.from(atob(golden.update), (c) => c.charCodeAt(0));

async function opened() {
  const appended: Uint8Array[] = [];
  const open = await OpenAnswer.open('golden', {
    load: () => Promise.resolve(BYTES),
    since: () => Promise.resolve(new Uint8Array()),
    append: (_, __, update) => {
      appended.push(update);
      return Promise.resolve({ savedAt: 1, words: 0, characters: 0, waiting: 0 });
    },
  });
  const nothing = (): void => {};
  const editor = makeEditor({
    element: document.createElement('div'),
    open,
    label: 'Answer',
    placeholder: '',
    pictureWords: '',
    editable: true,
    who: () => undefined,
    told: nothing,
    counted: nothing,
    cursor: nothing,
    pasted: nothing,
  });
  return { open, editor, appended };
}

it('shows every block and mark', async () => {
  const { open, editor } = await opened();
  const outline = editor.getHTML();
  expect(outline).toContain('<p>Plain, <strong>bold<em> both</em></strong>');
  expect(outline).toContain('href="https://example.org/a"');
  expect(outline).toContain('café 👍 end');
  expect(outline).toContain('<h2>Heading</h2>');
  expect(outline).toContain('<ul><li><p>one</p></li><li><p>two</p><ol start="3"><li><p>inner</p></li></ol></li></ul>');
  expect(outline).toContain('<blockquote><p>Quoted</p></blockquote>');
  expect(outline).toContain('<th><p>A</p></th><th><p>B</p></th></tr><tr><td><p>1</p></td><td><p>2</p></td>');
  expect(outline).toContain('With a note<span data-footnote="" class="footnote">A note</span> and<br>a break');
  editor.destroy();
  await open.close();
});

it('makes no edit by opening it, and by setting the cursor in it', async () => {
  const { open, editor, appended } = await opened();
  editor.commands.setTextSelection(4);
  await open.flush();
  expect(appended).toEqual([]);
  editor.destroy();
  await open.close();
});

it('counts as Rust counts', async () => {
  const { open, editor } = await opened();
  expect(countDocument(editor.state.doc)).toEqual({ words: golden.words, characters: golden.characters });
  editor.destroy();
  await open.close();
});
