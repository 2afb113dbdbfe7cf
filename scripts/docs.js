// `npm run docs`: writes the pages, and the vectors, that are made from the code.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { browsersPage } from './browsers-page.js';
import { cliPage } from './cli-page.js';
import { ctapPage } from './ctap-page.js';
import { demoLayout, demoOutput, demoPicture, demoWords } from './demo-picture.js';
import { differencesPage } from './differences-page.js';
import { faultsPage, mutationPage } from './faults-page.js';
import { fidoPage } from './fido-page.js';
import { fleetVectors } from './fleet-vectors.js';
import { httpPage } from './http-page.js';
import { modelsPage } from './models-page.js';
import { policyPage } from './policy-page.js';
import { schemaFiles } from './schemas.js';
import { verifyPage } from './verify-page.js';
import { dissectorFile, wiresharkDissector } from './wireshark.js';

const pages = {
  'audit-mutation.md': mutationPage(),
  'browsers.md': await browsersPage(),
  'cli.md': await cliPage(),
  'ctap.md': await ctapPage(),
  'differences.md': differencesPage(),
  'http.md': httpPage(),
  'faults.md': faultsPage(),
  'fido-server.md': fidoPage(),
  'models.md': modelsPage(),
  'policy.md': policyPage(),
  'verify.md': verifyPage(),
  ...schemaFiles(),
};
for (const [name, text] of Object.entries(pages)) {
  writeFileSync(new URL(`../docs/${name}`, import.meta.url), text);
}
writeFileSync(dissectorFile, wiresharkDissector());
writeFileSync(new URL('../vectors/fleet.json', import.meta.url), await fleetVectors());

// Keys and challenges are others in every run: the picture stays as it is until something else of it changes.
const picture = new URL('../docs/demo.svg', import.meta.url);
const before = existsSync(picture) ? readFileSync(picture, 'utf8') : '';
const after = demoPicture(demoOutput());
if (demoLayout(before) !== demoLayout(after) || demoWords(before) !== demoWords(after))
  writeFileSync(picture, after);
