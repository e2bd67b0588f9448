import { describe, expect, it } from 'vitest';
import { toQuestion } from '../words/places';
import { read } from './routes';

describe('addresses', () => {
  it('lead to a call and to a question', () => {
    expect(read('#/consultations/c-1')).toEqual({ screen: 'workspace', call: 'c-1', question: null });
    expect(read(toQuestion('c 1', 'q/2'))).toEqual({ screen: 'workspace', call: 'c 1', question: 'q/2' });
  });

  it('carry the words of a search', () => {
    expect(read('#/search?text=practice%20managers')).toEqual({ screen: 'search', text: 'practice managers' });
  });

  it('that nobody knows lead Home', () => {
    for (const odd of ['', '#', '#/nowhere', '#/%E0%A4%A', '#javascript:alert(1)']) expect(read(odd)).toEqual({ screen: 'home' });
  });
});
