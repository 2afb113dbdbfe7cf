/** Faults of clientDataJSON as bytes and as JSON, and what may be odd about it. */
import { concat, utf8 } from '../../base/bytes.ts';
import type { Fault } from '../fault.ts';
import { authenticationStep, registrationStep } from '../steps.ts';
import { type AnyDraft, both } from './define.ts';

const decoding = { registration: registrationStep(5), authentication: authenticationStep(8) };
const parsing = { registration: registrationStep(6), authentication: authenticationStep(9) };
const hashing = { registration: registrationStep(12), authentication: authenticationStep(20) };

function spelled(spell: (json: string) => string | Uint8Array): (draft: AnyDraft) => void {
  return (draft) => {
    draft.clientDataJSON = (json) => {
      const bytes = spell(json);
      return typeof bytes === 'string' ? utf8(bytes) : bytes;
    };
  };
}

/** UTF-16, little end first, with its byte order mark. */
function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(2 + 2 * text.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff, true);
  for (let i = 0; i < text.length; i++) view.setUint16(2 + 2 * i, text.charCodeAt(i), true);
  return bytes;
}

/** Right client data, with a member of another value before or behind its own. */
function doubled(member: string, wrong: string, place: 'first' | 'last'): (draft: AnyDraft) => void {
  const extra = `${JSON.stringify(member)}:${JSON.stringify(wrong)}`;
  return spelled((json) =>
    place === 'first' ? `{${extra},${json.slice(1)}` : `${json.slice(0, -1)},${extra}}`,
  );
}

const OTHER_CHALLENGE = 'c3R1bnRrZXkgdGVzdCBjaGFsbGVuZ2U';
const OTHER_ORIGIN = 'https://stuntkey.example';

export const clientDataFaults: readonly Fault[] = [
  ...both(
    'client-data',
    {
      steps: parsing,
      severity: 'medium',
      guard: 'client-data.json',
      gain: 'What a lenient parser makes of it is not what was signed to be said, and checks may be skipped altogether.',
      check:
        'Decode the bytes as UTF-8, parse them as JSON, insist on one object, and refuse the rest before any other check.',
    },
    [
      { id: 'client-data-empty', title: 'no client data at all', change: spelled(() => '') },
      {
        id: 'client-data-truncated',
        title: 'client data that ends too early',
        change: spelled((json) => json.slice(0, -1)),
      },
      {
        id: 'client-data-trailing',
        guard: 'client-data.trailing-bytes',
        title: 'bytes behind the client data',
        change: spelled((json) => `${json}x`),
      },
      {
        id: 'client-data-two-objects',
        guard: 'client-data.trailing-bytes',
        title: 'two objects of client data',
        change: spelled((json) => json + json),
      },
      {
        id: 'client-data-null',
        guard: 'client-data.object',
        title: 'null for client data',
        change: spelled(() => 'null'),
      },
      {
        id: 'client-data-array',
        guard: 'client-data.object',
        title: 'client data in an array',
        change: spelled((json) => `[${json}]`),
      },
      {
        id: 'client-data-text',
        guard: 'client-data.object',
        title: 'client data as a text in JSON',
        change: spelled((json) => JSON.stringify(json)),
      },
      {
        id: 'client-data-comment',
        title: 'client data with a comment',
        change: spelled((json) => `/* */${json}`),
      },
      {
        id: 'client-data-deep',
        title: 'client data with a member nested 10,000 deep',
        kind: 'observation',
        guard: 'client-data.nesting',
        change: spelled((json) => `${json.slice(0, -1)},"deep":${'['.repeat(10_000)}${']'.repeat(10_000)}}`),
        check: 'Nothing is wrong with it, and a server need not take it; but it must not fall over.',
      },
      {
        id: 'client-data-utf16',
        guard: 'client-data.utf8',
        title: 'client data in UTF-16',
        steps: decoding,
        change: spelled(utf16),
      },
      {
        id: 'client-data-invalid-utf8',
        title: 'bytes that are no UTF-8 in a member that is not read',
        steps: decoding,
        kind: 'observation',
        guard: 'client-data.utf8',
        change: spelled((json) =>
          concat(utf8(`${json.slice(0, -1)},"odd":"`), Uint8Array.of(0xc3, 0x28), utf8('"}')),
        ),
        gain: '"UTF-8 decode" replaces such bytes, and many decoders refuse them.',
      },
      {
        id: 'client-data-duplicate-challenge',
        title: 'another challenge before the right one',
        kind: 'observation',
        guard: 'client-data.duplicate-names',
        change: doubled('challenge', OTHER_CHALLENGE, 'first'),
        gain: 'JSON leaves it to the parser which of two members of a name counts.',
      },
      {
        id: 'client-data-duplicate-origin',
        title: 'another origin before the right one',
        kind: 'observation',
        guard: 'client-data.duplicate-names',
        change: doubled('origin', OTHER_ORIGIN, 'first'),
        gain: 'JSON leaves it to the parser which of two members of a name counts.',
      },
    ],
  ),
  ...both(
    'client-data',
    {
      steps: decoding,
      severity: 'medium',
      kind: 'control',
      gain: 'No attacker gets in, but clients that the specification allows are locked out.',
      check:
        'Read client data with a JSON parser, hash its bytes as they came, and look at nothing but the members that are checked.',
    },
    [
      {
        id: 'client-data-bom',
        title: 'client data with a byte order mark',
        severity: 'low',
        change: spelled((json) => `\uFEFF${json}`),
        check: '"UTF-8 decode" strips a byte order mark. Hash the bytes with it, parse the text without it.',
      },
      {
        id: 'client-data-unknown-members',
        title: 'client data with unknown members',
        steps: parsing,
        change: ({ clientData }) => {
          clientData.stuntkey_keys_can_be_added_here = 'do not compare clientDataJSON against a template';
        },
      },
      {
        id: 'client-data-reordered',
        title: 'client data in another order',
        steps: parsing,
        change: (draft) => {
          draft.clientData = Object.fromEntries(Object.entries(draft.clientData).reverse());
        },
      },
      {
        id: 'client-data-whitespace',
        title: 'client data with white space',
        steps: hashing,
        change: spelled((json) => JSON.stringify(JSON.parse(json), null, 2)),
      },
      {
        id: 'client-data-escapes',
        title: 'client data with its texts escaped',
        steps: hashing,
        change: spelled((json) => json.replaceAll('webauthn', 'web\\u0061uthn')),
      },
    ],
  ),
];
