// The editor's schema is the one that Rust reads: both are compared with the shared file.

import { describe, expect, it } from 'vitest';
import file from '../../../crates/text/schema.json';
import { SCHEMA } from './limits';
import { mayLeadTo, asLink } from './marks';
import { SCHEMA_OF_EDITOR } from './schema';

interface Shared {
  schema: number;
  nodes: Record<string, { content: string; attributes?: string[] }>;
  marks: Record<string, { attributes: string[] }>;
}

const shared: Shared = file;

describe('the schema', () => {
  it('has the number of the shared file', () => {
    expect(SCHEMA).toBe(shared.schema);
  });

  it('has the nodes of the shared file, with their content and attributes', () => {
    const ours = Object.entries(SCHEMA_OF_EDITOR.nodes).map(([name, type]) => {
      return [name, { content: type.spec.content ?? '', attributes: Object.keys(type.spec.attrs ?? {}).sort() }];
    });
    const theirs = Object.entries(shared.nodes).map(([name, node]) => {
      return [name, { content: node.content, attributes: [...(node.attributes ?? [])].sort() }];
    });
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
  });

  it('has the marks of the shared file, with their attributes', () => {
    const ours = Object.entries(SCHEMA_OF_EDITOR.marks).map(([name, type]) => {
      return [name, { attributes: Object.keys(type.spec.attrs ?? {}) }];
    });
    expect(Object.fromEntries(ours)).toEqual(shared.marks);
  });
});

describe('a link', () => {
  it.each([
    ['https://example.org/a', true],
    ['mailto:asha@example.org', true],
    ['http://example.org', false],
    ['javascript:alert(1)', false],
    ['data:text/html,x', false],
    [' https://example.org', false],
    ['file:///etc/passwd', false],
  ])('to %s: %s', (href, may) => {
    expect(mayLeadTo(href)).toBe(may);
  });

  it.each([
    ['example.org', 'https://example.org'],
    ['http://example.org/x', 'https://example.org/x'],
    ['asha@example.org', 'mailto:asha@example.org'],
    ['javascript:alert(1)', undefined],
    ['two words', undefined],
    ['', undefined],
  ])('typed as "%s" leads to %s', (typed, leads) => {
    expect(asLink(typed)).toBe(leads);
  });
});
