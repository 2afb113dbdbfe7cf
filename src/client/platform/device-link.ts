/** The client's side of CTAP2: sends typed commands as bytes to an authenticator. */
import { equal, isBytes, toBinaryString } from '../../base/bytes.ts';
import { Cache } from '../../base/cache.ts';
import { reasonOf } from '../../base/failures.ts';
import { messageOf } from '../../base/message-of.ts';
import { CtapCommand } from '../../ctap/commands.ts';
import type { CredentialDescriptor } from '../../ctap/entities.ts';
import { decodeResponse, encodeMessage } from '../../ctap/message.ts';
import {
  type ClientPinRequest,
  type ClientPinResponse,
  clientPinRequest,
  clientPinResponse,
} from '../../ctap/messages/client-pin.ts';
import {
  type GetAssertionRequest,
  type GetAssertionResponse,
  getAssertionRequest,
  getAssertionResponse,
} from '../../ctap/messages/get-assertion.ts';
import { type GetInfoResponse, getInfoResponse } from '../../ctap/messages/get-info.ts';
import {
  type LargeBlobsRequest,
  type LargeBlobsResponse,
  largeBlobsRequest,
  largeBlobsResponse,
} from '../../ctap/messages/large-blobs.ts';
import {
  type MakeCredentialRequest,
  type MakeCredentialResponse,
  makeCredentialRequest,
  makeCredentialResponse,
} from '../../ctap/messages/make-credential.ts';
import { CtapError } from '../../ctap/status.ts';
import type { Struct } from '../../ctap/struct.ts';
import type { Cancellation } from '../ceremony.ts';
import { withShortNames } from './names.ts';

/** The longest message, in bytes, to a device that does not say its limit (CTAP 2.3 section 6.4). */
const DEFAULT_MESSAGE_SIZE = 1024;

/** Anything that answers CTAP2 requests: an Authenticator in process, or one behind a transport. */
export interface CtapDevice {
  /** Answers a CTAP2 request; aborting the signal cancels a request that waits for the user. */
  transact(request: Uint8Array, options?: { readonly signal?: AbortSignal }): Promise<Uint8Array>;
  /** Whether it answers CTAP2. Default: true. */
  readonly ctap2?: boolean;
  /** Why it may have no credential without an allow list: for testers, not for pages. */
  whyNone?(rpId: string): string | undefined;
  /** Answers an APDU of CTAP1/U2F with data and a status word. Absent if the device has no U2F. */
  transactU2f?(apdu: Uint8Array): Promise<Uint8Array>;
}

/** Wraps the error of a device. A page must not see it as it is: a DOMException would look like the client's own. */
class DeviceFailure extends Error {
  override readonly name = 'DeviceFailure';
}

/** The longest answer of a device, in bytes; CTAPHID carries 7,609. */
const LONGEST_ANSWER = 1 << 20;

/** "compound" attestation nests whole statements: response, array, element, statement, x5c. */
const ATTESTATION_DEPTH = 8;

/** The latest getInfo responses, decoded: many devices have the same, and most never change it. */
const infos = new Cache<string, GetInfoResponse>(32);

export class DeviceLink {
  readonly #device: CtapDevice;
  #infoBytes: Uint8Array | undefined;
  #info: GetInfoResponse | undefined;

  constructor(device: CtapDevice) {
    this.#device = device;
  }

  /** Whether CTAP1/U2F is all that the device has. */
  get onlyU2f(): boolean {
    return this.#device.ctap2 === false;
  }

  /** Sends an APDU. @throws CtapError CTAP1_ERR_INVALID_COMMAND where the device has no U2F */
  async transactU2f(apdu: Uint8Array, cancellation: Cancellation): Promise<Uint8Array> {
    if (this.#device.transactU2f === undefined) throw new CtapError('CTAP1_ERR_INVALID_COMMAND');
    return this.#exchange(cancellation, () => this.#device.transactU2f?.(apdu), copyOf);
  }

  #transact<T>(message: Uint8Array, cancellation: Cancellation, read: (answer: Uint8Array) => T): Promise<T> {
    return this.#exchange(cancellation, () => this.#device.transact(message, cancellation), read);
  }

  /**
   * Sends one request.
   *
   * @param read reads the response, and copies what it keeps, because the device may use its buffer again
   * @throws DeviceFailure, or an Error of the device
   */
  async #exchange<T>(
    cancellation: Cancellation,
    send: () => Promise<Uint8Array> | undefined,
    read: (answer: Uint8Array) => T,
  ): Promise<T> {
    const turn = cancellation.exchange();
    if (turn !== undefined) await turn;
    let answer: unknown;
    try {
      answer = await send();
    } catch (cause) {
      if (cause instanceof Error && !(cause instanceof DOMException)) throw cause;
      throw new DeviceFailure('the authenticator failed', { cause });
    }
    const reason = reasonOf(answer);
    if (reason !== undefined) throw new CtapError('CTAP1_ERR_OTHER', messageOf(reason), { cause: reason });
    return read(checked(answer));
  }

  /** Why the device may have no credential without an allow list, if it says so. */
  whyNone(rpId: string): string | undefined {
    return this.#device.whyNone?.(rpId);
  }

  /** The device's getInfo. (Asked for every time, because state changes it; decoded only when it has changed.) */
  getInfo(cancellation: Cancellation): Promise<GetInfoResponse> {
    return this.#transact(GET_INFO, cancellation, this.#readInfo);
  }

  readonly #readInfo = (answer: Uint8Array): GetInfoResponse => {
    if (this.#info === undefined || this.#infoBytes === undefined || !equal(this.#infoBytes, answer)) {
      const response = copyOf(answer);
      const key = toBinaryString(response);
      this.#info = infos.get(key) ?? decodeResponse(response, getInfoResponse);
      this.#infoBytes = response;
      infos.set(key, this.#info);
    }
    return this.#info;
  };

  makeCredential(
    request: MakeCredentialRequest,
    cancellation: Cancellation,
  ): Promise<MakeCredentialResponse> {
    const encoded = (given: MakeCredentialRequest): Uint8Array =>
      encodeMessage(CtapCommand.authenticatorMakeCredential, makeCredentialRequest, given);
    let message = encoded(request);
    if (message.length > (this.#info?.maxMsgSize ?? DEFAULT_MESSAGE_SIZE))
      message = encoded(withShortNames(request));
    return this.#transact(message, cancellation, (answer) =>
      decodeResponse(copyOf(answer), makeCredentialResponse, ATTESTATION_DEPTH),
    );
  }

  getAssertion(request: GetAssertionRequest, cancellation: Cancellation): Promise<GetAssertionResponse> {
    const message = encodeMessage(CtapCommand.authenticatorGetAssertion, getAssertionRequest, request);
    return this.#transact(message, cancellation, (answer) =>
      decodeResponse(copyOf(answer), getAssertionResponse),
    );
  }

  clientPin(request: ClientPinRequest, cancellation: Cancellation): Promise<ClientPinResponse> {
    const message = encodeMessage(CtapCommand.authenticatorClientPIN, clientPinRequest, request);
    return this.#transact(message, cancellation, (answer) =>
      decodeResponse(copyOf(answer), clientPinResponse),
    );
  }

  largeBlobs(request: LargeBlobsRequest, cancellation: Cancellation): Promise<LargeBlobsResponse> {
    const message = encodeMessage(CtapCommand.authenticatorLargeBlobs, largeBlobsRequest, request);
    return this.#transact(message, cancellation, (answer) =>
      decodeResponse(copyOf(answer), largeBlobsResponse),
    );
  }

  /** Any other command. */
  send<Request, Response>(
    command: number,
    [requests, request]: readonly [Struct<Request>, Request],
    responses: Struct<Response>,
    cancellation: Cancellation,
  ): Promise<Response> {
    const message = encodeMessage(command, requests, request);
    return this.#transact(message, cancellation, (answer) => decodeResponse(copyOf(answer), responses));
  }

  getNextAssertion(cancellation: Cancellation): Promise<GetAssertionResponse> {
    return this.#transact(GET_NEXT_ASSERTION, cancellation, (answer) =>
      decodeResponse(copyOf(answer), getAssertionResponse),
    );
  }

  /**
   * Shortens a list to a length that the device accepts. A list that is too long is tried part by part, silently (without
   * presence), until one part has a credential of this device; that part replaces the whole list.
   *
   * @returns the list itself, one of its parts, or an empty list when the device has none of them
   */
  fitList(
    info: GetInfoResponse,
    rpId: string,
    list: readonly CredentialDescriptor[],
    cancellation: Cancellation,
  ): readonly CredentialDescriptor[] | Promise<readonly CredentialDescriptor[]> {
    const longest = info.maxCredentialIdLength ?? Number.POSITIVE_INFINITY;
    const possible = list.some(({ id }) => id.length > longest)
      ? list.filter(({ id }) => id.length <= longest)
      : list;
    const limit = info.maxCredentialCountInList ?? Number.POSITIVE_INFINITY;
    return possible.length <= limit ? possible : this.#known(possible, limit, rpId, cancellation);
  }

  async #known(
    possible: readonly CredentialDescriptor[],
    limit: number,
    rpId: string,
    cancellation: Cancellation,
  ): Promise<readonly CredentialDescriptor[]> {
    for (let start = 0; start < possible.length; start += limit) {
      const part = possible.slice(start, start + limit);
      try {
        const clientDataHash = new Uint8Array(32);
        await this.getAssertion(
          { rpId, clientDataHash, allowList: part, options: { up: false } },
          cancellation,
        );
        return part;
      } catch (error) {
        if (!(error instanceof CtapError) || error.code !== 'CTAP2_ERR_NO_CREDENTIALS') throw error;
      }
    }
    return [];
  }
}

const copyOf = (answer: Uint8Array): Uint8Array => new Uint8Array(answer);

/** A device's answer. @throws DeviceFailure */
function checked(answer: unknown): Uint8Array {
  // (Of any realm: the device may live in another one.)
  if (!ArrayBuffer.isView(answer) || !isBytes(answer)) {
    throw new DeviceFailure(
      `the authenticator answered no bytes: got ${answer === null ? 'null' : typeof answer}`,
    );
  }
  if (answer.length > LONGEST_ANSWER) {
    throw new DeviceFailure(`the authenticator answered ${answer.length} bytes, more than ${LONGEST_ANSWER}`);
  }
  return answer;
}

const GET_INFO: Uint8Array = Uint8Array.of(CtapCommand.authenticatorGetInfo);
const GET_NEXT_ASSERTION: Uint8Array = Uint8Array.of(CtapCommand.authenticatorGetNextAssertion);
