// How a shortcut is written and when it was pressed. `Mod` is Command on macOS and Ctrl elsewhere.

const MAC: Record<string, string> = { Mod: '⌘', Shift: '⇧', Alt: '⌥' };
const OTHER: Record<string, string> = { Mod: 'Ctrl' };

/** Returns the keys of a shortcut as they are printed on this computer's keyboard. */
export function keys(shortcut: string, mac: boolean): string[] {
  const names = mac ? MAC : OTHER;
  return shortcut.split(' ').map((key) => names[key] ?? key);
}

/** Returns whether the event is this shortcut and no other. */
export function pressed(event: KeyboardEvent, shortcut: string, mac: boolean): boolean {
  const parts = shortcut.split(' ');
  const key = parts.at(-1) ?? '';
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  if (parts.includes('Mod') !== mod || other) return false;
  if (parts.includes('Shift') !== event.shiftKey || parts.includes('Alt') !== event.altKey) return false;
  return event.key.toLowerCase() === key.toLowerCase();
}
