import { afterAll, describe } from 'vitest';
import { populateGlobal } from 'vitest/runtime';
import { named } from './debian.ts';
import { happyDom, withoutHappyDom } from './happy-dom.ts';

// What vitest's environment of this name does, which looks for the package in the project's own.
if (withoutHappyDom === undefined) {
  const { GlobalWindow } = await happyDom();
  const window = new GlobalWindow({ url: 'https://login.example.com/account', console });
  const { keys, originals } = populateGlobal(globalThis, window, { bindFunctions: true });
  afterAll(async () => {
    await window.happyDOM.abort();
    window.close();
    for (const key of keys) Reflect.deleteProperty(globalThis, key);
    for (const [key, value] of originals) Reflect.set(globalThis, key, value);
  });
}
// After that: what is imported finds itself in a page.
const { libraries } = await import('./page-libraries.ts');

describe.skipIf(withoutHappyDom)(named('in happy-dom', withoutHappyDom), () => libraries('happy-dom'));
