import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../src', import.meta.url));
const CONDITIONAL: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  node: {
    '#cbor-x': 'cbor/node-cbor-x.ts',
    '#platform': 'crypto/platform/node.ts',
    '#native-engine': 'crypto/engines/native-node.ts',
    '#ml-dsa': 'crypto/platform/node-ml-dsa.ts',
  },
  elsewhere: {
    '#cbor-x': 'cbor/cbor-x.ts',
    '#platform': 'crypto/platform/portable.ts',
    '#native-engine': 'crypto/engines/native-none.ts',
    '#ml-dsa': 'crypto/platform/ml-dsa.ts',
  },
};

/** Everything a module loads before it runs: what `import()` and `import type` name is not among it. */
function loadedBy(entry: string, runtime: string): Set<string> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, what, specifier] of text.matchAll(
      /^(?:import|export)\s+(type\s)?(?:[^;]*?\sfrom\s+)?'([^']+)';$/gm,
    )) {
      if (what !== undefined || specifier === undefined) continue;
      const conditional = CONDITIONAL[runtime]?.[specifier];
      if (conditional !== undefined) visit(join(src, conditional));
      else if (specifier.startsWith('.')) visit(join(dirname(file), specifier));
      else packages.add(specifier);
    }
  };
  visit(join(src, entry));
  return packages;
}

const heavy = (packages: Set<string>): string[] =>
  [...packages].filter((name) => name.startsWith('@noble/') || name.startsWith('@peculiar/'));

describe('on Node', () => {
  it.each([
    'entries/index.ts',
    'entries/puppeteer.ts',
    'entries/webdriver.ts',
    'entries/playwright.ts',
    'entries/vitest.ts',
    'entries/audit.ts',
    'entries/crypto.ts',
    'entries/http.ts',
    'cli/get.ts',
  ])('%s loads neither noble nor an ASN.1 library', (entry) => {
    expect(heavy(loadedBy(entry, 'node'))).toEqual([]);
  });

  it('the walk of this test sees them where they are', () => {
    expect(heavy(loadedBy('authority/certificate.ts', 'node'))).not.toEqual([]);
  });
});

describe('elsewhere', () => {
  const node = (packages: Set<string>): string[] => [...packages].filter((name) => name.startsWith('node:'));

  it.each(['entries/index.ts', 'entries/crypto.ts', 'crypto/engine.ts', 'crypto/engines/noble.ts'])(
    '%s loads nothing of Node’s',
    (entry) => {
      expect(existsSync(join(src, entry))).toBe(true);
      expect(node(loadedBy(entry, 'elsewhere'))).toEqual([]);
      // (The engine asks Node for its cryptography when it is used.)
      if (entry.startsWith('entries/')) expect(node(loadedBy(entry, 'node'))).not.toEqual([]);
    },
  );
});
