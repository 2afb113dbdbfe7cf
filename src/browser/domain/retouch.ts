/**
 * Changes flags or the counter of a device's responses, and signs them again, for the WebAuthn domain's override bits
 * and credentials without a counter. An attestation that is not signed with the credential's own key is left out.
 */
import { concat } from '../../base/bytes.ts';
import type { CborValue } from '../../cbor/cbor.ts';
import { engineFor } from '../../crypto/engine.ts';
import { CtapCommand } from '../../ctap/commands.ts';
import { decodeBody, decodeResponse, encodeMessage } from '../../ctap/message.ts';
import { getAssertionRequest, getAssertionResponse } from '../../ctap/messages/get-assertion.ts';
import { makeCredentialRequest, makeCredentialResponse } from '../../ctap/messages/make-credential.ts';
import type { CredentialRecord } from '../../store/record.ts';

/** The changes. */
export interface Retouch {
  readonly bogusSignature: boolean;
  /** Flags to clear. */
  readonly cleared: number;
  /** The counter to set. */
  readonly signCount?: number;
}

const FLAGS = 32;
const COUNTER = 33;

/** Chromium's bogus signature. */
const BOGUS = Uint8Array.of(0);

function changed(authData: Uint8Array, { cleared, signCount }: Retouch): Uint8Array {
  const data = new Uint8Array(authData);
  data[FLAGS] = (data[FLAGS] as number) & ~cleared;
  if (signCount !== undefined) new DataView(data.buffer).setUint32(COUNTER, signCount);
  return data;
}

async function sign(record: CredentialRecord, data: Uint8Array, hash: Uint8Array): Promise<Uint8Array> {
  const key = { algorithm: record.algorithm, secret: record.privateKey, public: record.publicKey };
  return engineFor({ deterministic: true }).sign(key, concat(data, hash));
}

/** A response to authenticatorGetAssertion, retouched. `hash` is that of the request's client data. */
export async function retouchAssertion(
  response: Uint8Array,
  record: CredentialRecord,
  hash: Uint8Array,
  retouch: Retouch,
): Promise<Uint8Array> {
  const made = decodeResponse(response, getAssertionResponse);
  const authData = changed(made.authData, retouch);
  const signature = retouch.bogusSignature ? BOGUS : await sign(record, authData, hash);
  return encodeMessage(0, getAssertionResponse, { ...made, authData, signature });
}

/** A response to authenticatorMakeCredential, retouched. */
export async function retouchRegistration(
  response: Uint8Array,
  record: CredentialRecord,
  hash: Uint8Array,
  retouch: Retouch,
): Promise<Uint8Array> {
  const made = decodeResponse(response, makeCredentialResponse);
  const authData = changed(made.authData, retouch);
  const self = made.fmt === 'packed' && made.attStmt instanceof Map && !made.attStmt.has('x5c');
  const sig = retouch.bogusSignature ? BOGUS : await sign(record, authData, hash);
  const statement = self
    ? {
        fmt: made.fmt,
        attStmt: new Map<string, CborValue>([
          ['alg', record.algorithm],
          ['sig', sig],
        ]),
      }
    : { fmt: 'none', attStmt: new Map<string, CborValue>() };
  return encodeMessage(0, makeCredentialResponse, { ...made, ...statement, authData });
}

/** The hash of the client data that a request is about; undefined for a request of another kind. */
export function hashOf(request: Uint8Array): Uint8Array | undefined {
  if (request[0] === CtapCommand.authenticatorGetAssertion)
    return decodeBody(request, getAssertionRequest).clientDataHash;
  if (request[0] === CtapCommand.authenticatorMakeCredential)
    return decodeBody(request, makeCredentialRequest).clientDataHash;
  return undefined;
}
