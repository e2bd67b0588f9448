// Words and characters, by the rule that crates/text/src/count.rs keeps as well. Both read the same cases
// from crates/text/count_cases.json. Words proposed to go out are left out; footnotes and tables count.

import type { Node } from '@tiptap/pm/model';

/** How much text there is. */
export interface Count {
  words: number;
  characters: number;
}

/** One character of two units, such as an emoji. */
const PAIR = /[\ud800-\udbff][\udc00-\udfff]/g;

/** Counts paragraphs of plain text: one more character between two of them for the line end. */
export function countTexts(texts: readonly string[]): Count {
  let words = 0;
  let characters = Math.max(0, texts.length - 1);
  for (const text of texts) {
    words += wordsIn(text);
    characters += text.length - (text.match(PAIR)?.length ?? 0);
  }
  return { words, characters };
}

/** Counts the words of plain text: whatever stands between white space. */
export function wordsIn(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}

/** Paragraphs that were counted before: a letter counts its own paragraph anew and no other. */
const counted = new WeakMap<Node, Count & { texts: number }>();

/** Counts a document as it stands in the editor. */
export function countDocument(doc: Node): Count {
  let words = 0;
  let characters = 0;
  let texts = 0;
  doc.descendants((node) => {
    if (!node.isTextblock) return true;
    const block = countBlock(node);
    words += block.words;
    characters += block.characters;
    texts += block.texts;
    return false;
  });
  return { words, characters: characters + Math.max(0, texts - 1) };
}

function countBlock(block: Node): Count & { texts: number } {
  const before = counted.get(block);
  if (before) return before;
  const texts = textsOf(block);
  const { words, characters } = countTexts(texts);
  const fresh = { words, characters: characters - (texts.length - 1), texts: texts.length };
  counted.set(block, fresh);
  return fresh;
}

/** Returns the text of a paragraph or heading, followed by its footnotes. */
function textsOf(block: Node): string[] {
  const texts = [plain(block)];
  block.forEach((child) => {
    if (child.type.name === 'footnote') texts.push(plain(child));
  });
  return texts;
}

function plain(block: Node): string {
  let text = '';
  block.forEach((child) => {
    if (child.type.name === 'hardBreak') text += '\n';
    const goes = child.marks.some((mark) => mark.type.name === 'deletion');
    if (child.isText && !goes) text += child.text ?? '';
  });
  return text;
}
