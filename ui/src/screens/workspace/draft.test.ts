// A changed list of choices keeps the ids of those that stayed, so that nobody's tick moves to other words.
import { expect, it } from 'vitest';
import { choicesOf, draftOf, valuesOf } from './draft';

const BEFORE = [
  { id: 'a', text: 'Agree' },
  { id: 'b', text: 'Neither' },
  { id: 'c', text: 'Disagree' },
];

const ids = (typed: string): string[] => choicesOf(typed, BEFORE).map((choice) => choice.id);

it('keeps ids when choices are put in another order', () => {
  expect(ids('Disagree\nAgree\nNeither')).toEqual(['c', 'a', 'b']);
});

it('keeps the id of a choice whose words were put right', () => {
  expect(ids('Agree\nNeither agree nor disagree\nDisagree')).toEqual(['a', 'b', 'c']);
});

it('gives a new choice a new id, and never one that another has', () => {
  const [first, second, third, fourth] = ids('Agree\nStrongly agree\nNeither\nDisagree');
  expect([first, third, fourth]).toEqual(['a', 'b', 'c']);
  expect(['a', 'b', 'c']).not.toContain(second);
});

it('drops empty lines', () => {
  expect(ids('\nAgree\n\n  \nDisagree\n')).toHaveLength(2);
});

it('reads an empty form as a question of free text without limits', () => {
  expect(draftOf({ ...valuesOf(null), text: ' Why? ', wordLimit: '1,000' }, null)).toMatchObject({
    text: 'Why?',
    kind: 'freeText',
    wordLimit: 1000,
    characterLimit: null,
    scale: null,
    choices: [],
  });
});
