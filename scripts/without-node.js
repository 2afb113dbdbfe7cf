// What a text for a realm without Node is put together from: the modules behind conditional imports, and what is left out of it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../src/', import.meta.url));

/** The modules behind package.json's conditional imports, where there is no Node. @type {Readonly<Record<string, string>>} */
export const withoutNode = Object.fromEntries(
  Object.entries(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).imports).map(
    ([name, path]) => [name, (path.default ?? path).replace('./dist/', src).replace(/\.js$/, '.ts')],
  ),
);

/** What such a text never gets to, and would double its size: certificates of attestation, key files, lists of revoked keys. */
const NEVER_USED = {
  'authority/certificate.ts': [
    'makeCertificate',
    'makeRevocationList',
    'tpmAlternativeName',
    'keyPurpose',
    'distributionPoint',
  ],
  'authority/android-key-description.ts': ['keyDescription'],
  'authority/read-authority.ts': ['readAuthority'],
  'crypto/formats/pkcs8.ts': ['toPkcs8', 'fromPkcs8', 'fromAnyPkcs8'],
};

const names = new Map(Object.entries(NEVER_USED).map(([path, some]) => [src + path, some]));
/** Modules that the bundler came to. @type {Set<string>} */
const met = new Set();

/** Leaves them out of what is bundled: calls of them throw. */
export const leftOut = {
  plugin: {
    name: 'leave out',
    /** @param {string} id */
    load(id) {
      if (names.has(id)) met.add(id);
      return names
        .get(id)
        ?.map((name) => `export function ${name}() { throw new Error('${name} is not in this text'); }`)
        .join('\n');
    },
  },
  /** @throws Error that names the modules that the bundler did not come to: they are misspelled, or moved */
  check() {
    const missed = [...names.keys()].filter((id) => !met.has(id)).map((id) => id.slice(src.length));
    if (missed.length > 0) throw new Error(`expected these, to leave them out: ${missed.join(', ')}`);
  },
};
