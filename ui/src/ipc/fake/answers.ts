// The stand-in's answers: their documents, facts, history and versions.
import * as Y from 'yjs';
import { refuse, type Answers } from './shape';
import { findCall, findQuestion, person, plain, wordCount, type FakeQuestion, type World } from './world';

type Served =
  | 'load_answer'
  | 'load_since'
  | 'append_update'
  | 'answer_facts'
  | 'mark_read'
  | 'announce_presence'
  | 'append_text'
  | 'write_text'
  | 'read_text'
  | 'answer_history'
  | 'save_version'
  | 'compare_versions'
  | 'restore_version';

/** Returns the answers to the commands about answers. */
export function answerAnswers(world: World): Answers<Served> {
  const must = (answer: string): FakeQuestion =>
    findQuestion(world, answer)?.question ?? refuse('notFound', 'error_not_found', 'This answer is not on this computer.');
  const named = (at: { call: string; question: string }): FakeQuestion => {
    const all = findCall(world, at.call)?.questions ?? [];
    const found = all.find((one, place) => [one.number, one.id, `${place + 1}`].includes(at.question));
    return found ?? refuse('notFound', 'error_not_found', 'This question is not on this computer.');
  };
  const saved = (question: FakeQuestion): { savedAt: number; words: number; characters: number; waiting: number } => {
    world.now += 250;
    question.savedAt = world.now;
    question.waiting += 1;
    if (question.state === 'notStarted' && wordCount(question.doc) > 0) question.state = 'inProgress';
    world.changed(['Answers']);
    return { savedAt: world.now, words: wordCount(question.doc), characters: plain(question.doc).length, waiting: question.waiting };
  };
  const bytes = (update: Uint8Array): ArrayBuffer => new Uint8Array(update).buffer;
  return {
    load_answer: ({ answer }) => bytes(Y.encodeStateAsUpdate(must(answer).doc)),
    load_since: ({ answer }, vector) => bytes(Y.encodeStateAsUpdate(must(answer).doc, vector)),
    append_update: ({ answer }, update) => {
      const question = must(answer);
      Y.applyUpdate(question.doc, update);
      return saved(question);
    },
    answer_facts: ({ answer }) => {
      const one = must(answer);
      const people = world.people.filter((who) => [...one.authors.values()].includes(who.id));
      return {
        answer,
        state: one.state,
        owner: person(world, one.owner),
        due: one.due,
        chosen: one.chosen,
        words: wordCount(one.doc),
        characters: plain(one.doc).length,
        truths: { savedAt: one.savedAt, waiting: one.waiting, sentAt: one.waiting === 0 ? one.sentAt : null, seen: one.seen },
        authors: [...one.authors].map(([client, by]) => ({ client, person: by })),
        people,
        here: [],
        lastHere: [],
        looks: one.looks,
        readOnly: one.state === 'sent' ? 'sent' : null,
      };
    },
    mark_read: () => ({ undo: null, savedAt: world.now }),
    announce_presence: () => ({}),
    append_text: ({ at, text }) => {
      const question = named(at);
      const paragraph = new Y.XmlElement('paragraph');
      const root = question.doc.getXmlFragment('default');
      root.insert(root.length, [paragraph]);
      paragraph.insert(0, [new Y.XmlText(text)]);
      return saved(question);
    },
    write_text: ({ at }) => saved(named(at)),
    read_text: ({ at }) => {
      const one = named(at);
      const text = plain(one.doc);
      return { question: one.id, answer: one.answer, text, words: wordCount(one.doc), characters: text.length, written: [] };
    },
    answer_history: () => [],
    save_version: ({ answer }) => ({ id: `v-${answer}`, hash: '', words: wordCount(must(answer).doc) }),
    compare_versions: () => ({ paragraphs: [], wordsIn: 0, wordsOut: 0 }),
    restore_version: ({ answer }) => saved(must(answer)),
  };
}
