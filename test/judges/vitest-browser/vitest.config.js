// @ts-nocheck: what it imports is installed here, and not where the compiler looks.
// vitest's browser mode with stuntkey: nothing but what vitest's own pages say of it. It is here, and not beside its example, for the packages.
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: '../../..',
  cacheDir: 'test/judges/vitest-browser/node_modules/.vite',
  optimizeDeps: { noDiscovery: true },
  test: {
    include: ['examples/testing/browser.test.js'],
    testTimeout: 60_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      // Debian's; without these options, Playwright's own.
      provider: playwright({
        launchOptions: { executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
});
