// Finds what this version does not know in an update, before the editor sees it: the binding between Yjs and
// the editor deletes what its schema lacks, so a document with something newer is never handed to it.

import * as Y from 'yjs';

/** Nodes, marks and attributes that this version knows. */
export interface Known {
  nodes: ReadonlySet<string>;
  marks: ReadonlySet<string>;
  attributes: ReadonlySet<string>;
}

/** Returns the name of the first thing in the update that is not known; nothing where all is. */
export function unknownIn(update: Uint8Array, known: Known): string | undefined {
  for (const struct of Y.decodeUpdate(update).structs) {
    if (!(struct instanceof Y.Item)) continue;
    const name = unknownStruct(struct, known);
    if (name !== undefined) return name;
  }
  return undefined;
}

function unknownStruct(item: Y.Item, known: Known): string | undefined {
  const { content, parentSub } = item;
  if (parentSub !== null && !known.attributes.has(parentSub)) return parentSub;
  if (content instanceof Y.ContentFormat) {
    const mark = content.key.split('--')[0] ?? content.key;
    return known.marks.has(mark) ? undefined : mark;
  }
  if (!(content instanceof Y.ContentType)) return content instanceof Y.ContentEmbed ? 'embed' : undefined;
  if (content.type instanceof Y.XmlElement) {
    return known.nodes.has(content.type.nodeName) ? undefined : content.type.nodeName;
  }
  return content.type instanceof Y.XmlText ? undefined : content.type.constructor.name;
}

/** Returns the words of a document that cannot be shown in the editor, paragraph by paragraph. */
export function rawText(doc: Y.Doc, field = 'default'): string[] {
  const lines: string[] = [];
  const walk = (parent: Y.XmlFragment): void => {
    // Two texts may meet in one paragraph: they are one line.
    let isLine = false;
    for (const child of parent.toArray()) {
      if (child instanceof Y.XmlText) lines.push((isLine ? (lines.pop() ?? '') : '') + plain(child));
      else if (child instanceof Y.XmlElement) walk(child);
      isLine = child instanceof Y.XmlText;
    }
  };
  walk(doc.getXmlFragment(field));
  return lines;
}

function plain(text: Y.XmlText): string {
  const pieces: { insert?: unknown }[] = text.toDelta();
  return pieces.map(({ insert }) => (typeof insert === 'string' ? insert : '')).join('');
}
