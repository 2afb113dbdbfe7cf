/** Faults of the credential's public key. */
import { concat, fromHex } from '../../base/bytes.ts';
import type { CborKey, CborMap, CborValue } from '../../cbor/cbor.ts';
import { encodeCbor } from '../../cbor/cbor.ts';
import { algorithmIds } from '../../crypto/algorithms.ts';
import { seededRandom } from '../../crypto/random.ts';
import { type Fault, NotApplicable } from '../fault.ts';
import { BREAK, bytesItem, head, indefinite, Major } from '../forge/cbor.ts';
import type { RegistrationDraft } from '../forge/draft.ts';
import { asksFor, isRsa, otherCose, otherKey, useKey, withMembers } from '../forge/keys.ts';
import { registrationStep, sectionOf } from '../steps.ts';
import { registrations } from './define.ts';

/** COSE labels. */
const KTY = 1;
const ALG = 3;
const CRV = -1;
const X = -2;
const Y = -3;

const ES256 = -7;
const EDDSA = -8;
const RS256 = -257;

/** P-256: the field's prime, and y of the point whose x is zero. */
const P = fromHex('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff');
const Y_OF_ZERO = fromHex('66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4');

function mustOffer(draft: RegistrationDraft, algorithm: number, name: string): void {
  if (!asksFor(draft, algorithm)) throw new NotApplicable(`the server does not ask for ${name}`);
}

/** A P-256 key with other members. */
function es256(changes: (key: CborMap) => readonly (readonly [CborKey, CborValue | undefined])[]) {
  return async (draft: RegistrationDraft): Promise<void> => {
    mustOffer(draft, ES256, 'ES256');
    const key = draft.publicKey.get(ALG) === ES256 ? draft.publicKey : await otherCose(ES256);
    draft.publicKey = withMembers(key, changes(key));
  };
}

/** An RSA public key without a private key. */
function rsaKey(algorithm: number, bits: number, exponent: number, odd = true): CborMap {
  const n = seededRandom(`stuntkey test: a modulus of ${bits} bits`)(bits / 8, 'modulus');
  n[0] = (n[0] as number) | 0x80;
  n[n.length - 1] = ((n.at(-1) as number) & 0xfe) | (odd ? 1 : 0);
  const e = exponent < 0x100 ? [exponent] : [exponent >>> 16, (exponent >>> 8) & 0xff, exponent & 0xff];
  return new Map<CborKey, CborValue>([
    [KTY, 3],
    [ALG, algorithm],
    [-1, n],
    [-2, Uint8Array.from(e)],
  ]);
}

function rsa(bits: number, exponent: number, odd = true) {
  return (draft: RegistrationDraft): void => {
    mustOffer(draft, RS256, 'RS256');
    draft.publicKey = rsaKey(RS256, bits, exponent, odd);
  };
}

/** An Ed25519 key of any bytes. */
function ed25519(x: Uint8Array) {
  return (draft: RegistrationDraft): void => {
    mustOffer(draft, EDDSA, 'EdDSA');
    draft.publicKey = new Map<CborKey, CborValue>([
      [KTY, 1],
      [ALG, EDDSA],
      [CRV, 6],
      [X, x],
    ]);
  };
}

const bytesAt = (key: CborMap, label: number): Uint8Array => key.get(label) as Uint8Array;

function flipped(bytes: Uint8Array): Uint8Array {
  const changed = new Uint8Array(bytes);
  changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
  return changed;
}

const algorithmFaults = registrations(
  'algorithm',
  {
    step: registrationStep(20),
    severity: 'medium',
    guard: 'algorithm',
    gain: 'Keys are stored that the server never meant to trust, or cannot verify with: a sign-in with them takes paths that are not tested.',
    check: 'Compare `alg` of the credential public key with the `pubKeyCredParams` that you sent.',
  },
  [
    {
      id: 'algorithm-not-asked-for',
      title: 'a key of an algorithm that was not asked for',
      async change(draft) {
        // RSA keys take long to make, and are not needed for it.
        const algorithm = algorithmIds.find((id) => id > -100 && !asksFor(draft, id) && !isRsa(id));
        if (algorithm === undefined) throw new NotApplicable('the server asks for every algorithm there is');
        useKey(draft, await otherKey(algorithm));
      },
    },
    {
      id: 'algorithm-rs1',
      title: 'an RSA key for signatures with SHA-1',
      change(draft) {
        if (asksFor(draft, -65535)) throw new NotApplicable('the server asks for RS1');
        draft.publicKey = rsaKey(-65535, 2048, 65537);
      },
    },
    { id: 'algorithm-missing', title: 'a key without an algorithm', change: es256(() => [[ALG, undefined]]) },
    { id: 'algorithm-text', title: 'a key whose algorithm is a text', change: es256(() => [[ALG, 'ES256']]) },
    { id: 'algorithm-zero', title: 'a key of algorithm 0', change: es256(() => [[ALG, 0]]) },
  ],
);

const keyFaults = registrations(
  'cose-key',
  {
    step: registrationStep(20),
    severity: 'medium',
    guard: 'credential-key.point',
    gain: 'Signatures under a key that is none can be forged, or make the server fall over when it verifies.',
    check:
      'Hand the key to your cryptographic library when it is registered, and refuse what that refuses; check what it does not.',
  },
  [
    {
      id: 'key-curve-of-other-algorithm',
      title: 'ES256 with the curve P-384',
      guard: 'credential-key.crv',
      change: async (draft) => {
        const p384 = await otherCose(-35);
        await es256(() => [
          [CRV, 2],
          [X, bytesAt(p384, X)],
          [Y, bytesAt(p384, Y)],
        ])(draft);
      },
    },
    {
      id: 'key-curve-unknown',
      title: 'an unknown curve',
      guard: 'credential-key.crv',
      change: es256(() => [[CRV, 99]]),
    },
    {
      id: 'key-curve-missing',
      title: 'a key without a curve',
      guard: 'credential-key.crv',
      change: es256(() => [[CRV, undefined]]),
    },
    {
      id: 'key-type-of-other-algorithm',
      title: 'ES256 with an RSA key',
      guard: 'credential-key.kty',
      change(draft) {
        mustOffer(draft, ES256, 'ES256');
        draft.publicKey = rsaKey(ES256, 2048, 65537);
      },
    },
    {
      id: 'key-type-unknown',
      title: 'a key of an unknown type',
      guard: 'credential-key.kty',
      change: es256(() => [[KTY, 99]]),
    },
    {
      id: 'key-type-missing',
      title: 'a key without a type',
      guard: 'credential-key.kty',
      change: es256(() => [[KTY, undefined]]),
    },
    {
      id: 'key-off-curve',
      title: 'a point that is not on the curve',
      change: es256((key) => [[Y, flipped(bytesAt(key, Y))]]),
    },
    {
      id: 'key-zero-point',
      title: 'zeros for a point, as infinity is sometimes written',
      change: es256(() => [
        [X, new Uint8Array(32)],
        [Y, new Uint8Array(32)],
      ]),
    },
    {
      id: 'key-coordinate-not-reduced',
      title: 'a coordinate that is not below the prime',
      change: es256(() => [
        [X, P],
        [Y, Y_OF_ZERO],
      ]),
    },
    {
      id: 'key-coordinate-short',
      title: 'a coordinate of 31 bytes',
      guard: 'credential-key.coordinates',
      change: es256((key) => [[X, bytesAt(key, X).slice(1)]]),
    },
    {
      id: 'key-coordinate-long',
      title: 'a coordinate of 33 bytes',
      guard: 'credential-key.coordinates',
      severity: 'low',
      change: es256((key) => [[X, concat(Uint8Array.of(0), bytesAt(key, X))]]),
    },
    {
      id: 'key-coordinate-missing',
      title: 'a key without y',
      guard: 'credential-key.coordinates',
      change: es256(() => [[Y, undefined]]),
    },
    {
      id: 'key-coordinate-compressed',
      title: 'a key in compressed form',
      guard: 'credential-key.coordinates',
      step: sectionOf('5.8.5', 'keys of ES256 are not in compressed form', 'sctn-alg-identifier'),
      severity: 'low',
      change: es256((key) => [[Y, ((bytesAt(key, Y).at(-1) as number) & 1) === 1]]),
    },
    {
      id: 'key-small-order',
      title: 'an Ed25519 key of small order',
      guard: 'credential-key.small-order',
      severity: 'high',
      change: ed25519(concat(Uint8Array.of(1), new Uint8Array(31))),
      gain: 'There are signatures that verify under such a key for any message: an attacker who knows the credential ID signs in.',
    },
    {
      id: 'key-ed25519-short',
      title: 'an Ed25519 key of 31 bytes',
      guard: 'credential-key.coordinates',
      change: ed25519(new Uint8Array(31).fill(9)),
    },
    {
      id: 'key-rsa-512',
      title: 'an RSA key of 512 bits',
      guard: 'credential-key.rsa-modulus',
      severity: 'low',
      change: rsa(512, 65537),
    },
    {
      id: 'key-rsa-1024',
      title: 'an RSA key of 1024 bits',
      guard: 'credential-key.rsa-modulus',
      change: rsa(1024, 65537),
    },
    {
      id: 'key-rsa-even',
      title: 'an RSA modulus that is even',
      guard: 'credential-key.rsa-modulus',
      change: rsa(2048, 65537, false),
    },
    {
      id: 'key-rsa-16384',
      title: 'an RSA key of 16384 bits',
      guard: 'credential-key.rsa-modulus',
      change: rsa(16384, 65537),
    },
    {
      id: 'key-rsa-exponent-1',
      title: 'an RSA key with exponent 1',
      guard: 'credential-key.rsa-exponent',
      severity: 'low',
      change: rsa(2048, 1),
      gain: 'Only the user who registers such a key can be impersonated: with exponent 1, a signature is its own message.',
    },
    {
      id: 'key-rsa-exponent-even',
      title: 'an RSA key with exponent 2',
      guard: 'credential-key.rsa-exponent',
      change: rsa(2048, 2),
    },
    {
      id: 'key-private-member',
      title: 'a key with its private part',
      guard: 'credential-key.members',
      severity: 'low',
      change: es256(() => [[-4, new Uint8Array(32).fill(7)]]),
      gain: 'Nothing by itself; section 6.5.1.1 allows no members but the necessary ones.',
    },
    {
      id: 'key-no-map',
      title: 'a key that is no map',
      guard: 'credential-key.cbor',
      change(draft) {
        draft.publicKeyBytes = (bytes) => concat(bytesItem(bytes));
      },
    },
    {
      id: 'key-indefinite',
      title: 'a key of indefinite length',
      kind: 'observation',
      guard: 'credential-key.canonical',
      change(draft) {
        draft.publicKeyBytes = (bytes) => concat(indefinite(Major.map), bytes.slice(1), BREAK);
      },
    },
    {
      id: 'key-unsorted',
      title: 'a key whose members are in another order',
      kind: 'observation',
      guard: 'credential-key.canonical',
      change(draft) {
        draft.publicKeyBytes = () => {
          const entries = [...draft.publicKey].reverse();
          return concat(
            head(Major.map, entries.length),
            ...entries.flatMap(([k, v]) => [encodeCbor(k), encodeCbor(v)]),
          );
        };
      },
    },
    {
      id: 'key-duplicate-label',
      title: 'a key with two algorithms',
      guard: 'credential-key.canonical',
      severity: 'low',
      change(draft) {
        draft.publicKeyBytes = (bytes) =>
          concat(
            Uint8Array.of((bytes[0] as number) + 1),
            bytes.slice(1),
            encodeCbor(ALG),
            encodeCbor(draft.publicKey.get(ALG) as number),
          );
      },
    },
  ],
);

export const coseKeyFaults: readonly Fault[] = [...algorithmFaults, ...keyFaults];
