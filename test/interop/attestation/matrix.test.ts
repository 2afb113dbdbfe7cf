/** Every statement format with every algorithm, before everybody who can judge it. */
import { afterAll, describe, expect, it } from 'vitest';
import { defaultAuthority } from '../../../src/authority/default-authority.ts';
import { base64url, fromBase64url } from '../../../src/base/base64url.ts';
import type { CborMap, CborValue } from '../../../src/cbor/cbor.ts';
import { algorithmOf } from '../../../src/crypto/algorithms.ts';
import { decodeAttestationObject, encodeAttestationObject } from '../../../src/ctap/attestation-object.ts';
import { sampled } from '../../slow.ts';
import { named, runs, whyNot } from '../debian.ts';
import { withoutFido2Lib } from '../fido2-lib.ts';
import { trustOnly } from '../trusted-roots.ts';
import { fido2Cred, fido2Lib, type Judge, openSsl, type Registration, simpleWebAuthn } from './judges.ts';
import { registration, WAYS } from './registrations.ts';

trustOnly(() => defaultAuthority().rootPem());

const JUDGES: Readonly<Record<string, Judge>> = {
  S: simpleWebAuthn,
  F: fido2Lib,
  O: openSsl,
  C: fido2Cred,
};
const NAMES: Readonly<Record<string, string>> = {
  S: '@simplewebauthn/server',
  F: 'fido2-lib',
  O: 'OpenSSL',
  C: 'fido2-cred',
};
const withoutTools = whyNot(['fido2-tools'], () => runs('which', 'fido2-cred'));
const withoutOpenSsl = whyNot(['openssl'], () => runs('openssl', 'version'));
const missing: Readonly<Record<string, string | undefined>> = {
  F: withoutFido2Lib,
  C: withoutTools,
  O: withoutOpenSsl,
};
/** Where WebCrypto has ML-DSA, SimpleWebAuthn has it. */
const [major = 0] = process.versions.node.split('.').map(Number);
const postQuantum = major >= 25 ? 'S' : '';

/**
 * Who accepts what, by algorithm. Left out is who cannot: SimpleWebAuthn has no ES256K, no fully specified numbers where the
 * statement's own algorithm is one, no RSA in certified keys; fido2-lib has ES256 and RSA, and of self attestation only those;
 * fido2-cred has the three algorithms of its manual. ML-DSA self attestation has no judge on Node 20 but for its structure.
 */
const EXPECTED: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  none: { [-7]: 'SF', [-8]: 'S', [-257]: 'SF', [-35]: 'SF', [-36]: 'SF' },
  'packed, self': {
    [-7]: 'SFOC',
    [-8]: 'SOC',
    [-35]: 'SO',
    [-36]: 'SO',
    [-257]: 'SFOC',
    [-258]: 'SO',
    [-259]: 'SO',
    [-37]: 'SO',
    [-38]: 'SO',
    [-39]: 'SO',
    [-47]: 'O',
    [-53]: 'O',
    [-9]: 'O',
    [-51]: 'O',
    [-52]: 'O',
    [-19]: 'O',
    [-48]: postQuantum,
    [-49]: postQuantum,
    [-50]: postQuantum,
  },
  'packed, x5c': {
    [-7]: 'SFOC',
    [-8]: 'SOC',
    [-35]: 'SFO',
    [-36]: 'SFO',
    [-257]: 'SFOC',
    [-258]: 'SFO',
    [-259]: 'SFO',
    [-37]: 'SO',
    [-38]: 'SO',
    [-39]: 'SO',
    [-47]: 'SO',
    [-53]: 'SO',
    [-9]: 'SO',
    [-51]: 'SO',
    [-52]: 'SO',
    [-19]: 'SO',
    [-48]: `${postQuantum}O`,
    [-49]: `${postQuantum}O`,
    [-50]: `${postQuantum}O`,
  },
  'fido-u2f': { [-7]: 'SFOC' },
  tpm: { [-7]: 'SO', [-35]: 'SO', [-36]: 'SO', [-257]: 'SFO' },
  'android-key': { [-7]: 'SO', [-35]: 'SO', [-257]: 'O' },
  'android-safetynet': { [-7]: 'SF', [-8]: 'S' },
  apple: { [-7]: 'SFO', [-35]: 'SO', [-257]: 'FO' },
};

const rows = Object.entries(EXPECTED).flatMap(([way, algorithms]) =>
  Object.entries(algorithms).map(
    ([id, judges]) => [way, algorithmOf(Number(id)).name, Number(id), judges] as const,
  ),
);
const matrix = new Map<string, string>();

afterAll(() => {
  const lines = rows.map(
    ([way, name]) => `  ${way.padEnd(18)} ${name.padEnd(10)} ${matrix.get(`${way} ${name}`) ?? ''}`,
  );
  console.log(['attestations and who verified them, our root their only anchor', ...lines].join('\n'));
});

describe.each(Object.keys(JUDGES).map((letter) => [letter]))('%s', (letter) => {
  const name = NAMES[letter] as string;
  const judge = JUDGES[letter] as Judge;
  describe.skipIf(missing[letter])(named(name, missing[letter]), () => {
    it.each(
      sampled(
        rows.filter(([, , , judges]) => judges.includes(letter)),
        3,
      ),
    )('accepts %s with %s', async (way, algorithm, id) => {
      await judge(await registration(id, WAYS[way] ?? {}), id);
      const key = `${way} ${algorithm}`;
      matrix.set(key, [matrix.get(key), name].filter(Boolean).join(', '));
    });
  });
});

/** A compound registration as registrations of its parts. */
function partsOf(whole: Registration): Registration[] {
  const { attStmt, authData } = decodeAttestationObject(fromBase64url(whole.response.attestationObject));
  return (attStmt as CborValue[]).map((part) => {
    const [fmt, statement] = [(part as CborMap).get('fmt'), (part as CborMap).get('attStmt')];
    const object = encodeAttestationObject({ fmt: fmt as string, attStmt: statement as CborMap, authData });
    return { ...whole, response: { ...whole.response, attestationObject: base64url(object) } };
  });
}

describe('a compound attestation, which no library knows yet', () => {
  it('is made of statements that @simplewebauthn/server accepts one by one', async () => {
    const parts = partsOf(await registration(-7, WAYS.compound ?? {}));
    expect(parts).toHaveLength(2);
    for (const part of parts) await simpleWebAuthn(part, -7);
  });
});
