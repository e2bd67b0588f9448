// What an answer may hold: the same nodes, marks and attributes that crates/text/schema.json lists. A test
// compares the two. Nothing here touches a document.

import { type Extensions, getSchema } from '@tiptap/core';
import { Blockquote } from '@tiptap/extension-blockquote';
import { Bold } from '@tiptap/extension-bold';
import { Document } from '@tiptap/extension-document';
import { HardBreak } from '@tiptap/extension-hard-break';
import { Heading } from '@tiptap/extension-heading';
import { Italic } from '@tiptap/extension-italic';
import { BulletList } from '@tiptap/extension-list/bullet-list';
import { ListItem } from '@tiptap/extension-list/item';
import { ListKeymap } from '@tiptap/extension-list/keymap';
import { OrderedList } from '@tiptap/extension-list/ordered-list';
import { Paragraph } from '@tiptap/extension-paragraph';
import { Text } from '@tiptap/extension-text';
import { Deletion, Insertion, Modification, OurLink } from './marks';
import { Citation, Footnote } from './notes';
import { Table, TableCell, TableHeader, TableRow } from './tables';
import type { Known } from './unknown';

/** The keys that packages bind with Ctrl Alt type accents on British and Welsh keyboards: none is bound. */
const noKeys = { addKeyboardShortcuts: () => ({}) };

/** Everything that may stand in an answer. */
export const CONTENT: Extensions = [
  Document,
  Paragraph.extend(noKeys),
  Text,
  Heading.extend(noKeys).configure({ levels: [1, 2] }),
  Bold,
  Italic,
  Blockquote,
  // Ctrl Enter moves the answer on; a line break has Shift Enter.
  HardBreak.extend({
    addKeyboardShortcuts() {
      return { 'Shift-Enter': () => this.editor.commands.setHardBreak() };
    },
  }),
  BulletList,
  OrderedList,
  ListItem,
  ListKeymap,
  OurLink,
  Insertion,
  Deletion,
  Modification,
  Table,
  TableRow,
  TableHeader,
  TableCell,
  Footnote,
  Citation,
];

export const SCHEMA_OF_EDITOR = getSchema(CONTENT);

/** The same as names, for looking at updates before the editor does. */
export const KNOWN: Known = {
  nodes: new Set(Object.keys(SCHEMA_OF_EDITOR.nodes)),
  marks: new Set(Object.keys(SCHEMA_OF_EDITOR.marks)),
  attributes: new Set(Object.values(SCHEMA_OF_EDITOR.nodes).flatMap((type) => Object.keys(type.spec.attrs ?? {}))),
};
