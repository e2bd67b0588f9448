// Keys that work everywhere: those of the actions, and F6 between the panes.
import type { Action } from './actions';
import { pressed } from './keys';

const PANES = 'header button, header input, nav a, aside, main h1, main [tabindex="0"], footer a';

/** Keys of the web view itself: a reload would drop what is being typed, and its own bar for finding would stand over ours. */
const WEB_VIEW = ['F5', 'Shift F5', 'Mod R', 'Mod Shift R', 'Mod F', 'F3', 'Shift F3', 'Mod G', 'Mod Shift G'];

/** The parts of the window; a screen may divide its own with `data-part`. */
const PARTS = '.frame > header, .frame > nav, .frame > main, main [data-part], .frame > footer';

/** Does what a key asks for; the web view's own reload keys do nothing. */
export function onKey(event: KeyboardEvent, actions: readonly Action[], mac: boolean): void {
  if (event.defaultPrevented || event.isComposing || isLetter(event)) return;
  if (event.key === 'F6') {
    event.preventDefault();
    toPane(event.shiftKey ? -1 : 1);
    return;
  }
  if (import.meta.env.PROD && WEB_VIEW.some((keys) => pressed(event, keys, mac))) event.preventDefault();
  const action = actions.find((one) => one.keys !== '' && pressed(event, one.keys, mac));
  if (!action || (action.notInText && inText(event.target))) return;
  // While a dialog is open its keys are its own. Looked for last: a long answer has many elements.
  if (document.querySelector('[role="dialog"]')) return;
  event.preventDefault();
  action.do();
}

/** No shortcut is a letter alone, and these come fast. */
function isLetter(event: KeyboardEvent): boolean {
  return event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
}

function inText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

/** Moves the keyboard to the next part of the window: title bar, navigation, screen, status bar. */
function toPane(by: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>(PARTS)];
  const parts = all.filter((part) => part.offsetParent !== null && !part.querySelector('[data-part]'));
  if (parts.length === 0) return;
  const here = parts.findIndex((part) => part.contains(document.activeElement));
  const next = parts[(Math.max(here, 0) + by + parts.length) % parts.length];
  const inside = next?.querySelector<HTMLElement>('[aria-current], .ProseMirror, [aria-selected="true"]');
  const first = inside ?? next?.querySelector<HTMLElement>(next.matches('main') ? 'h1, button, a, input' : PANES);
  (first ?? next)?.focus();
}
