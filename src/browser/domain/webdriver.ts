/**
 * WebDriver's virtual authenticators (https://www.w3.org/TR/webauthn-3/#sctn-automation) as plain functions, with our devices behind
 * them. Attached in mode `page`, they serve any browser.
 */
import type { AuthenticatorOptions } from '../../authenticator/authenticator.ts';
import { extensionsOf } from '../../authenticator/capabilities.ts';
import { resolvePolicy } from '../../authenticator/policy/resolve.ts';
import { base64, base64url, fromBase64url, isBase64url } from '../../base/base64url.ts';
import { type RandomSource, seededRandom, systemRandom } from '../../crypto/random.ts';
import type { CredentialRecord } from '../../store/record.ts';
import { type CdpCredential, fromBase64, fromCdpCredential } from '../cdp/credential.ts';
import type { PageAuthenticator } from '../page/ceremonies.ts';
import { policyFor, type VirtualAuthenticatorOptions } from './options.ts';
import { VirtualDevice } from './virtual-device.ts';

/**
 * An error of WebDriver, by its name.
 *
 * @example
 * ```js
 * import { VirtualAuthenticators, WebDriverError } from 'stuntkey/webdriver';
 * try {
 *   new VirtualAuthenticators().getCredentials('no such authenticator');
 * } catch (error) {
 *   console.log(error instanceof WebDriverError, error.error); // true invalid argument
 * }
 * ```
 */
export class WebDriverError extends Error {
  override readonly name = 'WebDriverError';
  readonly error: 'invalid argument' | 'unsupported operation';

  constructor(error: 'invalid argument' | 'unsupported operation', message: string) {
    super(message);
    this.error = error;
  }
}

/** Authenticator Configuration. */
export interface AuthenticatorConfiguration {
  readonly protocol: string;
  readonly transport: string;
  readonly hasResidentKey?: boolean;
  readonly hasUserVerification?: boolean;
  /** False: the person declines. */
  readonly isUserConsenting?: boolean;
  readonly isUserVerified?: boolean;
  readonly extensions?: readonly string[];
  readonly defaultBackupEligibility?: boolean;
  readonly defaultBackupState?: boolean;
}

/** Credential Parameters. Bytes are in base64url. */
export interface CredentialParameters {
  readonly credentialId: string;
  readonly isResidentCredential: boolean;
  readonly rpId: string;
  /** PKCS#8 of a P-256 key. */
  readonly privateKey: string;
  readonly userHandle?: string | null;
  /** Null for a credential that does not count. */
  readonly signCount: number | null;
  readonly largeBlob?: string | null;
  readonly backupEligibility?: boolean;
  readonly backupState?: boolean;
  readonly userName?: string;
  readonly userDisplayName?: string;
}

/** The members of a credential that can be changed. */
export type CredentialProperties = Partial<
  Pick<CredentialParameters, 'backupEligibility' | 'backupState' | 'signCount'>
>;

const PROTOCOLS: Readonly<Record<string, { protocol: string; ctap2Version?: string }>> = {
  'ctap1/u2f': { protocol: 'u2f' },
  ctap2: { protocol: 'ctap2' },
  ctap2_1: { protocol: 'ctap2', ctap2Version: 'ctap2_1' },
};
const TRANSPORTS: readonly string[] = ['usb', 'nfc', 'ble', 'smart-card', 'hybrid', 'internal'];
const EXTENSIONS: readonly string[] = ['prf', 'largeBlob', 'credBlob', 'minPinLength'];

const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
const MEMBERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  protocol: (value) => typeof value === 'string' && Object.hasOwn(PROTOCOLS, value),
  transport: (value) => TRANSPORTS.includes(value as string),
  hasResidentKey: isBoolean,
  hasUserVerification: isBoolean,
  isUserConsenting: isBoolean,
  isUserVerified: isBoolean,
  extensions: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
  defaultBackupEligibility: isBoolean,
  defaultBackupState: isBoolean,
};

function invalid(message: string): WebDriverError {
  return new WebDriverError('invalid argument', message);
}

function object(value: unknown, name: string): void {
  if (typeof value !== 'object' || value === null) throw invalid(`${name}: expected an object`);
}

/** @throws WebDriverError in the order of https://www.w3.org/TR/webauthn-3/#sctn-automation-add-virtual-authenticator */
function checkConfiguration(configuration: AuthenticatorConfiguration): void {
  object(configuration, 'configuration');
  for (const [name, value] of Object.entries(configuration)) {
    const fits = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined;
    if (fits === undefined) throw invalid(`${name}: expected no such member`);
    if (!fits(value)) throw invalid(`${name}: got ${JSON.stringify(value)}`);
  }
  for (const name of ['protocol', 'transport'])
    if (!Object.hasOwn(configuration, name)) throw invalid(`${name}: expected one, got none`);
  const strange = configuration.extensions?.find((id) => !EXTENSIONS.includes(id));
  if (strange !== undefined)
    throw new WebDriverError('unsupported operation', `extensions: ${strange} is not known`);
}

/** The member that says that an authenticator has an extension. */
const OF_CTAP: Readonly<Record<string, string>> = {
  prf: 'hmac-secret',
  largeBlob: 'largeBlobKey',
  credBlob: 'credBlob',
  minPinLength: 'minPinLength',
};

/** An extension that contradicts the other members is refused, instead of being ignored. */
function refuseDropped(extensions: readonly string[], options: VirtualAuthenticatorOptions): void {
  const has = (asked: VirtualAuthenticatorOptions, id: string): boolean =>
    extensionsOf(resolvePolicy(policyFor(asked))).includes(OF_CTAP[id] as string);
  const dropped = extensions.find((id) => !has(options, id));
  if (dropped === undefined) return;
  const why = has({ ...options, hasResidentKey: true }, dropped)
    ? 'it takes hasResidentKey: true'
    : 'this authenticator cannot have it';
  throw new WebDriverError('unsupported operation', `extensions: ${dropped} was asked for, and ${why}`);
}

function bytes(value: unknown, name: string): Uint8Array {
  if (typeof value === 'string' && isBase64url(value)) return fromBase64url(value);
  throw invalid(`${name}: expected base64url without padding`);
}

function isCount(value: unknown): boolean {
  return value === null || (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0xffff_ffff);
}

/**
 * WebDriver's commands.
 *
 * @example
 * ```ts
 * import { attach, VirtualAuthenticators } from 'stuntkey/puppeteer';
 * const authenticators = new VirtualAuthenticators();
 * await attach(page, authenticators);
 * const id = authenticators.addVirtualAuthenticator({ protocol: 'ctap2', transport: 'usb', hasResidentKey: true });
 * authenticators.setUserVerified(id, true);
 * ```
 */
export class VirtualAuthenticators {
  readonly #environment: Omit<AuthenticatorOptions, 'user' | 'store'>;
  readonly #random: RandomSource;
  readonly #devices = new Map<string, VirtualDevice>();

  /** @param environment the options of devices: seed, clock, policy (which has precedence over a configuration) */
  constructor(environment: Omit<AuthenticatorOptions, 'user' | 'store'> = {}) {
    this.#environment = environment;
    const { seed, random } = environment;
    this.#random = random ?? (seed === undefined ? systemRandom : seededRandom(seed));
  }

  /** The present devices, for `attach`. */
  get devices(): readonly PageAuthenticator[] {
    return [...this.#devices.values()];
  }

  /** @returns its ID, 22 characters. @throws WebDriverError */
  addVirtualAuthenticator(configuration: AuthenticatorConfiguration): string {
    checkConfiguration(configuration);
    const { isUserConsenting = true, extensions = [], protocol, ...rest } = configuration;
    const id = base64url(this.#random(16, 'authenticator-id'));
    const options = {
      ...rest,
      // CTAP 2.0 has no blobs, but a configuration may ask for them.
      ...(extensions.length > 0 && { ctap2Version: 'ctap2_1' }),
      ...(PROTOCOLS[protocol] as { protocol: string }),
      hasPrf: extensions.includes('prf'),
      hasLargeBlob: extensions.includes('largeBlob'),
      hasCredBlob: extensions.includes('credBlob'),
      hasMinPinLength: extensions.includes('minPinLength'),
    };
    refuseDropped(extensions, options);
    const { seed, ...environment } = this.#environment;
    const own = seed === undefined ? environment : { ...environment, seed: id };
    const device = new VirtualDevice(id, options, own, () => undefined);
    if (!isUserConsenting) device.user.use({ presence: 'decline' });
    this.#devices.set(id, device);
    return id;
  }

  /** @throws WebDriverError */
  removeVirtualAuthenticator(authenticatorId: string): void {
    this.#device(authenticatorId);
    this.#devices.delete(authenticatorId);
  }

  /** @throws WebDriverError in the order of https://www.w3.org/TR/webauthn-3/#sctn-automation-add-credential */
  async addCredential(authenticatorId: string, credential: CredentialParameters): Promise<void> {
    object(credential, 'credential');
    const { isResidentCredential: resident, rpId, signCount, largeBlob } = credential;
    const id = bytes(credential.credentialId, 'credentialId');
    if (typeof resident !== 'boolean') throw invalid('isResidentCredential: expected a boolean');
    if (typeof rpId !== 'string' || rpId === '') throw invalid('rpId: expected a domain');
    const privateKey = bytes(credential.privateKey, 'privateKey');
    const userHandle = credential.userHandle == null ? undefined : bytes(credential.userHandle, 'userHandle');
    if (resident && userHandle === undefined) throw invalid('userHandle: expected one, as it is resident');
    if (userHandle !== undefined && (userHandle.length < 1 || userHandle.length > 64))
      throw invalid(`userHandle: expected 1 to 64 bytes, got ${userHandle.length}`);
    const { backupEligibility, backupState, userName, userDisplayName } = credential;
    const asDomain: CdpCredential = {
      credentialId: base64(id),
      isResidentCredential: resident,
      rpId,
      privateKey: base64(privateKey),
      ...(userHandle && { userHandle: base64(userHandle) }),
      signCount: signCount ?? -1,
      ...(backupEligibility !== undefined && { backupEligibility }),
      ...(backupState !== undefined && { backupState }),
      ...(userName !== undefined && { userName }),
      ...(userDisplayName !== undefined && { userDisplayName }),
      ...(largeBlob != null && { largeBlob: base64(bytes(largeBlob, 'largeBlob')) }),
    };
    const record = recordOf(asDomain);
    const device = this.#device(authenticatorId);
    if (resident && !device.resident)
      throw invalid('isResidentCredential: the authenticator has no resident keys');
    if (!isCount(signCount)) throw invalid('signCount: expected 0 to 4294967295, or null');
    await device.add(record, asDomain);
  }

  /** @throws WebDriverError */
  getCredentials(authenticatorId: string): CredentialParameters[] {
    return this.#device(authenticatorId).list().map(parametersOf);
  }

  /** @throws WebDriverError */
  async removeCredential(authenticatorId: string, credentialId: string): Promise<void> {
    const device = this.#device(authenticatorId);
    await device.credentials.delete(idIn(device, credentialId));
  }

  /** @throws WebDriverError */
  async removeAllCredentials(authenticatorId: string): Promise<void> {
    const { credentials } = this.#device(authenticatorId);
    for (const { id } of credentials.list()) await credentials.delete(id);
  }

  /** @throws WebDriverError */
  setUserVerified(authenticatorId: string, isUserVerified: boolean): void {
    const device = this.#device(authenticatorId);
    if (typeof isUserVerified !== 'boolean') throw invalid('isUserVerified: expected a boolean');
    device.setUserVerified(isUserVerified);
  }

  /** @throws WebDriverError */
  async setCredentialProperties(
    authenticatorId: string,
    credentialId: string,
    properties: CredentialProperties,
  ): Promise<void> {
    object(properties, 'properties');
    const device = this.#device(authenticatorId);
    const id = idIn(device, credentialId);
    const { signCount, ...flags } = properties;
    if (signCount !== undefined && !isCount(signCount))
      throw invalid('signCount: expected 0 to 4294967295, or null');
    await device.change(id, { ...flags, ...(signCount !== undefined && { signCount: signCount ?? -1 }) });
  }

  #device(id: string): VirtualDevice {
    const device = this.#devices.get(id);
    if (device === undefined) throw invalid(`authenticatorId: expected one that is there, got ${id}`);
    return device;
  }
}

function recordOf(credential: CdpCredential): CredentialRecord {
  let record: CredentialRecord | undefined;
  try {
    record = fromCdpCredential(credential);
  } catch {}
  if (record?.algorithm !== -7) throw invalid('privateKey: expected PKCS#8 of a P-256 key');
  return record;
}

function idIn(device: VirtualDevice, credentialId: string): Uint8Array {
  const id = bytes(credentialId, 'credentialId');
  if (device.get(id) === undefined)
    throw invalid(`credentialId: expected one that is there, got ${credentialId}`);
  return id;
}

function parametersOf(credential: CdpCredential): CredentialParameters {
  const text = (encoded: string): string => base64url(fromBase64(encoded, ''));
  const { credentialId, privateKey, userHandle, largeBlob, signCount, rpId = '', ...rest } = credential;
  return {
    userName: '',
    userDisplayName: '',
    ...rest,
    rpId,
    credentialId: text(credentialId),
    privateKey: text(privateKey),
    ...(userHandle !== undefined && { userHandle: text(userHandle) }),
    ...(largeBlob !== undefined && { largeBlob: text(largeBlob) }),
    signCount: signCount === -1 ? null : signCount,
  };
}
