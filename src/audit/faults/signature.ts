/** Faults of the assertion's signature. */
import { concat, utf8 } from '../../base/bytes.ts';
import { ES256, knownAlgorithm } from '../../crypto/algorithms.ts';
import { derElement, derInteger, SEQUENCE } from '../../crypto/formats/der.ts';
import { rawSignature } from '../../crypto/formats/ecdsa.ts';
import { hmacSha256, sha256 } from '../../crypto/hash.ts';
import { type Fault, NotApplicable } from '../fault.ts';
import type { AssertionDraft, AssertionParts } from '../forge/draft.ts';
import { otherKey } from '../forge/keys.ts';
import { authenticationStep } from '../steps.ts';
import { authentications } from './define.ts';

/** The order of P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const INTEGER = 0x02;

type Change = AssertionDraft['signature'];

function sent(signature: Change): (draft: AssertionDraft) => void {
  return (draft) => {
    draft.signature = signature;
  };
}

function mustBeEs256({ key }: AssertionDraft): void {
  if (key.algorithm !== ES256.id) throw new NotApplicable('the credential is not of ES256');
}

/** Changes r and s of an ECDSA signature under P-256. */
function ecdsa(change: (r: Uint8Array, s: Uint8Array) => Uint8Array): (draft: AssertionDraft) => void {
  return (draft) => {
    mustBeEs256(draft);
    draft.signature = (signature) => {
      const raw = rawSignature(signature, 32);
      return change(raw.subarray(0, 32), raw.subarray(32));
    };
  };
}

const sequence = (...parts: Uint8Array[]): Uint8Array => derElement(SEQUENCE, ...parts);

/** An INTEGER whose content is as given. */
const integer = (content: Uint8Array): Uint8Array => derElement(INTEGER, content);

/** Whether a number without a zero before it is read as a negative one. */
const isNegative = (value: Uint8Array): boolean => (value[0] as number) >= 0x80;

/** The other s with which the same r verifies: one of the two begins with a bit that is set. */
const opposite = (s: Uint8Array): Uint8Array => bytesOf(ORDER - numberOf(s));

function bytesOf(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * (31 - i))) & 0xffn));
}

function numberOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

/** The content of an INTEGER, with so many needless zeros before it. */
function zeroed(value: Uint8Array, zeros: number): Uint8Array {
  const { length } = value;
  return concat(new Uint8Array(zeros + (isNegative(value) ? 1 : 0)), value.subarray(0, length));
}

function json(change: (response: Record<string, unknown>) => void): (draft: AssertionDraft) => void {
  return (draft) => {
    draft.response = (made) => {
      change(made.response);
      return made;
    };
  };
}

function signedOver(data: (parts: AssertionParts) => Uint8Array): (draft: AssertionDraft) => void {
  return (draft) => {
    draft.signed = (_, parts) => data(parts);
  };
}

function changedLater(change: (draft: AssertionDraft) => void): (draft: AssertionDraft) => void {
  return async (draft) => {
    const honest = concat(
      draft.rpIdHash,
      Uint8Array.of(draft.flags),
      counter(draft.signCount),
      draft.extensions,
    );
    const clientData = draft.clientDataJSON(JSON.stringify(draft.clientData));
    change(draft);
    draft.signed = () => concat(honest, sha256(clientData));
  };
}

function counter(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** What faults of signatures that do not verify have in common. */
export const forged: Pick<Fault, 'step' | 'gain' | 'check'> & {
  readonly severity: 'critical';
  readonly guard: string;
} = {
  step: authenticationStep(21),
  severity: 'critical',
  guard: 'signature',
  gain: 'An attacker who knows the ID of a credential, which is no secret, signs in as its owner.',
  check:
    'Verify the signature over authenticatorData and the SHA-256 of clientDataJSON with the stored key, and look at the result.',
};

/** A right signature, spelled as it should not be. */
const encoding = {
  step: authenticationStep(21),
  severity: 'low',
  guard: 'signature.der',
  gain: 'Nothing by itself: one signature has several spellings, and what recognizes replays by its bytes does not.',
  check: 'Let a strict DER parser read ECDSA signatures (section 6.5.5).',
} as const;

export const signatureFaults: readonly Fault[] = [
  ...authentications('signature', forged, [
    {
      id: 'signature-from-other-key',
      title: "the signature of another key than the credential's",
      async change(draft) {
        draft.key = await otherKey(draft.key.algorithm);
      },
    },
    {
      id: 'signature-bit-flipped',
      title: 'a signature with its last bit flipped',
      change: sent((signature) => {
        const changed = new Uint8Array(signature);
        changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
        return changed;
      }),
    },
    { id: 'signature-empty', title: 'a signature of no bytes', change: sent(() => new Uint8Array()) },
    {
      id: 'signature-zero-byte',
      title: 'a zero byte for a signature',
      change: sent(() => new Uint8Array(1)),
    },
    {
      id: 'signature-zeros',
      title: 'zeros for a signature',
      change: sent((signature) => new Uint8Array(signature.length)),
    },
    {
      id: 'signature-cut',
      title: 'half a signature',
      change: sent((signature) => signature.slice(0, signature.length >> 1)),
    },
    {
      id: 'signature-absent',
      title: 'no signature',
      guard: 'response.signature',
      change: json((response) => {
        delete response.signature;
      }),
    },
    {
      id: 'signature-null',
      title: 'null for a signature',
      guard: 'response.signature',
      change: json((response) => {
        response.signature = null;
      }),
    },
    {
      id: 'signature-true',
      title: 'true for a signature',
      guard: 'response.signature',
      change: json((response) => {
        response.signature = true;
      }),
    },
    {
      id: 'signature-r-and-s-zero',
      title: 'r and s zero, which some libraries took for anybody (CVE-2022-21449)',
      guard: 'signature.range',
      policy: { algorithms: [ES256.id] },
      change: ecdsa(() => sequence(derInteger(new Uint8Array(1)), derInteger(new Uint8Array(1)))),
    },
    {
      id: 'signature-r-zero',
      title: 'r zero',
      guard: 'signature.range',
      policy: { algorithms: [ES256.id] },
      change: ecdsa((_, s) => sequence(derInteger(new Uint8Array(1)), derInteger(s))),
    },
    {
      id: 'signature-r-and-s-order',
      title: 'r and s equal to the order of the group',
      guard: 'signature.range',
      policy: { algorithms: [ES256.id] },
      change: ecdsa(() => sequence(derInteger(bytesOf(ORDER)), derInteger(bytesOf(ORDER)))),
    },
    {
      id: 'signature-over-client-data',
      title: 'signed over client data that was not hashed',
      change: signedOver(({ authData, clientDataJSON }) => concat(authData, clientDataJSON)),
    },
    {
      id: 'signature-over-hash-first',
      title: 'signed over the two parts the other way round',
      change: signedOver(({ authData, clientDataHash }) => concat(clientDataHash, authData)),
    },
    {
      id: 'signature-over-authenticator-data-only',
      title: 'signed over authenticator data alone',
      change: signedOver(({ authData }) => authData),
    },
    {
      id: 'signature-over-client-data-hash-only',
      title: 'signed over the hash of client data alone',
      change: signedOver(({ clientDataHash }) => clientDataHash),
    },
    {
      id: 'signature-over-nothing',
      title: 'signed over nothing',
      change: signedOver(() => new Uint8Array()),
    },
    {
      id: 'signature-before-client-data-changed',
      title: 'client data that was changed after it was signed',
      step: authenticationStep(20),
      change: changedLater(({ clientData }) => {
        clientData.later = true;
      }),
    },
    {
      id: 'signature-before-authenticator-data-changed',
      title: 'a counter that was changed after it was signed',
      change: changedLater((draft) => {
        draft.signCount += 1000;
      }),
    },
    {
      id: 'signature-hmac-with-public-key',
      title: 'a MAC with the public key for its secret',
      change(draft) {
        draft.signature = (_, { authData, clientDataHash }) =>
          hmacSha256(draft.credential.publicKey, concat(authData, clientDataHash));
      },
    },
    {
      id: 'signature-by-key-in-response',
      title: 'the signature of another key, which the response brings along',
      guard: 'convenience-members',
      async change(draft) {
        const key = await otherKey(draft.key.algorithm);
        const { toSpki } = await import('../../crypto/formats/spki.ts');
        const { base64url } = await import('../../base/base64url.ts');
        draft.key = key;
        draft.response = (made) => {
          made.response.publicKey = base64url(toSpki(key.algorithm, key.public));
          made.response.publicKeyAlgorithm = key.algorithm;
          return made;
        };
      },
    },
    {
      id: 'signature-of-text',
      title: 'a text for a signature',
      change: sent(() => utf8('stuntkey test: this is no signature, though it is as long as most of them')),
    },
  ]),
  ...authentications('signature', encoding, [
    {
      id: 'signature-raw',
      title: 'r and s one behind the other, and not in DER',
      guard: 'signature.raw',
      policy: { algorithms: [ES256.id] },
      change: ecdsa((r, s) => concat(r, s)),
    },
    {
      id: 'signature-der-trailing',
      title: 'bytes behind the DER of the signature',
      policy: { algorithms: [ES256.id] },
      change: sent((signature) => concat(signature, Uint8Array.of(0, 0))),
    },
    {
      id: 'signature-der-trailing-inside',
      title: 'a third number behind r and s',
      policy: { algorithms: [ES256.id] },
      change: ecdsa((r, s) => sequence(derInteger(r), derInteger(s), derInteger(Uint8Array.of(1)))),
    },
    {
      id: 'signature-der-leading-zeros',
      title: 'needless zeros before r and s',
      policy: { algorithms: [ES256.id] },
      change: ecdsa((r, s) => sequence(integer(zeroed(r, 2)), integer(zeroed(s, 2)))),
    },
    {
      id: 'signature-der-negative',
      title: 'r and s without the zero that keeps them from being negative',
      policy: { algorithms: [ES256.id] },
      change: ecdsa((r, s) =>
        sequence(integer(r), integer(isNegative(r) || isNegative(s) ? s : opposite(s))),
      ),
    },
    {
      id: 'signature-der-long-length',
      title: 'a length in more bytes than it needs',
      policy: { algorithms: [ES256.id] },
      change: ecdsa((r, s) => {
        const content = concat(derInteger(r), derInteger(s));
        return concat(Uint8Array.of(SEQUENCE, 0x81, content.length), content);
      }),
    },
    {
      id: 'signature-der-indefinite',
      title: 'a signature of indefinite length, as BER has it',
      policy: { algorithms: [ES256.id] },
      change: ecdsa((r, s) =>
        concat(Uint8Array.of(SEQUENCE, 0x80), derInteger(r), derInteger(s), new Uint8Array(2)),
      ),
    },
    {
      id: 'signature-high-s',
      title: 'the other s that is as right',
      kind: 'observation',
      guard: undefined,
      policy: { algorithms: [ES256.id] },
      change: ecdsa((r, s) => sequence(derInteger(r), derInteger(bytesOf(ORDER - numberOf(s))))),
      gain: 'Both are valid: only who recognizes signatures by their bytes has to know that there are two.',
      check: 'Nothing has to be done about it.',
    },
  ]),
  ...honestSignIns([-8, -35, -36, -257]),
];

/** Sign-ins with keys of an algorithm each, that have to pass where the server asks for them. */
export function honestSignIns(algorithms: readonly number[]): readonly Fault[] {
  return authentications(
    'signature',
    {
      step: authenticationStep(21),
      severity: 'medium',
      kind: 'control',
      gain: 'No attacker gets in, but authenticators of an algorithm that was asked for at the registration are locked out.',
      check: 'Verify signatures of every algorithm in your `pubKeyCredParams`, or do not list it.',
    },
    algorithms.map((alg) => ({
      id: `signature-${knownAlgorithm(alg)?.name.toLowerCase()}`,
      title: `an honest sign-in with ${knownAlgorithm(alg)?.name}`,
      policy: { algorithms: [alg] },
    })),
  );
}
