/** Faults of the attestation object as CBOR, of its credential ID and AAGUID. */
import { concat, utf8 } from '../../base/bytes.ts';
import { type CborValue, encodeCbor } from '../../cbor/cbor.ts';
import type { Fault } from '../fault.ts';
import { BREAK, bytesItem, head, indefinite, Major, textItem } from '../forge/cbor.ts';
import type { RegistrationDraft } from '../forge/draft.ts';
import { registrationStep } from '../steps.ts';
import { registrations } from './define.ts';

type Members = Map<string, CborValue>;

function written(write: (members: Members) => Uint8Array): (draft: RegistrationDraft) => void {
  return (draft) => {
    draft.attestationObject = write;
  };
}

/** The object with members of other values; undefined leaves one out. */
function withMembers(changes: Readonly<Record<string, CborValue | undefined>>) {
  return written((members) => {
    const changed = new Map(members);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) changed.delete(name);
      else changed.set(name, value);
    }
    return encodeCbor(changed);
  });
}

const items = (members: Members): Uint8Array[] =>
  [...members].flatMap(([name, value]) => [textItem(name), encodeCbor(value)]);

const NESTED = 10_000;

export const attestationObjectFaults: readonly Fault[] = [
  ...registrations(
    'attestation-object',
    {
      step: registrationStep(13),
      severity: 'medium',
      guard: 'attestation-object.cbor',
      gain: 'Parsers that trust lengths have crashed, hung, or taken gigabytes; those that guess read another object than was signed.',
      check:
        'Decode with a strict and bounded CBOR decoder, insist on `fmt`, `authData` and `attStmt` of the right types, and on the end behind them.',
    },
    [
      {
        id: 'attestation-object-cut',
        title: 'an attestation object that ends too early',
        change: written((members) => encodeCbor(members).slice(0, -5)),
      },
      {
        id: 'attestation-object-empty',
        title: 'an attestation object of no bytes',
        change: written(() => new Uint8Array()),
      },
      {
        id: 'attestation-object-length-bomb',
        title: 'a member said to be longer than any memory',
        change: written((members) =>
          concat(
            head(Major.map, 3),
            textItem('fmt'),
            textItem('none'),
            textItem('attStmt'),
            head(Major.map, 0),
            textItem('authData'),
            head(Major.bytes, 2 ** 48, 8),
            members.get('authData') as Uint8Array,
          ),
        ),
      },
      {
        id: 'attestation-object-count-bomb',
        title: 'an array said to have four billion elements',
        change: written((members) =>
          concat(
            head(Major.map, 3),
            textItem('fmt'),
            textItem('none'),
            textItem('attStmt'),
            head(Major.array, 0xffff_ffff, 4),
            textItem('authData'),
            bytesItem(members.get('authData') as Uint8Array),
          ),
        ),
      },
      {
        id: 'attestation-object-nested',
        title: `arrays nested ${NESTED.toLocaleString('en')} deep`,
        change: written((members) =>
          concat(
            head(Major.map, 4),
            ...items(members),
            textItem('deep'),
            new Uint8Array(NESTED).fill(0x81),
            Uint8Array.of(0),
          ),
        ),
      },
      {
        id: 'attestation-object-reserved',
        title: 'a head that CBOR reserves',
        change: written(() => Uint8Array.of(0x1c, 0, 0)),
      },
      {
        id: 'attestation-object-trailing',
        title: 'bytes behind the attestation object',
        guard: 'attestation-object.trailing-bytes',
        severity: 'low',
        change: written((members) => concat(encodeCbor(members), Uint8Array.of(0))),
      },
      {
        id: 'attestation-object-array',
        title: 'an array for an attestation object',
        change: written((members) => encodeCbor([...members.values()])),
      },
      {
        id: 'attestation-object-duplicate-auth-data',
        title: 'two members authData',
        guard: 'attestation-object.duplicate-keys',
        change: written((members) =>
          concat(
            head(Major.map, 4),
            ...items(members).slice(0, -2),
            textItem('authData'),
            bytesItem(utf8('stuntkey test')),
            ...items(members).slice(-2),
          ),
        ),
      },
      {
        id: 'attestation-object-duplicate-fmt',
        title: 'two members fmt',
        guard: 'attestation-object.duplicate-keys',
        change: written((members) =>
          concat(head(Major.map, 4), textItem('fmt'), textItem('packed'), ...items(members)),
        ),
      },
      {
        id: 'attestation-object-without-fmt',
        title: 'no fmt',
        guard: 'attestation-object.fmt',
        change: withMembers({ fmt: undefined }),
      },
      {
        id: 'attestation-object-fmt-number',
        title: 'a number for fmt',
        guard: 'attestation-object.fmt',
        change: withMembers({ fmt: 0 }),
      },
      {
        id: 'attestation-object-without-auth-data',
        title: 'no authData',
        guard: 'attestation-object.auth-data',
        change: withMembers({ authData: undefined }),
      },
      {
        id: 'attestation-object-auth-data-text',
        title: 'a text for authData',
        guard: 'attestation-object.auth-data',
        change: withMembers({ authData: 'stuntkey test' }),
      },
      {
        id: 'attestation-object-without-statement',
        title: 'no attStmt',
        guard: 'attestation-object.att-stmt',
        severity: 'low',
        change: withMembers({ attStmt: undefined }),
      },
      {
        id: 'attestation-object-statement-text',
        title: 'a text for attStmt',
        guard: 'attestation-object.att-stmt',
        severity: 'low',
        change: withMembers({ attStmt: 'none' }),
      },
      {
        id: 'attestation-object-unknown-member',
        guard: undefined,
        title: 'an attestation object with an unknown member',
        kind: 'observation',
        change: withMembers({ stuntkey: true }),
      },
      {
        id: 'attestation-object-indefinite',
        title: 'an attestation object of indefinite length',
        kind: 'observation',
        guard: 'attestation-object.canonical',
        change: written((members) => concat(indefinite(Major.map), ...items(members), BREAK)),
      },
      {
        id: 'attestation-object-long-heads',
        title: 'lengths longer than they have to be',
        kind: 'observation',
        guard: 'attestation-object.canonical',
        change: written((members) => concat(head(Major.map, 3, 8), ...items(members))),
      },
    ],
  ),
  ...registrations(
    'attestation-format',
    {
      step: registrationStep(21),
      severity: 'low',
      guard: 'attestation.format',
      gain: 'A statement that cannot be verified counts as if it had been verified.',
      check: 'Compare `fmt` with the formats you know, byte for byte, and refuse what is not among them.',
    },
    [
      {
        id: 'format-unknown',
        title: 'an unknown statement format',
        change: withMembers({ fmt: 'x-stuntkey' }),
      },
      { id: 'format-empty', title: 'an empty name of a format', change: withMembers({ fmt: '' }) },
      {
        id: 'format-case',
        title: 'the format None in capitals',
        change: withMembers({ fmt: 'NONE', attStmt: new Map() }),
      },
      {
        id: 'format-long',
        title: 'a name of a format of 10,000 letters',
        change: withMembers({ fmt: 'x'.repeat(10_000) }),
      },
    ],
  ),
  ...registrations(
    'credential-id',
    {
      step: registrationStep(25),
      severity: 'low',
      guard: 'credential-id.length',
      gain: 'Databases that cut what is too long take two credentials for one.',
      check: 'Refuse credential IDs of more than 1023 bytes, and of none.',
    },
    [
      {
        id: 'credential-id-1024',
        title: 'a credential ID of 1024 bytes',
        change(draft) {
          draft.credentialId = longId(1024, draft);
        },
      },
      {
        id: 'credential-id-32768',
        title: 'a credential ID of 32768 bytes',
        change(draft) {
          draft.credentialId = longId(32_768, draft);
        },
      },
      {
        id: 'credential-id-empty',
        title: 'a credential ID of no bytes',
        guard: 'credential-id.empty',
        once: true,
        severity: 'medium',
        change(draft) {
          draft.credentialId = new Uint8Array();
        },
      },
      {
        id: 'credential-id-1023',
        title: 'a credential ID of 1023 bytes',
        kind: 'control',
        severity: 'medium',
        change(draft) {
          draft.credentialId = longId(1023, draft);
        },
        gain: 'No attacker gets in, but keys that wrap their private keys in long IDs are locked out.',
        check: 'Take credential IDs of up to 1023 bytes, and store them whole.',
      },
      {
        id: 'credential-id-other-in-json',
        title: 'another credential ID beside the attestation object than in it',
        step: registrationStep(27),
        severity: 'low',
        guard: 'credential-id.matches',
        change(draft) {
          draft.response = (json) => {
            json.id = json.rawId = 'c3R1bnRrZXkgdGVzdCBjcmVkZW50aWFsIElE';
            return json;
          };
        },
        gain: 'Nothing by itself, as long as what is stored is the ID of the authenticator data.',
        check: 'Store the ID of the authenticator data, and refuse a response whose `id` is another.',
      },
    ],
  ),
  ...registrations(
    'aaguid',
    {
      step: registrationStep(23),
      severity: 'medium',
      kind: 'control',
      gain: 'No attacker gets in, but authenticators that keep their model to themselves, or do not, are locked out.',
      check:
        'Do not look at the AAGUID unless your policy is about models; without attestation it proves nothing.',
    },
    [
      {
        id: 'aaguid-zero',
        title: 'an AAGUID of zeros, without attestation',
        change(draft) {
          draft.aaguid = new Uint8Array(16);
        },
      },
      {
        id: 'aaguid-unknown',
        title: 'an unknown AAGUID, without attestation',
        change(draft) {
          draft.aaguid = utf8('stuntkey unknown');
        },
      },
    ],
  ),
];

function longId(length: number, { credentialId }: RegistrationDraft): Uint8Array {
  const id = new Uint8Array(length).fill(0x5a);
  id.set(credentialId);
  return id;
}
