/** The published vectors as data: vectors/webauthn-l3.json, read where it lies in the package. */
import { readFileSync } from 'node:fs';
import { platform } from '#platform';
import { fromHex, utf8 } from '../base/bytes.ts';

/** A value of a vector: its bytes, and how they follow from the vectors' seed. */
interface VectorValue {
  readonly hex: string;
  /** Absent for results. */
  readonly hkdf?: { readonly ikm: string; readonly salt: string; readonly info: string; readonly L: number };
}

/** A stated value: not read from the file but derived, as the specification says, from the name of the vectors. */
export function stated(values: VectorCeremony, name: string): Uint8Array {
  const value = values[name];
  if (value?.hkdf === undefined) throw new Error(`the vector states no ${name}`);
  const { ikm, salt, info, L } = value.hkdf;
  return platform.hkdfSha256(utf8(ikm), fromHex(salt), utf8(info), L);
}

/** A registration or an authentication: stated values, and the results to be reproduced. */
export type VectorCeremony = Readonly<Record<string, VectorValue>>;

/** One of WebAuthn Level 3's test vectors. */
export interface Vector {
  readonly name: string;
  readonly title: string;
  /** COSE algorithm number. */
  readonly credentialAlg: number;
  /** Attestation statement format. */
  readonly fmt: string;
  readonly registration: VectorCeremony;
  readonly authentication: VectorCeremony;
}

/** The whole file. */
export interface VectorFile {
  readonly source: { readonly spec: string; readonly canonicalRef: string };
  /** The certificate authority of the vectors that are attested with certificates. */
  readonly attestationRoot: { readonly values: VectorCeremony };
  readonly vectors: readonly Vector[];
}

/** Reads WebAuthn Level 3's test vectors (https://www.w3.org/TR/webauthn-3/#sctn-test-vectors). */
export function webauthnLevel3Vectors(): VectorFile {
  return JSON.parse(readFileSync(new URL('../../vectors/webauthn-l3.json', import.meta.url), 'utf8'));
}
