// A stage for the whole UI: the built files behind the app's own content rules, a browser, a fixed clock, and the
// stand-in for Rust. A page that breaks a content rule, or throws, fails its test.
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { PATIENCE } from './patience';

const HERE = new URL('.', import.meta.url);
/** Where the built files lie; another folder lets two runs stand side by side. */
export const FILES = new URL(`${process.env.LINCHPIN_SCREENS ?? '../dist-fake'}/`, HERE);
const TYPES: Record<string, string> = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const BLANK = 'about:blank';

/** The moment at which the stand-in's network stands still. */
export const NOW = Date.UTC(2026, 10, 22, 10, 45);

const COLOURS = ['color-contrast', 'link-in-text-block'];

/** How a page is opened. */
export interface Opening {
  /** The address within the app, such as `#/sync`. */
  at?: string;
  /** What the stand-in begins with, such as `phase=firstRun`. */
  with?: string;
  theme?: 'light' | 'dark';
  width?: number;
  height?: number;
  forced?: boolean;
}

/** A page and what went wrong in it. */
export interface Open {
  page: Page;
  faults: string[];
  close: () => Promise<void>;
}

/** A window and where its faults are told while it is open. */
interface Window {
  page: Page;
  faults: string[];
}

/** A browser and the files it shows. */
export class Stage {
  /** Windows that were closed, to be opened again: making one costs more than loading the app. */
  private readonly idle: Window[] = [];

  private constructor(
    private readonly browser: Browser,
    private readonly server: Server,
    private readonly address: string,
  ) {}

  /** Sets the stage. */
  static async set(): Promise<Stage> {
    const rules = await contentRules();
    const server = createServer((asked, answer) => {
      void serve(new URL(asked.url ?? '/', 'http://x').pathname).then(
        ({ body, type }) => {
          answer.writeHead(200, { 'content-type': type, 'content-security-policy': rules });
          answer.end(body);
        },
        () => answer.writeHead(404).end(),
      );
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const place = server.address();
    if (place === null || typeof place === 'string') throw new Error('the files have no address');
    const executablePath = process.env.LINCHPIN_BROWSER || '/usr/bin/chromium';
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    return new Stage(browser, server, `http://127.0.0.1:${place.port}/`);
  }

  /** Opens the app anew and waits until it can be used. Nothing stays from before: the stand-in lives in the page. */
  async open(opening: Opening = {}): Promise<Open> {
    const window = this.idle.pop() ?? (await this.window());
    const { page } = window;
    const faults: string[] = (window.faults = []);
    await page.setViewportSize({ width: opening.width ?? 1280, height: opening.height ?? 800 });
    await page.emulateMedia({ colorScheme: opening.theme ?? 'light', forcedColors: opening.forced ? 'active' : 'none' });
    await page.goto(`${this.address}?${opening.with ?? ''}${opening.at ?? '#/'}`);
    await page.waitForSelector('html[data-ready]', { state: 'attached' });
    await page.waitForSelector('h1', { state: 'attached' });
    return { page, faults, close: () => this.leave(window) };
  }

  /** Opens a window for the app; what goes wrong in any of its pages is one of its faults. */
  private async window(): Promise<Window> {
    const context = await this.browser.newContext({ reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'Europe/London' });
    context.setDefaultTimeout(PATIENCE);
    await context.clock.setFixedTime(NOW);
    const window: Window = { page: await context.newPage(), faults: [] };
    context.on('weberror', (thrown) => window.faults.push(thrown.error().message));
    context.on('console', (said) => said.type() === 'error' && window.faults.push(said.text()));
    context.on('request', (asked) => !asked.url().startsWith(this.address) && asked.url() !== BLANK && window.faults.push(`asked for ${asked.url()}`));
    return window;
  }

  /** Leaves the app, so that the next test finds the window as if nobody had been there. */
  private async leave(window: Window): Promise<void> {
    for (const page of window.page.context().pages()) if (page !== window.page) await page.close();
    await window.page.mouse.move(0, 0);
    await window.page.goto(BLANK);
    this.idle.push(window);
  }

  /** Clears the stage. */
  async clear(): Promise<void> {
    await this.browser.close();
    await new Promise((done) => this.server.close(done));
  }
}

/** Waits until the keyboard is in a field, so that what is typed next goes there. */
export async function inField(page: Page, name: string | RegExp): Promise<void> {
  await expect.poll(() => focused(page)).toMatch(name);
}

/** Returns the name of what has the keyboard. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement)) return '';
    const label = element.id === '' ? null : document.querySelector(`label[for="${CSS.escape(element.id)}"]`);
    return (element.getAttribute('aria-label') ?? label?.textContent ?? element.textContent ?? '').replace(/\s+/g, ' ').trim();
  });
}

/** Opens the palette and takes the action that some words find first. */
export async function command(page: Page, typed: string, action: string | RegExp): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').locator('input:focus').waitFor();
  await page.keyboard.type(typed);
  await page.getByRole('option', { name: action, selected: true }).waitFor();
  await page.keyboard.press('Enter');
}

/** Returns what axe finds wrong on a page, one line for each; `of` names the only rules to ask, where not all. */
export async function wrongs(page: Page, of?: readonly string[]): Promise<string[]> {
  // A colour on its way is neither the old nor the new one.
  await page.waitForFunction(() => document.getAnimations().length === 0);
  // Read as text and run by the driver, since the page's own rules let no foreign script in.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await readFile(AXE, 'utf8'));
  const found = await page.evaluate(
    async (only) => {
      const axe = (window as unknown as { axe: { run: (on: Document, how: object) => Promise<AxeAnswer> } }).axe;
      return (await axe.run(document, { runOnly: only, resultTypes: ['violations'], preload: false })).violations;
    },
    of ? { type: 'rule', values: of } : { type: 'tag', values: RULES },
  );
  return found.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`.replace(/\s+/g, ' ')),
  );
}

/** Returns what axe finds wrong with a page in both themes. The dark one differs in its colours alone. */
export async function wrongsInBoth(page: Page): Promise<{ light: string[]; dark: string[] }> {
  const light = await wrongs(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForSelector('html[data-theme=dark]', { state: 'attached' });
  return { light, dark: await wrongs(page, COLOURS) };
}

interface AxeAnswer {
  violations: { id: string; nodes: { target: string[]; failureSummary?: string }[] }[];
}

/** Returns the content rules of the app itself, but for the way to Rust. */
async function contentRules(): Promise<string> {
  const file = await readFile(new URL('../../src-tauri/tauri.conf.json', HERE), 'utf8');
  const config = JSON.parse(file) as { app: { security: { csp: string } } };
  return config.app.security.csp.replace(/connect-src [^;]*/u, "connect-src 'none'");
}

async function serve(path: string): Promise<{ body: Buffer; type: string }> {
  const name = path === '/' ? 'index.html' : path.slice(1);
  const body = await readFile(new URL(name, FILES));
  return { body, type: TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream' };
}
