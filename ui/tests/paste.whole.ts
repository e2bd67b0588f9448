// Pasting in a real browser under the app's own content rules: nothing runs, nothing is fetched, no word is lost,
// and as much as may be pasted at once comes in.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Open, Stage } from './stage';

let stage: Stage;
let opened: Open | undefined;

beforeAll(async () => {
  stage = await Stage.set();
});
afterAll(() => stage.clear());
afterEach(async () => {
  const faults = opened?.faults ?? [];
  await opened?.close();
  opened = undefined;
  expect(faults).toEqual([]);
});

async function answer(): Promise<Page> {
  opened = await stage.open({ at: '#/consultations/c-future/future-q6', with: 'link=connected' });
  await opened.page.locator('.ProseMirror').click();
  return opened.page;
}

/** Pastes, or drops at the beginning. */
async function paste(page: Page, html: string, text: string, how: 'paste' | 'drop' = 'paste'): Promise<void> {
  await page.evaluate(
    ([html, text, how]) => {
      const data = new DataTransfer();
      if (html !== '') data.setData('text/html', html);
      data.setData('text/plain', text);
      const box = document.querySelector('.ProseMirror');
      const place = box?.getBoundingClientRect();
      const at = { clientX: (place?.left ?? 0) + 20, clientY: (place?.top ?? 0) + 10, bubbles: true, cancelable: true };
      box?.dispatchEvent(how === 'drop' ? new DragEvent('drop', { dataTransfer: data, ...at }) : new ClipboardEvent('paste', { clipboardData: data, ...at }));
    },
    [html, text, how] as const,
  );
}

const RUNS = "window.hasRun=(window.hasRun||'')+1";
const HOSTILE = [
  `<p>first</p><script>${RUNS}</script>`,
  `<img src=x onerror="${RUNS}">`,
  `<svg onload="${RUNS}"><script>${RUNS}</script><foreignObject><img src=x onerror="${RUNS}"></foreignObject></svg>`,
  `<iframe srcdoc="<script>${RUNS}</script>"></iframe><object data="data:text/html,<script>${RUNS}</script>"></object>`,
  `<p style="background:url(https://example.org/a.png)" onclick="${RUNS}">styled</p>`,
  `<a href="javascript:${RUNS}">script link</a><a href="data:text/html,<script>${RUNS}</script>">data link</a>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${RUNS}&gt;">`,
  `<noscript><p title="</noscript><img src=x onerror=${RUNS}>"></noscript>`,
  `<style>@import url(https://example.org/a.css);</style><link rel=stylesheet href=https://example.org/b.css><meta http-equiv=refresh content="0;url=https://example.org">`,
  `<video src=https://example.org/v.mp4 autoplay onerror="${RUNS}"></video><details open ontoggle="${RUNS}">shown</details>`,
  `<form action="javascript:${RUNS}"><input autofocus onfocus="${RUNS}" value="typed"><button>pressed</button></form>`,
  '<p>last</p>',
];

it.each(['paste', 'drop'] as const)('of hostile pages nothing runs and nothing is fetched, and their words stay: %s', async (how) => {
  const page = await answer();
  // A drop lands where the mouse is, so all of it is dropped at once.
  const all = how === 'drop' ? [HOSTILE.filter((html) => !html.startsWith('<math')).join('')] : HOSTILE;
  for (const html of all) await paste(page, html, 'x', how);
  const box = page.locator('.ProseMirror');
  for (const word of ['first', 'styled', 'script link', 'data link', 'shown', 'typed', 'pressed', 'last', '[picture left out]']) {
    await expect.poll(() => box.innerText()).toContain(word);
  }
  // Something that has not happened cannot be waited for: what would run or fetch is given its time.
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => (window as unknown as { hasRun?: string }).hasRun)).toBeUndefined();
  expect(await box.locator('[style],[onclick],[onerror],script,iframe,svg,object,form,input,a,img:not(.ProseMirror-separator)').count()).toBe(0);
});

it('as much as may be pasted at once comes in and is saved; more is refused with a sentence and changes nothing', async () => {
  const page = await answer();
  const box = page.locator('.ProseMirror');
  const line = `${'a sentence of some words in a long text, '.repeat(10)}end.`;
  const most = Array.from({ length: Math.floor((1024 * 1024) / (line.length + 2)) }, () => line).join('\n');
  await paste(page, '', `${most}${'x'.repeat(5_000)}`);
  await page.getByText('That is more than a megabyte').waitFor();
  expect((await box.innerText()).trim()).toBe('');
  await paste(page, `<p>${'y'.repeat(1024 * 1024)}</p>`, 'y', 'drop');
  expect((await box.innerText()).trim()).toBe('');
  const before = Date.now();
  await paste(page, '', most);
  await expect.poll(() => box.locator('p').count(), { timeout: 60_000 }).toBe(most.split('\n').length);
  console.log(`    a megabyte of words was pasted in ${String(Date.now() - before)} ms`);
});

it('what Word puts beside the words comes in as lists and tables, and says what was done', async () => {
  const page = await answer();
  const item = (level: number, words: string): string =>
    `<p class=MsoListParagraph style='margin-left:36.0pt;mso-list:l0 level${String(level)} lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·<span>&nbsp;</span></span><![endif]>${words}<o:p></o:p></p>`;
  const html =
    `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p{color:red}</style></head><body><!--StartFragment-->${item(1, 'one')}${item(2, 'inner')}${item(1, 'two')}` +
    `<table class=MsoTableGrid border=1 style='border-collapse:collapse'><tr><td width=10 style='border:solid'><p class=MsoNormal>A <del cite="mailto:x">old</del><ins cite="mailto:x">new</ins></p></td><td>B</td></tr></table><!--EndFragment--></body></html>`;
  await paste(page, html, 'x');
  await page.getByText('Pasted as if the changes marked in it were accepted.').waitFor();
  const box = page.locator('.ProseMirror');
  await expect.poll(() => box.locator('ul > li > ul > li').allTextContents()).toEqual(['inner']);
  await expect.poll(() => box.locator('td').allTextContents()).toEqual(['A new', 'B']);
});
