// Copies words for the person.

/** Copies text; answers whether it worked. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Some web views allow it only through the selection of the page.
    return false;
  }
}
