/** Authenticator data and attestation objects as trees. */
import { hex } from '../base/bytes.ts';
import { type AttestationObject, decodeAttestationObject } from '../ctap/attestation-object.ts';
import { AuthenticatorDataFlags, decodeAuthenticatorData } from '../ctap/authenticator-data.ts';
import { algorithm, coseTree } from './cose.ts';
import { base64Bytes, byte, hexBytes, type Tree, toTree } from './tree.ts';

/** `UP UV AT (0x45)` */
export function flagsText(flags: number): string {
  const names = Object.entries(AuthenticatorDataFlags)
    .filter(([, bit]) => flags & bit)
    .map(([name]) => name);
  const reserved = flags & 0x22 ? ['reserved'] : [];
  return `${[...names, ...reserved].join(' ') || 'none'} (${byte(flags)})`;
}

/** 16 bytes as a UUID. */
export function uuid(bytes: Uint8Array): string {
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** @throws AuthenticatorDataError */
export function authenticatorDataTree(bytes: Uint8Array): Tree {
  const { rpIdHash, flags, signCount, attestedCredentialData, extensions } = decodeAuthenticatorData(bytes);
  return {
    rpIdHash: hexBytes(rpIdHash),
    flags: flagsText(flags),
    signCount,
    ...(attestedCredentialData && {
      attestedCredentialData: {
        aaguid: uuid(attestedCredentialData.aaguid),
        credentialId: base64Bytes(attestedCredentialData.credentialId),
        credentialPublicKey: coseTree(attestedCredentialData.credentialPublicKey),
      },
    }),
    ...(extensions && { extensions: toTree(extensions) }),
  };
}

/** @throws CborError, CtapError, AuthenticatorDataError */
export function attestationObjectTree(bytes: Uint8Array): Tree {
  return attestationTree(decodeAttestationObject(bytes));
}

/** What an attestation object, and the answer to authenticatorMakeCredential, have in common. */
function attestationTree({ fmt, attStmt, authData }: AttestationObject): Tree {
  return { fmt, attStmt: statementTree(attStmt), authData: authenticatorDataTree(authData) };
}

/** An attestation statement; its algorithm by name. */
export function statementTree(statement: unknown): Tree {
  return toTree(statement, (name, value) =>
    name === 'alg' && typeof value === 'number' ? algorithm(value) : undefined,
  );
}
