// What is said about a merge that should be looked at.
import type { Look } from '../../ipc/generated';
import { m } from '../../words/m';
import { firstName } from './words';

/** The sentence of the band and what stands under it. */
export interface LookWords {
  title: string;
  text: string;
  /** The heading over both wordings in History. */
  heading: string;
}

/** Returns the words for a look; `over` is by how many words the answer passes its limit. */
export function aboutLook(look: Look, over: number): LookWords {
  if (look.why.as === 'recovered') {
    return {
      title: m.workspace_look_recovered({ name: look.first?.name ?? m.workspace_somebody() }),
      text: m.workspace_look_recovered_text(),
      heading: m.workspace_heading_recovered(),
    };
  }
  const both = { text: m.workspace_look_text(), heading: m.workspace_heading_two() };
  switch (look.why.kind) {
    case 'sameSentence':
      return { ...both, title: m.workspace_look_sentence(), heading: m.workspace_heading_sentence() };
    case 'sameAnswer':
      return { ...both, title: m.workspace_look_answer() };
    case 'strandedInsert':
      return { ...both, title: m.workspace_look_stranded() };
    case 'splitRewritten':
      return { ...both, title: m.workspace_look_rewritten({ name: firstName(look.second) }) };
    case 'overLimit':
      return { ...both, title: over > 0 ? m.workspace_look_over({ count: over }) : m.workspace_look_was_over() };
    case 'approvedThenChanged':
      return { ...both, title: m.workspace_look_reopened() };
  }
}
