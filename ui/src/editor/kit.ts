// Puts the editor together: content, the binding to the document, keys, margins, cursors, pasting. The only
// place that makes a TipTap editor.

import { Editor, Extension } from '@tiptap/core';
import { Collaboration } from '@tiptap/extension-collaboration';
// Each by its own path: the package's front door brings its undo, drop cursor and more.
import { Gapcursor } from '@tiptap/extensions/gap-cursor';
import { Placeholder } from '@tiptap/extensions/placeholder';
import { type Author, Authors } from './authors';
import { type Count, countDocument } from './count';
import { Cursors, tellCursor } from './cursors';
import type { OpenAnswer } from './document';
import { FoundWords } from './foundWords';
import { Looked } from './looked';
import { mayLeadTo } from './marks';
import type { PasteNews } from './paste';
import { CONTENT } from './schema';
import { Seams } from './seams';

/** What the editor is made of and whom it tells. */
export interface EditorParts {
  element: HTMLElement;
  open: OpenAnswer;
  /** The name of the box for people who do not see it. */
  label: string;
  placeholder: string;
  /** What stands where a picture was left out of a paste. */
  pictureWords: string;
  editable: boolean;
  who: (client: number) => Author | undefined;
  told: (editor: Editor) => void;
  counted: (count: Count) => void;
  cursor: (text: string | undefined) => void;
  pasted: (news: PasteNews) => void;
}

/** Milliseconds of rest after which words are counted and the cursor is told. */
const COUNT_AFTER = 150;
const CURSOR_AFTER = 400;

/** Makes the editor. Its document was loaded before; making it changes nothing in it. */
export function makeEditor(parts: EditorParts): Editor {
  const { open } = parts;
  const count = later(COUNT_AFTER, (editor: Editor) => {
    parts.counted(countDocument(editor.state.doc));
  });
  const cursor = later(CURSOR_AFTER, (editor: Editor) => {
    parts.cursor(editor.isFocused ? tellCursor(editor.state) : undefined);
  });
  /** An address pasted on words that are picked becomes their link. */
  const linkedBy = (text: string): boolean => {
    const isAddress = mayLeadTo(text.trim()) && !editor.state.selection.empty;
    return isAddress && editor.commands.setLink({ href: text.trim() });
  };
  // What cleans a paste is fetched when the editor stands; a paste before that waits for it.
  let paste: typeof import('./paste') | undefined;
  const fetched = import('./paste').then((it) => (paste = it));
  const isRefused = (event: Event, data: DataTransfer | null): boolean => {
    const [html, text] = [data?.getData('text/html') ?? '', data?.getData('text/plain') ?? ''];
    if (paste?.fitsPaste(html, text)) return false;
    event.preventDefault();
    if (paste) parts.pasted('tooLarge');
    else {
      void fetched.then(({ fitsPaste }) => {
        if (!fitsPaste(html, text)) parts.pasted('tooLarge');
        else if (html === '') editor.view.pasteText(text);
        else editor.view.pasteHTML(html);
      });
    }
    return true;
  };
  const editor: Editor = new Editor({
    element: parts.element,
    editable: parts.editable,
    injectCSS: false,
    // Typed asterisks and hashes are what they are; only a list begins by itself.
    enableInputRules: ['bulletList', 'orderedList'],
    enablePasteRules: false,
    extensions: [
      ...CONTENT,
      Collaboration.configure({ document: open.doc }),
      Seams,
      Authors.configure({ fragment: open.doc.getXmlFragment('default'), who: parts.who }),
      Cursors,
      Looked,
      FoundWords,
      Gapcursor,
      Placeholder.configure({ placeholder: parts.placeholder, showOnlyWhenEditable: true }),
      Leave,
    ],
    editorProps: {
      attributes: () => ({
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': parts.label,
        lang: 'en-GB',
        spellcheck: 'true',
      }),
      // Before anything is read: `handlePaste` comes when all of it was parsed.
      handleDOMEvents: {
        paste: (_, event) => isRefused(event, event.clipboardData),
        drop: (view, event) => view.dragging === null && isRefused(event, event.dataTransfer),
      },
      handlePaste: (_, event) => linkedBy(event.clipboardData?.getData('text/plain') ?? ''),
      transformPastedHTML: (html) => {
        const clean = paste?.cleanHtml(html, parts.pictureWords);
        if (!clean) return '';
        if (clean.news) parts.pasted(clean.news);
        return clean.html;
      },
    },
    onTransaction: ({ editor: mine, transaction }) => {
      parts.told(mine);
      if (transaction.docChanged) count(mine);
      if (transaction.docChanged || transaction.selectionSet) cursor(mine);
    },
    onFocus: ({ editor: mine }) => {
      cursor(mine);
    },
    onBlur: () => {
      void open.flush();
    },
  });
  parts.counted(countDocument(editor.state.doc));
  return editor;
}

/** Tab moves on to the next control, as everywhere else; inside lists and tables it has its own use. */
const Leave = Extension.create({
  name: 'leave',
  addKeyboardShortcuts() {
    return {
      Escape: () => {
        if (this.editor.view.dom instanceof HTMLElement) this.editor.view.dom.blur();
        return true;
      },
    };
  },
});

function later(wait: number, work: (editor: Editor) => void): (editor: Editor) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (editor) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!editor.isDestroyed) work(editor);
    }, wait);
  };
}
