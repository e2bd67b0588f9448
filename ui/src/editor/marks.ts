// The marks that no package brings in our form: links that lead only to the web or to mail, and the three
// marks of proposed changes, which carry an id and nothing else.

import { Mark, mergeAttributes } from '@tiptap/core';

/** Tells whether a link may lead there: the web over TLS, or mail. */
export function mayLeadTo(href: string): boolean {
  return /^https:\/\/[^\s/]+/i.test(href) || /^mailto:[^\s@]+@[^\s@]+$/i.test(href);
}

/** Returns the address a person meant, or nothing where it leads nowhere we go. */
export function asLink(typed: string): string | undefined {
  const text = typed.trim();
  if (mayLeadTo(text)) return text;
  if (/^http:\/\//i.test(text)) return asLink(text.replace(/^http:/i, 'https:'));
  if (/^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/.test(text)) return `mailto:${text}`;
  return /^[\p{L}\d-]+(\.[\p{L}\d-]+)+(\/\S*)?$/u.test(text) ? `https://${text}` : undefined;
}

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    ourLink: {
      /** Makes the selection lead somewhere. */
      setLink: (to: { href: string }) => ReturnType;
      unsetLink: () => ReturnType;
    };
  }
}

/** Our own mark: the package's brings a finder of addresses in running text, which we do not want. */
export const OurLink = Mark.create({
  name: 'link',
  inclusive: false,
  exitable: true,
  addAttributes() {
    return { href: { default: null, parseHTML: (element: HTMLElement) => element.getAttribute('href') } };
  },
  parseHTML() {
    return [{ tag: 'a[href]', getAttrs: (element) => mayLeadTo(element.getAttribute('href') ?? '') && null }];
  },
  renderHTML({ HTMLAttributes }) {
    const href: unknown = HTMLAttributes.href;
    // A link that a stranger's file brought stays as words; it leads nowhere.
    const safe = typeof href === 'string' && mayLeadTo(href) ? { href, rel: 'noopener noreferrer' } : {};
    return ['a', safe, 0];
  },
  addCommands() {
    return {
      setLink: ({ href }) => ({ commands }) => mayLeadTo(href) && commands.setMark(this.name, { href }),
      unsetLink: () => ({ commands }) => commands.unsetMark(this.name, { extendEmptyMarkRange: true }),
    };
  },
});

function proposed(name: 'insertion' | 'deletion' | 'modification', tag: string) {
  return Mark.create({
    name,
    inclusive: false,
    excludes: 'insertion deletion modification',
    addAttributes() {
      return {
        id: {
          default: null,
          parseHTML: (element: HTMLElement) => element.getAttribute('data-proposed'),
          renderHTML: ({ id }) => ({ 'data-proposed': typeof id === 'string' ? id : '' }),
        },
      };
    },
    parseHTML() {
      return [{ tag: `${tag}[data-proposed]` }];
    },
    renderHTML({ HTMLAttributes }) {
      return [tag, mergeAttributes(HTMLAttributes, { class: name }), 0];
    },
  });
}

export const Insertion = proposed('insertion', 'ins');
export const Deletion = proposed('deletion', 'del');
export const Modification = proposed('modification', 'span');
