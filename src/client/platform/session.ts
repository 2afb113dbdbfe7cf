/** One device in one ceremony: its getInfo, and how its user is verified. */

import { concat, utf8 } from '../../base/bytes.ts';
import { sha256 } from '../../crypto/hash.ts';
import type { RandomSource } from '../../crypto/random.ts';
import { ClientPinSubCommand, MAX_PIN_RETRIES } from '../../ctap/messages/client-pin.ts';
import type { GetInfoResponse } from '../../ctap/messages/get-info.ts';
import { CtapError } from '../../ctap/status.ts';
import type { PinRequest } from '../../person/user.ts';
import type { Cancellation } from '../ceremony.ts';
import type { ClientUser } from '../person.ts';
import { Agreement, askForPinRetries, type Token } from './agreement.ts';
import { hasPin, lacksPin } from './authenticator-choice.ts';
import type { DeviceLink } from './device-link.ts';

/** Permissions of a token (bits), CTAP 2.3 section 6.5.5.7. */
export const TokenPermission = {
  makeCredential: 0x01,
  getAssertion: 0x02,
  credentialManagement: 0x04,
  bioEnrollment: 0x08,
  largeBlobWrite: 0x10,
  authenticatorConfiguration: 0x20,
} as const;

/** The person closed the dialog. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

export class DeviceSession {
  readonly link: DeviceLink;
  readonly cancel: Cancellation;
  info: GetInfoResponse;
  readonly #user: ClientUser | undefined;
  readonly #random: RandomSource;
  #agreement: Promise<Agreement> | undefined;

  constructor(
    link: DeviceLink,
    info: GetInfoResponse,
    cancel: Cancellation,
    { user, random }: { readonly user: ClientUser | undefined; readonly random: RandomSource },
  ) {
    this.link = link;
    this.info = info;
    this.cancel = cancel;
    this.#user = user;
    this.#random = random;
  }

  /** The shared secret with the device, agreed on when first needed. */
  agreement(): Promise<Agreement> {
    this.#agreement ??= Agreement.with(this.link, this.info, this.#random, this.cancel);
    return this.#agreement;
  }

  /** Whether the person can be verified by a PIN: a PIN is set, or can be set, and the person can enter it. */
  get canUsePin(): boolean {
    return this.#user?.enterPin !== undefined && (hasPin(this.info) || lacksPin(this.info));
  }

  /** Whether a PIN that is set can be asked for. */
  get hasPin(): boolean {
    return this.#user?.enterPin !== undefined && hasPin(this.info);
  }

  /**
   * A token for a PIN. After a wrong PIN the person is asked again, as often as the device allows. If no PIN is set, or the device
   * requires another one, the person sets it.
   *
   * @throws Cancelled, or a CtapError: CTAP2_ERR_PIN_AUTH_BLOCKED, CTAP2_ERR_PIN_BLOCKED, CTAP2_ERR_PIN_POLICY_VIOLATION
   */
  async tokenByPin(permissions: number, rpId?: string): Promise<Token> {
    // A PIN that was typed just now is not asked for again.
    let fresh: string | undefined;
    if (lacksPin(this.info)) {
      fresh = (await this.#ask('set', 0)).pin;
      await this.setPin(fresh);
    }
    let changed = false;
    let most = MAX_PIN_RETRIES;
    for (let attempt = 0; ; attempt++) {
      let pin = fresh;
      fresh = undefined;
      if (pin === undefined) {
        const asked = await this.#ask('enter', attempt);
        pin = asked.pin;
        most = Math.min(most, attempt + (asked.attemptsLeft ?? most));
      }
      try {
        return await this.exchangePin(pin, permissions, rpId);
      } catch (error) {
        if (!(error instanceof CtapError)) throw error;
        // A device that counts attempts has none left by then; a device that does not is not asked forever.
        if (attempt + 1 >= most) throw error;
        if (!changed && (await this.#mustChange(error))) {
          fresh = (await this.#ask('change', 0)).pin;
          await this.changePin(pin, fresh);
          changed = true;
        } else if (error.code !== 'CTAP2_ERR_PIN_INVALID') throw error;
      }
    }
  }

  /** A token for built-in verification, if the device gives such tokens. */
  async tokenByBuiltInUv(permissions: number, rpId: string): Promise<Token> {
    const agreement = await this.agreement();
    const { pinUvAuthToken } = await this.link.clientPin(
      {
        subCommand: ClientPinSubCommand.getPinUvAuthTokenUsingUvWithPermissions,
        pinUvAuthProtocol: agreement.version,
        keyAgreement: agreement.keyAgreement,
        permissions,
        rpId,
      },
      this.cancel,
    );
    return tokenOf(agreement, pinUvAuthToken);
  }

  /** A token for a PIN, tried once. A device without permissions gives a token for everything. */
  async exchangePin(pin: string, permissions: number, rpId?: string): Promise<Token> {
    const agreement = await this.agreement();
    // The device has another key agreement key after a wrong PIN.
    this.#agreement = undefined;
    const withPermissions = this.info.options?.get('pinUvAuthToken') === true;
    const { pinUvAuthToken } = await this.link.clientPin(
      {
        subCommand: withPermissions
          ? ClientPinSubCommand.getPinUvAuthTokenUsingPinWithPermissions
          : ClientPinSubCommand.getPinToken,
        pinUvAuthProtocol: agreement.version,
        keyAgreement: agreement.keyAgreement,
        pinHashEnc: agreement.encrypt(pinHash(pin)),
        ...(withPermissions && { permissions, ...(rpId !== undefined && { rpId }) }),
      },
      this.cancel,
    );
    this.#agreement = Promise.resolve(agreement);
    return tokenOf(agreement, pinUvAuthToken);
  }

  /** Whether the device requires another PIN. A device without permissions answers as if the PIN were wrong. */
  async #mustChange({ code }: CtapError): Promise<boolean> {
    if (code !== 'CTAP2_ERR_PIN_POLICY_VIOLATION' && code !== 'CTAP2_ERR_PIN_INVALID') return false;
    const { forcePINChange, options } = await this.link.getInfo(this.cancel);
    if (forcePINChange !== true) return false;
    return code === 'CTAP2_ERR_PIN_POLICY_VIOLATION' || options?.get('pinUvAuthToken') !== true;
  }

  /** Sets the first PIN. @throws CtapError as the device answers */
  async setPin(newPin: string): Promise<void> {
    const agreement = await this.agreement();
    const newPinEnc = agreement.encrypt(padded(newPin));
    await this.link.clientPin(
      {
        subCommand: ClientPinSubCommand.setPIN,
        pinUvAuthProtocol: agreement.version,
        keyAgreement: agreement.keyAgreement,
        newPinEnc,
        pinUvAuthParam: agreement.authenticate(newPinEnc),
      },
      this.cancel,
    );
    this.info = await this.link.getInfo(this.cancel);
  }

  /** Sets another PIN. @throws CtapError as the device answers */
  async changePin(pin: string, newPin: string): Promise<void> {
    const agreement = await this.agreement();
    const newPinEnc = agreement.encrypt(padded(newPin));
    const pinHashEnc = agreement.encrypt(pinHash(pin));
    this.#agreement = undefined;
    await this.link.clientPin(
      {
        subCommand: ClientPinSubCommand.changePIN,
        pinUvAuthProtocol: agreement.version,
        keyAgreement: agreement.keyAgreement,
        newPinEnc,
        pinHashEnc,
        pinUvAuthParam: agreement.authenticate(concat(newPinEnc, pinHashEnc)),
      },
      this.cancel,
    );
  }

  /** The PIN that the person enters, and how many attempts the device left before. @throws Cancelled */
  async #ask(
    kind: PinRequest['kind'],
    attempt: number,
  ): Promise<{ readonly pin: string; readonly attemptsLeft: number | undefined }> {
    const { pinRetries } =
      kind === 'enter' ? await this.link.clientPin(askForPinRetries(this.info), this.cancel) : {};
    if (pinRetries === 0) throw new CtapError('CTAP2_ERR_PIN_BLOCKED', 'no attempts are left');
    const pin: unknown = await this.#user?.enterPin?.({
      kind,
      attempt,
      minPinLength: this.info.minPINLength ?? 4,
      ...(pinRetries !== undefined && { attemptsLeft: pinRetries }),
    });
    if (pin === undefined) throw new Cancelled('the person entered no PIN');
    if (typeof pin !== 'string')
      throw new TypeError(`enterPin: expected a string or undefined, got ${typeof pin}`);
    return { pin, attemptsLeft: pinRetries };
  }
}

function tokenOf(agreement: Agreement, encrypted: Uint8Array | undefined): Token {
  if (encrypted === undefined) throw new Error('the authenticator gave no token');
  return { version: agreement.version, value: agreement.decrypt(encrypted) };
}

function pinHash(pin: string): Uint8Array {
  return sha256(utf8(pin.normalize('NFC'))).slice(0, 16);
}

/** To 64 bytes, or as many more as the device will refuse. */
function padded(pin: string): Uint8Array {
  const bytes = utf8(pin.normalize('NFC'));
  const block = new Uint8Array(Math.max(64, Math.ceil(bytes.length / 16) * 16));
  block.set(bytes);
  return block;
}
