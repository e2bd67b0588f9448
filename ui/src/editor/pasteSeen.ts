// What a person saw in a paste that is no markup of words: pictures, for which a note stands, and fields of forms,
// whose words come in.

/** What is seen and is no words. */
const PICTURES = 'img,picture,video,audio,canvas,svg,iframe,object,embed,imagedata,v\\:imagedata';

/** Puts words where pictures were; tells whether there were any that a person could see. */
export function pictures(body: HTMLElement, pictureWords: string): boolean {
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
export function fields(body: HTMLElement): void {
  for (const field of body.querySelectorAll('input,textarea,select')) {
    const isSeen = !/^(hidden|password|checkbox|radio|file|image)$/i.test(field.getAttribute('type') ?? '');
    const chosen = [...field.querySelectorAll('option[selected]')].map((option) => option.textContent ?? '');
    const words: Record<string, string> = { input: field.getAttribute('value') ?? '', textarea: field.textContent ?? '', select: chosen.join(', ') };
    field.replaceWith(body.ownerDocument.createTextNode(isSeen ? (words[field.localName] ?? '') : ''));
  }
}
