/** Faults of the other statement formats: Android's two, U2F, Apple, compound. */
import { AuthorizationList, IntegerSet, KeyDescription } from '@peculiar/asn1-android';
import { OctetString } from '@peculiar/asn1-schema';
import type { AttestationAuthority } from '../../authenticator/attestation/authority.ts';
import type { AttestationSource } from '../../authenticator/attestation/identity.ts';
import { base64url, fromBase64url } from '../../codec/base64url.ts';
import { fromUtf8, utf8 } from '../../codec/bytes.ts';
import type { CborValue } from '../../codec/cbor.ts';
import { hmacSha256 } from '../../crypto/hash.ts';
import { type Fault, NotApplicable } from '../fault.ts';
import {
  AsnConvert,
  Attribute,
  dropExtension,
  extensionOf,
  recertified,
  setExtension,
  setSubject,
  withIdentity,
  type x509,
} from '../forge/certificates.ts';
import { otherKey } from '../forge/keys.ts';
import {
  bytesOf,
  type Change,
  certified,
  commonOf,
  flipped,
  flippedHash,
  made,
  members,
  over,
  type Statement,
  signedBy,
} from './attestation.ts';
import { registrations } from './define.ts';

const KEY_DESCRIPTION = '1.3.6.1.4.1.11129.2.1.17';
const APPLE_NONCE = '1.2.840.113635.100.8.2';

/** With the keys that every one of these formats takes. */
const es256 = { policy: { algorithms: [-7] } } as const;

function flippedSignature(format: string): Change {
  return made(
    format,
    members((statement) => statement.set('sig', flipped(bytesOf(statement, 'sig')))),
  );
}

/** The statement of a key that is not the credential's. */
function ofOtherKey(format: string): Change {
  return async (draft) => {
    const { algorithm } = draft.key;
    await made(format)(draft);
    draft.key = await otherKey(algorithm);
  };
}

function certificate(format: string, change: (tbs: x509.TBSCertificate) => void): Change {
  return made(
    format,
    certified((source) => recertified(source, change)),
  );
}

function description(change: (description: KeyDescription) => void): Change {
  return certificate('android-key', (tbs) => {
    const { extnValue } = extensionOf(tbs, KEY_DESCRIPTION);
    const read = AsnConvert.parse(extnValue.buffer, KeyDescription);
    change(read);
    setExtension(tbs, KEY_DESCRIPTION, new Uint8Array(AsnConvert.serialize(read)));
  });
}

const androidKey = registrations(
  'attestation-android-key',
  {
    ...commonOf('Android Key', '8.4', 'sctn-android-key-attestation'),
    baseline: 'attestation-android-key',
    ...es256,
    guard: 'attestation.android-key.signature',
  },
  [
    {
      id: 'android-key-signature-flipped',
      title: 'Android Key attestation with a bit of its signature flipped',
      change: flippedSignature('android-key'),
    },
    {
      id: 'android-key-no-certificates',
      title: 'Android Key attestation without certificates',
      guard: 'attestation.android-key.syntax',
      change: made(
        'android-key',
        members((statement) => statement.set('x5c', [])),
      ),
    },
    {
      id: 'android-key-of-other-key',
      title: "Android Key attestation of another key than the credential's",
      guard: 'attestation.android-key.public-key',
      change: ofOtherKey('android-key'),
    },
    {
      id: 'android-key-challenge',
      title: 'Android Key attestation of another ceremony, by its certificate',
      guard: 'attestation.android-key.challenge',
      change: description((read) => {
        read.attestationChallenge = new OctetString(new Uint8Array(32).fill(7));
      }),
    },
    {
      id: 'android-key-no-extension',
      title: 'a certificate that does not describe its key',
      guard: 'attestation.android-key.extension',
      change: certificate('android-key', (tbs) => dropExtension(tbs, KEY_DESCRIPTION)),
    },
    {
      id: 'android-key-all-applications',
      title: 'a key that every application may use',
      guard: 'attestation.android-key.all-applications',
      change: description((read) => {
        read.teeEnforced = new AuthorizationList({ ...read.teeEnforced, allApplications: null });
      }),
      gain: 'Any application on the phone can sign with the key.',
    },
    {
      id: 'android-key-imported',
      title: 'a key that was imported',
      guard: 'attestation.android-key.origin',
      change: description((read) => {
        read.teeEnforced = new AuthorizationList({ purpose: new IntegerSet([2]), origin: 2 });
      }),
      gain: 'Somebody may have kept a copy of the key.',
    },
    {
      id: 'android-key-purpose',
      title: 'a key that is for verifying only',
      guard: 'attestation.android-key.purpose',
      change: description((read) => {
        read.teeEnforced = new AuthorizationList({ purpose: new IntegerSet([3]), origin: 0 });
      }),
    },
    {
      id: 'android-key-software',
      title: 'a key that is attested by software',
      kind: 'observation',
      guard: undefined,
      change: made('android-key'),
      gain: 'Whether hardware is insisted on is up to the server.',
    },
  ],
);

interface SafetyNet {
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
  /** Signs the two parts. */
  sign(data: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** Changes the parts of a SafetyNet response, and signs them again. */
function jws(change: (parts: SafetyNet) => void): Change {
  return made(
    'android-safetynet',
    members(async (statement, identity) => {
      const [header = '', payload = ''] = fromUtf8(bytesOf(statement, 'response')).split('.');
      const parts: SafetyNet = {
        header: JSON.parse(fromUtf8(fromBase64url(header))),
        payload: JSON.parse(fromUtf8(fromBase64url(payload))),
        sign: (data) => signedBy(identity, data),
      };
      change(parts);
      const signed = [parts.header, parts.payload]
        .map((part) => base64url(utf8(JSON.stringify(part))))
        .join('.');
      statement.set('response', utf8(`${signed}.${base64url(await parts.sign(utf8(signed)))}`));
    }),
  );
}

const safetyNet = registrations(
  'attestation-android-safetynet',
  {
    ...commonOf('SafetyNet', '8.5', 'sctn-android-safetynet-attestation'),
    baseline: 'attestation-android-safetynet',
    guard: 'attestation.android-safetynet.signature',
  },
  [
    {
      id: 'safetynet-version',
      title: 'SafetyNet attestation of no version',
      severity: 'low',
      guard: 'attestation.android-safetynet.version',
      change: made(
        'android-safetynet',
        members((statement) => statement.set('ver', '')),
      ),
    },
    {
      id: 'safetynet-no-jws',
      title: 'SafetyNet attestation with a text for a response',
      guard: 'attestation.android-safetynet.jws',
      change: made(
        'android-safetynet',
        members((statement) => statement.set('response', utf8('stuntkey test'))),
      ),
    },
    {
      id: 'safetynet-algorithm-none',
      title: 'SafetyNet attestation that nobody has signed, and says so',
      guard: 'attestation.android-safetynet.jws-algorithm',
      change: jws((parts) => {
        parts.header.alg = 'none';
        parts.sign = () => new Uint8Array();
      }),
    },
    {
      id: 'safetynet-hmac',
      title: 'SafetyNet attestation with a MAC, whose secret is the certificate',
      guard: 'attestation.android-safetynet.jws-algorithm',
      change: jws((parts) => {
        const [leaf] = parts.header.x5c as string[];
        parts.header.alg = 'HS256';
        parts.sign = (data) => hmacSha256(utf8(leaf as string), data);
      }),
    },
    {
      id: 'safetynet-signature-flipped',
      title: 'SafetyNet attestation with a bit of its signature flipped',
      change: jws((parts) => {
        const { sign } = parts;
        parts.sign = async (data) => flipped(await sign(data));
      }),
    },
    {
      id: 'safetynet-nonce',
      title: 'SafetyNet attestation of another ceremony',
      guard: 'attestation.android-safetynet.nonce',
      change: made('android-safetynet', over(flippedHash)),
    },
    {
      id: 'safetynet-hostname',
      title: 'SafetyNet attestation from another host',
      guard: 'attestation.android-safetynet.hostname',
      change: certificate('android-safetynet', (tbs) =>
        setSubject(tbs, Attribute.CN, 'attest.stuntkey.example'),
      ),
    },
    {
      id: 'safetynet-profile',
      title: 'a phone that does not pass for one that is whole',
      guard: 'attestation.android-safetynet.cts-profile',
      change: jws((parts) => {
        parts.payload.ctsProfileMatch = false;
      }),
    },
    {
      id: 'safetynet-old',
      title: 'SafetyNet attestation of years ago',
      kind: 'observation',
      guard: 'attestation.android-safetynet.timestamp',
      change: jws((parts) => {
        parts.payload.timestampMs = Date.UTC(2020, 0, 1);
      }),
      gain: 'How old an attestation may be is up to the server.',
    },
  ],
);

/** With the certificate of the root behind the others, where the source is one that has it. */
function withRoot(source: AttestationSource): AttestationSource {
  return withIdentity(source, async (identity) => {
    if (!('root' in source))
      throw new NotApplicable('the attestation authority of the audit does not show its root');
    const root = await (source as AttestationAuthority).root();
    return { ...identity, certificates: [...identity.certificates, root] };
  });
}

const u2f = registrations(
  'attestation-fido-u2f',
  {
    ...commonOf('U2F', '8.6', 'sctn-fido-u2f-attestation'),
    baseline: 'attestation-fido-u2f',
    ...es256,
    guard: 'attestation.fido-u2f.signature',
  },
  [
    {
      id: 'u2f-signature-flipped',
      title: 'U2F attestation with a bit of its signature flipped',
      change: flippedSignature('fido-u2f'),
    },
    {
      id: 'u2f-other-data',
      title: 'U2F attestation of another ceremony',
      change: made('fido-u2f', over(flippedHash)),
    },
    {
      id: 'u2f-of-other-key',
      title: "U2F attestation of another key than the credential's",
      change: ofOtherKey('fido-u2f'),
    },
    {
      id: 'u2f-without-signature',
      title: 'U2F attestation without a signature',
      guard: 'attestation.fido-u2f.syntax',
      change: made(
        'fido-u2f',
        members((statement) => void statement.delete('sig')),
      ),
    },
    {
      id: 'u2f-no-certificates',
      title: 'U2F attestation without a certificate',
      guard: 'attestation.fido-u2f.syntax',
      change: made(
        'fido-u2f',
        members((statement) => statement.set('x5c', [])),
      ),
    },
    {
      id: 'u2f-two-certificates',
      title: 'U2F attestation with two certificates',
      severity: 'low',
      guard: 'attestation.fido-u2f.single-certificate',
      change: made('fido-u2f', certified(withRoot)),
    },
    {
      id: 'u2f-aaguid',
      title: 'U2F attestation with an AAGUID',
      kind: 'observation',
      guard: 'attestation.fido-u2f.aaguid',
      change: made('fido-u2f', (draft) => {
        draft.aaguid = utf8('stuntkey unknown');
      }),
      gain: 'Devices of U2F have none; the specification does not make the server look.',
    },
  ],
);

const apple = registrations(
  'attestation-apple',
  {
    ...commonOf('Apple', '8.8', 'sctn-apple-anonymous-attestation'),
    baseline: 'attestation-apple',
    ...es256,
    guard: 'attestation.apple.nonce',
  },
  [
    {
      id: 'apple-nonce',
      title: 'Apple attestation of another ceremony',
      change: made('apple', over(flippedHash)),
    },
    {
      id: 'apple-no-nonce',
      title: 'Apple attestation without a nonce',
      guard: 'attestation.apple.extension',
      change: certificate('apple', (tbs) => dropExtension(tbs, APPLE_NONCE)),
    },
    {
      id: 'apple-of-other-key',
      title: "Apple attestation of another key than the credential's",
      guard: 'attestation.apple.public-key',
      change: ofOtherKey('apple'),
    },
    {
      id: 'apple-no-certificates',
      title: 'Apple attestation without certificates',
      guard: 'attestation.apple.syntax',
      change: made(
        'apple',
        members((statement) => statement.set('x5c', [])),
      ),
    },
  ],
);

/** Changes the statements inside of a compound one. */
function compound(change: (statements: Statement[]) => unknown): Change {
  return made('compound', ({ statement }) => {
    statement.change = (given) => {
      if (!Array.isArray(given)) throw new NotApplicable('the statement is not compound');
      const statements = given.map((one) => new Map(one as Statement));
      return (change(statements) ?? statements) as CborValue;
    };
  });
}

const compounds = registrations(
  'attestation-compound',
  {
    ...commonOf('compound', '8.9', 'sctn-compound-attestation'),
    baseline: 'attestation-compound',
    policy: { algorithms: [-7], attestationFormats: ['packed', 'apple'] },
    guard: 'attestation.compound.count',
  },
  [
    {
      id: 'compound-empty',
      title: 'compound attestation of nothing',
      change: compound((statements) => void statements.splice(0)),
    },
    {
      id: 'compound-single',
      title: 'compound attestation of one statement',
      severity: 'low',
      change: compound((statements) => void statements.splice(1)),
    },
    {
      id: 'compound-nested',
      title: 'compound attestation inside compound attestation',
      guard: 'attestation.compound.nesting',
      change: compound((statements) => [
        ...statements,
        new Map<string, CborValue>([
          ['fmt', 'compound'],
          ['attStmt', statements],
        ]),
      ]),
    },
    {
      id: 'compound-unknown-format',
      title: 'compound attestation with a format that nobody knows',
      severity: 'low',
      guard: 'attestation.compound.formats',
      change: compound(
        (statements) =>
          void statements.push(
            new Map<string, CborValue>([
              ['fmt', 'x-stuntkey'],
              ['attStmt', new Map()],
            ]),
          ),
      ),
    },
    {
      id: 'compound-signature-flipped',
      title: 'compound attestation one of whose statements has a bit of its signature flipped',
      guard: 'attestation.packed.self-signature',
      change: compound((statements) => {
        const inner = new Map(
          statements.find((one) => one.get('fmt') === 'packed')?.get('attStmt') as Statement,
        );
        inner.set('sig', flipped(bytesOf(inner, 'sig')));
        statements.find((one) => one.get('fmt') === 'packed')?.set('attStmt', inner);
      }),
    },
    {
      id: 'compound-malformed',
      title: 'compound attestation with an element that is no statement',
      guard: 'attestation.compound.syntax',
      change: compound((statements) => [...statements, 'stuntkey test']),
    },
  ],
);

export const otherAttestationFaults: readonly Fault[] = [
  ...androidKey,
  ...safetyNet,
  ...u2f,
  ...apple,
  ...compounds,
];
