import { describe, expect, it } from 'vitest';
import { changedQuestion, fromWords, mergedUp, moved, movedTo, ready, renumbered, split, wrong } from './draft';

const texts = (items: { question: { text: string } }[]): string[] => items.map((one) => one.question.text);

describe('questions on their way in', () => {
  it('a question that is moved lies before the one that stood at the place', () => {
    const [a, b, c] = [fromWords('a'), fromWords('b'), fromWords('c')];
    const after = (key: number, gap: number): string => texts(movedTo([a, b, c], key, gap)).join('');
    expect([0, 1, 2, 3].map((gap) => after(a.key, gap))).toEqual(['abc', 'abc', 'bac', 'bca']);
    expect([0, 1, 2, 3].map((gap) => after(c.key, gap))).toEqual(['cab', 'acb', 'abc', 'abc']);
  });

  it('merging keeps every word of both', () => {
    const [a, b, c] = [fromWords('What helps?'), fromWords('And why?'), fromWords('Who?')];
    const items = changedQuestion([a, b, c], b.key, { help: 'Say it briefly.', answerBelow: 'Time.', wordLimit: 200 });
    const merged = mergedUp(items, b.key);
    expect(texts(merged)).toEqual(['What helps? And why?', 'Who?']);
    expect(merged[0]?.question).toMatchObject({ help: 'Say it briefly.', answerBelow: 'Time.', wordLimit: 200 });
  });

  it('the first cannot be merged upwards', () => {
    const items = [fromWords('What helps?'), fromWords('Who?')];
    expect(texts(mergedUp(items, items[0]?.key ?? 0))).toEqual(['What helps?', 'Who?']);
  });

  it('splitting keeps the number above and the limit below', () => {
    const one = fromWords('What helps? And why?');
    const items = changedQuestion([one], one.key, { number: '4', wordLimit: 200, answerBelow: 'Time.' });
    const parts = split(items, one.key, 11);
    expect(texts(parts)).toEqual(['What helps?', 'And why?']);
    expect(parts.map((part) => part.question.number)).toEqual(['4', '']);
    expect(parts.map((part) => part.question.answerBelow)).toEqual(['', 'Time.']);
  });

  it('splitting at an end changes nothing', () => {
    const one = fromWords('What helps?');
    expect(split([one], one.key, 0)).toEqual([one]);
    expect(split([one], one.key, 11)).toEqual([one]);
  });

  it('moving past an end changes nothing', () => {
    const [a, b] = [fromWords('a'), fromWords('b')];
    expect(texts(moved([a, b], b.key, -1))).toEqual(['b', 'a']);
    expect(texts(moved([a, b], b.key, 1))).toEqual(['a', 'b']);
  });

  it('names the first question that lacks something, and leaves unticked ones alone', () => {
    const [a, b] = [fromWords('a'), { ...fromWords(''), ticked: false }];
    expect(wrong([a, b])).toBeNull();
    const choice = changedQuestion([b, a], a.key, { kind: 'oneChoice' });
    expect(wrong(choice)).toEqual({ place: 2, key: a.key, what: 'choices' });
  });

  it('brings in only what is ticked, with an answer only where it is wanted', () => {
    const [a, b, c] = [fromWords(' a '), fromWords('b'), fromWords('c')];
    const items = changedQuestion([a, { ...b, ticked: false }, { ...c, useAnswer: false }], c.key, { answerBelow: 'x' });
    expect(ready(items)).toMatchObject([{ text: 'a' }, { text: 'c', answerBelow: '' }]);
  });

  it('choices are lines without empty ones', () => {
    expect(renumbered(['Yes', ' ', 'No '], 'c')).toEqual([
      { id: 'c1', text: 'Yes' },
      { id: 'c2', text: 'No' },
    ]);
  });
});
