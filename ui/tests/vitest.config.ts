// Runs the whole-UI tests: the built files in a real browser, one file after the other.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['tests/**/*.whole.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // As long as the pages themselves are waited for: a busy machine is no fault.
    expect: { poll: { timeout: 8_000 } },
  },
});
