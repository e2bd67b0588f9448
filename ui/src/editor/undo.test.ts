// Taking back: own words alone, in their order, whatever colleagues did meanwhile; and that no word is written
// twice or as somebody else's where two people began the same paragraph.

import { afterEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { whoWrote } from './authors';
import { meet, Store, Writer } from './pair.fixture';

let there: Writer[] = [];

afterEach(async () => {
  for (const one of there) await one.leave();
  there = [];
});

async function two(store: Store, asha = 1000, tom = 2000): Promise<[Writer, Writer]> {
  const pair: [Writer, Writer] = [await Writer.at(store, asha), await Writer.at(store, tom)];
  there = pair;
  return pair;
}

function paragraphs(...texts: string[]): (root: Y.XmlFragment) => void {
  return (root) => {
    root.delete(0, root.length);
    const all = texts.map((text) => {
      const paragraph = new Y.XmlElement('paragraph');
      paragraph.insert(0, [new Y.XmlText(text)]);
      return paragraph;
    });
    root.insert(0, all);
  };
}

/** Whose the words are, as the margin finds them. */
function authorsOf(one: Writer): [string, number][] {
  const who = (client: number) => ({ person: String(client), initials: '', colour: 1, name: '' });
  const written = whoWrote(one.open.doc.getXmlFragment('default'), one.editor.schema, who);
  return written.flatMap(({ pieces }) =>
    pieces.map(({ from, to, author }): [string, number] => [one.editor.state.doc.textBetween(from, to), Number(author?.person)]),
  );
}

describe.each([
  ['before', 2000, 1000, 'From Tom. From Asha. '],
  ['after', 1000, 2000, 'From Asha. From Tom. '],
])('where two people begin the same empty paragraph and the colleague’s words land %s', (_, asha, tom, both) => {
  async function begun(): Promise<[Writer, Writer]> {
    const pair = await two(new Store(), asha, tom);
    pair[0].type('From Asha. ');
    pair[1].type('From Tom. ');
    await meet(...pair);
    expect(pair.map((one) => one.text)).toEqual([both, both]);
    return pair;
  }

  it('one undo takes back own words, and redo brings them again', async () => {
    const [a, t] = await begun();
    a.editor.commands.undo();
    expect(a.text).toBe('From Tom. ');
    a.editor.commands.redo();
    expect(a.text).toBe(both);
    t.editor.commands.undo();
    expect(t.text).toBe('From Asha. ');
    await meet(a, t);
    expect([a.text, t.text]).toEqual(['From Asha. ', 'From Asha. ']);
  });

  it('each word stays its writer’s', async () => {
    const [a, t] = await begun();
    a.type('x', 3);
    t.type('y', 16);
    await meet(a, t);
    for (const one of [a, t]) {
      const by = (client: number): string => authorsOf(one).filter(([, who]) => who === client).map(([words]) => words).join('');
      expect(by(asha).replace('x', '')).toBe('From Asha. ');
      expect(by(tom).replace('y', '')).toBe('From Tom. ');
    }
  });

  it('nothing is written twice when both go on in it at once', async () => {
    const [a, t] = await begun();
    a.type('x', 1);
    t.type('y', 1);
    a.type('ha', 14);
    t.type('ho', 14);
    await meet(a, t);
    expect(a.text).toBe(t.text);
    expect(a.stored).toBe(a.text);
    expect(a.text.length).toBe(both.length + 6);
    for (const words of ['x', 'y', 'ha', 'ho']) expect(a.text.split(words).length).toBe(2 + both.split(words).length - 1);
  });

  it('undo takes back what came later in it first, then what came earlier', async () => {
    const [a, t] = await begun();
    a.type('ONE ', 1);
    await meet(a, t);
    t.type('TWO ', 1);
    await meet(a, t);
    a.type('THREE ', a.editor.state.doc.content.size - 1);
    await meet(a, t);
    a.editor.commands.undo();
    expect(a.text).toBe(`TWO ONE ${both}`);
    a.editor.commands.undo();
    expect(a.text).toBe(`TWO ${both}`);
    a.editor.commands.undo();
    expect(a.text).toBe('TWO From Tom. ');
    await meet(a, t);
    expect(t.text).toBe(a.text);
  });

  it('marks, deleting across the seam, a new paragraph in it and one above it leave the words as they are', async () => {
    const [a, t] = await begun();
    a.editor.chain().setTextSelection({ from: 4, to: 16 }).toggleBold().run();
    expect(a.editor.getHTML()).toContain(`<strong>${both.slice(3, 15)}</strong>`);
    a.rest();
    a.editor.chain().deleteRange({ from: 7, to: 14 }).run();
    await meet(a, t);
    expect(t.text).toBe(both.slice(0, 6) + both.slice(13));
    expect(t.editor.getHTML()).toBe(a.editor.getHTML());
    a.editor.commands.undo();
    expect(a.text).toBe(both);
    a.rest();
    a.editor.chain().setTextSelection(1).insertContent('Above').splitBlock().run();
    await meet(a, t);
    expect(t.text).toBe(`Above|${both}`);
    t.type('!', 3);
    t.rest();
    t.editor.chain().setTextSelection(14).splitBlock().run();
    await meet(a, t);
    expect(a.text).toBe(t.text);
    expect(a.text.replaceAll('|', '').replace('!', '')).toBe(`Above${both}`);
    t.editor.commands.undo();
    t.editor.commands.undo();
    expect(t.text).toBe(`Above|${both}`);
  });

  it('a line break put into it comes through, and undo takes it back', async () => {
    const [a, t] = await begun();
    a.rest();
    a.editor.chain().setTextSelection(14).setHardBreak().run();
    await meet(a, t);
    expect(t.editor.getHTML()).toBe(a.editor.getHTML());
    expect(t.text.replace('\n', '')).toBe(both);
    a.editor.commands.undo();
    expect(a.text).toBe(both);
  });

  it('another editor on the same document draws it without an edit', async () => {
    const [a] = await begun();
    let edits = 0;
    a.open.doc.on('update', () => (edits += 1));
    a.remount();
    expect(a.text).toBe(both);
    a.editor.commands.setTextSelection(3);
    expect(edits).toBe(0);
  });
});

describe('undo', () => {
  it('takes back own words in order, with a colleague’s between them', async () => {
    const [a, t] = await two(new Store(paragraphs('Begun.', 'Second.')));
    a.type(' one', 7);
    await meet(a, t);
    t.type('tom ', 1);
    await meet(a, t);
    a.type(' two', a.editor.state.doc.content.size - 1);
    t.type(' more', t.editor.state.doc.content.size - 1);
    await meet(a, t);
    a.editor.commands.undo();
    expect(a.text.replace(' more', '')).toBe('tom Begun. one|Second.');
    a.editor.commands.undo();
    expect(a.text.replace(' more', '')).toBe('tom Begun.|Second.');
    expect(a.text).toContain(' more');
    expect(a.editor.commands.undo()).toBe(false);
    a.editor.commands.redo();
    a.editor.commands.redo();
    await meet(a, t);
    expect(t.text).toBe(a.text);
    for (const words of [' one', ' two', 'tom ', ' more']) expect(a.text.split(words).length).toBe(2);
  });

  it('passes over own words in a paragraph that a colleague removed, and takes back those before', async () => {
    const [a, t] = await two(new Store(paragraphs('Begun.', 'Second.')));
    a.type(' kept', 7);
    await meet(a, t);
    a.type(' lost', a.editor.state.doc.content.size - 1);
    await meet(a, t);
    const at = t.editor.state.doc.child(0).nodeSize;
    t.editor.commands.deleteRange({ from: at, to: t.editor.state.doc.content.size });
    await meet(a, t);
    expect(a.text).toBe('Begun. kept');
    a.editor.commands.undo();
    expect(a.text).toBe('Begun.');
    await meet(a, t);
    expect(t.text).toBe('Begun.');
  });

  it('brings back what was removed by oneself, and leaves a colleague’s removal', async () => {
    const [a, t] = await two(new Store(paragraphs('one two three')));
    a.rest();
    a.editor.commands.deleteRange({ from: 1, to: 5 });
    await meet(a, t);
    t.editor.commands.deleteRange({ from: 4, to: 10 });
    await meet(a, t);
    expect(a.text).toBe('two');
    a.editor.commands.undo();
    expect(a.text).toBe('one two');
  });

  it('has nothing to take back in an editor that was made anew, and takes back what is typed there', async () => {
    const [a, t] = await two(new Store());
    a.type('Before. ');
    t.type('Tom. ');
    await meet(a, t);
    a.remount();
    expect(a.editor.can().undo()).toBe(false);
    a.type('After. ', 1);
    a.editor.commands.undo();
    expect(a.text).toBe('Before. Tom. ');
    await meet(a, t);
    expect(t.text).toBe('Before. Tom. ');
  });
});

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

/** Two people who each began the same paragraph, and 60 deeds of theirs that a seed chooses. */
async function anyDeeds(seed: number, deeds: number, each: (one: Writer) => void): Promise<[Writer, Writer]> {
  const pair = await two(new Store());
  let state = seed * 7919;
  const pick = (below: number): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
  let letter = 0x4e00;
  const fresh = (): string => String.fromCharCode(letter++) + String.fromCharCode(letter++);
  pair.forEach((one) => one.type(fresh()));
  await meet(...pair);
  for (let step = 0; step < 60; step += 1) {
    const one = pair[pick(2)] ?? pair[0];
    const { editor } = one;
    const end = editor.state.doc.content.size - 1;
    const at = 1 + pick(end);
    const deed = pick(deeds);
    if (deed < 4) one.type(fresh(), at);
    else if (deed < 5) editor.commands.deleteRange({ from: at, to: Math.min(end, at + pick(4)) });
    else if (deed < 6) editor.chain().setTextSelection({ from: at, to: Math.min(end, at + 3) }).toggleBold().run();
    else if (deed < 7) editor.commands.undo();
    else if (deed < 8) editor.commands.redo();
    else if (deed < 9) await one.send();
    else if (deed < 10) await meet(...pair);
    else if (deed < 11) editor.chain().setTextSelection(at).splitBlock().run();
    else if (deed < 12) editor.chain().setTextSelection(at).joinBackward().run();
    else editor.chain().setTextSelection(at).setHardBreak().run();
    each(one);
  }
  await meet(...pair);
  await meet(...pair);
  expect(pair[0].text).toBe(pair[1].text);
  expect(pair[0].editor.getHTML()).toBe(pair[1].editor.getHTML());
  return pair;
}

it.each(SEEDS)('any edits by two people in one paragraph with a seam come together, no letter twice: %i', async (seed) => {
  const [one] = await anyDeeds(seed, 10, (each) => expect(each.stored).toBe(each.text));
  expect(new Set(one.text).size).toBe(one.text.length);
});

it.each(SEEDS)('paragraphs and line breaks that come and go beside seams come together: %i', async (seed) => {
  const letters = (words: string): string => words.replaceAll(/[|\n]/g, '');
  await anyDeeds(seed, 13, (each) => expect(letters(each.stored)).toBe(letters(each.text)));
});
