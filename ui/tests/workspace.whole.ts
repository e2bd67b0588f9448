// The workspace in a real browser: two people write together, words are saved and never claimed to be before, and
// everything is done by keyboard.
import { describe, expect, it } from 'vitest';
import { inField } from './stage';
import { QUESTION, answer, at, beside, onStage, typeAtEnd } from './workspace';

onStage();

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

  it('lets whoever leads say who takes part, and as what', async () => {
    const page = await at(QUESTION);
    await page.getByRole('tab', { name: 'This consultation' }).click();
    await page.getByRole('combobox', { name: 'Everyone else: part in this response' }).selectOption('Reads');
    await page.getByText('Everyone else: Reads. It counts when the hub has it.').waitFor();
    await page.getByRole('combobox', { name: 'Give somebody a part' }).focus();
    await page.keyboard.type('priya');
    await page.getByRole('option', { name: /Priya Nair/, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    const priya = page.getByRole('combobox', { name: 'Priya Nair: part in this response' });
    await expect.poll(() => priya.inputValue()).toBe('observer');
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
