// The lists of Word, which are paragraphs that look like lists.

/** Returns the looks of an element, which stand under another name so that no rule of the page is broken. */
export function looksOf(element: Element): string {
  return element.getAttribute('data-style') ?? '';
}

/** Word writes list items as paragraphs with a level in their style and the bullet as text. */
export function wordLists(body: HTMLElement): void {
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
