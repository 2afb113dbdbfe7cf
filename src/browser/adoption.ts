/**
 * Takes over virtual authenticators that a test has made in its pages, by the raw WebAuthn domain or by WebDriver. Their
 * credentials come to our device. They are moved, not copied, because two copies of a key would have separate counters.
 */
import type { Authenticator } from '../authenticator/authenticator.ts';
import { base64url } from '../base/base64url.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { exportCredentials, importCredentials } from '../portable/collection.ts';
import type { PortableFormat } from '../portable/convert.ts';
import type { CdpCredential } from '../portable/formats/cdp.ts';
import { isGone } from './gone.ts';
import type { Attachable, RawAuthenticators } from './passkeys.ts';

/** The result of taking over. */
export interface Adopted {
  /** Gives the credentials back, with their present counters. */
  giveBack(): Promise<void>;
}

/** Selenium's driver, if it supports virtual authenticators. */
interface WithVirtualAuthenticator {
  virtualAuthenticatorId(): string | null | undefined;
  getCredentials(): Promise<readonly { toDict(): object }[]>;
  addCredential(credential: { toDict(): object }): Promise<unknown>;
  removeAllCredentials(): Promise<unknown>;
}

/**
 * Removes the authenticators from the page for good: Chromium drops them anyway when a session of the page ends, also ours, and the options that
 * they were made with cannot be read.
 *
 * @throws StuntkeyError `bad-options` for an ID of no authenticator of the page; `bad-credential` for a credential that cannot be read
 */
export async function adoptRaw(
  { session, authenticatorId }: RawAuthenticators,
  devices: Attachable,
): Promise<void> {
  const device = deviceFor(devices);
  const send = (command: string, parameters: object): Promise<unknown> =>
    session.send(`WebAuthn.${command}` as never, parameters as never);
  const ids = typeof authenticatorId === 'string' ? [authenticatorId] : authenticatorId;
  const found: CdpCredential[] = [];
  for (const id of ids) {
    const { credentials } = (await send('getCredentials', { authenticatorId: id }).catch((cause) => {
      throw unknownAuthenticator(id, cause);
    })) as { credentials: readonly CdpCredential[] };
    found.push(...credentials);
  }
  await take(device, 'cdp', found);
  for (const id of ids) await send('removeVirtualAuthenticator', { authenticatorId: id });
}

/** @throws StuntkeyError `bad-options` for a driver without a virtual authenticator; `bad-credential` for a credential that cannot be read */
export async function adoptFromDriver(driver: object, devices: Attachable): Promise<Adopted> {
  const device = deviceFor(devices);
  const { virtualAuthenticatorId } = driver as Partial<WithVirtualAuthenticator>;
  if (typeof virtualAuthenticatorId !== 'function' || !virtualAuthenticatorId.call(driver))
    throw new StuntkeyError(
      'bad-options',
      'adopt: expected a driver of Selenium’s with a virtual authenticator, which driver.addVirtualAuthenticator() makes, got one without; leave adopt out',
    );
  const selenium = driver as WithVirtualAuthenticator;
  const given = (await selenium.getCredentials()).map((one) => one.toDict());
  const ids = await take(device, 'webdriver', given);
  await selenium.removeAllCredentials();
  return {
    async giveBack() {
      const leaving = device.credentials.list().filter(({ id }) => ids.has(base64url(id)));
      const { value } = await exportCredentials(leaving, 'webdriver');
      for (const credential of value) await selenium.addCredential({ toDict: () => credential });
    },
  };
}

/**
 * The device that takes over credentials.
 *
 * @throws StuntkeyError `bad-options`
 */
export function deviceFor(devices: Attachable): Authenticator {
  const one: unknown = Array.isArray(devices) ? devices[0] : devices;
  if (
    (Array.isArray(devices) && devices.length !== 1) ||
    typeof one !== 'object' ||
    one === null ||
    !('credentials' in one)
  )
    throw new StuntkeyError(
      'bad-options',
      'adopt: expected one Authenticator to take the credentials over, got another device or several',
    );
  return one as Authenticator;
}

/** @returns the IDs of the credentials that the device now has */
async function take(
  device: Authenticator,
  format: PortableFormat,
  given: readonly object[],
): Promise<ReadonlySet<string>> {
  const { records } = await importCredentials(device.credentials, format, given, { existing: 'replace' });
  return new Set(records.map(({ id }) => base64url(id)));
}

function unknownAuthenticator(id: string, cause: Error): Error {
  if (isGone(cause)) return cause;
  return new StuntkeyError(
    'bad-options',
    `adopt: expected the authenticatorId of a virtual authenticator of this session’s page, got ${JSON.stringify(id)} (${cause.message})`,
    { cause },
  );
}
