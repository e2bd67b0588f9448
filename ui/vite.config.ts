// How the screens are built: one page, the oldest web views we promise, no style or script in the page itself.
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** macOS 12.6 has WebKit 15.6; WebView2 keeps itself up to date. */
const OLDEST = ['safari15.6', 'chrome120'];

export default defineConfig(({ mode }) => ({
  plugins: [
    svelte(),
    // Tests find the words compiled: `npm run words` goes before them, and a watcher would keep them from ending.
    ...(mode === 'test'
      ? []
      : [
          paraglideVitePlugin({
            project: './project.inlang',
            outdir: './src/words/messages',
            strategy: ['baseLocale'],
          }),
        ]),
  ],
  build: {
    target: OLDEST,
    cssTarget: OLDEST,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    // The tests weigh by it what each screen loads; a release carries none.
    manifest: mode === 'fake',
  },
  // Tests run the browser's side of Svelte.
  resolve: mode === 'test' ? { conditions: ['browser'] } : {},
  server: { port: 1420, strictPort: true },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    restoreMocks: true,
  },
}));
