// Runs the whole-UI tests: the built files in a real browser, one file after the other.
import { defineConfig } from 'vitest/config';
import { PATIENCE } from './patience.ts';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['tests/**/*.whole.ts'],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // As long as the pages themselves are waited for: a busy machine is no fault.
    expect: { poll: { timeout: PATIENCE } },
  },
});
