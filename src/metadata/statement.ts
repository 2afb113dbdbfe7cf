/**
 * A model as the FIDO Metadata Service describes one: FIDO Metadata Statement v3.1
 * (https://fidoalliance.org/specs/mds/fido-metadata-statement-v3.1-ps-20250521.html). What its words mean is in the FIDO Registry
 * of Predefined Values (https://fidoalliance.org/specs/common-specs/fido-registry-v2.2-ps-20220523.html).
 */

import { Authenticator } from '../authenticator/authenticator.ts';
import { type ModelName, models } from '../authenticator/models/registry.ts';
import type { Policy } from '../authenticator/policy/type.ts';
import { base64 } from '../base/base64url.ts';
import { hex } from '../base/bytes.ts';
import { knows } from '../ctap/level.ts';
import type { GetInfoResponse } from '../ctap/messages/get-info.ts';

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** ALG_SIGN names, by COSE number. */
const ALGORITHMS: Readonly<Record<number, string>> = {
  [-7]: 'secp256r1_ecdsa_sha256_raw',
  [-9]: 'secp256r1_ecdsa_sha256_raw',
  [-35]: 'secp384r1_ecdsa_sha384_raw',
  [-51]: 'secp384r1_ecdsa_sha384_raw',
  [-36]: 'secp521r1_ecdsa_sha512_raw',
  [-52]: 'secp521r1_ecdsa_sha512_raw',
  [-47]: 'secp256k1_ecdsa_sha256_raw',
  [-8]: 'ed25519_eddsa_sha512_raw',
  [-19]: 'ed25519_eddsa_sha512_raw',
  [-53]: 'ed448_eddsa_sha512_raw',
  [-257]: 'rsassa_pkcsv15_sha256_raw',
  [-258]: 'rsassa_pkcsv15_sha384_raw',
  [-259]: 'rsassa_pkcsv15_sha512_raw',
  [-37]: 'rsassa_pss_sha256_raw',
  [-38]: 'rsassa_pss_sha384_raw',
  [-39]: 'rsassa_pss_sha512_raw',
  [-48]: 'ml_dsa_44',
  [-49]: 'ml_dsa_65',
  [-50]: 'ml_dsa_87',
};

const HINTS: Readonly<Record<string, readonly string[]>> = {
  usb: ['external', 'wired'],
  nfc: ['external', 'wireless', 'nfc'],
  ble: ['external', 'wireless', 'bluetooth'],
  internal: ['internal'],
  hybrid: ['external', 'wireless'],
};

/** The metadata statement of a model. @param root DER of the certificate that its attestations lead to */
export async function metadataStatement(model: ModelName, root: Uint8Array): Promise<Json> {
  const device = new Authenticator({ model });
  const { policy } = device;
  const u2f = policy.ctap === 'U2F';
  const hardware = !policy.backup.eligible;
  return {
    legalHeader: 'stuntkey test metadata: for tests only, and of no product.',
    description: `stuntkey test: ${models[model].title}`,
    authenticatorVersion: policy.firmwareVersion,
    protocolFamily: u2f ? 'u2f' : 'fido2',
    schema: 3,
    upv: u2f ? [{ major: 1, minor: 2 }] : versionsOf(policy),
    ...(!u2f && { aaguid: uuid(policy.aaguid) }),
    authenticationAlgorithms: [...new Set(policy.algorithms.map((id) => ALGORITHMS[id]))].filter(Boolean),
    publicKeyAlgAndEncodings: [u2f ? 'ecc_x962_raw' : 'cose'],
    attestationTypes: attestationTypesOf(policy),
    userVerificationDetails: verificationOf(policy),
    keyProtection: hardware ? ['hardware', 'secure_element'] : ['software'],
    matcherProtection: [hardware ? 'on_chip' : 'software'],
    cryptoStrength: 128,
    attachmentHint: [...new Set(policy.transports.flatMap((transport) => HINTS[transport] ?? []))],
    tcDisplay: [],
    attestationRootCertificates: policy.attestationFormats.length > 0 ? [base64(root)] : [],
    ...(!u2f && { authenticatorGetInfo: infoAsJson(await device.getInfo()) }),
  };
}

/** An AAGUID as it is written. */
export function uuid(aaguid: Uint8Array): string {
  return hex(aaguid).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}

function versionsOf({ ctap }: Policy): Json[] {
  return [
    { major: 1, minor: 0 },
    ...(knows(ctap, '2.1') ? [{ major: 1, minor: 1 }] : []),
    ...(knows(ctap, '2.3') ? [{ major: 1, minor: 3 }] : []),
  ];
}

function attestationTypesOf({ attestationFormats, packedAttestation }: Policy): string[] {
  const types = attestationFormats.map((fmt) => {
    if (fmt === 'packed') return packedAttestation === 'self' ? 'basic_surrogate' : 'basic_full';
    if (fmt === 'tpm') return 'attca';
    return fmt === 'apple' ? 'anonca' : 'basic_full';
  });
  return types.length === 0 ? ['none'] : [...new Set(types)];
}

/** Each line is one way to verify the user; presence is asked for in all. */
function verificationOf({ clientPin, maxPinLength, userVerification }: Policy): Json[][] {
  const presence = { userVerificationMethod: 'presence_internal' };
  const passcode = { base: 64, minLength: 4, maxRetries: 8, blockSlowdown: 0 };
  const ways: Json[][] = [[presence]];
  if (clientPin) {
    const caDesc = { ...passcode, maxLength: maxPinLength };
    ways.push([{ userVerificationMethod: 'passcode_external', caDesc }, presence]);
  }
  if (userVerification === 'fingerprint') {
    ways.push([{ userVerificationMethod: 'fingerprint_internal', baDesc: { maxTemplates: 5 } }, presence]);
  } else if (userVerification === 'built-in') {
    ways.push([{ userVerificationMethod: 'passcode_internal', caDesc: passcode }, presence]);
  }
  return ways;
}

/** getInfo as metadata has it: maps as objects, the AAGUID in hex. */
function infoAsJson(info: GetInfoResponse): Json {
  const {
    aaguid,
    options,
    certifications,
    encIdentifier,
    encCredStoreState,
    pinComplexityPolicyURL,
    ...rest
  } = info;
  return {
    ...rest,
    aaguid: hex(aaguid),
    ...(options && { options: Object.fromEntries(options) }),
    ...(certifications && { certifications: Object.fromEntries(certifications) }),
  };
}
