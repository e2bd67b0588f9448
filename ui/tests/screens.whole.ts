// Every screen, light and dark: no axe violation, no broken content rule, nothing wider than the window at
// 200 and 400 per cent.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Opening, Stage, wrongs } from './stage';
import type { Page } from 'playwright-core';

interface Scene extends Opening {
  name: string;
  /** Whether it is there only where the window is wide. */
  wide?: boolean;
  /** What a person does first. */
  first?: (page: Page) => Promise<void>;
}

const PASTED = 'A call\n\n1. What helps? (200 words)\n\n2. Why is that?\n\nSome more text.';
const SCENES: Scene[] = [
  { name: 'Home', at: '#/' },
  { name: 'Home as numbers', at: '#/', first: (page) => page.getByRole('button', { name: 'Show the numbers' }).click() },
  { name: 'Home while nothing is here', at: '#/', with: 'empty' },
  { name: 'Consultations', at: '#/consultations' },
  { name: 'Consultations as a timeline', at: '#/consultations', first: (page) => page.getByText('Timeline').click() },
  { name: 'Consultations, none', at: '#/consultations', with: 'empty' },
  { name: 'Consultations that were sent', at: '#/consultations', first: (page) => page.getByRole('tab', { name: /^Sent/ }).click() },
  { name: 'Consultations that cannot be read', at: '#/consultations', with: 'broken=list_calls' },
  { name: 'a message with Undo', at: '#/sync', first: settled },
  { name: 'the menu of a call', wide: true, at: '#/consultations', first: (page) => page.getByRole('button', { name: 'More actions' }).click() },
  { name: 'Workspace', at: '#/consultations/c-future/future-q3' },
  { name: 'Workspace with a choice', at: '#/consultations/c-future/future-q6' },
  { name: 'Workspace with something to look at', at: '#/consultations/c-future/future-q4' },
  { name: 'Bring in, pasting', at: '#/bring-in' },
  { name: 'Bring in, looking through', at: '#/bring-in', first: bringIn },
  { name: 'the menu of a question', at: '#/bring-in', first: questionMenu },
  { name: 'Search', at: '#/search?text=practice' },
  { name: 'Search without a result', at: '#/search?text=xyzzy' },
  { name: 'the palette', at: '#/', first: (page) => page.keyboard.press('Control+k') },
  { name: 'the palette with results', at: '#/', first: palette },
  { name: 'the list of keys', at: '#/', first: (page) => page.keyboard.press('F1') },
  { name: 'Sync and history', at: '#/sync' },
  { name: 'Sync and history on one’s own', at: '#/sync', with: 'link=notJoined' },
  { name: 'Sync and history while the hub is away', at: '#/sync', with: 'link=hubAway' },
  { name: 'Sync and history, in touch', at: '#/sync', with: 'link=connected' },
  { name: 'Sync and history after the sign-in ended', at: '#/sync', with: 'link=signedOut' },
  { name: 'the report for support', at: '#/sync', first: (page) => page.getByRole('button', { name: 'Copy report' }).click() },
  { name: 'Settings', at: '#/settings' },
  { name: 'the question before a restore', at: '#/settings', first: (page) => page.getByRole('button', { name: 'Restore from a file' }).click() },
  { name: 'Recently deleted', at: '#/deleted' },
  { name: 'Recently deleted with something in it', wide: true, at: '#/consultations', first: deleted },
  { name: 'a part that failed', at: '#/', with: 'broken=home' },
  { name: 'First run', with: 'phase=firstRun' },
  { name: 'First run, restoring', with: 'phase=firstRun', first: (page) => page.getByRole('button', { name: /^Restore a backup/ }).click() },
  { name: 'First run, starting', with: 'phase=firstRun&key=passphrase', first: (page) => page.getByRole('button', { name: /^Start writing now/ }).click() },
  { name: 'a wrong passphrase', with: 'phase=locked&key=passphrase', first: wrongPassphrase },
  { name: 'a start that failed', with: 'broken=app_state' },
  { name: 'Locked', with: 'phase=locked&key=passphrase' },
];

async function settled(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'It is fine' }).click();
  await page.getByRole('button', { name: 'Undo', exact: true }).waitFor();
}

async function palette(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('practice');
  await page.getByRole('option', { name: /Future of general practice/ }).first().waitFor();
}

async function questionMenu(page: Page): Promise<void> {
  await bringIn(page);
  await page.getByRole('button', { name: 'More for question 2' }).click();
  await page.getByRole('menuitem').first().waitFor();
}

async function deleted(page: Page): Promise<void> {
  await page.locator('[data-row=c-future]').click();
  await page.getByRole('complementary').getByText('Anna Hollis (you)').waitFor();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete this consultation' }).click();
  await page.getByRole('button', { name: 'Undo', exact: true }).waitFor();
  await page.evaluate(() => (window.location.hash = '#/deleted'));
  await page.getByRole('button', { name: /^Bring back/ }).waitFor();
}

async function wrongPassphrase(page: Page): Promise<void> {
  await page.keyboard.type('wrong');
  await page.keyboard.press('Enter');
  await page.getByText('This is not the passphrase.').waitFor();
}

async function bringIn(page: Page): Promise<void> {
  await page.getByLabel('Text of the call').fill(PASTED);
  await page.getByRole('button', { name: 'Find the questions' }).click();
  await page.getByRole('button', { name: 'Details of question 1' }).click();
}

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.set();
});
afterAll(() => stage.clear());

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  it.each(SCENES)('$name has nothing that axe finds wrong', async (scene) => {
    const { page, faults, close } = await stage.open({ ...scene, theme });
    await scene.first?.(page);
    expect(await wrongs(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });
});

describe.each([
  ['200 per cent', 720, 450],
  ['400 per cent', 320, 256],
])('at %s', (_, width, height) => {
  it.each(SCENES.filter((scene) => !scene.wide))('$name is never wider than the window, and axe finds nothing', async (scene) => {
    const { page, close } = await stage.open({ ...scene, width, height });
    await scene.first?.(page);
    const wider = await page.evaluate(() => {
      const out = (element: Element): boolean => element.scrollWidth > element.clientWidth + 1;
      const panes = [document.documentElement, document.body, ...document.querySelectorAll('main, main > *')];
      return panes.filter(out).map((element) => `${element.tagName.toLowerCase()}.${element.className} ${element.scrollWidth} > ${element.clientWidth}`);
    });
    expect(wider).toEqual([]);
    if (width === 720) expect(await wrongs(page)).toEqual([]);
    await close();
  });
});

it.each([1280, 900, 720, 320])('nothing in the title bar covers another thing at %i', async (width) => {
  const { page, close } = await stage.open({ width, height: 450 });
  const covered = await page.evaluate(() => {
    const seen = [...document.querySelectorAll<HTMLElement>('.frame > header button, .frame > header a, .frame > header .brand')]
      .map((element) => ({ name: element.getAttribute('aria-label') ?? element.textContent, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0)
      .sort((a, b) => a.box.left - b.box.left);
    const out = seen.filter(({ box }) => box.left < 0 || box.right > innerWidth + 0.5);
    const over = seen.filter((one, at) => at > 0 && one.box.left < (seen[at - 1]?.box.right ?? 0) - 0.5);
    return [...out, ...over].map(({ name }) => name);
  });
  expect(covered).toEqual([]);
  await close();
});

it.each(SCENES)('$name has no target under 24 by 24', async (scene) => {
  const { page, close } = await stage.open(scene);
  await scene.first?.(page);
  const small = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, select, input:not([type=radio], [type=checkbox]), textarea, [role=tab]')]
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ element, box }) => box.width > 1 && getComputedStyle(element).visibility !== 'hidden' && (box.width < 24 || box.height < 24))
      .map(({ element, box }) => `${element.textContent?.trim() || element.getAttribute('aria-label')} ${box.width} x ${box.height}`),
  );
  expect(small).toEqual([]);
  await close();
});
