// The main tasks by keyboard alone, and that the keyboard comes back to where it was.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { command, focused, inField, Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.set();
});
afterAll(() => stage.clear());

/** Presses Tab until the thing of this name has the keyboard. */
async function tabTo(page: Page, name: string): Promise<void> {
  // What comes a moment later is waited for, so more than one turn round the window is made.
  for (let pressed = 0; pressed < 200; pressed += 1) {
    if ((await focused(page)).startsWith(name)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard never came to "${name}"`);
}

/** Rests the mouse on the newest message, which stops its clock: a busy machine may be slower than ten seconds. */
async function rest(page: Page): Promise<void> {
  await page.getByRole('status', { name: 'Messages' }).locator('.toast').last().hover();
}

describe('by keyboard alone', () => {
  it('a window that locks itself stands afterwards as it was', async () => {
    const { page, faults, close } = await stage.open({ at: '#/settings', with: 'link=connected' });
    await page.getByRole('button', { name: 'Make a recovery key' }).click();
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByRole('button', { name: 'Set a lock' }).click();
    await inField(page, 'Words for the lock');
    await page.keyboard.type('kettle hill');
    await tabTo(page, 'Set');
    await page.keyboard.press('Enter');
    await page.getByText('The window locks after 15 minutes').waitFor();
    await page.evaluate(() => {
      window.location.hash = '#/bring-in';
    });
    await page.getByRole('heading', { level: 1, name: 'Bring a consultation in' }).waitFor();
    await tabTo(page, 'Text of the call');
    await page.keyboard.insertText('Half a call that nobody has saved');
    await page.evaluate(() => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + 16 * 60_000;
    });
    await page.getByRole('dialog', { name: 'Locked' }).waitFor();
    await inField(page, 'Words for the lock');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('kettle hill');
    expect(await page.getByRole('dialog').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await inField(page, 'Text of the call');
    await page.keyboard.type('!');
    expect(await page.getByLabel('Text of the call').inputValue()).toBe('Half a call that nobody has saved!');
    expect(faults).toEqual([]);
    await close();
  });

  it('a person starts off line and brings a call in', async () => {
    const { page, faults, close } = await stage.open({ with: 'phase=firstRun&link=notJoined' });
    await tabTo(page, 'Start writing now');
    await page.keyboard.press('Enter');
    await inField(page, 'Your name');
    await page.keyboard.type('Anna Hollis');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Keep a recovery key' }).waitFor();
    await tabTo(page, 'Make a recovery key');
    await page.keyboard.press('Enter');
    await page.getByRole('list', { name: 'Recovery key for Linchpin' }).getByText('7K2QF').waitFor();
    await tabTo(page, 'I have kept it');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Sunday 22 November 2026' }).waitFor();
    await command(page, 'bring', /Bring a consultation in/);
    await page.getByRole('heading', { level: 1, name: 'Bring a consultation in' }).waitFor();
    await tabTo(page, 'Text of the call');
    await page.keyboard.insertText('Rotas\n\n1. What helps?\n\n2. Why?');
    await tabTo(page, 'Find the questions');
    await page.keyboard.press('Enter');
    await page.getByLabel('Words of question 2').waitFor();
    await tabTo(page, 'Words of question 2');
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(() => page.getByLabel('Words of question 1').inputValue()).toBe('Why?');
    await inField(page, /^Words of question 1$/);
    await page.keyboard.press('Shift+Tab');
    await tabTo(page, 'Go to the content');
    await tabTo(page, 'Bring in 2 questions');
    await page.keyboard.press('Enter');
    await page.getByText('Rotas is saved on this computer.').waitFor();
    await page.waitForURL(/#\/consultations\/c-/u);
    expect(faults).toEqual([]);
    await close();
  });

  it('a question that is dragged lies where the line was, and Escape leaves it', async () => {
    const { page, faults, close } = await stage.open({ at: '#/bring-in' });
    await page.getByLabel('Text of the call').fill('Rotas\n\n1. What helps?\n\n2. Why is that?\n\n3. What else?');
    await page.getByRole('button', { name: 'Find the questions' }).click();
    const texts = (): Promise<string[]> => page.locator('ol textarea').evaluateAll((all) => all.map((one) => (one as HTMLTextAreaElement).value));
    await expect.poll(texts).toEqual(['What helps?', 'Why is that?', 'What else?']);
    const row = async (at: number) => {
      const box = await page.locator('ol > li').nth(at).boundingBox();
      if (!box) throw new Error('the question is not there');
      return box;
    };
    const drag = async (from: number, to: number, part: number): Promise<void> => {
      const grip = await page.locator('ol > li .grip').nth(from).boundingBox();
      if (!grip) throw new Error('the grip is not there');
      await page.mouse.move(grip.x + 12, grip.y + 16);
      await page.mouse.down();
      const target = await row(to);
      await page.mouse.move(grip.x + 12, target.y + target.height * part, { steps: 4 });
    };
    await drag(0, 2, 0.8);
    await page.locator('li.beneath').waitFor();
    await page.mouse.up();
    await expect.poll(texts).toEqual(['Why is that?', 'What else?', 'What helps?']);
    await drag(2, 0, 0.2);
    await page.locator('li.over').first().waitFor();
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await page.locator('li.over, li.beneath').waitFor({ state: 'detached' });
    expect(await texts()).toEqual(['Why is that?', 'What else?', 'What helps?']);
    expect(faults).toEqual([]);
    await close();
  });

  it('a call is chosen with the arrows, opened with Enter, and Back leads to the list', async () => {
    const { page, close } = await stage.open({ at: '#/consultations' });
    await tabTo(page, 'Access reporting measures');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('complementary', { name: 'About Future of general practice' }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/c-future/u);
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Consultations' }).waitFor();
    await expect.poll(() => page.getByRole('row', { selected: true }).textContent()).toContain('Future of general practice');
    await close();
  });

  it('a deletion is taken back from its message and from the keys', async () => {
    const { page, close } = await stage.open({ at: '#/consultations' });
    const rows = page.locator('[data-row]');
    await rows.first().waitFor();
    const before = await rows.count();
    for (const back of ['message', 'keys']) {
      await page.locator('[data-row=c-future]').focus();
      await page.getByRole('complementary', { name: 'About Future of general practice' }).getByText('Anna Hollis (you)').waitFor();
      await tabTo(page, 'More actions');
      await page.keyboard.press('Enter');
      await page.locator('[role=menuitem]:focus').waitFor();
      await page.keyboard.press('End');
      await inField(page, 'Delete this consultation');
      await page.keyboard.press('Enter');
      await expect.poll(() => rows.count()).toBe(before - 1);
      if (back === 'message') {
        await rest(page);
        await tabTo(page, 'Undo');
        await page.keyboard.press('Enter');
      } else await page.keyboard.press('Control+z');
      await expect.poll(() => rows.count()).toBe(before);
    }
    await close();
  });

  it('Escape closes the palette and gives the keyboard back', async () => {
    const { page, close } = await stage.open();
    await tabTo(page, 'Look: ');
    const before = await focused(page);
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').locator('input:focus').waitFor();
    await page.keyboard.type('sync');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).toBe(before);
    await close();
  });

  it('a merge is looked at and settled, and that can be taken back', async () => {
    const { page, close } = await stage.open({ at: '#/sync' });
    await tabTo(page, 'It is fine');
    await page.keyboard.press('Enter');
    await page.getByText('Marked as fine.').waitFor();
    await rest(page);
    await expect.poll(() => page.getByRole('button', { name: 'It is fine' }).count()).toBe(0);
    await tabTo(page, 'Undo');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'It is fine' }).waitFor();
    await close();
  });

  it('F6 goes from part to part of the window', async () => {
    const { page, close } = await stage.open();
    const parts: string[] = [];
    for (let press = 0; press < 4; press += 1) {
      await page.keyboard.press('F6');
      parts.push(await page.evaluate(() => document.activeElement?.closest('.frame > *')?.tagName ?? ''));
    }
    expect(new Set(parts)).toEqual(new Set(['HEADER', 'NAV', 'MAIN', 'FOOTER']));
    await close();
  });

  it('a wrong passphrase is said at its field, and the right one opens', async () => {
    const { page, close } = await stage.open({ with: 'phase=locked&key=passphrase' });
    await inField(page, 'Passphrase');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('This is not the passphrase.').waitFor();
    await inField(page, 'Passphrase');
    await page.keyboard.type('correct horse battery');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Sunday 22 November 2026' }).waitFor();
    await close();
  });

  it('a recovery key opens what the keychain does not', async () => {
    const { page, close } = await stage.open({ with: 'phase=locked&key=keychain' });
    await inField(page, 'Recovery key or passphrase');
    await page.keyboard.type('7K2QF-9M4XT-0B8RD-W3HNC-Y6JVP-5ZGE1-A7TQS-M2XK9');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Sunday 22 November 2026' }).waitFor();
    await close();
  });

  it('the theme and the text size hold at once', async () => {
    const { page, close } = await stage.open({ at: '#/settings' });
    await page.getByRole('radio', { name: 'Dark' }).focus();
    await page.keyboard.press('Space');
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
    await page.getByRole('radio', { name: '150 %' }).focus();
    await page.keyboard.press('Space');
    await expect.poll(() => page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe('24px');
    await close();
  });
});
