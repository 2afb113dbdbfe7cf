/** What the settings of an operating system do with a key, outside ceremonies: its PIN, its configuration, its fingerprints. */
import { concat } from '../../base/bytes.ts';
import { systemClock } from '../../base/clock.ts';
import { type CborMap, encodeCbor } from '../../cbor/cbor.ts';
import { type RandomSource, systemRandom } from '../../crypto/random.ts';
import { CtapCommand } from '../../ctap/commands.ts';
import {
  type BioEnrollmentResponse,
  BioEnrollmentSubCommand,
  bioEnrollmentRequest,
  bioEnrollmentResponse,
  captureParams,
  EnrollSampleStatus,
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
import { withinLimits } from '../ceremony.ts';
import type { ClientUser } from '../person.ts';
import { askForPinRetries, shown } from './agreement.ts';
import { type CtapDevice, DeviceLink } from './device-link.ts';
import { DeviceSession, TokenPermission } from './session.ts';

const nothing: Struct<Record<never, never>> = struct('nothing', () => ({}));

/** An RP ID that no site has: a token for it proves that the PIN is right, and has no other use. */
const NO_RP_ID = 'stuntkey.invalid';

/** A fingerprint as the device lists it. */
export interface EnrolledFingerprint {
  readonly templateId: Uint8Array;
  readonly name?: string;
}

/** Attempts that are left; undefined if the device does not have the method. */
export interface Retries {
  readonly pin?: number;
  readonly uv?: number;
}

export interface ManagerOptions {
  /** The person who is asked for the PIN, if a token is needed. */
  readonly user: ClientUser;
  /** Ends a command that waits for the person. */
  readonly signal?: AbortSignal;
  /** Default: the machine's. */
  readonly random?: RandomSource;
}

/** One device, as its owner manages it. Every method throws CtapError as the device answers. */
export class DeviceManager {
  readonly #link: DeviceLink;
  readonly #signal: AbortSignal | undefined;
  readonly #user: ClientUser;
  readonly #random: RandomSource;

  constructor(device: CtapDevice, { user, signal, random = systemRandom }: ManagerOptions) {
    this.#link = new DeviceLink(device);
    this.#signal = signal;
    this.#user = user;
    this.#random = random;
  }

  info(): Promise<GetInfoResponse> {
    return this.#within(async ({ info }) => info);
  }

  retries(): Promise<Retries> {
    return this.#within((session) => this.#retries(session));
  }

  setPin(newPin: string): Promise<void> {
    return this.#within((session) => session.setPin(newPin));
  }

  changePin(pin: string, newPin: string): Promise<void> {
    return this.#within((session) => this.#counted(session, session.changePin(pin, newPin)));
  }

  /** Returns if the PIN is right. A wrong PIN takes an attempt, as always. */
  async verifyPin(pin: string): Promise<void> {
    await this.#within((session) => {
      const opensCeremonies = session.info.options?.get('noMcGaPermissionsWithClientPin') !== true;
      const attempt = opensCeremonies
        ? session.exchangePin(pin, TokenPermission.getAssertion, NO_RP_ID)
        : session.exchangePin(pin, TokenPermission.credentialManagement);
      return this.#counted(session, attempt);
    });
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

  /** Sets the PIN's minimum length, the RPs that learn it, and other rules for PINs. */
  setMinPinLength(params: SetMinPinLengthParams): Promise<void> {
    return this.#configure(ConfigSubCommand.setMinPINLength, setMinPinLengthParams.write(params));
  }

  async fingerprints(): Promise<EnrolledFingerprint[]> {
    try {
      const { templateInfos = [] } = await this.#within((session) =>
        this.#enrollment(session, BioEnrollmentSubCommand.enumerateEnrollments),
      );
      return templateInfos.map(({ templateId, templateFriendlyName }) => ({
        templateId,
        ...(templateFriendlyName && { name: templateFriendlyName }),
      }));
    } catch (error) {
      // With this status a device says that there are none (CTAP 2.3 section 6.7.6).
      if (error instanceof CtapError && error.code === 'CTAP2_ERR_INVALID_OPTION') return [];
      throw error;
    }
  }

  /**
   * Enrolls a fingerprint.
   *
   * @param sampled called with each sample: its status by number, and how many good samples are still needed
   * @returns its template ID
   */
  enroll(sampled: (status: number, remaining: number) => void): Promise<Uint8Array> {
    return this.#within(async (session) => {
      const first = await this.#enrollment(session, BioEnrollmentSubCommand.enrollBegin);
      const { templateId } = first;
      if (templateId === undefined) throw new Error('the authenticator gave no template ID');
      const params = captureParams.write({ templateId });
      let sample: BioEnrollmentResponse = first;
      for (let needed = Number.POSITIVE_INFINITY; ; ) {
        const { lastEnrollSampleStatus = 0, remainingSamples = 0 } = sample;
        sampled(lastEnrollSampleStatus, remainingSamples);
        if (remainingSamples === 0) return templateId;
        const isGood = lastEnrollSampleStatus === EnrollSampleStatus.CTAP2_ENROLL_FEEDBACK_FP_GOOD;
        if (isGood && remainingSamples >= needed) {
          throw new Error(
            `remainingSamples: expected fewer than ${needed} after a good one, got ${remainingSamples}`,
          );
        }
        needed = remainingSamples;
        sample = await this.#enrollment(session, BioEnrollmentSubCommand.enrollCaptureNextSample, params);
      }
    });
  }

  async renameFingerprint(templateId: Uint8Array, name: string): Promise<void> {
    const params = friendlyNameParams.write({ templateId, templateFriendlyName: name });
    await this.#within((session) =>
      this.#enrollment(session, BioEnrollmentSubCommand.setFriendlyName, params),
    );
  }

  async removeFingerprint(templateId: Uint8Array): Promise<void> {
    const params = templateParams.write({ templateId });
    await this.#within((session) =>
      this.#enrollment(session, BioEnrollmentSubCommand.removeEnrollment, params),
    );
  }

  /** Runs work with the device, until it is done or the signal is aborted. @throws the signal's reason, then */
  #within<T>(work: (session: DeviceSession) => Promise<T>): Promise<T> {
    const limits = { clock: systemClock, timeout: Number.POSITIVE_INFINITY, signal: this.#signal };
    const known = { user: this.#user, random: this.#random };
    return withinLimits(limits, async (cancel) =>
      work(new DeviceSession(this.#link, await this.#link.getInfo(cancel), cancel, known)),
    );
  }

  async #retries({ link, info, cancel }: DeviceSession): Promise<Retries> {
    const { options } = info;
    const pin = options?.has('clientPin') ? await link.clientPin(askForPinRetries(info), cancel) : undefined;
    const uv = options?.has('uv')
      ? await link.clientPin({ subCommand: ClientPinSubCommand.getUVRetries }, cancel)
      : undefined;
    return {
      ...(pin?.pinRetries !== undefined && { pin: pin.pinRetries }),
      ...(uv?.uvRetries !== undefined && { uv: uv.uvRetries }),
    };
  }

  /** authenticatorConfig, CTAP 2.3 section 6.11; with a token where the device has a PIN. */
  async #configure(subCommand: number, subCommandParams?: CborMap): Promise<void> {
    const message = concat(
      new Uint8Array(32).fill(0xff),
      Uint8Array.of(CtapCommand.authenticatorConfig, subCommand),
      subCommandParams === undefined ? new Uint8Array() : encodeCbor(subCommandParams),
    );
    await this.#within(async (session) => {
      const permission = TokenPermission.authenticatorConfiguration;
      const members = await this.#authorization(session, permission, message);
      const request = { subCommand, ...(subCommandParams && { subCommandParams }), ...members };
      const { authenticatorConfig } = CtapCommand;
      return session.link.send(authenticatorConfig, [configRequest, request], nothing, session.cancel);
    });
  }

  /** authenticatorBioEnrollment, CTAP 2.3 section 6.7. */
  async #enrollment(
    session: DeviceSession,
    subCommand: number,
    subCommandParams?: CborMap,
  ): Promise<BioEnrollmentResponse> {
    const message = concat(
      Uint8Array.of(FINGERPRINT, subCommand),
      subCommandParams === undefined ? new Uint8Array() : encodeCbor(subCommandParams),
    );
    const members = await this.#authorization(session, TokenPermission.bioEnrollment, message);
    const params = subCommandParams && { subCommandParams };
    const request = { modality: FINGERPRINT, subCommand, ...params, ...members };
    return session.link.send(
      CtapCommand.authenticatorBioEnrollment,
      [bioEnrollmentRequest, request],
      bioEnrollmentResponse,
      session.cancel,
    );
  }

  readonly #tokens = new WeakMap<DeviceSession, ReturnType<DeviceSession['tokenByPin']>>();

  /** The two members that prove a token. Without a PIN there is no token, and the device decides whether it needs one. */
  async #authorization(
    session: DeviceSession,
    permission: number,
    message: Uint8Array,
  ): Promise<Partial<ReturnType<typeof shown>>> {
    if (session.info.options?.get('clientPin') !== true) return {};
    const token = this.#tokens.get(session) ?? session.tokenByPin(permission);
    this.#tokens.set(session, token);
    return shown(await token, message);
  }

  /** An attempt at a PIN: when it fails, the error says how many are left. */
  async #counted<T>(session: DeviceSession, attempt: Promise<T>): Promise<T> {
    try {
      return await attempt;
    } catch (error) {
      if (!(error instanceof CtapError) || error.code !== 'CTAP2_ERR_PIN_INVALID') throw error;
      const { pin } = await this.#retries(session);
      throw new CtapError(error.status, `${pin} attempts left`);
    }
  }
}
