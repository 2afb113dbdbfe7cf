/**
 * Ceremonies of other programs: behind a carrier the client is not ours, and all there is to record are its messages. A ceremony is a
 * registration or an assertion, with the messages before it on its channel.
 */
import { base64url } from '../../base/base64url.ts';
import type { Clock } from '../../base/clock.ts';
import { overlaid } from '../../base/overlaid.ts';
import { decodeAuthenticatorData } from '../../ctap/authenticator-data.ts';
import { CtapCommand } from '../../ctap/commands.ts';
import { decodeBody } from '../../ctap/message.ts';
import { getAssertionRequest, getAssertionResponse } from '../../ctap/messages/get-assertion.ts';
import { makeCredentialRequest, makeCredentialResponse } from '../../ctap/messages/make-credential.ts';
import { CtapError, describeStatus } from '../../ctap/status.ts';
import { readApdu, U2fControl, U2fInstruction, U2fStatus } from '../../ctap/u2f.ts';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '../../webauthn/types.ts';
import { type CeremonyRecord, ceremonyRecord, type Exchange, type Outcome } from './record.ts';
import { refusalOf } from './refusal.ts';
import type { Trace } from './traced-client.ts';

/** What is recorded of a device behind a carrier. */
interface Carried {
  transact(request: Uint8Array, options?: { readonly channel?: string }): Promise<Uint8Array>;
  transactU2f?(apdu: Uint8Array, options?: object): Promise<Uint8Array>;
}

/** Messages that are kept until a ceremony comes, and channels that have some. */
const MOST_EXCHANGES = 40;
const MOST_CHANNELS = 64;

/** A response may nest a whole "compound" attestation. */
const DEPTH = 8;

/** U2F has no channels: an APDU is not of a caller. */
const U2F_CHANNEL = 'U2F';

/**
 * The same device, whose ceremonies go to `trace` when they have ended. What is wrong with `trace` is not the device's concern.
 *
 * @param clock says how long answers took
 */
export function tracedDevice<Device extends Carried>(device: Device, clock: Clock, trace: Trace): Device {
  const before = new Map<string, Exchange[]>();

  async function exchange(
    protocol: Exchange['protocol'],
    channel: string,
    request: Uint8Array,
    work: () => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const begin = clock.now();
    const asked = request.slice();
    const add = (response: Uint8Array | undefined, failure?: unknown): void => {
      const exchanges = [
        ...(before.get(channel) ?? []),
        { protocol, request: asked, response, failure, milliseconds: clock.now() - begin },
      ];
      const record = recordOf(exchanges);
      before.delete(channel);
      if (record !== undefined) trace(record);
      else before.set(channel, exchanges.slice(-MOST_EXCHANGES));
      const [oldest] = before.keys();
      if (before.size > MOST_CHANNELS && oldest !== undefined) before.delete(oldest);
    };
    let response: Uint8Array;
    try {
      response = await work();
    } catch (error) {
      quietly(() => add(undefined, error));
      throw error;
    }
    quietly(() => add(response.slice()));
    return response;
  }

  const { transactU2f } = device;
  return overlaid<Carried>(device, {
    transact: (request, options) =>
      exchange('CTAP2', options?.channel ?? '', request, () => device.transact(request, options)),
    transactU2f:
      transactU2f &&
      ((apdu, options) => exchange('U2F', U2F_CHANNEL, apdu, () => transactU2f.call(device, apdu, options))),
  }) as Device;
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // A clock or a listener that throws costs the record, and not the answer.
  }
}

/** The record, if the last message was a ceremony's. */
function recordOf(exchanges: readonly Exchange[]): CeremonyRecord | undefined {
  const { protocol, request, response } = exchanges.at(-1) as Exchange;
  const read = protocol === 'CTAP2' ? ctap2(request, response) : u2f(request, response);
  if (read === undefined) return undefined;
  const { ceremony, options, credential, refused } = read;
  const outcome: Outcome =
    refused === undefined
      ? { credential: credential as RegistrationResponseJSON | AuthenticationResponseJSON }
      : { refused: refusalOf(ceremony, refused, exchanges, undefined) };
  return ceremonyRecord({ ceremony, origin: '', options, exchanges, clientData: undefined, outcome });
}

interface Read {
  readonly ceremony: 'create' | 'get';
  /** What of the page's options the command says. */
  readonly options: object;
  /** What of the credential the answer says. */
  readonly credential?: object;
  readonly refused?: Error;
}

function ctap2(request: Uint8Array, response: Uint8Array | undefined): Read | undefined {
  const [command] = request;
  const create = command === CtapCommand.authenticatorMakeCredential;
  if (!create && command !== CtapCommand.authenticatorGetAssertion) return undefined;
  const about = {
    ceremony: create ? 'create' : 'get',
    options: create ? creationOf(request) : requestOf(request),
  } as const;
  const status = response?.[0];
  if (response === undefined || status === undefined)
    return { ...about, refused: new Error('the device did not answer') };
  if (status !== 0) return { ...about, refused: refusalBy(describeStatus(status), new CtapError(status)) };
  return { ...about, credential: credentialOf(idIn(create, request, response)) };
}

function creationOf(request: Uint8Array): object {
  const read = readable(() => decodeBody(request, makeCredentialRequest));
  if (read === undefined) return {};
  const { rp, user, pubKeyCredParams } = read;
  return { rp, user: { ...user, id: base64url(user.id) }, pubKeyCredParams };
}

function requestOf(request: Uint8Array): object {
  const read = readable(() => decodeBody(request, getAssertionRequest));
  return read === undefined ? {} : { rpId: read.rpId };
}

function idIn(create: boolean, request: Uint8Array, response: Uint8Array): Uint8Array | undefined {
  return readable(() => {
    if (create) {
      const { authData } = decodeBody(response, makeCredentialResponse, DEPTH);
      return decodeAuthenticatorData(authData).attestedCredentialData?.credentialId;
    }
    const { credential } = decodeBody(response, getAssertionResponse, DEPTH);
    // (With an allow list of one, the answer may leave it out.)
    return credential?.id ?? decodeBody(request, getAssertionRequest).allowList?.[0]?.id;
  });
}

const credentialOf = (id: Uint8Array | undefined): object =>
  id === undefined ? { type: 'public-key' } : { id: base64url(id), rawId: base64url(id), type: 'public-key' };

function u2f(apdu: Uint8Array, response: Uint8Array | undefined): Read | undefined {
  const read = readable(() => readApdu(apdu));
  if (read === undefined) return undefined;
  const { ins, p1 } = read;
  const create = ins === U2fInstruction.REGISTER;
  const asks = ins === U2fInstruction.AUTHENTICATE && p1 !== U2fControl['check-only'];
  if (!create && !asks) return undefined;
  const about = { ceremony: create ? 'create' : 'get', options: {} } as const;
  if (response === undefined) return { ...about, refused: new Error('the device did not answer') };
  const status = ((response.at(-2) ?? 0) << 8) | (response.at(-1) ?? 0);
  if (status === U2fStatus.NO_ERROR) return { ...about, credential: credentialOf(undefined) };
  // It asks for a touch, and is asked again until there is one.
  if (status === U2fStatus.CONDITIONS_NOT_SATISFIED) return undefined;
  const [name] = Object.entries(U2fStatus).find(([, word]) => word === status) ?? ['unknown'];
  return { ...about, refused: refusalBy(`0x${status.toString(16).toUpperCase()} ${name}`) };
}

/** An error as a page would get one: its name is the status', and what the device said is its cause. */
function refusalBy(status: string, cause?: Error): Error {
  const error = new Error(status, { cause });
  error.name = status.slice(status.indexOf(' ') + 1);
  return error;
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
