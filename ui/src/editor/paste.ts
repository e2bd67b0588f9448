// What comes in from Word, the web and mail, made into what an answer may hold. The parser of the schema drops
// the rest; here stands what it can't know: Word's lists that are no lists, headings too deep, pictures.
// Works on a document that is not shown: no script runs and nothing is fetched.

import { MOST_PASTED } from './limits';

/** What was done to a paste that the person should hear of. */
export type PasteNews = 'tooLarge' | 'cleaned' | 'pictures';

const DROPPED = 'script,style,meta,link,title,head,object,iframe,svg,math,form,input,button,select,textarea,template';

/** Tells whether a paste is within the limit. */
export function fitsPaste(...parts: string[]): boolean {
  return parts.every((part) => new Blob([part]).size <= MOST_PASTED);
}

/** Returns the markup with nothing in it but what the schema reads, and what should be said about it. */
export function cleanHtml(html: string, pictureWords: string): { html: string; news: PasteNews | undefined } {
  const doc = new DOMParser().parseFromString(hush(html), 'text/html');
  const body = doc.body;
  removeComments(body);
  wordLists(body);
  body.querySelectorAll(DROPPED).forEach((element) => element.remove());
  // Changes that Word still tracks come in as if they were accepted.
  body.querySelectorAll('del:not([data-proposed]),.msoDel').forEach((element) => element.remove());
  const pictures = body.querySelectorAll('img,picture,video,audio,canvas');
  pictures.forEach((picture) => picture.replaceWith(doc.createTextNode(pictureWords)));
  body.querySelectorAll('h3,h4,h5,h6').forEach((heading) => rename(heading, 'h2'));
  weights(body);
  const isStyled = strip(body);
  const news = pictures.length > 0 ? 'pictures' : isStyled ? 'cleaned' : undefined;
  return { html: new XMLSerializer().serializeToString(body), news };
}

/**
 * Takes looks and deeds out of the text before it is parsed, looks kept under another name to be read. The page's
 * own rules would stop them anyway, and complain of each; what this misses, `strip` and those rules take.
 */
function hush(html: string): string {
  return html
    .replace(/<(style|script)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\s(style|on[a-z]+)\s*=/gi, (_, name: string) => ` data-${name}=`));
}

function looksOf(element: Element): string {
  return element.getAttribute('data-style') ?? '';
}

function removeComments(body: HTMLElement): void {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const comments: Node[] = [];
  while (walker.nextNode()) comments.push(walker.currentNode);
  comments.forEach((comment) => comment.parentNode?.removeChild(comment));
}

/** Word writes list items as paragraphs with a level in their style and the bullet as text. */
function wordLists(body: HTMLElement): void {
  let list: { element: HTMLElement; level: number }[] = [];
  let last: Element | null = null;
  for (const item of body.querySelectorAll<HTMLElement>('[data-style*="mso-list"]')) {
    const style = looksOf(item);
    if (!/^(P|DIV|H[1-6])$/.test(item.tagName) || /mso-list:\s*(ignore|none)/i.test(style)) continue;
    const level = Number(/level(\d+)/i.exec(style)?.[1] ?? 1);
    const marker = markerOf(item);
    const tag = /^[\s(]*(\d+|[a-z]{1,4})[.)]/i.test(marker) ? 'ol' : 'ul';
    if (item.previousElementSibling !== last || last === null) list = [];
    while (list.length > 0 && (list.at(-1)?.level ?? 0) > level) list.pop();
    let open = list.at(-1);
    if (!open || open.level < level) {
      const element = body.ownerDocument.createElement(tag);
      const parent = open?.element.lastElementChild;
      if (parent) parent.append(element);
      else item.before(element);
      open = { element, level };
      list.push(open);
    }
    const entry = body.ownerDocument.createElement('li');
    const words = body.ownerDocument.createElement('p');
    words.append(...item.childNodes);
    entry.append(words);
    open.element.append(entry);
    item.remove();
    last = list[0]?.element ?? null;
  }
}

function markerOf(item: HTMLElement): string {
  const marker = [...item.querySelectorAll('span')].find((span) => /mso-list:\s*ignore/i.test(looksOf(span)));
  const text = marker?.textContent ?? '';
  marker?.remove();
  return text;
}

/** Bold and italic may be a style or a tag; a "bold" tag of some writers is not bold at all. */
function weights(body: HTMLElement): void {
  for (const element of body.querySelectorAll<HTMLElement>('[data-style]')) {
    const style = looksOf(element).toLowerCase();
    const isBold = /font-weight:\s*(bold|[6-9]00)/.test(style);
    if (/^(B|STRONG)$/.test(element.tagName) && /font-weight:\s*(normal|400)/.test(style)) {
      rename(element, 'span');
    } else if (element.tagName === 'SPAN') {
      if (isBold) wrap(element, 'strong');
      if (/font-style:\s*italic/.test(style)) wrap(element, 'em');
    }
  }
}

const KEPT: Record<string, readonly string[]> = {
  a: ['href'],
  ol: ['start', 'type'],
  ins: ['data-proposed'],
  del: ['data-proposed'],
  span: ['data-proposed', 'data-footnote', 'data-evidence'],
  p: [],
};

/** Takes every attribute away that the schema does not read; tells whether there was looks among them. */
function strip(body: HTMLElement): boolean {
  let isStyled = false;
  for (const element of body.querySelectorAll('*')) {
    const kept = KEPT[element.localName] ?? [];
    for (const { name } of [...element.attributes]) {
      // How our own editor marks a copy; without it a part of a list would come back as a whole one.
      if (kept.includes(name) || name === 'data-pm-slice') continue;
      isStyled ||= name === 'style' || name === 'data-style' || name === 'bgcolor' || name === 'color' || name === 'face';
      element.removeAttribute(name);
    }
  }
  return isStyled;
}

function rename(element: Element, tag: string): void {
  const other = element.ownerDocument.createElement(tag);
  other.append(...element.childNodes);
  element.replaceWith(other);
}

function wrap(element: Element, tag: string): void {
  const inner = element.ownerDocument.createElement(tag);
  inner.append(...element.childNodes);
  element.append(inner);
}
