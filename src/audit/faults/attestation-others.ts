import type { AttestationSource } from '../../authority/identity.ts';
import { utf8 } from '../../base/bytes.ts';
import type { CborValue } from '../../cbor/cbor.ts';
import { type Fault, NotApplicable } from '../fault.ts';
import { dropExtension, rootOf, withIdentity } from '../forge/certificates.ts';
import {
  bytesOf,
  type Change,
  certificate,
  certified,
  commonOf,
  es256,
  flipped,
  flippedHash,
  flippedSignature,
  made,
  members,
  ofOtherKey,
  over,
  type Statement,
} from './attestation.ts';
import { registrations } from './define.ts';

const APPLE_NONCE = '1.2.840.113635.100.8.2';

/** With the certificate of the root behind the others, where the source is one that has it. */
function withRoot(source: AttestationSource): AttestationSource {
  return withIdentity(source, async (identity) => ({
    ...identity,
    certificates: [...identity.certificates, await rootOf(source)],
  }));
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
      title: 'compound attestation with an unknown format',
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

export const otherAttestationFaults: readonly Fault[] = [...u2f, ...apple, ...compounds];
