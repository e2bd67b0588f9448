// What comes in from Word, the web and mail, made into what an answer may hold. The parser of the schema drops
// the rest; here stands what it can't know: headings too deep, weights, addresses; lists of Word and pictures beside it.
// Works on a document that is not shown: no script runs and nothing is fetched.

import { MOST_PASTED } from './limits';
import { asLink } from './marks';
import { fields, pictures } from './pasteSeen';
import { looksOf, wordLists } from './pasteWord';

/** What was done to a paste that the person should hear of. */
export type PasteNews = 'tooLarge' | 'accepted' | 'pictures' | 'cleaned';

/** What nobody sees. The words of everything else come in. */
const DROPPED = 'script,style,meta,link,title,head,base,template,datalist,param,source,track,noembed,noframes,annotation,annotation-xml';

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

function removeComments(body: HTMLElement): void {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const comments: Node[] = [];
  while (walker.nextNode()) comments.push(walker.currentNode);
  comments.forEach((comment) => comment.parentNode?.removeChild(comment));
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
