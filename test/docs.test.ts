import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { browsersPage } from '../scripts/browsers-page.js';
import { cliPage } from '../scripts/cli-page.js';
import { ctapPage } from '../scripts/ctap-page.js';
import { differencesPage } from '../scripts/differences-page.js';
import { faultsPage, mutationPage } from '../scripts/faults-page.js';
import { httpPage } from '../scripts/http-page.js';
import { modelsPage } from '../scripts/models-page.js';
import { policyPage } from '../scripts/policy-page.js';
import { schemaFiles } from '../scripts/schemas.js';
import { verifyPage } from '../scripts/verify-page.js';
import { dissectorFile, wiresharkDissector } from '../scripts/wireshark.js';
import { defaultPolicy } from '../src/entries/index.ts';

const page = (name: string): string => readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8');

describe('the pages that are made from the code', () => {
  it('docs/browsers.md has the tables of mode cdp that `npm run docs` would make', async () => {
    expect(page('browsers.md')).toBe(await browsersPage());
  });

  it('docs/cli.md is as `npm run docs` would make it', async () => {
    expect(page('cli.md')).toBe(await cliPage());
  });

  it('docs/ctap.md is as `npm run docs` would make it', async () => {
    expect(page('ctap.md')).toBe(await ctapPage());
  });

  it('docs/differences.md is as `npm run docs` would make it', () => {
    expect(page('differences.md')).toBe(differencesPage());
  });

  it('docs/http.md has the table that `npm run docs` would make', () => {
    expect(page('http.md')).toBe(httpPage());
  });

  it('docs/faults.md and docs/audit-mutation.md are as `npm run docs` would make them', () => {
    expect(page('faults.md')).toBe(faultsPage());
    expect(page('audit-mutation.md')).toBe(mutationPage());
  });

  it('the JSON Schema files are as `npm run docs` would make them, and the package has them all', () => {
    const files = schemaFiles();
    for (const [name, text] of Object.entries(files)) expect(page(name)).toBe(text);
    const { files: shipped } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    expect(shipped).toContain('docs/*.schema.json');
    const there = readdirSync(new URL('../docs/', import.meta.url));
    expect(there.filter((name) => name.endsWith('.schema.json'))).toEqual(Object.keys(files).sort());
  });

  it('docs/models.md is as `npm run docs` would make it', () => {
    expect(page('models.md')).toBe(modelsPage());
  });

  it('docs/policy.md has every member of the default policy, its range, and is as `npm run docs` would make it', () => {
    expect(page('policy.md')).toBe(policyPage());
    const rows = [...page('policy.md').matchAll(/^\| `(\w+)` \| (.+?) \| (.+?) \|/gm)];
    const named = rows.map(([, name]) => name);
    expect(Object.keys(defaultPolicy).filter((name) => !named.includes(name))).toEqual([]);
    expect(rows.length).toBeGreaterThan(50);
  });

  it('examples/wireshark/ctaphid.lua has the names that `npm run docs` would give it', () => {
    const text = readFileSync(dissectorFile, 'utf8');
    expect(text).toBe(wiresharkDissector());
    expect(text).toMatch(/\[0x19\] = "CTAP2_ERR_CREDENTIAL_EXCLUDED"/);
  });

  it('docs/verify.md is as `npm run docs` would make it', () => {
    expect(page('verify.md')).toBe(verifyPage());
  });
});
