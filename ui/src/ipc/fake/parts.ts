// The stand-in's answers about who takes part in a response.
import type { PartRow, ResponseRole } from '../generated';

import { refuse, type Answers } from './shape';
import { ME, person, type World } from './world';

/** What one response was given to: everyone first, then those who are named. */
interface Given {
  everyone: ResponseRole | null;
  named: Map<string, ResponseRole | null>;
}

/** Returns the answers to the commands about parts. */
export function partAnswers(world: World): Answers<'list_parts' | 'change_part'> {
  const all = new Map<string, Given>();
  const of = (call: string): Given => {
    const lead = world.calls.find((one) => one.id === call)?.lead ?? null;
    const named = new Map<string, ResponseRole | null>(lead === null ? [] : [[lead, 'lead']]);
    const given = all.get(call) ?? { everyone: 'coAuthor', named };
    all.set(call, given);
    return given;
  };
  return {
    list_parts: ({ call }) => {
      const { everyone, named } = of(call);
      const row = ([id, role]: [string, ResponseRole | null]): PartRow[] => {
        const face = person(world, id);
        return face ? [{ person: face, role }] : [];
      };
      return { everyone, people: [...named].flatMap(row), mayChange: named.get(ME) === 'lead' };
    },
    change_part: ({ call, person: who, role }) => {
      const given = of(call);
      if (given.named.get(ME) !== 'lead') {
        refuse('notAllowed', 'error_not_the_lead', 'Who takes part is changed by whoever leads this response. Nothing was changed. Ask them.');
      }
      if (who === null) given.everyone = role;
      else given.named.set(who, role);
      world.changed(['People']);
      return { undo: null, savedAt: world.now };
    },
  };
}
