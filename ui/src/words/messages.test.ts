import { describe, expect, it } from 'vitest';
import messages from '../../messages/en-GB.json';

const BANNED = /\b(conflict|merge error|replica|queue|token|upsert|mutation|entity|sync error)s?\b/iu;
const all = Object.entries(messages as Record<string, unknown>)
  .filter(([key]) => key !== '$schema')
  .flatMap(([key, value]) => texts(value).map((text) => ({ key, text })));

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  const variants = value as { match: Record<string, string> }[];
  return variants.flatMap((variant) => Object.values(variant.match));
}

describe('the words of the app', () => {
  it('hold none of the words that people need not know', () => {
    expect(all.filter(({ text }) => BANNED.test(text))).toEqual([]);
  });

  it('have no exclamation mark, no dash for a range, and no empty sentence', () => {
    expect(all.filter(({ text }) => text.includes('!') || /\d–\d/u.test(text) || text.trim() === '')).toEqual([]);
  });

  it('have no button that is called Save', () => {
    expect(all.filter(({ text }) => text === 'Save')).toEqual([]);
  });

  it('name no health service in the frame', () => {
    expect(all.filter(({ key, text }) => /^(app|frame|status)_/u.test(key) && text.includes('NHS'))).toEqual([]);
  });
});
