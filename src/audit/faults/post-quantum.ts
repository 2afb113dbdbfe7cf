/** Faults of ML-DSA: keys of COSE's type AKP (RFC 9964), their signatures (FIPS 204), and options that ask for them. */
import { concat } from '../../base/bytes.ts';
import type { CborKey, CborMap, CborValue } from '../../cbor/cbor.ts';
import { knownAlgorithm } from '../../crypto/algorithms.ts';
import { toSpki } from '../../crypto/formats/spki.ts';
import { sha256 } from '../../crypto/hash.ts';
import type { KeyPair } from '../../crypto/key-pair.ts';
import { type Fault, NotApplicable, type OptionsShown } from '../fault.ts';
import type { AssertionDraft, RegistrationDraft } from '../forge/draft.ts';
import { asksFor, otherCose, otherKey, withMembers } from '../forge/keys.ts';
import { type OtherInterface, parameterSet, signOtherwise, withHintPadding } from '../forge/ml-dsa.ts';
import { registrationStep, sectionOf } from '../steps.ts';
import { bytesOf, commonOf, made, members } from './attestation.ts';
import { authentications, registrations } from './define.ts';
import { forged, honestSignIns } from './signature.ts';

/** The subject of what only servers that want to be ready for ML-DSA have to do. */
export const POST_QUANTUM = 'post-quantum';

const KTY = 1;
const ALG = 3;
const PUB = -1;
const PRIV = -2;
const SYMMETRIC = 4;
const ES256 = -7;

/** ML-DSA-44, -65, -87. */
const ML_DSA: readonly number[] = [-48, -49, -50];
const policy = { algorithms: ML_DSA };

/** The next parameter set. */
const otherSet = (algorithm: number): number =>
  ML_DSA[(ML_DSA.indexOf(algorithm) + 1) % ML_DSA.length] as number;

type Changes = readonly (readonly [CborKey, CborValue | undefined])[];

/** A key of the first parameter set that the server asks for, with other members. */
function akp(changes: (key: CborMap, algorithm: number) => Changes | Promise<Changes>) {
  return async (draft: RegistrationDraft): Promise<void> => {
    const algorithm = ML_DSA.find((one) => asksFor(draft, one));
    if (algorithm === undefined) throw new NotApplicable('the server does not ask for ML-DSA');
    const key = await otherCose(algorithm);
    draft.publicKey = withMembers(key, await changes(key, algorithm));
  };
}

/** What is different about them is whom the signature was for, and not who made it. */
const OTHER_INTERFACE = {
  gain: 'A signature that the same key made for another purpose, in another protocol, is taken for a sign-in.',
  check:
    'Verify with ML-DSA itself and an empty context (RFC 9964), not with HashML-DSA and not with the internal function.',
} as const;

const pubOf = (key: CborMap): Uint8Array => key.get(PUB) as Uint8Array;

const keyFaults = registrations(
  'cose-key',
  {
    step: registrationStep(20),
    severity: 'medium',
    guard: 'credential-key.coordinates',
    gain: 'A key is stored that is none: what the library does at the next sign-in was never tested, and may be an error of 500, or worse.',
    check: 'Take `kty` 7 only with -48, -49 and -50, and `pub` only with 1312, 1952 and 2592 bytes.',
  },
  [
    {
      id: 'key-akp-type-symmetric',
      title: 'a key of ML-DSA that says it is symmetric (kty 4)',
      guard: 'credential-key.kty',
      change: akp(() => [[KTY, SYMMETRIC]]),
    },
    {
      id: 'key-akp-type-missing',
      title: 'a key of ML-DSA without a type',
      guard: 'credential-key.kty',
      change: akp(() => [[KTY, undefined]]),
    },
    {
      id: 'key-akp-of-es256',
      title: 'ES256 with a key of ML-DSA',
      guard: 'credential-key.kty',
      async change(draft) {
        if (!asksFor(draft, ES256)) throw new NotApplicable('the server does not ask for ES256');
        await akp(() => [[ALG, ES256]])(draft);
      },
    },
    {
      id: 'key-akp-of-other-set',
      title: 'a key of another parameter set than its algorithm names',
      change: akp(async (_, algorithm) => [[PUB, pubOf(await otherCose(otherSet(algorithm)))]]),
    },
    {
      id: 'key-akp-short',
      title: 'a key of ML-DSA that lacks its last byte',
      change: akp((key) => [[PUB, pubOf(key).slice(0, -1)]]),
    },
    {
      id: 'key-akp-long',
      title: 'a key of ML-DSA with one byte more',
      change: akp((key) => [[PUB, concat(pubOf(key), Uint8Array.of(0))]]),
    },
    {
      id: 'key-akp-empty',
      title: 'a key of ML-DSA of no bytes',
      change: akp(() => [[PUB, new Uint8Array()]]),
    },
    { id: 'key-akp-missing', title: 'a key of ML-DSA without pub', change: akp(() => [[PUB, undefined]]) },
    {
      id: 'key-akp-text',
      title: 'a key of ML-DSA that is a text',
      change: akp(() => [[PUB, 'stuntkey test']]),
    },
    {
      id: 'key-akp-spki',
      title: 'a key of ML-DSA as SubjectPublicKeyInfo, and not raw',
      change: akp((key, algorithm) => [[PUB, toSpki(algorithm, pubOf(key))]]),
    },
    {
      id: 'key-akp-private-member',
      title: 'a key of ML-DSA with its seed',
      guard: 'credential-key.members',
      severity: 'low',
      change: akp(() => [[PRIV, new Uint8Array(32).fill(7)]]),
      gain: 'Nothing by itself; section 6.5.1.1 allows no members but the necessary ones.',
    },
  ],
);

/** A signature of ML-DSA with something else in its place. */
function changed(change: (signature: Uint8Array, key: KeyPair) => Uint8Array) {
  return (draft: AssertionDraft): void => {
    parameterSet(draft.key);
    draft.signature = (signature) => change(signature, draft.key);
  };
}

/** The right key over the right bytes, by another interface of FIPS 204. */
function signedBy(how: OtherInterface) {
  return (draft: AssertionDraft): void => {
    draft.signature = (_, { authData, clientDataHash }) =>
      signOtherwise(draft.key, concat(authData, clientDataHash), how);
  };
}

const signatureFaults = authentications('signature', { ...forged, policy }, [
  {
    id: 'signature-ml-dsa-of-other-key',
    title: "an ML-DSA signature of another key than the credential's",
    async change(draft) {
      draft.key = await otherKey(parameterSet(draft.key).id);
    },
  },
  {
    id: 'signature-ml-dsa-of-other-set',
    title: 'the signature of a key of another parameter set of ML-DSA',
    async change(draft) {
      draft.key = await otherKey(otherSet(parameterSet(draft.key).id));
    },
  },
  {
    id: 'signature-ml-dsa-of-es256',
    title: 'an ES256 signature for a credential of ML-DSA',
    async change(draft) {
      parameterSet(draft.key);
      draft.key = await otherKey(ES256);
    },
  },
  {
    id: 'signature-ml-dsa-bit-flipped',
    title: 'an ML-DSA signature with its first bit flipped',
    change: changed((signature) => {
      const flipped = new Uint8Array(signature);
      flipped[0] = (flipped[0] as number) ^ 0x80;
      return flipped;
    }),
  },
  {
    id: 'signature-ml-dsa-cut',
    title: 'an ML-DSA signature that lacks its last byte',
    change: changed((signature) => signature.slice(0, -1)),
  },
  {
    id: 'signature-ml-dsa-longer',
    title: 'an ML-DSA signature with one byte more',
    change: changed((signature) => concat(signature, Uint8Array.of(0))),
  },
  {
    id: 'signature-ml-dsa-zeros',
    title: 'zeros for an ML-DSA signature',
    change: changed((signature) => new Uint8Array(signature.length)),
  },
  {
    id: 'signature-ml-dsa-over-hash',
    title: 'an ML-DSA signature over the SHA-256 of what is to be signed',
    change(draft) {
      parameterSet(draft.key);
      draft.signed = sha256;
    },
  },
  {
    id: 'signature-ml-dsa-with-context',
    title: 'an ML-DSA signature with a context, which is to be empty',
    severity: 'medium',
    ...OTHER_INTERFACE,
    change: signedBy('context'),
  },
  {
    id: 'signature-ml-dsa-prehashed',
    title: 'a signature of HashML-DSA, which is another algorithm',
    severity: 'medium',
    ...OTHER_INTERFACE,
    change: signedBy('hash'),
  },
  {
    id: 'signature-ml-dsa-internal',
    title: 'a signature by the internal interface of ML-DSA, without its prefix',
    severity: 'medium',
    ...OTHER_INTERFACE,
    change: signedBy('internal'),
  },
  {
    id: 'signature-ml-dsa-hint-padding',
    title: 'an ML-DSA signature with a byte that is not zero behind its hints',
    severity: 'low',
    gain: 'Nothing by itself: one signature has several spellings, and what recognizes replays by its bytes does not.',
    check: 'Verify with a library that passes the tests of ACVP or Wycheproof for ML-DSA.',
    change: changed((signature, key) => withHintPadding(key, signature)),
  },
]);

const packed = {
  ...commonOf('packed', '8.2', 'sctn-packed-attestation'),
  baseline: 'attestation-packed-self-ml-dsa',
  policy,
};

const attestationFaults: readonly Fault[] = [
  ...registrations(
    'attestation',
    {
      step: registrationStep(21),
      severity: 'info',
      kind: 'observation',
      needs: ['attestation'],
      request: { attestation: 'direct' },
      policy,
      gain: 'Which formats a server takes, and whom it trusts, is up to it; those it does not take are not tried further.',
      check: 'Nothing has to be done about it.',
    },
    [
      {
        id: 'attestation-packed-self-ml-dsa',
        title: 'honest packed attestation with a credential key of ML-DSA',
        change: made('packed-self'),
      },
    ],
  ),
  ...registrations('attestation-packed', { ...packed, guard: 'attestation.packed.self-signature' }, [
    {
      id: 'packed-self-ml-dsa-cut',
      title: 'self attestation with ML-DSA whose signature lacks its last byte',
      change: made(
        'packed-self',
        members((statement) => statement.set('sig', bytesOf(statement, 'sig').slice(0, -1))),
      ),
    },
    {
      id: 'packed-self-ml-dsa-other-key',
      title: 'self attestation by another key of ML-DSA',
      async change(draft) {
        const key = await otherKey(parameterSet(draft.key).id);
        await made('packed-self')(draft);
        draft.key = key;
      },
    },
    {
      id: 'packed-self-ml-dsa-other-set',
      title: "self attestation that names another parameter set than the key's",
      guard: 'attestation.packed.self-algorithm',
      change: made(
        'packed-self',
        members((statement) => statement.set('alg', otherSet(statement.get('alg') as number))),
      ),
    },
  ]),
];

const ALGORITHMS = sectionOf(
  '5.4',
  'the algorithms that are asked for',
  'dom-publickeycredentialcreationoptions-pubkeycredparams',
);

/** Algorithms in options to register. */
const askedIn = ({ options }: OptionsShown): number[] =>
  options.flatMap((one) => ('pubKeyCredParams' in one ? one.pubKeyCredParams.map(({ alg }) => alg) : []));

const namesOf = (algorithms: readonly number[]): string =>
  [...new Set(algorithms)].map((one) => knownAlgorithm(one)?.name ?? String(one)).join(', ') || 'none';

const readinessFaults = registrations(
  POST_QUANTUM,
  {
    step: ALGORITHMS,
    severity: 'medium',
    scene: 'options',
    guard: 'options.post-quantum',
    gain: 'No attacker gets in today. Keys of ML-DSA, whose signatures a quantum computer cannot forge, cannot be registered.',
    check:
      'List -48, -49 and -50, or those of them that your library verifies, before the others in `pubKeyCredParams`.',
  },
  [
    {
      id: 'registration-options-without-ml-dsa',
      title: 'options that ask for no algorithm of ML-DSA',
      inspect(shown) {
        const asked = askedIn(shown);
        if (asked.some((one) => ML_DSA.includes(one))) return undefined;
        return `ML-DSA is not among the algorithms asked for: ${namesOf(asked)}`;
      },
    },
  ],
);

export const postQuantumFaults: readonly Fault[] = [
  ...keyFaults,
  ...signatureFaults,
  ...honestSignIns(ML_DSA),
  ...attestationFaults,
  ...readinessFaults,
];
