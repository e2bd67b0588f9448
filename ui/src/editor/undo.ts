// Whether there are own words to take back or to bring back: asked with every step of the editor, so asked of the
// undo itself and not by trying.

import type { EditorState } from '@tiptap/pm/state';
import { yUndoPluginKey } from '@tiptap/y-tiptap';
import type { UndoManager } from 'yjs';

/** Tells what undo and redo would find. */
export function undoable(state: EditorState): { undo: boolean; redo: boolean } {
  const kept: { undoManager: UndoManager } | undefined = yUndoPluginKey.getState(state);
  return { undo: kept?.undoManager.canUndo() ?? false, redo: kept?.undoManager.canRedo() ?? false };
}
