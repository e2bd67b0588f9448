// The workspace in a real browser: two people write together, words are saved and never claimed to be before,
// everything is done by keyboard, and nothing is hidden from those who do not see the screen.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inField, type Open, type Opening, Stage, wrongs, wrongsInBoth } from './stage';

const QUESTION = '#/consultations/c-future/future-q3';
let stage: Stage;
let opened: Open[] = [];

beforeAll(async () => {
  stage = await Stage.set();
});
afterAll(() => stage.clear());
afterEach(async () => {
  const faults = opened.flatMap((one) => one.faults);
  for (const one of opened) await one.close();
  opened = [];
  expect(faults).toEqual([]);
});

async function at(hash: string, query = '', size: Pick<Opening, 'width' | 'height'> = {}): Promise<Page> {
  const open = await stage.open({ at: hash, with: query.startsWith('link=') ? query : `link=connected&${query}`, ...size });
  opened.push(open);
  return open.page;
}

/** Opens a second window beside a first, as a colleague. */
async function beside(page: Page, as: string): Promise<Page> {
  const second = await page.context().newPage();
  await second.goto(page.url().replace('?', `?as=${as}&`));
  await answer(second).waitFor();
  return second;
}

function answer(page: Page, number = 3) {
  return page.getByRole('textbox', { name: `Answer to question ${String(number)}` });
}

async function typeAtEnd(page: Page, words: string): Promise<void> {
  await answer(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(words);
}

describe('writing', () => {
  it('brings two people together, shows both where the other is, and takes back own words alone', async () => {
    const anna = await at(QUESTION);
    const jo = await beside(anna, 'p-jo');
    await answer(anna).locator('p').first().click();
    await anna.keyboard.type('ANNA WROTE ');
    await answer(jo).locator('p').nth(1).click();
    await jo.keyboard.type('JO WROTE ');
    await answer(anna).getByText('JO WROTE').waitFor();
    await answer(jo).getByText('ANNA WROTE').waitFor();
    await anna.locator('.caret', { hasText: 'JM' }).waitFor();
    await jo.locator('.caret', { hasText: 'AH' }).waitFor();
    await anna.getByText('Here now').first().waitFor();
    await anna.keyboard.press('Control+z');
    await answer(anna).getByText('ANNA WROTE').waitFor({ state: 'detached' });
    await expect.poll(() => answer(anna).innerText()).toContain('JO WROTE');
    await answer(jo).getByText('ANNA WROTE').waitFor({ state: 'detached' });
    await expect.poll(() => answer(jo).innerText()).toContain('JO WROTE');
  });

  it('keeps the words when another question is opened at once', async () => {
    const page = await at(QUESTION);
    await typeAtEnd(page, ' Left in a hurry.');
    await page.keyboard.press('Alt+ArrowDown');
    await answer(page, 4).waitFor();
    await page.keyboard.press('Alt+ArrowUp');
    await answer(page, 3).waitFor();
    await expect.poll(() => answer(page).innerText()).toContain('Left in a hurry.');
  });

  it('says that words are not saved, and offers to copy them, for as long as that is so', async () => {
    const page = await at(QUESTION, 'broken=append_update');
    await typeAtEnd(page, ' Not on the disk.');
    await page.getByRole('alert').getByText('Your last words are not saved yet').waitFor();
    await page.getByRole('button', { name: 'Copy my words' }).waitFor();
    await page.getByRole('status', { name: 'Status' }).getByText('Your last words are not saved yet').waitFor();
    expect(await page.getByRole('status', { name: 'Status' }).innerText()).not.toContain('Saved on this computer');
  });

  it('cleans what is pasted from Word and says so', async () => {
    const page = await at(QUESTION);
    await answer(page).click();
    await page.keyboard.press('Control+End');
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData('text/html', '<p style="color:red" onclick="alert(1)">Pasted <b>words</b><img src="https://example.org/x.png"></p>');
      data.setData('text/plain', 'Pasted words');
      document.querySelector('.ProseMirror')?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    });
    await answer(page).getByText('[picture left out]').waitFor();
    await page.getByText('Pasted without its pictures.').waitFor();
    await expect.poll(() => answer(page).locator('[style], [onclick], img:not(.ProseMirror-separator)').count()).toBe(0);
  });

  it('makes tables, links and footnotes with the keyboard', async () => {
    const page = await at(QUESTION);
    await answer(page).click();
    await page.keyboard.press('Control+End');
    await page.getByRole('button', { name: 'Table', exact: true }).focus();
    await page.keyboard.press('Enter');
    await answer(page).locator('th').first().waitFor();
    await inField(page, 'Answer to question 3');
    await page.keyboard.type('Region');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Practices');
    await expect.poll(() => answer(page).locator('th').allTextContents()).toEqual(['Region', 'Practices', '']);
    await page.keyboard.press('Control+End');
    await page.getByRole('button', { name: 'Link', exact: true }).focus();
    await page.keyboard.press('Enter');
    await inField(page, 'Leads to');
    await page.keyboard.type('javascript:alert(1)');
    await page.keyboard.press('Enter');
    await page.getByText('A link starts with https://').waitFor();
    await page.getByRole('textbox', { name: 'Leads to' }).fill('example.org/survey');
    await page.keyboard.press('Enter');
    await expect.poll(() => answer(page).locator('a').getAttribute('href')).toBe('https://example.org/survey');
    await page.getByRole('button', { name: 'Footnote', exact: true }).focus();
    await page.keyboard.press('Enter');
    await inField(page, 'Footnote');
    await page.keyboard.type('Survey of October 2026');
    await page.keyboard.press('Enter');
    await expect.poll(() => answer(page).getByRole('note').getAttribute('aria-label')).toBe('Survey of October 2026');
  });
});

describe('what stands beside the answer', () => {
  it('moves an answer on by keys, says so, and takes it back', async () => {
    const page = await at(QUESTION);
    await answer(page).click();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Question 3: Needs review.').waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByRole('button', { name: 'Ask for review' }).waitFor();
  });

  it('gives the answer to a colleague by typing part of the name', async () => {
    const page = await at(QUESTION);
    await page.getByRole('combobox', { name: 'Who writes it' }).focus();
    await page.keyboard.type('priya');
    await page.getByRole('option', { name: /Priya Nair/, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Question 3 is with Priya Nair now.').waitFor();
  });

  it('compares with an earlier version word by word, and puts it back', async () => {
    const page = await at(QUESTION);
    await typeAtEnd(page, ' More words.');
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByRole('button', { name: /Version “For comments”/ }).click();
    await page.getByText('2 words added, 0 removed').waitFor();
    await page.getByRole('button', { name: 'Put the earlier text back' }).click();
    await answer(page).getByText('More words.').waitFor({ state: 'detached' });
  });

  it('moves the edge of the panel with keys and pointer within its limits, and remembers where it was', async () => {
    const page = await at(QUESTION);
    const edge = page.getByRole('separator', { name: 'Width of the panel' });
    const width = async (): Promise<number> => (await page.locator('.right aside').boundingBox())?.width ?? 0;
    await expect.poll(width).toBe(328);
    await edge.press('ArrowLeft');
    await expect.poll(width).toBe(344);
    await expect.poll(() => edge.getAttribute('aria-valuenow')).toBe('344');
    await edge.press('End');
    await edge.press('ArrowLeft');
    await expect.poll(width).toBe(400);
    const box = await edge.boundingBox();
    if (!box) throw new Error('the edge is not there');
    await page.mouse.move(box.x + 4, 300);
    await page.mouse.down();
    await page.mouse.move(box.x + 34, 300);
    await expect.poll(width).toBe(370);
    await page.mouse.move(box.x + 600, 300);
    await page.mouse.up();
    await expect.poll(width).toBe(280);
    await edge.press('ArrowLeft');
    await page.evaluate(() => (window.location.hash = '#/sync'));
    await page.getByRole('heading', { level: 1, name: 'Sync and history' }).waitFor();
    await page.goBack();
    await answer(page).waitFor();
    await expect.poll(width).toBe(296);
    await edge.dblclick();
    await expect.poll(width).toBe(328);
  });

  it('offers no change that the hub would refuse, and says who can make it', async () => {
    const page = await at('#/consultations/c-access/c-access-q1');
    await page.getByRole('tab', { name: 'This question' }).click();
    await page.getByText('Only Ruth Ellery, who brought this consultation in,').waitFor();
    for (const name of ['Move down', 'Change the question', 'Delete question 1']) {
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    }
    await page.getByRole('tab', { name: 'This consultation' }).click();
    await page.getByText('Only Ruth Ellery, who brought this consultation in,').waitFor();
    await expect.poll(() => page.getByRole('textbox', { name: 'Title' }).isDisabled()).toBe(true);
    for (const name of ['Change the closing time', 'Delete this consultation']) {
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    }
    await page.getByRole('button', { name: 'Add a question' }).click();
    await page.getByRole('textbox', { name: 'What is asked' }).fill('What else?');
    await page.locator('form').getByRole('button', { name: 'Add a question' }).click();
    await page.getByRole('heading', { level: 1, name: 'What else?' }).waitFor();
    await page.getByRole('tab', { name: 'This question' }).click();
    await page.getByRole('button', { name: 'Change the question' }).waitFor();
  });

  it('lets everything be changed while there is no network', async () => {
    const page = await at('#/consultations/c-access/c-access-q1', 'link=notJoined');
    await page.getByRole('tab', { name: 'This question' }).click();
    await page.getByRole('button', { name: 'Change the question' }).waitFor();
  });

  it('shows what two people had and lets both stand', async () => {
    const page = await at('#/consultations/c-future/future-q4');
    await page.getByText('2 people changed this sentence while apart.').waitFor();
    await page.getByText('You had').waitFor();
    await page.getByText('Jo had').waitFor();
    await page.getByRole('button', { name: 'It is fine' }).click();
    await page.getByText('2 people changed this sentence while apart.').waitFor({ state: 'detached' });
  });

  it('adds a question with choices and takes a choice', async () => {
    const page = await at(QUESTION);
    await page.getByRole('button', { name: 'Add a question' }).click();
    await page.getByRole('textbox', { name: 'What is asked' }).fill('Do you agree?');
    await page.getByRole('combobox', { name: 'How it is answered' }).selectOption('oneChoice');
    await page.getByRole('textbox', { name: 'Choices, one a line' }).fill('Yes\nNo');
    await page.locator('form').getByRole('button', { name: 'Add a question' }).click();
    await page.getByRole('heading', { level: 1, name: 'Do you agree?' }).waitFor();
    await page.getByRole('radio', { name: 'Yes' }).check();
    await expect.poll(() => page.getByRole('radio', { name: 'Yes' }).isChecked()).toBe(true);
  });
});

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
    ['the consultation', QUESTION, (page) => tab(page, 'This consultation', 'Change the closing time')],
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
