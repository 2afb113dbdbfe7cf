// A page signs in by Playwright's contract for init scripts, which its Python, Java and .NET have, too: `context.add_init_script(path=…)`.
// (In Node, stuntkey/playwright needs no script, and covers more.)
//   LOGIN_URL=http://localhost:8080 STUNTKEY_SCRIPT=stuntkey.js node sign-in.js
import { chromium } from '@playwright/test';

const { LOGIN_URL = '', STUNTKEY_SCRIPT = '', CHROMIUM } = process.env;

const browser = await chromium.launch({
  ...(CHROMIUM !== undefined && { executablePath: CHROMIUM, args: ['--no-sandbox'] }),
});
try {
  const context = await browser.newContext();
  await context.addInitScript({ path: STUNTKEY_SCRIPT });
  const page = await context.newPage();
  const outcomes = { register: 'ada is registered', login: 'welcome, ada' };
  for (const [button, outcome] of Object.entries(outcomes)) {
    await page.goto(LOGIN_URL);
    await page.click(`#${button}`);
    await page.locator('output', { hasText: outcome }).waitFor();
    console.log(await page.locator('output').textContent());
  }
} finally {
  await browser.close();
}
