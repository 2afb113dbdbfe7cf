// Run it with `npx playwright test --config examples/playwright/playwright.config.js`.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.js',
  reporter: 'list',
  use: {
    launchOptions: {
      // Debian's; without this line, Playwright's own.
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox'],
    },
  },
});
