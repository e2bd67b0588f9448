// An open answer with its editor: opening changes nothing, typing is saved, what colleagues wrote comes in,
// and what this version does not know is never handed to the editor.

import { afterEach, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { whoWrote, mainAuthor } from './authors';
import { tellCursor, readCursor, SET_CURSORS } from './cursors';
import { OpenAnswer, type TextCalls, unsavedAnswers } from './document';
import { makeEditor } from './kit';

/** The bytes with which Rust begins every document: `seed()` in crates/text/src/doc.rs. */
const SEED = new Uint8Array([
  1, 1, 1, 0, 7, 1, 7, 100, 101, 102, 97, 117, 108, 116, 3, 9, 112, 97, 114, 97, 103, 114, 97, 112, 104, 0,
]);

afterEach(() => vi.useRealTimers());

/** A store like Rust's: a document that takes updates and gives what is missing. */
function store(doc = new Y.Doc()) {
  Y.applyUpdate(doc, SEED);
  const appended: Uint8Array[] = [];
  const calls: TextCalls = {
    load: () => Promise.resolve(Y.encodeStateAsUpdate(doc)),
    since: (_, vector) => Promise.resolve(Y.encodeStateAsUpdate(doc, vector)),
    append: (_, __, update) => {
      appended.push(update);
      Y.applyUpdate(doc, update);
      return Promise.resolve({ savedAt: 5, words: 0, characters: 0, waiting: 1 });
    },
  };
  return { doc, calls, appended, text: () => doc.getXmlFragment('default').toString() };
}

/** `place` decides whose words come first where two write at the same place: the lower one's. */
async function editorOn(calls: TextCalls, answer = 'a1', place = 1000) {
  const open = await OpenAnswer.open(answer, calls);
  open.doc.clientID = place;
  const counted = vi.fn();
  const editor = makeEditor({
    element: document.createElement('div'),
    open,
    label: 'Answer',
    placeholder: '',
    pictureWords: '[picture left out]',
    editable: true,
    who: () => undefined,
    told: () => {},
    counted,
    cursor: () => {},
    pasted: () => {},
  });
  return { open, editor, counted };
}

it('opens an answer without an edit nobody made', async () => {
  const { calls, appended, text } = store();
  const { open, editor } = await editorOn(calls);
  await open.flush();
  expect(appended).toEqual([]);
  expect(text()).toBe('<paragraph></paragraph>');
  editor.destroy();
  await open.close();
});

it('saves what is typed as the nodes and marks that Rust reads', async () => {
  const { calls, text } = store();
  const { open, editor } = await editorOn(calls);
  editor.chain().insertContent('Plain ').toggleBold().insertContent('bold').run();
  editor.chain().toggleBulletList().run();
  await open.flush();
  expect(text()).toBe('<bulletlist><listitem><paragraph>Plain <bold>bold</bold></paragraph></listitem></bulletlist>');
  expect(open.state).toMatchObject({ as: 'saved', answer: { savedAt: 5 } });
  editor.destroy();
  await open.close();
});

it('brings two people together, and undo takes back own words alone', async () => {
  const { calls, doc } = store();
  const asha = await editorOn(calls);
  const tom = await editorOn(calls, 'a1-of-tom', 2000);
  asha.editor.commands.insertContent('From Asha. ');
  await asha.open.flush();
  tom.editor.commands.insertContent('From Tom. ');
  await tom.open.flush();
  await asha.open.refresh();
  await tom.open.refresh();
  expect(asha.editor.getText()).toContain('From Asha.');
  expect(asha.editor.getText()).toContain('From Tom.');
  expect(asha.editor.getText()).toBe(tom.editor.getText());
  expect(doc.getXmlFragment('default').length).toBe(1);
  asha.editor.commands.undo();
  expect(asha.editor.getText().trim()).toBe('From Tom.');
  for (const { editor, open } of [asha, tom]) {
    editor.destroy();
    await open.close();
  }
});

it('does not send back what came from Rust', async () => {
  const { calls, doc, appended } = store();
  const { open, editor } = await editorOn(calls);
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [new Y.XmlText('by program')]);
  doc.getXmlFragment('default').push([paragraph]);
  await open.refresh();
  await open.flush();
  expect(editor.getText()).toContain('by program');
  expect(appended).toEqual([]);
  editor.destroy();
  await open.close();
});

it('never hands a document with something unknown to the editor, and loses none of it', async () => {
  const { calls, doc, text } = store();
  doc.getXmlFragment('default').push([new Y.XmlElement('hologram')]);
  const before = text();
  const open = await OpenAnswer.open('a2', calls);
  expect(open.unknown).toBe('hologram');
  await open.close();
  expect(text()).toBe(before);
});

it('stops before an update with something unknown reaches an open editor', async () => {
  const { calls, doc, text } = store();
  const { open, editor } = await editorOn(calls);
  const heard = vi.fn();
  open.onUnknown(heard);
  doc.getXmlFragment('default').push([new Y.XmlElement('hologram')]);
  const before = text();
  await open.refresh();
  expect(heard).toHaveBeenCalledTimes(1);
  await open.flush();
  expect(text()).toBe(before);
  editor.destroy();
  await open.close();
});

it('keeps words that failed to be saved when the answer is closed, and has them when it is opened again', async () => {
  vi.useFakeTimers();
  const { calls, text } = store();
  let isFull = true;
  const failing: TextCalls = {
    ...calls,
    append: (answer, schema, update) =>
      isFull ? Promise.reject(new Error('full')) : calls.append(answer, schema, update),
  };
  const first = await editorOn(failing, 'a3');
  first.editor.commands.insertContent('not yet saved');
  first.editor.destroy();
  await first.open.close();
  expect(unsavedAnswers()).toEqual(['a3']);
  const second = await editorOn(failing, 'a3');
  expect(second.editor.getText()).toBe('not yet saved');
  isFull = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(text()).toContain('not yet saved');
  second.editor.destroy();
  await second.open.close();
  expect(unsavedAnswers()).toEqual([]);
});

it('knows the author of every word and whose paragraph it is', async () => {
  const { calls } = store();
  const asha = await editorOn(calls, 'a4');
  const tom = await editorOn(calls, 'a4-of-tom');
  asha.editor.commands.insertContent('A long sentence by Asha.');
  await asha.open.flush();
  await tom.open.refresh();
  tom.editor.commands.insertContentAt(7, 'very ');
  await tom.open.flush();
  await asha.open.refresh();
  const people = new Map([
    [asha.open.doc.clientID, { person: 'p1', initials: 'AH', colour: 1, name: 'Asha' }],
    [tom.open.doc.clientID, { person: 'p2', initials: 'TB', colour: 2, name: 'Tom' }],
  ]);
  const fragment = asha.open.doc.getXmlFragment('default');
  const written = whoWrote(fragment, asha.editor.schema, (client) => people.get(client));
  const words = written[0]?.pieces.map(({ from, to, author }) => {
    return [asha.editor.state.doc.textBetween(from, to), author?.initials];
  });
  expect(words?.map(([, who]) => who)).toEqual(['AH', 'TB', 'AH']);
  expect(words?.[1]?.[0]).toBe('very ');
  expect(written[0] && mainAuthor(written[0])?.initials).toBe('AH');
  for (const { editor, open } of [asha, tom]) {
    editor.destroy();
    await open.close();
  }
});

it('tells where the cursor is, and it moves with the words', async () => {
  const { calls } = store();
  const asha = await editorOn(calls, 'a5');
  const tom = await editorOn(calls, 'a5-of-tom');
  asha.editor.commands.insertContent('one two');
  await asha.open.flush();
  await tom.open.refresh();
  asha.editor.commands.setTextSelection({ from: 5, to: 8 });
  const told = tellCursor(asha.editor.state) ?? '';
  expect(readCursor(told, tom.editor.state)).toEqual({ anchor: 5, head: 8 });
  tom.editor.commands.insertContentAt(1, 'zero ');
  expect(readCursor(told, tom.editor.state)).toEqual({ anchor: 10, head: 13 });
  const author = { person: 'p1', initials: 'AH', colour: 1, name: 'Asha' };
  tom.editor.view.dispatch(tom.editor.state.tr.setMeta(SET_CURSORS, [{ author, cursor: told }]));
  expect(tom.editor.view.dom.querySelector('.caret')?.textContent).toBe('AH');
  expect(tom.editor.view.dom.querySelector('[style]')).toBeNull();
  for (const nonsense of ['', 'x', '[]', '[1]', '[{}]', '[{"tname":"no"}]', '{"a":1}']) {
    expect(() => readCursor(nonsense, tom.editor.state)).not.toThrow();
  }
  for (const { editor, open } of [asha, tom]) {
    editor.destroy();
    await open.close();
  }
});
