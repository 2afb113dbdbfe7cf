/** Faults of Android's statement formats: Android Key (section 8.4) and SafetyNet (section 8.5). */
import type { KeyDescription } from '@peculiar/asn1-android';
import { base64url, fromBase64url } from '../../base/base64url.ts';
import { fromUtf8, utf8 } from '../../base/bytes.ts';
import { hmacSha256 } from '../../crypto/hash.ts';
import type { Fault } from '../fault.ts';
import {
  Attribute,
  asn1,
  dropExtension,
  extensionOf,
  setExtension,
  setSubject,
} from '../forge/certificates.ts';
import {
  bytesOf,
  type Change,
  certificate,
  commonOf,
  es256,
  flipped,
  flippedHash,
  flippedSignature,
  made,
  members,
  ofOtherKey,
  over,
  signedBy,
} from './attestation.ts';
import { registrations } from './define.ts';

const KEY_DESCRIPTION = '1.3.6.1.4.1.11129.2.1.17';

function description(change: (description: KeyDescription) => void): Change {
  return certificate('android-key', (tbs) => {
    const { AsnConvert, KeyDescription } = asn1();
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
        read.attestationChallenge = new (asn1().OctetString)(new Uint8Array(32).fill(7));
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
        read.teeEnforced = new (asn1().AuthorizationList)({ ...read.teeEnforced, allApplications: null });
      }),
      gain: 'Any application on the phone can sign with the key.',
    },
    {
      id: 'android-key-imported',
      title: 'a key that was imported',
      guard: 'attestation.android-key.origin',
      change: description((read) => {
        const { AuthorizationList, IntegerSet } = asn1();
        read.teeEnforced = new AuthorizationList({ purpose: new IntegerSet([2]), origin: 2 });
      }),
      gain: 'A copy of the key may exist outside the device.',
    },
    {
      id: 'android-key-purpose',
      title: 'a key that is for verifying only',
      guard: 'attestation.android-key.purpose',
      change: description((read) => {
        const { AuthorizationList, IntegerSet } = asn1();
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
      id: 'safetynet-empty',
      title: 'SafetyNet attestation with an empty response',
      guard: 'attestation.android-safetynet.jws',
      change: made(
        'android-safetynet',
        members((statement) => statement.set('response', new Uint8Array())),
      ),
    },
    {
      id: 'safetynet-no-certificates',
      title: 'SafetyNet attestation without certificates',
      guard: 'attestation.android-safetynet.jws',
      change: jws((parts) => {
        parts.header.x5c = [];
      }),
    },
    {
      id: 'safetynet-algorithm-none',
      title: 'SafetyNet attestation that is not signed, and says so',
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
    {
      id: 'safetynet-future',
      title: 'SafetyNet attestation of years ahead',
      kind: 'observation',
      guard: 'attestation.android-safetynet.timestamp',
      change: jws((parts) => {
        parts.payload.timestampMs = Date.UTC(2100, 0, 1);
      }),
      gain: 'How old an attestation may be is up to the server.',
    },
  ],
);

export const androidFaults: readonly Fault[] = [...androidKey, ...safetyNet];
