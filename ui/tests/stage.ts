// A stage for the whole UI: the built files behind the app's own content rules, a browser, a fixed clock, and the
// stand-in for Rust. A page that breaks a content rule, or throws, fails its test.
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';

const HERE = new URL('.', import.meta.url);
/** Where the built files lie; another folder lets two runs stand side by side. */
export const FILES = new URL(`${process.env.LINCHPIN_SCREENS ?? '../dist-fake'}/`, HERE);
const TYPES: Record<string, string> = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The moment at which the stand-in's network stands still. */
export const NOW = Date.UTC(2026, 10, 22, 10, 45);

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

/** A browser and the files it shows. */
export class Stage {
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

  /** Opens the app in a fresh window and waits until it can be used. */
  async open(opening: Opening = {}): Promise<Open> {
    const context = await this.browser.newContext({
      viewport: { width: opening.width ?? 1280, height: opening.height ?? 800 },
      colorScheme: opening.theme ?? 'light',
      forcedColors: opening.forced ? 'active' : 'none',
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'Europe/London',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(8000);
    await page.clock.setFixedTime(NOW);
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (said) => said.type() === 'error' && faults.push(said.text()));
    page.on('request', (asked) => !asked.url().startsWith(this.address) && faults.push(`asked for ${asked.url()}`));
    await page.goto(`${this.address}?${opening.with ?? ''}${opening.at ?? '#/'}`);
    await page.waitForSelector('html[data-ready]', { state: 'attached' });
    await page.waitForSelector('h1', { state: 'attached' });
    return { page, faults, close: () => context.close() };
  }

  /** Clears the stage. */
  async clear(): Promise<void> {
    await this.browser.close();
    await new Promise((done) => this.server.close(done));
  }
}

/** Returns what axe finds wrong on a page, one line for each. */
export async function wrongs(page: Page): Promise<string[]> {
  // Read as text and run by the driver, since the page's own rules let no foreign script in.
  await page.evaluate(await readFile(AXE, 'utf8'));
  const found = await page.evaluate(async (tags) => {
    const axe = (window as unknown as { axe: { run: (on: Document, how: object) => Promise<AxeAnswer> } }).axe;
    return (await axe.run(document, { runOnly: tags })).violations;
  }, RULES);
  return found.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`.replace(/\s+/g, ' ')),
  );
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
