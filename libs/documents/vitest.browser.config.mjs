import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

/** The specs of this library, as Jest runs them in Node, in a real Chromium: `npm test -- chromium` starts it. */
export default defineConfig({
  root: import.meta.dirname,
  cacheDir: '../../node_modules/.vite/documents',
  // The runs of random tests come from the environment, which browsers do not have.
  define: {
    'process.env': JSON.stringify({
      FAST_CHECK_RUNS: process.env.FAST_CHECK_RUNS,
      FAST_CHECK_SEED: process.env.FAST_CHECK_SEED,
    }),
  },
  test: {
    include: ['src/**/*.spec.ts'],
    globals: true,
    testTimeout: 120_000,
    api: { host: '127.0.0.1' },
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
          args: ['--no-sandbox'],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
});
