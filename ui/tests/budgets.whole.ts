// How much has to be loaded before something can be seen, and before one can write. Weighed as the files lie there,
// gzipped; the stand-in for Rust is not counted, since no release has it.
import { readdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { FILES } from './stage';

interface Chunk {
  file: string;
  imports?: string[];
}

const ENTRY = 'index.html';
const STAND_IN = 'src/ipc/fake.ts';
let chunks: Record<string, Chunk>;

beforeAll(async () => {
  const text = await readFile(new URL('.vite/manifest.json', FILES), 'utf8');
  chunks = JSON.parse(text) as Record<string, Chunk>;
});

/** Returns the files that are loaded with a chunk, itself among them. */
function loadedWith(name: string, files = new Set<string>()): Set<string> {
  const chunk = chunks[name];
  if (!chunk) throw new Error(`nothing was built from ${name}`);
  if (files.has(chunk.file)) return files;
  files.add(chunk.file);
  for (const one of chunk.imports ?? []) loadedWith(one, files);
  return files;
}

/** Returns how many kB files have, gzipped. */
async function weight(files: Iterable<string>): Promise<number> {
  const sizes = await Promise.all([...files].map(async (file) => gzipSync(await readFile(new URL(file, FILES))).length));
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}

async function named(ending: string): Promise<string[]> {
  const all = await readdir(new URL('assets/', FILES));
  return all.filter((file) => file.endsWith(ending)).map((file) => `assets/${file}`);
}

describe('gzipped', () => {
  it('Home needs at most 60 kB of script', async () => {
    expect(await weight([...loadedWith(ENTRY), ...loadedWith('src/screens/home/Page.svelte')].filter(once))).toBeLessThan(60);
  });

  it('one can write after at most 170 kB more', async () => {
    const there = loadedWith(ENTRY);
    const more = [...loadedWith('src/screens/workspace/Page.svelte')].filter((file) => !there.has(file));
    expect(await weight(more)).toBeLessThan(170);
  });

  it('all scripts have at most 400 kB', async () => {
    const standIn = chunks[STAND_IN]?.file;
    expect(await weight((await named('.js')).filter((file) => file !== standIn))).toBeLessThan(400);
  });

  it('all styles together have at most 20 kB', async () => {
    const all = await Promise.all((await named('.css')).map((file) => readFile(new URL(file, FILES))));
    expect(gzipSync(Buffer.concat(all)).length / 1000).toBeLessThan(20);
  });
});

function once(file: string, at: number, all: readonly string[]): boolean {
  return all.indexOf(file) === at;
}
