// Numbers and lists in words.

const NUMBERS = new Intl.NumberFormat('en-GB');

/** 1,000 */
export function number(value: number): string {
  return NUMBERS.format(value);
}

const SMALL = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'];

/** Three, 12: how a sentence begins. */
export function beginning(value: number): string {
  return SMALL[value] ?? number(value);
}

/** a, b and c */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  if (words.length < 2) return last;
  return `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** 820 bytes, 14 KB, 3.2 MB */
export function size(bytes: number): string {
  if (bytes < 1000) return `${number(bytes)} bytes`;
  if (bytes < 1_000_000) return `${number(Math.round(bytes / 1000))} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
