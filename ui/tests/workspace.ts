// How the tests of the workspace come in, write and leave again: each page is closed, and none may have had a fault.
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type Open, type Opening, Stage } from './stage';

/** A question with an answer that others write too. */
export const QUESTION = '#/consultations/c-future/future-q3';
let stage: Stage;
let opened: Open[] = [];

/** Sets the stage for the tests of a file. */
export function onStage(): void {
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
}

/** Opens the workspace in a network that can be reached, unless the query says otherwise. */
export async function at(hash: string, query = '', how: Pick<Opening, 'width' | 'height' | 'theme'> = {}): Promise<Page> {
  const open = await stage.open({ at: hash, with: query.startsWith('link=') ? query : `link=connected&${query}`, ...how });
  opened.push(open);
  return open.page;
}

/** Opens a second window beside a first, as a colleague. */
export async function beside(page: Page, as: string): Promise<Page> {
  const second = await page.context().newPage();
  await second.goto(page.url().replace('?', `?as=${as}&`));
  await answer(second).waitFor();
  return second;
}

/** Returns the box of an answer. */
export function answer(page: Page, number = 3): Locator {
  return page.getByRole('textbox', { name: `Answer to question ${String(number)}` });
}

/** Writes behind the last word of the answer. */
export async function typeAtEnd(page: Page, words: string): Promise<void> {
  await answer(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(words);
}
