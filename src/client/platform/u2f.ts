/**
 * CTAP1/U2F from the platform's side, CTAP 2.3 section 7.2: ceremonies of WebAuthn translated to U2F's two, and their answers
 * back.
 */

import { concat, equal } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import { timer } from '../../base/timer.ts';
import type { CborValue } from '../../cbor/cbor.ts';
import { toCose } from '../../crypto/formats/cose.ts';
import { rpIdHashOf } from '../../crypto/hash.ts';
import { AuthenticatorDataFlags, encodeAuthenticatorData } from '../../ctap/authenticator-data.ts';
import type { CredentialDescriptor } from '../../ctap/entities.ts';
import type { GetAssertionResponse } from '../../ctap/messages/get-assertion.ts';
import type { GetInfoResponse } from '../../ctap/messages/get-info.ts';
import type { MakeCredentialResponse } from '../../ctap/messages/make-credential.ts';
import { CtapError } from '../../ctap/status.ts';
import { U2fControl, U2fInstruction, U2fStatus, writeApdu } from '../../ctap/u2f.ts';
import type { Cancellation } from '../ceremony.ts';
import type { DeviceLink } from './device-link.ts';

const ES256 = -7;
/** The bytes of presence, counter, and the shortest signature. */
const SHORTEST_ASSERTION = 6;
/** How long to wait before a touch is asked for again: milliseconds. */
const POLL = 100;

/** The getInfo of a device that has no getInfo. */
export const U2F_INFO: GetInfoResponse = {
  versions: ['U2F_V2'],
  aaguid: new Uint8Array(16),
  transports: ['usb'],
  algorithms: [{ alg: ES256, type: 'public-key' }],
  maxCredentialIdLength: 255,
};

interface Answer {
  readonly data: Uint8Array;
  readonly status: number;
}

/** A ceremony with a device that has only U2F. */
export class U2fCeremony {
  readonly #link: DeviceLink;
  readonly #clock: Clock;
  readonly #cancel: Cancellation;

  constructor(link: DeviceLink, clock: Clock, cancel: Cancellation) {
    this.#link = link;
    this.#clock = clock;
    this.#cancel = cancel;
  }

  /**
   * Registers.
   *
   * @throws CtapError CTAP2_ERR_UNSUPPORTED_ALGORITHM unless ES256 is accepted; CTAP2_ERR_CREDENTIAL_EXCLUDED, after a touch
   */
  async makeCredential(request: {
    readonly rpId: string;
    readonly clientDataHash: Uint8Array;
    readonly algorithms: readonly number[];
    readonly excludeList: readonly CredentialDescriptor[];
  }): Promise<MakeCredentialResponse> {
    const { rpId, clientDataHash, algorithms, excludeList } = request;
    if (!algorithms.includes(ES256)) {
      throw new CtapError('CTAP2_ERR_UNSUPPORTED_ALGORITHM', 'U2F has ES256 only');
    }
    const application = rpIdHashOf(rpId);
    for (const { id } of excludeList) {
      if (!(await this.knows(id, application))) continue;
      // A touch, so that no page learns of it without one.
      await this.#touched(U2fInstruction.REGISTER, 0, new Uint8Array(64));
      throw new CtapError('CTAP2_ERR_CREDENTIAL_EXCLUDED');
    }
    const { data } = await this.#touched(
      U2fInstruction.REGISTER,
      U2fControl['enforce-user-presence-and-sign'],
      concat(clientDataHash, application),
    );
    const { publicKey, handle, certificate, signature } = readRegistration(data);
    const authData = encodeAuthenticatorData({
      rpIdHash: application,
      flags: AuthenticatorDataFlags.UP,
      signCount: 0,
      attestedCredentialData: {
        aaguid: U2F_INFO.aaguid,
        credentialId: handle,
        credentialPublicKey: toCose(ES256, publicKey),
      },
    });
    const attStmt = new Map<string, CborValue>([
      ['sig', signature],
      ['x5c', [certificate]],
    ]);
    return { fmt: 'fido-u2f', authData, attStmt };
  }

  /** Asserts the first credential of the list that the device knows. @throws CtapError CTAP2_ERR_NO_CREDENTIALS */
  async getAssertion(request: {
    readonly rpId: string;
    readonly clientDataHash: Uint8Array;
    readonly allowList: readonly CredentialDescriptor[];
  }): Promise<GetAssertionResponse> {
    const { rpId, clientDataHash, allowList } = request;
    const application = rpIdHashOf(rpId);
    for (const { id } of allowList) {
      if (!(await this.knows(id, application))) continue;
      const { data } = await this.#touched(
        U2fInstruction.AUTHENTICATE,
        U2fControl['enforce-user-presence-and-sign'],
        authentication(clientDataHash, application, id),
      );
      if (data.length < SHORTEST_ASSERTION)
        throw new CtapError('CTAP1_ERR_OTHER', 'the assertion is cut off');
      const flags = (data[0] as number) & AuthenticatorDataFlags.UP;
      return {
        credential: { id, type: 'public-key' },
        authData: concat(application, Uint8Array.of(flags), data.slice(1, 5)),
        signature: data.slice(5),
      };
    }
    throw new CtapError('CTAP2_ERR_NO_CREDENTIALS');
  }

  /** Whether the device has the key of a handle, for an application. */
  async knows(handle: Uint8Array, application: Uint8Array): Promise<boolean> {
    if (handle.length > 255) return false;
    const { status } = await this.#send(
      U2fInstruction.AUTHENTICATE,
      U2fControl['check-only'],
      authentication(new Uint8Array(32), application, handle),
    );
    return status === U2fStatus.CONDITIONS_NOT_SATISFIED;
  }

  /** Asks again and again until the person touches the device, or the ceremony ends. */
  async #touched(ins: number, p1: number, data: Uint8Array): Promise<Answer> {
    for (;;) {
      const answer = await this.#send(ins, p1, data);
      if (answer.status === U2fStatus.NO_ERROR) return answer;
      if (answer.status !== U2fStatus.CONDITIONS_NOT_SATISFIED) {
        throw new CtapError('CTAP2_ERR_OPERATION_DENIED', `U2F answered 0x${answer.status.toString(16)}`);
      }
      await this.#pause();
    }
  }

  async #send(ins: number, p1: number, data: Uint8Array): Promise<Answer> {
    const response = await this.#link.transactU2f(writeApdu({ cla: 0, ins, p1, p2: 0, data }), this.#cancel);
    const [sw1 = 0, sw2 = 0] = response.slice(-2);
    return { data: response.slice(0, -2), status: (sw1 << 8) | sw2 };
  }

  #pause(): Promise<void> {
    const { signal } = this.#cancel;
    const ended = (): CtapError => new CtapError('CTAP2_ERR_KEEPALIVE_CANCEL');
    if (signal.aborted) return Promise.reject(ended());
    return new Promise((resolve, reject) => {
      const stop = timer(this.#clock, POLL, () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
      const onAbort = (): void => {
        stop();
        reject(ended());
      };
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}

function authentication(challenge: Uint8Array, application: Uint8Array, handle: Uint8Array): Uint8Array {
  return concat(challenge, application, Uint8Array.of(handle.length), handle);
}

interface U2fRegistration {
  /** x and y. */
  readonly publicKey: Uint8Array;
  readonly handle: Uint8Array;
  readonly certificate: Uint8Array;
  readonly signature: Uint8Array;
}

function readRegistration(data: Uint8Array): U2fRegistration {
  const handleLength = data[66];
  if (handleLength === undefined || !equal(data.subarray(0, 2), Uint8Array.of(0x05, 0x04))) {
    throw new CtapError('CTAP1_ERR_OTHER', 'the registration is malformed');
  }
  const at = 67 + handleLength;
  // DER with a length of two bytes, as every certificate of that size has it.
  const length = 4 + (((data[at + 2] ?? 0) << 8) | (data[at + 3] ?? 0));
  if (data.length <= at + length) throw new CtapError('CTAP1_ERR_OTHER', 'the registration is cut off');
  return {
    publicKey: data.slice(2, 66),
    handle: data.slice(67, at),
    certificate: data.slice(at, at + length),
    signature: data.slice(at + length),
  };
}
