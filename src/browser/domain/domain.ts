/**
 * Our own WebAuthn domain of the Chrome DevTools Protocol: the same commands, events and errors, with our devices behind
 * them (https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/). Attached in mode `page`, it serves any browser.
 */
import type { AuthenticatorOptions } from '../../authenticator/authenticator.ts';
import { base64url } from '../../base/base64url.ts';
import { hex } from '../../base/bytes.ts';
import { type RandomSource, seededRandom, systemRandom } from '../../crypto/random.ts';
import type { CredentialRecord } from '../../store/record.ts';
import { type CdpCredential, fromBase64, fromCdpCredential } from '../cdp/credential.ts';
import { isPortable } from '../cdp/options.ts';
import type { PageAuthenticator } from '../page/ceremonies.ts';
import { CdpError, CdpErrorCode } from './error.ts';
import { optionsFlaw, type VirtualAuthenticatorOptions } from './options.ts';
import { checkShape } from './parameters.ts';
import { type CredentialChange, type OverrideBits, VirtualDevice } from './virtual-device.ts';

export const EVENTS: Readonly<Record<CredentialChange, string>> = {
  added: 'WebAuthn.credentialAdded',
  asserted: 'WebAuthn.credentialAsserted',
  updated: 'WebAuthn.credentialUpdated',
  deleted: 'WebAuthn.credentialDeleted',
};

type Parameters = Readonly<Record<string, unknown>>;
type Listener = (event: never) => void;

/**
 * A WebAuthn domain. Parameters and results of commands are those of the protocol, with bytes in base64 with padding.
 *
 * @example
 * ```ts
 * import { WebAuthnDomain } from 'stuntkey/puppeteer';
 * const domain = new WebAuthnDomain();
 * await domain.send('WebAuthn.enable');
 * const options = { protocol: 'ctap2', transport: 'usb', hasResidentKey: true };
 * const { authenticatorId } = await domain.send('WebAuthn.addVirtualAuthenticator', { options });
 * domain.on('WebAuthn.credentialAdded', ({ credential }) => console.log(credential.rpId));
 * ```
 */
export class WebAuthnDomain {
  readonly #environment: Omit<AuthenticatorOptions, 'user' | 'store'>;
  readonly #random: RandomSource;
  readonly #listeners = new Map<string, Set<Listener>>();
  #enabled = false;
  #devices: readonly VirtualDevice[] = [];

  /** @param environment the options of its devices: seed, clock, policy (which has precedence over the command's options) */
  constructor(environment: Omit<AuthenticatorOptions, 'user' | 'store'> = {}) {
    this.#environment = environment;
    const { seed } = environment;
    this.#random = environment.random ?? (seed === undefined ? systemRandom : seededRandom(seed));
  }

  /** The present devices, in the order in which they were added, for `attach`. */
  get devices(): readonly PageAuthenticator[] {
    return this.#devices;
  }

  /**
   * Sends a command.
   *
   * @throws CdpError with the protocol's `code`, and Chromium's words as `originalMessage`
   */
  async send<Answer = Record<string, unknown>>(method: string, parameters: object = {}): Promise<Answer> {
    const command = method.startsWith('WebAuthn.') ? method.slice('WebAuthn.'.length) : '';
    checkShape(method, command, parameters);
    return (await this.#run(method, command, parameters as Parameters)) as Answer;
  }

  /** Listens to an event of the domain. */
  on(event: string, listener: (event: never) => void): this {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return this;
  }

  /** Ends that. */
  off(event: string, listener: (event: never) => void): this {
    this.#listeners.get(event)?.delete(listener);
    return this;
  }

  async #run(method: string, command: string, parameters: Parameters): Promise<object> {
    if (command === 'enable') {
      this.#enabled = true;
      return {};
    }
    if (command === 'disable') {
      this.#enabled = false;
      this.#devices = [];
      return {};
    }
    if (!this.#enabled) {
      const message = 'The Virtual Authenticator Environment has not been enabled for this session';
      throw new CdpError(method, CdpErrorCode.serverError, message);
    }
    const invalid = (message: string): CdpError =>
      new CdpError(method, CdpErrorCode.invalidParameters, message);
    if (command === 'addVirtualAuthenticator')
      return this.#add(parameters.options as VirtualAuthenticatorOptions, invalid);
    const device = this.#devices.find(({ id }) => id === parameters.authenticatorId);
    if (device === undefined) throw invalid('Could not find a Virtual Authenticator matching the ID');
    switch (command) {
      case 'removeVirtualAuthenticator':
        this.#devices = this.#devices.filter((other) => other !== device);
        return {};
      case 'addCredential':
        await addCredential(device, parameters.credential as CdpCredential, method);
        return {};
      case 'getCredentials':
        return { credentials: device.list() };
      case 'clearCredentials':
        for (const { id } of device.credentials.list()) await device.credentials.delete(id);
        return {};
      case 'setUserVerified':
        device.setUserVerified(parameters.isUserVerified as boolean);
        return {};
      case 'setAutomaticPresenceSimulation':
        device.setPresence(parameters.enabled as boolean);
        return {};
      case 'setResponseOverrideBits':
        device.setOverrides(parameters as OverrideBits);
        return {};
      default:
        return oneCredential(device, command, parameters, invalid);
    }
  }

  #add(options: VirtualAuthenticatorOptions, invalid: (message: string) => CdpError): object {
    const flaw = optionsFlaw(options);
    if (flaw !== undefined) throw invalid(flaw);
    if (options.transport === 'internal' && this.#devices.some(({ internal }) => internal))
      throw invalid('Chrome only supports one internal authenticator per environment');
    const authenticatorId = uuid(this.#random(16, 'authenticator-id'));
    // Each has its own random source: with the same one, all would make the same keys.
    const { seed, ...environment } = this.#environment;
    const own = seed === undefined ? environment : { ...environment, seed: authenticatorId };
    const device = new VirtualDevice(authenticatorId, options, own, (change, credential) =>
      this.#emit(EVENTS[change], {
        authenticatorId,
        ...(change === 'deleted' ? { credentialId: credential.credentialId } : { credential }),
      }),
    );
    this.#devices = [...this.#devices, device];
    return { authenticatorId };
  }

  #emit(name: string, event: object): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(event as never);
  }
}

/** Commands about one existing credential. */
async function oneCredential(
  device: VirtualDevice,
  command: string,
  parameters: Parameters,
  invalid: (message: string) => CdpError,
): Promise<object> {
  const id = fromBase64(parameters.credentialId as string, 'credentialId');
  const credential = device.get(id);
  if (credential === undefined) throw invalid('Could not find a credential matching the ID');
  if (command === 'getCredential') return { credential };
  if (command === 'removeCredential') await device.credentials.delete(id);
  else {
    if (((parameters.signCount as number | undefined) ?? 0) < -1) throw invalid(COUNTER);
    await device.change(id, parameters);
  }
  return {};
}

const COUNTER = 'Signature counter must be greater than or equal to -1';

/** The checks of addCredential, in Chromium's order. */
async function addCredential(
  device: VirtualDevice,
  credential: CdpCredential,
  method: string,
): Promise<void> {
  const invalid = (message: string): CdpError =>
    new CdpError(method, CdpErrorCode.invalidParameters, message);
  const failed = new CdpError(
    method,
    CdpErrorCode.serverError,
    'An error occurred trying to create the credential',
  );
  const { isResidentCredential: resident, userHandle, rpId, largeBlob, signCount } = credential;
  if (resident && !userHandle) throw invalid('The User Handle is required for Resident Credentials');
  if (userHandle && fromBase64(userHandle, 'userHandle').length > 64)
    throw invalid('The User Handle must have a maximum size of 64');
  if (!rpId) throw invalid('The Relying Party ID is a required parameter');
  if (signCount < -1) throw invalid(COUNTER);
  if (largeBlob !== undefined && !resident)
    throw invalid('Specified options require an authenticator with resident key support');
  if (resident && !device.resident) throw invalid('The Authenticator does not support Resident Credentials.');
  let record: CredentialRecord;
  try {
    record = fromCdpCredential(credential);
  } catch {
    throw failed;
  }
  const { id, rpIdHash, userId } = record;
  const taken = device.credentials
    .list()
    .some(
      (other) =>
        base64url(other.id) === base64url(id) ||
        (resident &&
          other.discoverable &&
          base64url(other.rpIdHash) === base64url(rpIdHash) &&
          base64url(other.userId ?? new Uint8Array()) === base64url(userId ?? new Uint8Array())),
    );
  if (taken || !isPortable(record)) throw failed;
  await device.add(record, credential);
}

/** Version 4, from 16 random bytes. */
function uuid(bytes: Uint8Array): string {
  const id = new Uint8Array(bytes);
  id[6] = ((id[6] as number) & 0x0f) | 0x40;
  id[8] = ((id[8] as number) & 0x3f) | 0x80;
  return hex(id).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
