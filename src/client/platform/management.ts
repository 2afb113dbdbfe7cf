/** What an operating system's settings do with a key, past all ceremonies: its PIN, its configuration, its fingerprints. */
import { concat } from '../../base/bytes.ts';
import { type CborMap, encodeCbor } from '../../cbor/cbor.ts';
import { type RandomSource, systemRandom } from '../../crypto/random.ts';
import { CtapCommand } from '../../ctap/commands.ts';
import {
  type BioEnrollmentResponse,
  BioEnrollmentSubCommand,
  bioEnrollmentRequest,
  bioEnrollmentResponse,
  captureParams,
  FINGERPRINT,
  friendlyNameParams,
  templateParams,
} from '../../ctap/messages/bio-enrollment.ts';
import { ClientPinSubCommand } from '../../ctap/messages/client-pin.ts';
import {
  ConfigSubCommand,
  configRequest,
  type SetMinPinLengthParams,
  setMinPinLengthParams,
} from '../../ctap/messages/config.ts';
import type { GetInfoResponse } from '../../ctap/messages/get-info.ts';
import { CtapError } from '../../ctap/status.ts';
import { type Struct, struct } from '../../ctap/struct.ts';
import type { Cancellation } from '../ceremony.ts';
import type { ClientUser } from '../person.ts';
import { shown } from './agreement.ts';
import { type CtapDevice, DeviceLink } from './device-link.ts';
import { DeviceSession, TokenPermission } from './session.ts';

const nothing: Struct<Record<never, never>> = struct('nothing', {});

/** An RP ID that nobody has: a token for it shows that the PIN is right, and is good for nothing. */
const NOBODY = 'stuntkey.invalid';

/** A fingerprint as the device lists it. */
export interface EnrolledFingerprint {
  readonly templateId: Uint8Array;
  readonly name?: string;
}

/** Attempts that are left; undefined for what the device does not have. */
export interface Retries {
  readonly pin?: number;
  readonly uv?: number;
}

export interface ManagerOptions {
  /** Who is asked for the PIN where a token is needed. */
  readonly user: ClientUser;
  /** Ends a command that waits for the person. */
  readonly signal?: AbortSignal;
  /** Default: the machine's. */
  readonly random?: RandomSource;
}

/** One device, as its owner manages it. Every method throws CtapError as the device answers. */
export class DeviceManager {
  readonly #link: DeviceLink;
  readonly #cancel: Cancellation;
  readonly #user: ClientUser;
  readonly #random: RandomSource;

  constructor(device: CtapDevice, { user, signal, random = systemRandom }: ManagerOptions) {
    this.#link = new DeviceLink(device);
    this.#cancel = { signal: signal ?? new AbortController().signal };
    this.#user = user;
    this.#random = random;
  }

  info(): Promise<GetInfoResponse> {
    return this.#link.getInfo();
  }

  async retries(): Promise<Retries> {
    const { options } = await this.info();
    const pin = options?.has('clientPin')
      ? await this.#link.clientPin({ subCommand: ClientPinSubCommand.getPINRetries }, this.#cancel)
      : undefined;
    const uv = options?.has('uv')
      ? await this.#link.clientPin({ subCommand: ClientPinSubCommand.getUVRetries }, this.#cancel)
      : undefined;
    return {
      ...(pin?.pinRetries !== undefined && { pin: pin.pinRetries }),
      ...(uv?.uvRetries !== undefined && { uv: uv.uvRetries }),
    };
  }

  async setPin(newPin: string): Promise<void> {
    await (await this.#session()).setPin(newPin);
  }

  async changePin(pin: string, newPin: string): Promise<void> {
    const session = await this.#session();
    await this.#counted(session.changePin(pin, newPin));
  }

  /** Returns if the PIN is right, which takes an attempt like any other. */
  async verifyPin(pin: string): Promise<void> {
    const session = await this.#session();
    const opensCeremonies = session.info.options?.get('noMcGaPermissionsWithClientPin') !== true;
    await this.#counted(
      opensCeremonies
        ? session.exchangePin(pin, TokenPermission.getAssertion, NOBODY)
        : session.exchangePin(pin, TokenPermission.credentialManagement),
    );
  }

  toggleAlwaysUv(): Promise<void> {
    return this.#configure(ConfigSubCommand.toggleAlwaysUv);
  }

  enableEnterpriseAttestation(): Promise<void> {
    return this.#configure(ConfigSubCommand.enableEnterpriseAttestation);
  }

  enableLongTouchForReset(): Promise<void> {
    return this.#configure(ConfigSubCommand.enableLongTouchForReset);
  }

  /** The PIN's minimum length, who learns of it, and what else is asked of a PIN. */
  setMinPinLength(params: SetMinPinLengthParams): Promise<void> {
    return this.#configure(ConfigSubCommand.setMinPINLength, setMinPinLengthParams.write(params));
  }

  async fingerprints(): Promise<EnrolledFingerprint[]> {
    try {
      const { templateInfos = [] } = await this.#enrollment(BioEnrollmentSubCommand.enumerateEnrollments);
      return templateInfos.map(({ templateId, templateFriendlyName }) => ({
        templateId,
        ...(templateFriendlyName && { name: templateFriendlyName }),
      }));
    } catch (error) {
      // That is how a device says that there are none (CTAP 2.3 section 6.7.6).
      if (error instanceof CtapError && error.code === 'CTAP2_ERR_INVALID_OPTION') return [];
      throw error;
    }
  }

  /**
   * Enrols a fingerprint.
   *
   * @param sampled told of each sample: its status by number, and how many good ones are still needed
   * @returns its template ID
   */
  async enroll(sampled: (status: number, remaining: number) => void): Promise<Uint8Array> {
    const session = await this.#session();
    const first = await this.#enrollment(BioEnrollmentSubCommand.enrollBegin, undefined, session);
    const { templateId } = first;
    if (templateId === undefined) throw new Error('the authenticator gave no template ID');
    let sample: BioEnrollmentResponse = first;
    for (;;) {
      const { lastEnrollSampleStatus = 0, remainingSamples = 0 } = sample;
      sampled(lastEnrollSampleStatus, remainingSamples);
      if (remainingSamples === 0) return templateId;
      const params = captureParams.write({ templateId });
      sample = await this.#enrollment(BioEnrollmentSubCommand.enrollCaptureNextSample, params, session);
    }
  }

  async renameFingerprint(templateId: Uint8Array, name: string): Promise<void> {
    const params = friendlyNameParams.write({ templateId, templateFriendlyName: name });
    await this.#enrollment(BioEnrollmentSubCommand.setFriendlyName, params);
  }

  async removeFingerprint(templateId: Uint8Array): Promise<void> {
    await this.#enrollment(BioEnrollmentSubCommand.removeEnrollment, templateParams.write({ templateId }));
  }

  async #session(): Promise<DeviceSession> {
    const known = { user: this.#user, random: this.#random };
    return new DeviceSession(this.#link, await this.info(), this.#cancel, known);
  }

  /** authenticatorConfig, CTAP 2.3 section 6.11; with a token where the device has a PIN. */
  async #configure(subCommand: number, subCommandParams?: CborMap): Promise<void> {
    const message = concat(
      new Uint8Array(32).fill(0xff),
      Uint8Array.of(CtapCommand.authenticatorConfig, subCommand),
      subCommandParams === undefined ? new Uint8Array() : encodeCbor(subCommandParams),
    );
    const members = await this.#authorization(TokenPermission.authenticatorConfiguration, message);
    const request = { subCommand, ...(subCommandParams && { subCommandParams }), ...members };
    await this.#link.send(CtapCommand.authenticatorConfig, [configRequest, request], nothing, this.#cancel);
  }

  /** authenticatorBioEnrollment, CTAP 2.3 section 6.7. */
  async #enrollment(
    subCommand: number,
    subCommandParams?: CborMap,
    session?: DeviceSession,
  ): Promise<BioEnrollmentResponse> {
    const message = concat(
      Uint8Array.of(FINGERPRINT, subCommand),
      subCommandParams === undefined ? new Uint8Array() : encodeCbor(subCommandParams),
    );
    const members = await this.#authorization(TokenPermission.bioEnrollment, message, session);
    const params = subCommandParams && { subCommandParams };
    const request = { modality: FINGERPRINT, subCommand, ...params, ...members };
    return this.#link.send(
      CtapCommand.authenticatorBioEnrollment,
      [bioEnrollmentRequest, request],
      bioEnrollmentResponse,
      this.#cancel,
    );
  }

  readonly #tokens = new WeakMap<DeviceSession, ReturnType<DeviceSession['tokenByPin']>>();

  /** The two members that show a token. Without a PIN there is none to show, and the device says whether it minds. */
  async #authorization(
    permission: number,
    message: Uint8Array,
    session?: DeviceSession,
  ): Promise<Partial<ReturnType<typeof shown>>> {
    const asked = session ?? (await this.#session());
    if (asked.info.options?.get('clientPin') !== true) return {};
    const token = this.#tokens.get(asked) ?? asked.tokenByPin(permission);
    this.#tokens.set(asked, token);
    return shown(await token, message);
  }

  /** An attempt: when it fails, how many are left is part of the answer. */
  async #counted<T>(attempt: Promise<T>): Promise<T> {
    try {
      return await attempt;
    } catch (error) {
      if (!(error instanceof CtapError) || error.code !== 'CTAP2_ERR_PIN_INVALID') throw error;
      const { pin } = await this.retries();
      throw new CtapError(error.status, `${pin} attempts left`);
    }
  }
}
