// `npm run docs`: writes the pages that are made from the code.
import { writeFileSync } from 'node:fs';
import { cliPage } from './cli-page.js';
import { ctapPage } from './ctap-page.js';
import { differencesPage } from './differences-page.js';
import { faultsPage, mutationPage, targetSchema } from './faults-page.js';
import { modelsPage } from './models-page.js';

const pages = {
  'audit-target.schema.json': targetSchema(),
  'audit-mutation.md': mutationPage(),
  'cli.md': await cliPage(),
  'ctap.md': await ctapPage(),
  'differences.md': differencesPage(),
  'faults.md': faultsPage(),
  'models.md': modelsPage(),
};
for (const [name, text] of Object.entries(pages)) {
  writeFileSync(new URL(`../docs/${name}`, import.meta.url), text);
}
