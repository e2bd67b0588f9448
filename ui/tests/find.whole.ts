// Find here in a real browser: by keys and from the palette, while writing and while reading, in a long answer.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { command, inField, wrongs } from './stage';
import { at, onStage, QUESTION } from './workspace';

onStage();

async function answer(hash = QUESTION, theme: 'light' | 'dark' = 'light'): Promise<Page> {
  const page = await at(hash, '', { theme });
  await page.locator('.ProseMirror').waitFor();
  return page;
}

const box = (page: Page) => page.getByRole('textbox', { name: 'Words to find' });
const count = (page: Page) => page.getByRole('search').getByRole('status');
const now = (page: Page) => page.locator('.found.now');

/** Asks for the words to find, and waits until the keyboard is there. */
async function ask(page: Page): Promise<void> {
  await page.keyboard.press('Control+f');
  await inField(page, 'Words to find');
}

/** Waits until the box is gone and the keyboard is somewhere else. */
async function gone(page: Page): Promise<void> {
  await page.getByRole('search').waitFor({ state: 'detached' });
}

/** Pastes paragraphs of plain words at the cursor. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((words) => {
    const data = new DataTransfer();
    data.setData('text/plain', words);
    const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
    document.querySelector('.ProseMirror')?.dispatchEvent(event);
  }, text);
}

it('finds, goes on and back and round, and Escape leaves the keyboard at the words', async () => {
  const page = await answer();
  await page.locator('.ProseMirror').click();
  await page.keyboard.press('Control+Home');
  await ask(page);
  await page.keyboard.type('MANAGER');
  await count(page).getByText('1 of 3', { exact: true }).waitFor();
  await expect.poll(() => page.locator('.found').count()).toBe(3);
  await page.keyboard.press('Enter');
  await count(page).getByText('2 of 3', { exact: true }).waitFor();
  await page.keyboard.press('F3');
  await count(page).getByText('3 of 3', { exact: true }).waitFor();
  await page.keyboard.press('Shift+F3');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.press('Shift+Enter');
  await count(page).getByText('3 of 3', { exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await count(page).getByText('2 of 3', { exact: true }).waitFor();
  await expect.poll(() => now(page).count()).toBe(1);
  await page.keyboard.press('Escape');
  await gone(page);
  await expect.poll(() => page.locator('.found').count()).toBe(0);
  await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toContain('ProseMirror');
  await expect.poll(() => page.evaluate(() => getSelection()?.toString().toLowerCase())).toBe('manager');
  await page.keyboard.type('leader');
  await expect.poll(() => page.locator('.ProseMirror').innerText()).toContain('When a leader leaves');
});

it('takes over what is picked, follows what is typed, and Escape closes it from the words too', async () => {
  const page = await answer();
  await page.locator('.ProseMirror p').nth(1).dblclick({ position: { x: 50, y: 8 } });
  const picked = (await page.evaluate(() => getSelection()?.toString() ?? '')).trim();
  await ask(page);
  await expect.poll(() => box(page).inputValue().then((value) => value.trim())).toBe(picked);
  await box(page).fill('premises');
  await count(page).getByText('2', { exact: false }).waitFor();
  await page.locator('.ProseMirror').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' Premises!');
  await count(page).getByText('of 3').waitFor();
  await page.keyboard.press('Escape');
  await gone(page);
  await page.keyboard.type('?');
  await expect.poll(() => page.locator('.ProseMirror').innerText()).toContain('Premises!?');
});

it('works while reading, from the palette, and says where nothing is found', async () => {
  const page = await answer();
  await page.getByRole('radio', { name: 'Read' }).focus();
  await page.keyboard.press('Space');
  await page.locator('.ProseMirror[contenteditable=false]').waitFor();
  await command(page, 'find in', /Find in/);
  await page.locator('[role=search] input:focus').waitFor();
  await page.keyboard.type('hologram');
  await count(page).getByText('Nothing found').waitFor();
  await box(page).fill('survey');
  await count(page).getByText('1 of 1').waitFor();
  await page.keyboard.press('Escape');
  await gone(page);
});

it('says that an answer must be open, where none is', async () => {
  const page = await at('#/');
  await page.keyboard.press('Control+f');
  await page.getByText('Open an answer to find words in it.').waitFor();
});

it('brings the words into sight, and finds a letter that is everywhere, in an answer of 10,000 words', async () => {
  const page = await answer('#/consultations/c-future/future-q6');
  await page.locator('.ProseMirror').click();
  const lines = Array.from({ length: 200 }, (_, at) => `${'A sentence with eight words stands in here. '.repeat(6)}Número ${String(at)}.`);
  await paste(page, lines.join('\n'));
  await page.keyboard.press('Control+Home');
  await ask(page);
  await page.keyboard.type('numero 199');
  await count(page).getByText('1 of 1', { exact: true }).waitFor();
  const seen = (): Promise<boolean> =>
    now(page).evaluate((mark) => {
      const [place, pane] = [mark.getBoundingClientRect(), mark.closest('.scroll')?.getBoundingClientRect()];
      return pane !== undefined && place.top > pane.top + 80 && place.bottom < pane.bottom;
    });
  await expect.poll(seen).toBe(true);
  await box(page).fill('e');
  await count(page).getByText(/of \d{1,2},\d{3}/u).waitFor();
});

it.each(['light', 'dark'] as const)('axe finds nothing in it, %s', async (theme) => {
  const page = await answer(QUESTION, theme);
  await page.locator('.ProseMirror').click();
  await ask(page);
  await box(page).fill('manager');
  await count(page).getByText('of 3').waitFor();
  expect(await wrongs(page)).toEqual([]);
});
