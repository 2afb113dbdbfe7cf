/** Checks what was handed to `attach`, with messages in the caller's words. */
import { StuntkeyError } from '../base/stuntkey-error.ts';

/** A value for a message. */
function described(given: unknown): string {
  if (typeof given !== 'object' || given === null)
    return typeof given === 'function' ? 'a function' : String(given);
  if ('then' in given && typeof given.then === 'function') return 'a promise: did you forget await?';
  const name = Array.isArray(given) ? 'Array' : (given.constructor?.name ?? 'Object');
  return `an object of the class ${name}`;
}

function has(given: object, ...methods: readonly string[]): boolean {
  return methods.every((name) => typeof (given as Record<string, unknown>)[name] === 'function');
}

/** Drivers, recognized by methods that only their pages, browsers and sessions have, with the sub-path for each. */
const DRIVERS: readonly (readonly [means: string, from: string, fits: (given: object) => boolean])[] = [
  [
    'a page or browser of Puppeteer’s',
    'stuntkey/puppeteer',
    (given) => has(given, 'browserContext', 'evaluateOnNewDocument') || has(given, 'createBrowserContext'),
  ],
  [
    'a context or page of Playwright’s',
    'stuntkey/playwright',
    (given) => has(given, 'addInitScript', 'context') || has(given, 'addInitScript', 'newPage'),
  ],
  ['a driver of Selenium’s', 'stuntkey/webdriver', (given) => has(given, 'getBidi')],
  [
    'a browser of WebdriverIO’s or a BiDi connection',
    'stuntkey/webdriver',
    (given) => has(given, 'send', 'on', 'off'),
  ],
];

/**
 * @param wanted in words, as in "a Page or a Browser of Puppeteer’s"
 * @param from the sub-path that was imported from
 * @throws StuntkeyError `bad-options`
 */
export function checkDriver(given: unknown, wanted: string, from: string): void {
  const known =
    typeof given === 'object' && given !== null ? DRIVERS.find(([, , fits]) => fits(given)) : undefined;
  if (known?.[1] === from) return;
  const got = known ? `${known[0]}: import attach from ${known[1]}` : described(given);
  throw new StuntkeyError('bad-options', `attach: expected ${wanted}, got ${got}`);
}

/** @throws StuntkeyError `bad-options` unless it is a device, a list of devices, or an object that has devices */
export function checkDevices(given: unknown): void {
  const wanted =
    'expected an Authenticator, several in an array, or an object that has devices, such as a WebAuthnDomain';
  const isDevice = (one: unknown): boolean =>
    typeof one === 'object' && one !== null && (has(one, 'transact') || has(one, 'transactU2f'));
  if (typeof given === 'object' && given !== null && 'devices' in given) return;
  if (Array.isArray(given)) {
    if (given.length === 0) throw new StuntkeyError('bad-options', `authenticator: ${wanted}, got none`);
    const place = given.findIndex((one) => !isDevice(one));
    if (place < 0) return;
    throw new StuntkeyError(
      'bad-options',
      `authenticator: ${wanted}, got ${described(given[place])} at place ${place}`,
    );
  }
  if (isDevice(given)) return;
  const isOptions =
    typeof given === 'object' && given !== null && ['authenticator', 'mode'].some((key) => key in given);
  const hint = isOptions ? ': attach(browser, authenticator, { mode })' : '';
  throw new StuntkeyError('bad-options', `authenticator: ${wanted}, got ${described(given)}${hint}`);
}

/** @throws StuntkeyError `bad-options` */
export function checkOpen(open: boolean, what: 'page' | 'browser' | 'context'): void {
  if (!open)
    throw new StuntkeyError(
      'bad-options',
      `attach: expected an open ${what}, got one that is closed: attach as soon as it is open, and detach before it is closed`,
    );
}

/** @param what in words, as in "a context" @throws StuntkeyError `already-attached` */
export function checkUnattached(unattached: boolean, what: 'pages' | 'a context' | 'a session'): void {
  if (!unattached)
    throw new StuntkeyError(
      'already-attached',
      `expected ${what} without devices attached; detach first, or attach several devices at once`,
    );
}

/**
 * Refuses what a door has nothing of that could be taken over.
 *
 * @throws StuntkeyError `bad-options`
 */
export function refuseAdoption(wanted: string): never {
  throw new StuntkeyError('bad-options', `adopt: expected ${wanted}`);
}
