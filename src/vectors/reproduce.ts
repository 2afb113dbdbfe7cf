/**
 * Reproduces a published vector with the whole of the product: a client at the stated origin, an authenticator that draws
 * the stated random values, CTAP2 bytes between them. What comes out is compared byte for byte.
 */
import { Authenticator } from '../authenticator/authenticator.ts';
import type { Policy } from '../authenticator/policy/type.ts';
import { base64url, fromBase64url } from '../base/base64url.ts';
import { fromHex, hex, utf8 } from '../base/bytes.ts';
import { WebAuthnClient } from '../client/client.ts';
import { algorithmIds } from '../crypto/algorithms.ts';
import { fromPrimes } from '../crypto/compact.ts';
import type { KeyPair } from '../crypto/key-pair.ts';
import { AuthenticatorDataFlags } from '../ctap/authenticator-data.ts';
import { isAttestationFormatId } from '../ctap/registry.ts';
import { VectorAuthority } from './authority.ts';
import { stated, type Vector, type VectorCeremony } from './data.ts';

/**
 * `exact`: our bytes are the published ones. `verified`: the published value is itself random, and each side verifies the
 * other's. `missing`: the algorithm or format is not there. `different`: it is, and the bytes differ.
 */
export type Verdict = 'exact' | 'verified' | 'missing' | 'different';

/** What became of one vector. */
export interface Reproduction {
  readonly name: string;
  readonly registration: Verdict;
  readonly authentication: Verdict;
}

const RP_ID = 'example.org';
const ORIGIN = 'https://example.org';
const TOP_ORIGIN = 'https://example.com';

/** What client and device make of the stated values of a vector. */
export interface Performance {
  readonly registration: Awaited<ReturnType<WebAuthnClient['create']>>;
  readonly authentication: Awaited<ReturnType<WebAuthnClient['get']>>;
}

/**
 * Reproduces both ceremonies of a vector.
 *
 * @param root the values of the vectors' certificate authority
 */
export async function reproduce(vector: Vector, root: VectorCeremony): Promise<Reproduction> {
  if (!algorithmIds.includes(vector.credentialAlg) || !isAttestationFormatId(vector.fmt)) {
    return { name: vector.name, registration: 'missing', authentication: 'missing' };
  }
  const { registration, authentication } = await perform(vector, root);
  return {
    name: vector.name,
    registration: compared(vector.registration, { ...registration.response }, [
      'clientDataJSON',
      'attestationObject',
    ]),
    authentication: compared(vector.authentication, { ...authentication.response }, [
      'clientDataJSON',
      'authenticatorData',
      'signature',
    ]),
  };
}

/**
 * Performs both ceremonies of a vector, whose results need not be there.
 *
 * @param root the values of the vectors' certificate authority
 */
export async function perform(vector: Vector, root: VectorCeremony): Promise<Performance> {
  const rsa = rsaKeyOf(vector);
  const authenticator = new Authenticator({
    policy: policyOf(vector),
    random: (length, purpose) => drawn(vector, length, purpose),
    attestation: new VectorAuthority(root, vector),
    ...(rsa && { generateKey: () => rsa }),
  });
  const registration = await clientFor(vector, vector.registration, authenticator).create({
    rp: { id: RP_ID, name: 'WebAuthn test vectors' },
    user: { id: base64url(utf8('user')), name: 'user', displayName: 'user' },
    challenge: base64url(stated(vector.registration, 'challenge')),
    pubKeyCredParams: [{ type: 'public-key', alg: vector.credentialAlg }],
    attestation: vector.fmt === 'none' ? 'none' : 'direct',
    authenticatorSelection: { userVerification: verification(vector.registration, 'auth_data_UV_BE_BS') },
  });
  const credentialId = fromBase64url(registration.id);
  await authenticator.credentials.update(credentialId, { backupState: backupState(vector) });
  const authentication = await clientFor(vector, vector.authentication, authenticator).get({
    rpId: RP_ID,
    challenge: base64url(stated(vector.authentication, 'challenge')),
    allowCredentials: [{ type: 'public-key', id: registration.id }],
    userVerification: verification(vector.authentication, 'auth_data_UV_BS'),
  });
  return { registration, authentication };
}

function flagsOf(ceremony: VectorCeremony, name: string): number {
  return name in ceremony ? (stated(ceremony, name)[0] as number) : 0;
}

function verification(ceremony: VectorCeremony, flags: string): 'required' | 'discouraged' {
  return flagsOf(ceremony, flags) & AuthenticatorDataFlags.UV ? 'required' : 'discouraged';
}

function backupEligible(vector: Vector): boolean {
  return (flagsOf(vector.registration, 'auth_data_UV_BE_BS') & AuthenticatorDataFlags.BE) !== 0;
}

function backupState(vector: Vector): boolean {
  const { BS } = AuthenticatorDataFlags;
  return backupEligible(vector) && (flagsOf(vector.authentication, 'auth_data_UV_BS') & BS) !== 0;
}

function policyOf(vector: Vector): Partial<Policy> {
  const flags = flagsOf(vector.registration, 'auth_data_UV_BE_BS');
  const eligible = backupEligible(vector);
  return {
    aaguid: stated(vector.registration, 'aaguid'),
    algorithms: [vector.credentialAlg],
    attestationFormats: vector.fmt === 'none' ? [] : [vector.fmt],
    packedAttestation: 'attestation_cert_serial_number' in vector.registration ? 'basic' : 'self',
    tpm: {
      manufacturer: 'id:00000000',
      model: 'WebAuthn test vectors',
      version: 'id:00000000',
      qualifiedNames: false,
      clockSafe: 0x33,
    },
    signCounter: 'zero',
    backup: { eligible, state: eligible && (flags & AuthenticatorDataFlags.BS) !== 0 },
    credentialIdLength: stated(vector.registration, 'credential_id').length,
  };
}

/** The RSA key, which does not follow from bytes drawn: its primes are stated. */
function rsaKeyOf({ credentialAlg, registration }: Vector): KeyPair | undefined {
  const { private_key_p: p, private_key_q: q } = registration;
  if (p === undefined || q === undefined) return undefined;
  return { algorithm: credentialAlg, ...fromPrimes(fromHex(p.hex), fromHex(q.hex)) };
}

/** Chance as the vector has it. What it does not state never reaches the results, and is zero. */
function drawn(vector: Vector, length: number, purpose: string): Uint8Array {
  const { registration } = vector;
  if (purpose === 'credential-id') return stated(registration, 'credential_id');
  if (purpose === 'credential-key') {
    const key = stated(
      registration,
      'credential_private_key' in registration ? 'credential_private_key' : 'private_key',
    );
    const scalar = new Uint8Array(length);
    scalar.set(key, length - key.length);
    return scalar;
  }
  return new Uint8Array(length);
}

function clientFor(vector: Vector, ceremony: VectorCeremony, authenticator: Authenticator): WebAuthnClient {
  const extraData =
    'extraData_random' in ceremony
      ? `clientDataJSON may be extended with additional fields in the future, such as this: ${base64url(stated(ceremony, 'extraData_random'))}`
      : undefined;
  return new WebAuthnClient({
    origin: ORIGIN,
    authenticator,
    crossOrigin: vector.name.endsWith('.crossOrigin') || vector.name.endsWith('.topOrigin'),
    ...(vector.name.endsWith('.topOrigin') && { topOrigin: TOP_ORIGIN }),
    ...(extraData !== undefined && { extraClientData: { extraData } }),
  });
}

function compared(expected: VectorCeremony, got: Record<string, unknown>, names: readonly string[]): Verdict {
  return names.every((name) => hex(fromBase64url(String(got[name]))) === expected[name]?.hex)
    ? 'exact'
    : 'different';
}
