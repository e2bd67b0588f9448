// The stand-in's answers about files. Nobody chooses one here: what is added is one invented file after the other.
import type { FileRow } from '../generated';

import { refuse, type Answers } from './shape';
import { ME, person, type World } from './world';

/** Returns the answers to the commands about files. */
export function fileAnswers(world: World): Answers<'attach_file' | 'list_files' | 'save_file' | 'pin_file'> {
  const all = new Map<string, FileRow[]>();
  const find = (file: string): FileRow => {
    const found = [...all.values()].flat().find((row) => row.id === file);
    return found ?? refuse('notFound', 'error_not_found', 'This is not on this computer.');
  };
  return {
    attach_file: ({ call, of }) => {
      const there = all.get(call) ?? [];
      const file: FileRow = {
        id: `file-${call}-${there.length + 1}`,
        name: `Evidence ${there.length + 1}.pdf`,
        kind: 'pdf',
        size: 48_213,
        of,
        addedBy: person(world, ME),
        addedAt: world.now,
        bytes: world.joined ? 'here' : 'sending',
        pinned: true,
      };
      all.set(call, [...there, file]);
      world.changed(['Files']);
      return { file, undo: null };
    },
    list_files: ({ call }) => all.get(call) ?? [],
    save_file: ({ file }) => ({ file: find(file).name }),
    pin_file: ({ file, pinned }) => {
      const row = find(file);
      row.pinned = pinned;
      world.changed(['Files']);
      return row;
    },
  };
}
