// A real browser on the page as it is built for tests, served as the app serves it: with its own rules on what a
// page may load. Anything the page complains about fails the journey.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const FOLDER = 'dist-fake';
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};
const RULES =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'none'; connect-src 'self'";

/** The browser and the page's address. */
export interface Stage {
  browser: Browser;
  address: string;
  end(): Promise<void>;
}

/** Serves the built page and opens the browser. */
export async function stage(): Promise<Stage> {
  const server = createServer((request, answer) => {
    const path = normalize(decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/'));
    const file = path === '/' ? 'index.html' : path;
    try {
      const bytes = readFileSync(join(FOLDER, file));
      answer.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain', 'content-security-policy': RULES });
      answer.end(bytes);
    } catch {
      answer.writeHead(404).end();
    }
  });
  const port = await listening(server);
  const executablePath = process.env.LINCHPIN_BROWSER || '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  return {
    browser,
    address: `http://127.0.0.1:${String(port)}/`,
    async end() {
      await browser.close();
      server.close();
    },
  };
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const at = server.address();
      if (at !== null && typeof at === 'object') resolve(at.port);
      else reject(new Error('the server has no port'));
    });
  });
}

/** A page with what it complained of. */
export interface Window {
  page: Page;
  complaints: string[];
}

/** Opens a window on an address within the app, such as `#/settings`, and waits until it is painted. */
export async function open(context: BrowserContext, address: string, query: string, hash: string): Promise<Window> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (line) => {
    if (line.type() === 'error' || line.type() === 'warning') complaints.push(line.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error.stack ?? error)));
  await page.goto(`${address}?${query}${hash}`);
  await page.waitForSelector('html[data-ready]');
  return { page, complaints };
}

/** Returns what axe finds wrong on the page. */
export async function faults(page: Page): Promise<string[]> {
  // Run by the browser's own tools, since the page may not load a script from elsewhere.
  await page.evaluate(readFileSync('node_modules/axe-core/axe.min.js', 'utf8'));
  return page.evaluate(async () => {
    interface Axe {
      run(on: Document, how: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
    }
    const { axe } = globalThis as unknown as { axe: Axe };
    const { violations } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
  });
}
