// Every screen, light and dark: no axe violation, no broken content rule, no target too small to hit, nothing wider
// than the window at 200 and 400 per cent. Each is opened once for each size, and all is looked at there.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inField, type Opening, Stage, wrongs, wrongsInBoth } from './stage';
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
  { name: 'Home as numbers', at: '#/', first: (page) => press(page, 'button', 'Show the numbers', 'table') },
  { name: 'Home while nothing is here', at: '#/', with: 'empty' },
  { name: 'Consultations', at: '#/consultations' },
  { name: 'Consultations as a timeline', at: '#/consultations', first: timeline },
  { name: 'Consultations, none', at: '#/consultations', with: 'empty' },
  { name: 'Consultations that were sent', at: '#/consultations', first: (page) => press(page, 'tab', /^Sent/, '[role=tab][aria-selected=true]:has-text("Sent")') },
  { name: 'Consultations that cannot be read', at: '#/consultations', with: 'broken=list_calls' },
  { name: 'a message with Undo', at: '#/sync', first: settled },
  { name: 'the menu of a call', wide: true, at: '#/consultations', first: (page) => press(page, 'button', 'More actions', '[role=menuitem]') },
  { name: 'Workspace', at: '#/consultations/c-future/future-q3', first: editor },
  { name: 'Workspace with a choice', at: '#/consultations/c-future/future-q6', first: editor },
  { name: 'Workspace with something to look at', at: '#/consultations/c-future/future-q4', first: editor },
  { name: 'Bring in, pasting', at: '#/bring-in' },
  { name: 'Bring in, looking through', at: '#/bring-in', first: bringIn },
  { name: 'the menu of a question', at: '#/bring-in', first: questionMenu },
  { name: 'Search', at: '#/search?text=practice' },
  { name: 'Search without a result', at: '#/search?text=xyzzy' },
  { name: 'the palette', at: '#/', first: (page) => key(page, 'Control+k') },
  { name: 'the palette with results', at: '#/', first: palette },
  { name: 'the list of keys', at: '#/', first: (page) => key(page, 'F1') },
  { name: 'Sync and history', at: '#/sync' },
  { name: 'Sync and history on one’s own', at: '#/sync', with: 'link=notJoined' },
  { name: 'Sync and history while the hub is away', at: '#/sync', with: 'link=hubAway' },
  { name: 'Sync and history, in touch', at: '#/sync', with: 'link=connected' },
  { name: 'Sync and history while nobody can tell what was seen', at: '#/sync', with: 'link=connected&broken=seen_by_others' },
  { name: 'Sync and history after the sign-in ended', at: '#/sync', with: 'link=signedOut' },
  { name: 'the report for support', at: '#/sync', first: (page) => press(page, 'button', 'Copy report', 'dialog, [role=dialog]') },
  { name: 'Settings', at: '#/settings' },
  { name: 'the question before a restore', at: '#/settings', first: (page) => press(page, 'button', 'Restore from a file', 'dialog, [role=dialog]') },
  { name: 'Recently deleted', at: '#/deleted' },
  { name: 'Recently deleted with something in it', wide: true, at: '#/consultations', first: deleted },
  { name: 'a part that failed', at: '#/', with: 'broken=home' },
  { name: 'First run', with: 'phase=firstRun' },
  { name: 'First run, restoring', with: 'phase=firstRun', first: (page) => press(page, 'button', /^Restore a backup/, 'form input') },
  { name: 'First run, starting', with: 'phase=firstRun&key=passphrase', first: (page) => press(page, 'button', /^Start writing now/, 'form input') },
  { name: 'First run, signing in', with: 'phase=firstRun&key=passphrase', first: (page) => press(page, 'button', /^I have an account/, 'form input') },
  { name: 'First run, a recovery key offered', with: 'phase=firstRun', first: offered },
  { name: 'First run, a recovery key made', with: 'phase=firstRun', first: made },
  { name: 'a wrong passphrase', with: 'phase=locked&key=passphrase', first: wrongPassphrase },
  { name: 'a start that failed', with: 'broken=app_state' },
  { name: 'Locked', with: 'phase=locked&key=passphrase' },
  { name: 'Locked, and the keychain does not answer', with: 'phase=locked&key=keychain', first: silent },
  { name: 'the question before the work is put aside', with: 'phase=locked&key=keychain', first: (page) => press(page, 'button', 'Nothing opens it', '[role=dialog]') },
  { name: 'Settings, an account to set up', at: '#/settings', first: (page) => press(page, 'button', 'Set up an account', '[role=dialog] input') },
  { name: 'Settings, the app for codes', at: '#/settings', first: appForCodes },
  { name: 'Settings, recovery codes', at: '#/settings', first: recoveryCodes },
  { name: 'Settings, another passphrase', at: '#/settings', first: newPassphrase },
  { name: 'Covered', with: 'phase=covered' },
  { name: 'Covered, and the words are wrong', with: 'phase=covered', first: wrongWords },
  { name: 'Settings, a lock to set', at: '#/settings', first: (page) => press(page, 'button', 'Set a lock', '[role=dialog] input') },
  { name: 'Settings, a lock that is set', at: '#/settings', first: lockSet },
  { name: 'Settings, a new recovery key', at: '#/settings', first: (page) => press(page, 'button', 'Make a recovery key', '[role=dialog] ol') },
];

/** Presses something and waits for what it shows. */
async function press(page: Page, role: 'button' | 'tab', name: string | RegExp, shows: string): Promise<void> {
  await page.getByRole(role, { name }).click();
  await page.locator(shows).first().waitFor();
}

/** Sets an account up until the app for codes is asked for. */
async function appForCodes(page: Page): Promise<void> {
  await press(page, 'button', 'Set up an account', '[role=dialog] input');
  await page.getByLabel('Passphrase of the account').fill('lantern moss canary');
  await press(page, 'button', 'Go on', '[role=dialog] svg[role=img]');
}

/** Goes on until recovery codes are shown, and tries to leave them by Escape. */
async function recoveryCodes(page: Page): Promise<void> {
  await appForCodes(page);
  await page.getByRole('textbox', { name: 'Code' }).fill('123456');
  await press(page, 'button', 'Go on', '[role=dialog] ol li');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').locator('ol li').nth(9).waitFor();
}

/** Begins to change the passphrase of an account. */
async function newPassphrase(page: Page): Promise<void> {
  await recoveryCodes(page);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await press(page, 'button', 'Change passphrase', '[role=dialog] input');
}

/** Types words that do not uncover the window. */
async function wrongWords(page: Page): Promise<void> {
  await page.getByLabel('Words for the lock').fill('kettle');
  await page.keyboard.press('Enter');
  await page.getByText('These are not the words for it').waitFor();
}

/** Sets a lock and looks at changing it. */
async function lockSet(page: Page): Promise<void> {
  await press(page, 'button', 'Make a recovery key', '[role=dialog] ol');
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await press(page, 'button', 'Set a lock', '[role=dialog] input');
  await page.getByLabel('Words for the lock').fill('kettle hill');
  await page.getByRole('button', { name: 'Set', exact: true }).click();
  await press(page, 'button', 'Change the lock', '[role=dialog] input');
}

/** Presses a key that opens a dialog. */
async function key(page: Page, name: string): Promise<void> {
  await page.keyboard.press(name);
  await page.getByRole('dialog').waitFor();
}

/** A person begins off line and is offered a recovery key. */
async function offered(page: Page): Promise<void> {
  await press(page, 'button', /^Start writing now/, 'form input');
  await page.getByLabel('Your name').fill('Anna Hollis');
  await press(page, 'button', 'Start writing', 'h1:has-text("Keep a recovery key")');
}

async function made(page: Page): Promise<void> {
  await offered(page);
  await press(page, 'button', 'Make a recovery key', 'ol');
}

async function silent(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Ask the keychain again' }).click();
  await page.getByText('Unlock the keychain and try again').waitFor();
}

async function timeline(page: Page): Promise<void> {
  await page.getByText('Timeline').click();
  await page.locator('figure').waitFor();
}

async function editor(page: Page): Promise<void> {
  await page.locator('.ProseMirror').waitFor();
}

async function settled(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'It is fine' }).click();
  await page.getByRole('button', { name: 'Undo', exact: true }).waitFor();
}

async function palette(page: Page): Promise<void> {
  await key(page, 'Control+k');
  await page.getByRole('dialog').locator('input:focus').waitFor();
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
  await inField(page, 'Passphrase');
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

/** Returns what is wider than its place. */
function wider(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const out = (element: Element): boolean => element.scrollWidth > element.clientWidth + 1;
    const panes = [document.documentElement, document.body, ...document.querySelectorAll('main, main > *')];
    return panes.filter(out).map((element) => `${element.tagName.toLowerCase()}.${element.className} ${element.scrollWidth} > ${element.clientWidth}`);
  });
}

/** Returns what is too small to be hit. */
function small(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, select, input:not([type=radio], [type=checkbox]), textarea, [role=tab]')]
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ element, box }) => box.width > 1 && getComputedStyle(element).visibility !== 'hidden' && (box.width < 24 || box.height < 24))
      .map(({ element, box }) => `${element.textContent?.trim() || element.getAttribute('aria-label')} ${box.width} x ${box.height}`),
  );
}

it.each(SCENES)('$name, light and dark: axe finds nothing, no target under 24 by 24, nothing too wide', async (scene) => {
  const { page, faults, close } = await stage.open(scene);
  await scene.first?.(page);
  const found = { small: await small(page), wider: await wider(page), ...(await wrongsInBoth(page)), faults };
  expect(found).toEqual({ small: [], wider: [], light: [], dark: [], faults: [] });
  await close();
});

const NARROW = SCENES.filter((scene) => !scene.wide);
it.each(NARROW)('$name at 200 per cent: never wider than the window, and axe finds nothing', async (scene) => {
  const { page, faults, close } = await stage.open({ ...scene, width: 720, height: 450 });
  await scene.first?.(page);
  const found = { wider: await wider(page), axe: await wrongs(page), faults };
  expect(found).toEqual({ wider: [], axe: [], faults: [] });
  await close();
});

it.each(NARROW)('$name at 400 per cent: never wider than the window', async (scene) => {
  const { page, faults, close } = await stage.open({ ...scene, width: 320, height: 256 });
  await scene.first?.(page);
  expect({ wider: await wider(page), faults }).toEqual({ wider: [], faults: [] });
  await close();
});

it.each([1280, 900, 720, 320])('nothing in the title bar covers another thing at %i', async (width) => {
  const { page, close } = await stage.open({ width, height: 450 });
  const covered = (): Promise<(string | null)[]> => page.evaluate(() => {
    const seen = [...document.querySelectorAll<HTMLElement>('.frame > header button, .frame > header a, .frame > header .brand')]
      .map((element) => ({ name: element.getAttribute('aria-label') ?? element.textContent, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0)
      .sort((a, b) => a.box.left - b.box.left);
    const out = seen.filter(({ box }) => box.left < 0 || box.right > innerWidth + 0.5);
    const over = seen.filter((one, at) => at > 0 && one.box.left < (seen[at - 1]?.box.right ?? 0) - 0.5);
    return [...out, ...over].map(({ name }) => name);
  });
  await expect.poll(covered).toEqual([]);
  await close();
});
