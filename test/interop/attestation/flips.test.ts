/** A byte changed in any part of an attestation is found by who verifies it. */
import { describe, expect, it } from 'vitest';
import { defaultAuthority } from '../../../src/authority/default-authority.ts';
import { base64url, fromBase64url } from '../../../src/base/base64url.ts';
import { concat } from '../../../src/base/bytes.ts';
import type { CborMap, CborValue } from '../../../src/cbor/cbor.ts';
import { sha256 } from '../../../src/crypto/hash.ts';
import { decodeAttestationObject, encodeAttestationObject } from '../../../src/ctap/attestation-object.ts';
import { named } from '../debian.ts';
import { withoutFido2Lib } from '../fido2-lib.ts';
import { trustOnly } from '../trusted-roots.ts';
import { fido2Lib, type Judge, type Registration, simpleWebAuthn } from './judges.ts';
import { registration, WAYS } from './registrations.ts';

trustOnly(() => defaultAuthority().rootPem());

interface Attested {
  readonly attStmt: CborMap;
  readonly authData: Uint8Array;
  readonly clientDataHash: Uint8Array;
}

/** Where in a byte string another one begins; it has to be there. */
function within(bytes: Uint8Array, part: Uint8Array): number {
  const at = Buffer.from(bytes).indexOf(Buffer.from(part));
  if (at < 0) throw new Error('the part is not there');
  return at;
}

const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
const oid = (...body: number[]): Uint8Array => Uint8Array.of(0x06, body.length, ...body);
const AAGUID = oid(0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0xe5, 0x1c, 0x01, 0x01, 0x04);
const KEY_DESCRIPTION = oid(0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x01, 0x11);
const BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);

type Flip = (attested: Attested) => CborMap;

const changed = (statement: CborMap, name: string, value: CborValue): CborMap =>
  new Map([...statement, [name, value]]);
const bytesOf = (statement: CborMap, name: string): Uint8Array => statement.get(name) as Uint8Array;
const member =
  (name: string, where: (bytes: Uint8Array) => number): Flip =>
  ({ attStmt }) =>
    changed(attStmt, name, flipped(bytesOf(attStmt, name), where(bytesOf(attStmt, name))));
const certificate =
  (where: (der: Uint8Array, attested: Attested) => number, place = 0): Flip =>
  (attested) => {
    const x5c = [...(attested.attStmt.get('x5c') as Uint8Array[])];
    const der = x5c[place] as Uint8Array;
    x5c[place] = flipped(der, where(der, attested));
    return changed(attested.attStmt, 'x5c', x5c);
  };
const last = (bytes: Uint8Array): number => bytes.length - 1;
const behind =
  (mark: Uint8Array, distance: number) =>
  (bytes: Uint8Array): number =>
    within(bytes, mark) + mark.length + distance;
const nonceOf = ({ authData, clientDataHash }: Attested): Uint8Array =>
  sha256(concat(authData, clientDataHash));
/** A character of one of a JWS's three parts. */
const jws =
  (part: number): Flip =>
  ({ attStmt }) => {
    const text = new TextDecoder().decode(bytesOf(attStmt, 'response'));
    const pieces = text.split('.');
    const piece = pieces[part] as string;
    const middle = piece.length >> 1;
    pieces[part] = `${piece.slice(0, middle)}${piece[middle] === 'A' ? 'B' : 'A'}${piece.slice(middle + 1)}`;
    return changed(attStmt, 'response', new TextEncoder().encode(pieces.join('.')));
  };

const signature = member('sig', last);
const certificateSignature = certificate(last);
const certificateSerial = certificate((der) => der.indexOf(0x02, 10) + 4);
const intermediate = certificate(last, 1);

/** Way, algorithm, part, the flip, and who has to find it: S for SimpleWebAuthn, F for fido2-lib. */
const FLIPS: readonly (readonly [
  way: string,
  algorithm: number,
  part: string,
  flip: Flip,
  judges: string,
])[] = [
  ['packed, self', -7, 'signature', signature, 'SF'],
  ['packed, self', -8, 'signature', signature, 'S'],
  ['packed, self', -257, 'signature', signature, 'SF'],
  ['packed, x5c', -7, 'signature', signature, 'SF'],
  ['packed, x5c', -7, 'certificate’s signature', certificateSignature, 'S'],
  ['packed, x5c', -7, 'certificate’s serial number', certificateSerial, 'S'],
  ['packed, x5c', -7, 'AAGUID extension', certificate(behind(AAGUID, 6)), 'SF'],
  ['packed, x5c', -7, 'basic constraints', certificate(behind(BASIC_CONSTRAINTS, 2)), 'S'],
  ['packed, x5c', -7, 'intermediate certificate', intermediate, 'S'],
  ['fido-u2f', -7, 'signature', signature, 'SF'],
  ['fido-u2f', -7, 'certificate’s signature', certificateSignature, 'S'],
  ['tpm', -257, 'signature', signature, 'SF'],
  ['tpm', -257, 'certInfo: its magic', member('certInfo', () => 0), 'SF'],
  ['tpm', -257, 'certInfo: its type', member('certInfo', () => 5), 'SF'],
  [
    'tpm',
    -257,
    'certInfo: what was signed',
    member('certInfo', (bytes) => within(bytes, Uint8Array.of(0, 32)) + 40),
    'SF',
  ],
  ['tpm', -257, 'certInfo: the name', member('certInfo', (bytes) => bytes.length - 40), 'SF'],
  ['tpm', -257, 'pubArea: the key', member('pubArea', last), 'SF'],
  ['tpm', -257, 'pubArea: the attributes', member('pubArea', () => 5), 'SF'],
  ['tpm', -7, 'pubArea: the key', member('pubArea', last), 'S'],
  ['tpm', -7, 'certificate’s signature', certificateSignature, 'S'],
  ['tpm', -7, 'AAGUID extension', certificate(behind(AAGUID, 6)), 'S'],
  ['android-key', -7, 'signature', signature, 'S'],
  [
    'android-key',
    -7,
    'challenge in the key description',
    certificate((der, { clientDataHash }) => within(der, clientDataHash)),
    'S',
  ],
  ['android-key', -7, 'version in the key description', certificate(behind(KEY_DESCRIPTION, 7)), 'S'],
  ['android-key', -7, 'certificate’s signature', certificateSignature, 'S'],
  ['apple', -7, 'nonce', certificate((der, attested) => within(der, nonceOf(attested))), 'SF'],
  ['apple', -7, 'certificate’s signature', certificateSignature, 'S'],
  ['android-safetynet', -7, 'header with the certificates', jws(0), 'SF'],
  ['android-safetynet', -7, 'payload with the nonce', jws(1), 'SF'],
  ['android-safetynet', -7, 'signature', jws(2), 'SF'],
];
const JUDGES: readonly (readonly [
  name: string,
  letter: string,
  judge: Judge,
  missing: string | undefined,
])[] = [
  ['@simplewebauthn/server', 'S', simpleWebAuthn, undefined],
  ['fido2-lib', 'F', fido2Lib, withoutFido2Lib],
];

async function changedRegistration(
  way: string,
  algorithm: number,
  flip: Flip,
): Promise<[Registration, Registration]> {
  const whole = await registration(algorithm, WAYS[way] ?? {});
  const { fmt, attStmt, authData } = decodeAttestationObject(fromBase64url(whole.response.attestationObject));
  const clientDataHash = sha256(fromBase64url(whole.response.clientDataJSON));
  const statement = flip({ attStmt: attStmt as CborMap, authData, clientDataHash });
  const attestationObject = base64url(encodeAttestationObject({ fmt, attStmt: statement, authData }));
  return [whole, { ...whole, response: { ...whole.response, attestationObject } }];
}

describe.each(JUDGES)('%s finds a changed byte', (_name, letter, judge, missing) => {
  const flips = FLIPS.filter(([, , , , judges]) => judges.includes(letter));
  it.skipIf(missing).each(flips)(named('in %s (%i): %s', missing), async (way, algorithm, _part, flip) => {
    const [whole, broken] = await changedRegistration(way, algorithm, flip);
    await judge(whole, algorithm);
    await expect(judge(broken, algorithm)).rejects.toThrow();
  });

  it.skipIf(missing)(named('in authenticator data, whatever the format', missing), async () => {
    for (const [way, judges] of [
      ['packed, self', 'SF'],
      ['packed, x5c', 'SF'],
      ['tpm', 'S'],
      ['android-key', 'S'],
      ['apple', 'SF'],
      ['android-safetynet', 'SF'],
    ] as const) {
      if (!judges.includes(letter)) continue;
      const whole = await registration(-7, WAYS[way] ?? {});
      const { fmt, attStmt, authData } = decodeAttestationObject(
        fromBase64url(whole.response.attestationObject),
      );
      // The last byte of the counter: nothing else depends on it.
      const object = encodeAttestationObject({
        fmt,
        attStmt: attStmt as CborMap,
        authData: flipped(authData, 36),
      });
      const broken = { ...whole, response: { ...whole.response, attestationObject: base64url(object) } };
      await expect(judge(broken, -7)).rejects.toThrow();
    }
  });
});
