// Tables: plain grids without merged cells. Our own nodes over @tiptap/pm/tables, because the package's
// table extension exists in no version that fits the rest.

import { Node, type CommandProps } from '@tiptap/core';
import type { Node as ProseNode, Schema } from '@tiptap/pm/model';
import { type Command, TextSelection } from '@tiptap/pm/state';
import {
  addColumnAfter,
  addRowAfter,
  deleteColumn,
  deleteRow,
  deleteTable,
  goToNextCell,
  isInTable,
  selectedRect,
  tableEditing,
  toggleHeader,
} from '@tiptap/pm/tables';

declare module '@tiptap/core' {
  interface NodeConfig {
    /** What a node is to the package of tables. */
    tableRole?: 'table' | 'row' | 'cell' | 'header_cell';
  }
  interface Commands<ReturnType> {
    ourTable: {
      /** Puts a table with a heading row in. */
      insertTable: (rows: number, columns: number) => ReturnType;
      addRow: () => ReturnType;
      addColumn: () => ReturnType;
      removeRow: () => ReturnType;
      removeColumn: () => ReturnType;
      removeTable: () => ReturnType;
      toggleHeadingRow: () => ReturnType;
    };
  }
}

const CELL = {
  colspan: { default: 1, parseHTML: () => 1, rendered: false },
  rowspan: { default: 1, parseHTML: () => 1, rendered: false },
  colwidth: { default: null, parseHTML: () => null, rendered: false },
};

export const TableCell = Node.create({
  name: 'tableCell',
  content: 'block+',
  tableRole: 'cell',
  isolating: true,
  addAttributes: () => CELL,
  parseHTML: () => [{ tag: 'td' }],
  renderHTML: () => ['td', 0],
});

export const TableHeader = Node.create({
  name: 'tableHeader',
  content: 'block+',
  tableRole: 'header_cell',
  isolating: true,
  addAttributes: () => CELL,
  parseHTML: () => [{ tag: 'th' }],
  renderHTML: () => ['th', 0],
});

export const TableRow = Node.create({
  name: 'tableRow',
  content: '(tableCell | tableHeader)*',
  tableRole: 'row',
  parseHTML: () => [{ tag: 'tr' }],
  renderHTML: () => ['tr', 0],
});

export const Table = Node.create({
  name: 'table',
  group: 'block',
  content: 'tableRow+',
  tableRole: 'table',
  isolating: true,
  parseHTML: () => [{ tag: 'table' }],
  renderHTML: () => ['table', ['tbody', 0]],

  extendNodeSchema(extension) {
    const role: unknown = extension.config.tableRole;
    return typeof role === 'string' ? { tableRole: role } : {};
  },

  addCommands() {
    return {
      insertTable: (rows, columns) => (props) => insert(props, rows, columns),
      addRow: () => by(addRowAfter),
      addColumn: () => by(addColumnAfter),
      removeRow: () => by(orWhole(deleteRow, 'height')),
      removeColumn: () => by(orWhole(deleteColumn, 'width')),
      removeTable: () => by(deleteTable),
      toggleHeadingRow: () => by(toggleHeader('row')),
    };
  },

  addKeyboardShortcuts() {
    return {
      Tab: () => {
        if (!isInTable(this.editor.state)) return false;
        if (this.editor.commands.command(by(goToNextCell(1)))) return true;
        return this.editor.chain().addRow().command(by(goToNextCell(1))).run();
      },
      'Shift-Tab': () => this.editor.commands.command(by(goToNextCell(-1))),
    };
  },

  addProseMirrorPlugins: () => [tableEditing()],
});

function by(command: Command): (props: CommandProps) => boolean {
  return ({ state, dispatch }) => command(state, dispatch);
}

/** The last row or column goes with its table. */
function orWhole(command: Command, side: 'height' | 'width'): Command {
  return (state, dispatch) => {
    if (!isInTable(state)) return false;
    return (selectedRect(state).map[side] > 1 ? command : deleteTable)(state, dispatch);
  };
}

function insert({ state, tr, dispatch }: CommandProps, rows: number, columns: number): boolean {
  const table = grid(state.schema, rows, columns);
  if (!table || isInTable(state)) return false;
  if (!dispatch) return true;
  const { $from } = tr.selection;
  // Inside a list or a quotation a table would be lost in a margin: it stands below the whole block.
  const at = $from.depth === 0 ? $from.pos : $from.after(1);
  const paragraph = state.schema.nodes.paragraph?.create();
  const isLast = at === tr.doc.content.size;
  // Below a table that ends the answer no key leads on: a paragraph follows it.
  tr.insert(at, isLast && paragraph ? [table, paragraph] : [table]);
  tr.setSelection(TextSelection.near(tr.doc.resolve(at + 1))).scrollIntoView();
  return true;
}

function grid(schema: Schema, rows: number, columns: number): ProseNode | undefined {
  const { table, tableRow, tableCell, tableHeader } = schema.nodes;
  if (!table || !tableRow || !tableCell || !tableHeader) return undefined;
  const row = (n: number): ProseNode => {
    const type = n === 0 ? tableHeader : tableCell;
    const cells = Array.from({ length: columns }, () => type.createAndFill());
    return tableRow.create(null, cells.filter((cell) => cell !== null));
  };
  return table.create(null, Array.from({ length: rows }, (_, n) => row(n)));
}
