/** The unpacked extension of mode `proxy`: two files in a temporary folder. */
import { errorForPage } from '../page/questions.ts';
import { workerScript } from './worker.ts';

/** The name of the worker's functions that we call. */
const NAME = 'stuntkey';

const MANIFEST = {
  manifest_version: 3,
  name: 'stuntkey',
  description: 'Hands WebAuthn requests to a test’s own authenticator. Removed when the test is over.',
  version: '1',
  minimum_chrome_version: '115',
  permissions: ['webAuthenticationProxy'],
  background: { service_worker: 'worker.js' },
};

export interface ExtensionFolder {
  readonly path: string;
  /** Removing it again does nothing. */
  remove(): Promise<void>;
}

export async function makeExtension(): Promise<ExtensionFolder> {
  const [{ mkdtemp, rm, writeFile }, { tmpdir }, { join }] = await Promise.all([
    import('node:fs/promises'),
    import('node:os'),
    import('node:path'),
  ]);
  const parameters = listed([NAME, errorForPage(undefined)]);
  const path = await mkdtemp(join(tmpdir(), 'stuntkey-proxy-'));
  await Promise.all([
    writeFile(join(path, 'manifest.json'), JSON.stringify(MANIFEST, undefined, 2)),
    writeFile(join(path, 'worker.js'), `(${workerScript.toString()})(${parameters});\n`),
  ]);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/**
 * An expression for the worker: a promise that is kept once its script has run. A debugger may be there earlier, when not even
 * `chrome` is.
 */
export const WORKER_READY: string = `new Promise((ready) => {
  if (globalThis.${NAME} !== undefined) return ready();
  Object.defineProperty(globalThis, ${JSON.stringify(NAME)}, { configurable: true, set(value) {
    Object.defineProperty(globalThis, ${JSON.stringify(NAME)}, { value });
    ready();
  } });
})`;

/** An expression for the worker, that calls one of its functions. */
export function callInWorker(method: string, ...parameters: readonly unknown[]): string {
  return `${NAME}.${method}(${listed(parameters)})`;
}

const listed = (parameters: readonly unknown[]): string =>
  parameters.map((value) => JSON.stringify(value)).join(', ');
