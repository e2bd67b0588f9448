// Two small things inside a line: a footnote, which holds its words, and a citation, which points at a piece
// of evidence. A footnote shows as a number; its words are read and changed in a small form beside it.

import { Node, type CommandProps } from '@tiptap/core';
import type { Node as ProseNode } from '@tiptap/pm/model';
import { NodeSelection } from '@tiptap/pm/state';

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    footnote: {
      /** Puts an empty footnote after the selection and selects it. */
      insertFootnote: () => ReturnType;
      /** Gives the selected footnote these words. */
      setFootnoteText: (text: string) => ReturnType;
      removeFootnote: () => ReturnType;
    };
  }
}

export const Footnote = Node.create({
  name: 'footnote',
  group: 'inline',
  inline: true,
  atom: true,
  content: 'inline*',
  selectable: true,
  draggable: false,
  parseHTML: () => [{ tag: 'span[data-footnote]' }],
  renderHTML: () => ['span', { 'data-footnote': '', class: 'footnote' }, 0],

  // The words of a footnote do not stand in the line, so they are drawn into its label.
  addNodeView() {
    return ({ node }) => {
      const dom = document.createElement('sup');
      dom.className = 'footnote';
      dom.setAttribute('role', 'note');
      dom.setAttribute('aria-label', wordsOfNote(node));
      return {
        dom,
        update(next) {
          if (next.type !== node.type) return false;
          dom.setAttribute('aria-label', wordsOfNote(next));
          return true;
        },
        ignoreMutation: () => true,
      };
    };
  },

  addCommands() {
    return {
      insertFootnote: () => ({ state, tr, dispatch }) => {
        const note = state.schema.nodes.footnote?.create();
        const { $to } = tr.selection;
        if (!note || !$to.parent.inlineContent) return false;
        if (!dispatch) return true;
        tr.insert($to.pos, note);
        tr.setSelection(NodeSelection.create(tr.doc, $to.pos)).scrollIntoView();
        return true;
      },
      setFootnoteText: (text) => (props) => setText(props, text),
      removeFootnote: () => ({ tr, dispatch }) => {
        if (!selectedFootnote(tr.selection)) return false;
        if (dispatch) tr.deleteSelection();
        return true;
      },
    };
  },
});

/** Returns the footnote that is selected, if one is. */
export function selectedFootnote(selection: unknown): ProseNode | undefined {
  const isNote = selection instanceof NodeSelection && selection.node.type.name === 'footnote';
  return isNote ? selection.node : undefined;
}

/** Returns the words of a footnote; whatever is no letter counts as one line break, so offsets are places. */
export function wordsOfNote(note: ProseNode): string {
  return note.textBetween(0, note.content.size, undefined, '\n');
}

/** Changes only what differs, so that a colleague's words and bold letters around it stay. */
function setText({ tr, state, dispatch }: CommandProps, text: string): boolean {
  const note = selectedFootnote(tr.selection);
  if (!note) return false;
  const old = wordsOfNote(note);
  if (old === text || !dispatch) return true;
  const at = tr.selection.from;
  let start = 0;
  while (start < Math.min(old.length, text.length) && old[start] === text[start]) start += 1;
  let end = 0;
  const most = Math.min(old.length, text.length) - start;
  while (end < most && old[old.length - 1 - end] === text[text.length - 1 - end]) end += 1;
  const fresh = text.slice(start, text.length - end);
  const [from, to] = [at + 1 + start, at + 1 + old.length - end];
  if (fresh === '') tr.delete(from, to);
  else tr.replaceWith(from, to, state.schema.text(fresh));
  tr.setSelection(NodeSelection.create(tr.doc, at));
  return true;
}

export const Citation = Node.create({
  name: 'citation',
  group: 'inline',
  inline: true,
  atom: true,
  addAttributes: () => ({
    evidence: {
      default: null,
      parseHTML: (element: HTMLElement) => element.getAttribute('data-evidence'),
      renderHTML: ({ evidence }) => ({ 'data-evidence': typeof evidence === 'string' ? evidence : '' }),
    },
  }),
  parseHTML: () => [{ tag: 'span[data-evidence]' }],
  renderHTML: ({ HTMLAttributes }) => ['span', { ...HTMLAttributes, class: 'citation' }, '[…]'],
});
