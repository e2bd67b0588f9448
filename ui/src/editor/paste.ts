// What comes in from Word, the web and mail, made into what an answer may hold. The parser of the schema drops
// the rest; here stands what it can't know: Word's lists that are no lists, headings too deep, pictures.
// Works on a document that is not shown: no script runs and nothing is fetched.

import { MOST_PASTED } from './limits';
import { asLink } from './marks';

/** What was done to a paste that the person should hear of. */
export type PasteNews = 'tooLarge' | 'accepted' | 'pictures' | 'cleaned';

/** What nobody sees. The words of everything else come in. */
const DROPPED = 'script,style,meta,link,title,head,base,template,datalist,param,source,track,noembed,noframes,annotation,annotation-xml';
/** What is seen and is no words. */
const PICTURES = 'img,picture,video,audio,canvas,svg,iframe,object,embed,imagedata,v\\:imagedata';

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
  const tracked = body.querySelectorAll('del:not([data-proposed]),.msoDel');
  tracked.forEach((element) => element.remove());
  const hadPictures = pictures(body, pictureWords);
  fields(body);
  // What is no markup of a page, as formulas are, comes in as its words alone.
  body.querySelectorAll('math,xmp,plaintext,listing').forEach((element) => element.replaceWith(element.textContent ?? ''));
  // The editor's parser would pass over the second with all that stands in it, which may be the rest of the page.
  body.querySelectorAll('form,noscript').forEach((wrapper) => rename(wrapper, 'div'));
  body.querySelectorAll('h3,h4,h5,h6').forEach((heading) => rename(heading, 'h2'));
  body.querySelectorAll('a[href]').forEach(overTls);
  weights(body);
  const isStyled = strip(body);
  const news = tracked.length > 0 ? 'accepted' : hadPictures ? 'pictures' : isStyled ? 'cleaned' : undefined;
  return { html: new XMLSerializer().serializeToString(body), news };
}

/** Puts words where pictures were; tells whether there were any that a person could see. */
function pictures(body: HTMLElement, pictureWords: string): boolean {
  let hadSome = false;
  for (const picture of body.querySelectorAll(PICTURES)) {
    // A picture within another was left out with it.
    if (!body.contains(picture)) continue;
    const letter = wordsFor(picture);
    hadSome ||= letter === undefined;
    const words = letter ?? pictureWords;
    // Word's own tag for a picture is not closed: what follows it stands within it.
    const within = picture.localName.endsWith('imagedata') ? [...picture.childNodes] : [];
    picture.replaceWith(body.ownerDocument.createTextNode(words), ...within);
  }
  return hadSome;
}

/** A picture of a letter is that letter; one that nobody sees, as mail has to tell that it was read, is nothing. */
function wordsFor(picture: Element): string | undefined {
  const alt = picture.getAttribute('alt') ?? '';
  if (/^\p{Extended_Pictographic}[\p{Extended_Pictographic}\p{M}\u200d\u{1f3fb}-\u{1f3ff}]*$/u.test(alt)) return alt;
  const isDot = ['width', 'height'].every((side) => /^[01](px)?$/.test(picture.getAttribute(side) ?? ''));
  return isDot ? '' : undefined;
}

/** The words that stand in the fields of a form. */
function fields(body: HTMLElement): void {
  for (const field of body.querySelectorAll('input,textarea,select')) {
    const isSeen = !/^(hidden|password|checkbox|radio|file|image)$/i.test(field.getAttribute('type') ?? '');
    const chosen = [...field.querySelectorAll('option[selected]')].map((option) => option.textContent ?? '');
    const words: Record<string, string> = { input: field.getAttribute('value') ?? '', textarea: field.textContent ?? '', select: chosen.join(', ') };
    field.replaceWith(body.ownerDocument.createTextNode(isSeen ? (words[field.localName] ?? '') : ''));
  }
}

/** An address without encryption is reached with it, as when one is typed; any other would be lost. */
function overTls(link: Element): void {
  const href = link.getAttribute('href') ?? '';
  const better = /^http:\/\//i.test(href) ? asLink(href) : undefined;
  if (better !== undefined) link.setAttribute('href', better);
}

/**
 * Takes looks and deeds out of the text before it is parsed, looks kept under another name to be read. The page's
 * own rules would stop them anyway, and complain of each; what this misses, `strip` and those rules take.
 */
function hush(html: string): string {
  let quiet = '';
  let at = 0;
  // Goes once from the beginning to the end: a pattern that looks for both ends of a tag would take for ever over
  // a text of many beginnings.
  while (at < html.length) {
    const open = html.indexOf('<', at);
    const close = open === -1 ? -1 : html.indexOf('>', open);
    if (close === -1) break;
    const tag = html.slice(open, close + 1);
    const raw = /^<(style|script)[\s/>]/i.exec(tag)?.[1];
    const end = raw === undefined ? close : endOf(raw, html, close);
    if (end === -1) break;
    quiet += html.slice(at, open) + (raw === undefined ? hushed(tag) : '');
    at = end + 1;
  }
  return quiet + html.slice(at);
}

/** Returns where the closing tag ends; -1 where there is none. */
function endOf(name: string, html: string, from: number): number {
  const closing = new RegExp(`</${name}`, 'gi');
  closing.lastIndex = from;
  const found = closing.exec(html);
  return found ? html.indexOf('>', found.index) : -1;
}

function hushed(tag: string): string {
  return tag.replace(/\s(style|on[a-z]+)\s*=/gi, (_, name: string) => ` data-${name}=`);
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
