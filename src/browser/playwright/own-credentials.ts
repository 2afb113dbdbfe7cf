/**
 * Beside Playwright's own `context.credentials`, which puts functions of its own on a page's `navigator.credentials`: calls then do not
 * reach our device. So Playwright's functions are detected, and the attachment is refused or takes their place.
 */
import type { BrowserContext } from '@playwright/test';
import { base64url } from '../../base/base64url.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { exportCredentials, importCredentials } from '../../portable/collection.ts';
import type { PlaywrightCredential } from '../../portable/formats/playwright.ts';
import { deviceFor } from '../adoption.ts';
import { ifStillThere } from '../gone.ts';
import type { Attachable } from '../passkeys.ts';
import type { Reach } from '../reach.ts';

/** Playwright's binding, which can exist only once. */
const BINDING = '__pwWebAuthnBinding';

/** Removes Playwright's functions from a document that has them. The browser's functions, and then ours, are below. */
const UNCOVER = `(() => {
  if (globalThis.__pwWebAuthnInstalled !== true) return;
  delete navigator.credentials.create;
  delete navigator.credentials.get;
})()`;

const WAYS_OUT =
  'leave out credentials.install() and the credentials of the storage state (stuntkey.storageState() has none), or attach with { adopt: true }, which takes its credentials over';

function refused(): StuntkeyError {
  return new StuntkeyError(
    'already-attached',
    `pages of this context are answered by Playwright’s own context.credentials: ${WAYS_OUT}`,
  );
}

/** @throws Error if Playwright refuses the name for another reason */
async function isInstalled(context: BrowserContext, reach: Reach): Promise<boolean> {
  let installed = false;
  const probing = context
    .exposeBinding(BINDING, () => undefined)
    .then(
      (binding) => binding.dispose(),
      ({ message }: Error) => {
        if (!/already registered/i.test(message)) throw new Error(message);
        installed = true;
      },
    );
  // A tab that does not answer delays it, and is reported elsewhere.
  reach.track(
    undefined,
    probing.catch(() => undefined),
  );
  await reach.settled();
  return installed;
}

/** Playwright's own credentials, kept away from the pages while our devices are attached. */
export interface KeptAway {
  /** Gives back the credentials that were taken over, with their present counters. */
  giveBack(): Promise<void>;
}

/**
 * @param adopt whether its credentials come over to the device
 * @throws StuntkeyError `already-attached` where it is installed and not to be taken over; `bad-options` for several devices to adopt into;
 *   `bad-credential` and `bad-key` for credentials that cannot be read
 */
export async function keepAway(
  context: BrowserContext,
  devices: Attachable,
  adopt: boolean,
  reach: Reach,
): Promise<KeptAway> {
  const device = adopt ? deviceFor(devices) : undefined;
  const adopted = new Set<string>();
  const { credentials } = context;
  /** Moves credentials, because two copies of a key would have separate counters. */
  const take = async (given: readonly PlaywrightCredential[]): Promise<void> => {
    if (device === undefined || given.length === 0) return;
    await importCredentials(device.credentials, 'playwright', given, { existing: 'replace' });
    for (const { id } of given) adopted.add(id);
  };
  const takeAll = async (): Promise<void> => {
    const there = (await credentials.get()) as PlaywrightCredential[];
    await take(there);
    for (const { id } of there) await credentials.delete(id);
  };

  const installed = await isInstalled(context, reach);
  if (installed && device === undefined) throw refused();
  if (device !== undefined) await takeAll();
  const script = installed ? await context.addInitScript(UNCOVER) : undefined;
  if (installed)
    for (const page of context.pages())
      for (const frame of page.frames()) await ifStillThere(frame.evaluate(UNCOVER));

  const { install } = credentials;
  const { setStorageState } = context;
  credentials.install = async () => {
    if (device === undefined) throw refused();
    await takeAll();
  };
  context.setStorageState = async (state) => {
    const read = typeof state === 'string' ? await readState(state) : state;
    const { credentials: those = [], ...rest } = read as { credentials?: PlaywrightCredential[] };
    if (those.length > 0 && device === undefined) throw refused();
    await setStorageState.call(context, rest as typeof state);
    await take(those);
  };
  return {
    async giveBack() {
      credentials.install = install;
      context.setStorageState = setStorageState;
      if (script !== undefined) await ifStillThere(script.dispose());
      if (device === undefined || !installed) return;
      const records = device.credentials.list().filter(({ id }) => adopted.has(base64url(id)));
      const { value } = await exportCredentials(records, 'playwright');
      for (const { rpId, ...rest } of value) await ifStillThere(credentials.create(rpId, rest));
    },
  };
}

async function readState(path: string): Promise<object> {
  const { readFile } = await import('node:fs/promises');
  return JSON.parse(await readFile(path, 'utf8')) as object;
}
