// What holds on every screen: a message hides nothing, the keyboard lands on what is new, and a large text size
// cuts nothing off.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, focused, inField, Stage } from './stage';

const QUESTION = '#/consultations/c-future/future-q3';
let stage: Stage;
beforeAll(async () => {
  stage = await Stage.set();
});
afterAll(() => stage.clear());

/** Asks for the largest text and waits for it. */
async function largeText(page: Page): Promise<void> {
  const { hash } = new URL(page.url());
  await page.evaluate(() => (window.location.hash = '#/settings'));
  await page.getByRole('radio', { name: '150 %' }).focus();
  await page.keyboard.press('Space');
  await expect.poll(() => page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe('24px');
  await page.evaluate((back) => (window.location.hash = back), hash);
  if (hash !== '#/settings') await page.locator('main h1').filter({ hasNotText: /^Settings$/ }).waitFor();
}

/** Returns what of a kind lies under a message. */
function covered(page: Page, kind: string): Promise<string[]> {
  return page.evaluate((all) => {
    const toasts = [...document.querySelectorAll('.toast')].map((toast) => toast.getBoundingClientRect());
    const under = (box: DOMRect): boolean =>
      toasts.some((one) => box.left < one.right && box.right > one.left && box.top < one.bottom - 0.5 && box.bottom > one.top + 0.5);
    return [...document.querySelectorAll<HTMLElement>(all)]
      .filter((element) => !element.closest('.toasts') && under(element.getBoundingClientRect()))
      .map((element) => element.textContent?.trim() ?? '');
  }, kind);
}

/** Returns words that stand on other words, or out of their part of the window. */
function collisions(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    interface Box { words: string; part: Element | null; left: number; right: number; top: number; bottom: number }
    const boxes: Box[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      const words = node.textContent?.trim() ?? '';
      if (!parent || words === '' || parent.closest('.unseen, .skip, select, [hidden]')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        const box = { words, part: parent.closest('.frame > *'), left: rect.left, right: rect.right, top: rect.top, bottom: rect.bottom };
        // What is cut or scrolled away is not on the screen.
        for (let up: Element | null = parent; up; up = up.parentElement) {
          if (getComputedStyle(up).overflow === 'visible') continue;
          const clip = up.getBoundingClientRect();
          box.left = Math.max(box.left, clip.left);
          box.right = Math.min(box.right, clip.right);
          box.top = Math.max(box.top, clip.top);
          box.bottom = Math.min(box.bottom, clip.bottom);
        }
        // A line box is taller than its letters.
        if (box.right - box.left > 2 && box.bottom - box.top > 8) boxes.push({ ...box, top: box.top + 3, bottom: box.bottom - 3 });
      }
    }
    const on = (a: Box, b: Box): boolean => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
    const over = boxes.flatMap((a, at) => boxes.slice(at + 1).filter((b) => a.words !== b.words && on(a, b)).map((b) => `${a.words} | ${b.words}`));
    const out = boxes.filter(({ part, right }) => part && right > part.getBoundingClientRect().right + 0.5).map(({ words }) => `out: ${words}`);
    const wide = [...document.querySelectorAll('nav, nav a')].filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => `cut: ${one.textContent ?? ''}`);
    return [...over, ...out, ...wide];
  });
}

describe('a message', () => {
  it.each([
    [1280, 800],
    [720, 450],
  ])('hides no button, no field and no fact at %i by %i', async (width, height) => {
    const { page, faults, close } = await stage.open({ at: QUESTION, with: 'link=connected', width, height });
    await page.locator('.ProseMirror').click();
    await page.keyboard.press('Control+Enter');
    await page.locator('.toast').waitFor();
    expect(await covered(page, 'button, a, input, footer, [role=status], .scroll')).toEqual([]);
    expect(await page.locator('.toast').evaluate((toast) => toast.getBoundingClientRect().bottom <= innerHeight)).toBe(true);
    expect(faults).toEqual([]);
    await close();
  });
});

describe('the keyboard lands on what is new', () => {
  it('after a call was brought in: on its question', async () => {
    const { page, close } = await stage.open({ at: '#/bring-in' });
    await page.getByLabel('Text of the call').fill('Rotas\n\n1. What helps?\n\n2. Why?');
    await page.getByRole('button', { name: 'Find the questions' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByLabel('Words of question 2').waitFor();
    await page.getByRole('button', { name: 'Bring in 2 questions' }).press('Enter');
    await expect.poll(() => focused(page)).toBe('What helps?');
    await close();
  });

  it('after the questions were found: on the heading over them', async () => {
    const { page, close } = await stage.open({ at: '#/bring-in' });
    await page.getByLabel('Text of the call').fill('Rotas\n\n1. What helps?\n\n2. Why?');
    await page.getByRole('button', { name: 'Find the questions' }).press('Enter');
    await expect.poll(() => focused(page)).toBe('Bring a consultation in');
    await close();
  });

  it('after the passphrase: on the heading of Home', async () => {
    const { page, close } = await stage.open({ with: 'phase=locked&key=passphrase' });
    await inField(page, 'Passphrase');
    await page.keyboard.type('correct horse battery');
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('Sunday 22 November 2026');
    await close();
  });

  it('after joining: on the heading of Home', async () => {
    const { page, close } = await stage.open({ with: 'phase=firstRun&link=connected' });
    await page.getByRole('textbox', { name: 'Invitation code' }).fill('LNCH-7K2M-9QXR-4TZD');
    await page.keyboard.press('Enter');
    await inField(page, 'Your name');
    await page.keyboard.type('Anna Hollis');
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('Keep a recovery key');
    await page.getByRole('button', { name: 'Not now' }).press('Enter');
    await expect.poll(() => focused(page)).toBe('Sunday 22 November 2026');
    await close();
  });

  it('after Export in the workspace: on the first sort of file', async () => {
    const { page, close } = await stage.open({ at: QUESTION });
    await page.getByRole('button', { name: 'Export' }).press('Enter');
    await inField(page, /^Markdown/);
    expect(await page.evaluate(() => document.activeElement?.getBoundingClientRect().bottom ?? 9999)).toBeLessThan(800);
    await close();
  });
});

describe('at the largest text', () => {
  it('the initials beside the answer are whole', async () => {
    const { page, close } = await stage.open({ at: QUESTION, with: 'link=connected' });
    await page.locator('.ProseMirror .by').first().waitFor();
    await largeText(page);
    await page.locator('.ProseMirror .by').first().waitFor();
    // What a drawn piece needs is not told by the page, so the same letters are laid out once more.
    const room = await page.locator('.ProseMirror .by').first().evaluate((block) => {
      const drawn = getComputedStyle(block, '::after');
      const same = document.createElement('span');
      for (const one of ['fontSize', 'fontWeight', 'fontFamily'] as const) same.style[one] = drawn[one];
      same.textContent = 'WM';
      same.style.position = 'absolute';
      document.body.append(same);
      const needed = same.getBoundingClientRect().width;
      same.remove();
      const pane = block.closest('.scroll')?.getBoundingClientRect().left ?? 0;
      const right = block.getBoundingClientRect().left - parseFloat(drawn.right === 'auto' ? '0' : drawn.right) + block.clientWidth;
      return right - pane - needed;
    });
    expect(room).toBeGreaterThanOrEqual(0);
    await close();
  });

  it.each(['#/', '#/consultations', '#/sync', '#/settings', '#/bring-in', '#/deleted', '#/search?text=practice', QUESTION])('no words stand on other words: %s', async (at) => {
    const { page, close } = await stage.open({ at });
    await largeText(page);
    await expect.poll(() => collisions(page)).toEqual([]);
    await close();
  });

  it('months on the timeline stand apart', async () => {
    const { page, close } = await stage.open({ at: '#/consultations' });
    for (const large of [false, true]) {
      if (large) await largeText(page);
      await page.getByText('Timeline').click();
      const months = page.locator('figure .month');
      await months.first().waitFor();
      const gaps = await months.evaluateAll((all) => {
        const boxes = all.map((one) => one.getBoundingClientRect());
        return boxes.slice(1).map((box, at) => box.left - (boxes[at]?.right ?? 0));
      });
      expect(gaps.length).toBeGreaterThan(0);
      for (const gap of gaps) expect(gap).toBeGreaterThan(4);
    }
    await close();
  });

  it('the timeline is drawn anew where its own width stays as it was', async () => {
    // The navigation is folded here, so that the text alone grows.
    const { page, close } = await stage.open({ at: '#/consultations', width: 880 });
    await page.getByText('Timeline').click();
    const scale = page.locator('figure .scale');
    await scale.waitFor();
    const width = (): Promise<number> => scale.evaluate((one) => one.clientWidth);
    /** The room that is left for the words at the longest row's end, in letters' heights. */
    const room = (): Promise<number> =>
      page.evaluate(() => {
        const lanes = [...document.querySelectorAll('figure .lane')];
        const ends = lanes.map((lane) => lane.getBoundingClientRect().right - (lane.querySelector('path')?.getBoundingClientRect().right ?? 0));
        return Math.min(...ends) / parseFloat(getComputedStyle(document.documentElement).fontSize);
      });
    const before = await width();
    const normal = await room();
    for (let size = 0; size < 3; size += 1) await command(page, 'larger text', /[Ll]arger/);
    await expect.poll(() => page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe('24px');
    expect(await width()).toBe(before);
    await expect.poll(room).toBeGreaterThan(normal - 0.5);
    await close();
  });
});

it('a call without an asker is told by its nation alone, with no stray comma', async () => {
  const { page, close } = await stage.open({ at: '#/bring-in' });
  await page.getByLabel('Text of the call').fill('Rotas\n\n1. What helps?');
  await page.getByRole('button', { name: 'Find the questions' }).click();
  await page.getByLabel('Closing day').fill('14 December 2026');
  await page.getByRole('button', { name: 'Bring in 1 question' }).click();
  await page.getByRole('heading', { level: 1, name: 'What helps?' }).waitFor();
  await page.evaluate(() => (window.location.hash = '#/consultations'));
  await page.getByText('Timeline').click();
  const facts = page.locator('figure a', { hasText: 'Rotas' }).locator('.facts');
  await expect.poll(() => facts.textContent()).toMatch(/^\w.*, 0 of 1 done$/);
  await close();
});

describe('a closing day that has passed', () => {
  it('is taken when a call is brought in, and the field says so', async () => {
    const { page, close } = await stage.open({ at: '#/bring-in' });
    await page.getByLabel('Text of the call').fill('Rotas\n\n1. What helps?');
    await page.getByRole('button', { name: 'Find the questions' }).click();
    await page.getByLabel('Closing day').fill('14 October 2026');
    await page.keyboard.press('Tab');
    await page.getByText('This day has passed.').waitFor();
    await page.getByRole('button', { name: 'Bring in 1 question' }).click();
    await page.getByRole('heading', { level: 1, name: 'What helps?' }).waitFor();
    await close();
  });

  it('is taken when the closing time is changed, and the field says so', async () => {
    const { page, close } = await stage.open({ at: QUESTION });
    await page.getByRole('tab', { name: 'This consultation' }).click();
    await page.getByRole('button', { name: 'Change the closing time' }).click();
    await page.getByRole('textbox', { name: 'Closes on' }).fill('14 October 2026');
    await page.keyboard.press('Tab');
    await page.getByText('This day has passed.').waitFor();
    await page.locator('form').getByRole('button', { name: 'Change the closing time' }).click();
    await page.locator('.toast').getByText(/14 October/).waitFor();
    await page.locator('form').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Change the closing time' }).click();
    await expect.poll(() => page.getByRole('textbox', { name: 'Closes on' }).inputValue()).toBe('Wednesday 14 October');
    await close();
  });
});
