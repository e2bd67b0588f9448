// The workspace for everybody: axe finds nothing in any of its states, it can be used at 400 per cent, and nothing is
// hidden from those who do not see the screen.
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { inField, wrongs, wrongsInBoth } from './stage';
import { QUESTION, answer, at, onStage, typeAtEnd } from './workspace';

onStage();

/** Presses a tool over the answer and waits for its form. */
async function tool(page: Page, name: string, field: string): Promise<void> {
  await answer(page).click();
  await page.getByRole('button', { name, exact: true }).click();
  await inField(page, field);
}

/** Goes to a tab of the panel and waits for what stands there. */
async function tab(page: Page, name: string, button = ''): Promise<void> {
  await page.getByRole('tab', { name }).click();
  const panel = page.getByRole('tabpanel', { name });
  await (button === '' ? panel.getByText('Only Ruth Ellery') : panel.getByRole('button', { name: button })).first().waitFor();
}

describe('for everybody', () => {
  const STATES: [string, string, (page: Page) => Promise<unknown>][] = [
    ['an answer', QUESTION, (page) => answer(page).waitFor()],
    ['two wordings', '#/consultations/c-future/future-q4', (page) => page.getByText('You had').waitFor()],
    ['choices', '#/consultations/c-future/future-q6', (page) => page.getByRole('radio').last().waitFor()],
    ['the question', QUESTION, (page) => tab(page, 'This question', 'Change the question')],
    ['the consultation', QUESTION, async (page) => {
      await tab(page, 'This consultation', 'Change the closing time');
      await page.getByRole('combobox', { name: 'Give somebody a part' }).waitFor();
    }],
    ['a comparison', QUESTION, async (page) => {
      await tab(page, 'History', 'Compare versions');
      await page.getByRole('button', { name: 'Compare versions' }).click();
      await page.getByRole('tabpanel', { name: 'History' }).getByText(/words? added|same/).first().waitFor();
    }],
    ['a link being made', QUESTION, (page) => tool(page, 'Link', 'Leads to')],
    ['a footnote being written', QUESTION, (page) => tool(page, 'Footnote', 'Footnote')],
    ['a table', QUESTION, async (page) => {
      await typeAtEnd(page, '');
      await page.getByRole('button', { name: 'Table', exact: true }).click();
      for (const heading of ['Region', 'Practices', 'Posts']) {
        await page.keyboard.type(heading);
        await page.keyboard.press('Tab');
      }
    }],
    ['a version being kept', QUESTION, async (page) => {
      await tab(page, 'History', 'Keep a version');
      await page.getByRole('button', { name: 'Keep a version' }).click();
      await page.locator('aside form').waitFor();
    }],
    ['a closing time being changed', QUESTION, async (page) => {
      await tab(page, 'This consultation', 'Change the closing time');
      await page.getByRole('button', { name: 'Change the closing time' }).click();
      await page.locator('aside form').waitFor();
    }],
    ['the rule of counting', QUESTION, (page) => page.locator('.middle footer button[aria-expanded]').click()],
    ['an answer being read', QUESTION, (page) => page.getByText('Read', { exact: true }).click()],
    ['words that are not saved', `${QUESTION}|broken=append_update`, async (page) => {
      await typeAtEnd(page, ' Not on the disk.');
      await page.getByRole('alert').waitFor();
    }],
    ['a call that cannot be read', `${QUESTION}|broken=show_call`, (page) => page.getByRole('button', { name: 'Try again' }).waitFor()],
    ['a list of people', QUESTION, async (page) => {
      await page.getByRole('combobox', { name: 'Who writes it' }).click();
      await page.getByRole('option', { name: /Priya Nair/ }).waitFor();
    }],
    ['a list of people that is refused', `${QUESTION}|broken=list_people`, async (page) => {
      await page.getByRole('combobox', { name: 'Who writes it' }).press('ArrowDown');
      await page.getByRole('option', { name: /^Something/ }).waitFor();
    }],
    ['a new question', QUESTION, async (page) => {
      await page.getByRole('button', { name: 'Add a question' }).click();
      await page.getByRole('textbox', { name: 'What is asked' }).waitFor();
    }],
    ['a question of somebody else', '#/consultations/c-access/c-access-q1', (page) => tab(page, 'This question')],
    ['a consultation of somebody else', '#/consultations/c-access/c-access-q1', (page) => tab(page, 'This consultation')],
    ['a sent answer', '#/consultations/c-digital/c-digital-q1', (page) => page.locator('.ProseMirror').waitFor()],
  ];
  it.each(STATES)('axe finds nothing, light and dark: %s', async (_, place, step) => {
    const [hash = '', query = ''] = place.split('|');
    const page = await at(hash, query);
    await step(page);
    expect(await wrongsInBoth(page)).toEqual({ light: [], dark: [] });
  });

  const NARROW: [string, (page: Page) => Promise<unknown>][] = [
    ['the answer', () => Promise.resolve()],
    ['the questions in their drawer', (page) => page.getByRole('button', { name: 'Questions' }).click()],
    ['the panel over the answer', (page) => page.getByRole('button', { name: 'Show what belongs to the answer' }).click()],
  ];
  it.each(NARROW)('axe finds nothing at 200 per cent: %s', async (_, step) => {
    const page = await at(QUESTION, '', { width: 720, height: 450 });
    await answer(page).waitFor();
    await step(page);
    expect(await wrongs(page)).toEqual([]);
  });

  it('leaves room to write at 400 per cent', async () => {
    const page = await at(QUESTION, '', { width: 320, height: 256 });
    await answer(page).click();
    await page.keyboard.type('Seen. ');
    const seen = (): Promise<number> =>
      answer(page).evaluate((box) => {
        const [own, pane] = [box.getBoundingClientRect(), document.querySelector('.middle')?.getBoundingClientRect()];
        return Math.min(own.bottom, pane?.bottom ?? 0) - Math.max(own.top, pane?.top ?? 0);
      });
    await expect.poll(seen).toBeGreaterThan(80);
  });

  it.each([
    [720, 450],
    [320, 256],
  ])('loses nothing and scrolls in one direction at %i by %i', async (width, height) => {
    const page = await at(QUESTION, '', { width, height });
    await answer(page).waitFor();
    const wide = await page.evaluate(() => {
      const over = (element: Element): boolean => element.scrollWidth > element.clientWidth + 1;
      return [document.documentElement, document.querySelector('.middle'), document.querySelector('.scroll')]
        .filter((element) => element !== null)
        .filter(over)
        .map((element) => element.className);
    });
    expect(wide).toEqual([]);
  });

  it('goes round all parts of the window with F6', async () => {
    const page = await at(QUESTION);
    const places: string[] = [];
    for (let turn = 0; turn < 7; turn += 1) {
      await page.keyboard.press('F6');
      places.push(await page.evaluate(() => document.activeElement?.closest('[data-part], nav, header, footer, main')?.className ?? ''));
    }
    expect(new Set(places).size).toBeGreaterThanOrEqual(5);
  });
});
