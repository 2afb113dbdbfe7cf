// @ts-nocheck: the provider's types are where the provider is.
// Tests in a real page: `npx vitest run --config examples/tools/vitest-browser/vitest.config.js`.
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['*.test.js'],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          // Debian's; without this line, Playwright's own.
          executablePath: '/usr/bin/chromium',
          args: ['--no-sandbox'],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
});
