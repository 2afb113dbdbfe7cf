/**
 * A blob as a tree whose nodes know which bytes they are, for eyes: tree and bytes side by side. Unlike decode(), it refuses nothing:
 * what cannot be read is a node that says so, and what comes behind it is left as bytes.
 */
import { isBytes } from '../base/bytes.ts';
import { commandName } from '../ctap/commands.ts';
import { describeStatus } from '../ctap/status.ts';
import { algorithm } from './cose.ts';
import { nameOf, SHAPES } from './ctap.ts';
import { authenticatorDataPlace } from './places/authenticator-data.ts';
import { cborPlace, type Meaning, type Place, type Reading, reading, shownBytes } from './places/cbor.ts';
import { coseMeaning } from './places/cose.ts';
import { uuid } from './structures.ts';
import { byte, named } from './tree.ts';

export type { Place } from './places/cbor.ts';

/** What can be shown so. */
export type PlacedKind =
  | 'CTAP request'
  | 'CTAP response'
  | 'authenticator data'
  | 'attestation object'
  | 'COSE key'
  | 'CBOR';

/** @param command the command that a response answers, by its byte */
export function placesOf(bytes: Uint8Array, kind: PlacedKind, command?: number): Place {
  const read = reading(bytes);
  const end = bytes.length;
  switch (kind) {
    case 'CTAP request':
      return message(read, kind, bytes[0]);
    case 'CTAP response':
      return message(read, kind, command);
    case 'authenticator data':
      return authenticatorDataPlace(read, kind, 0, end, 0);
    case 'attestation object':
      return rest(read, cborPlace(read, kind, 0, end, 0, BY_NAME), end);
    case 'COSE key':
      return rest(read, cborPlace(read, kind, 0, end, 0, coseMeaning()), end);
    case 'CBOR':
      return rest(read, cborPlace(read, kind, 0, end, 0), end);
  }
}

/** Members whose bytes have a meaning beyond their CBOR. */
const MEMBERS: Readonly<Record<string, () => Meaning>> = {
  authData: () => ({ inside: authenticatorDataPlace }),
  publicKey: coseMeaning,
  keyAgreement: coseMeaning,
  aaguid: () => ({ text: (value) => (isBytes(value) && value.length === 16 ? uuid(value) : undefined) }),
  alg: () => ({ text: (value) => (typeof value === 'number' ? algorithm(value) : undefined) }),
};

/** Its members, and theirs in turn, by name. */
const BY_NAME: Meaning = { member: (key) => ({ name: String(key), meaning: meaningOf(String(key)) }) };

function meaningOf(name: string): Meaning {
  return { ...BY_NAME, ...(Object.hasOwn(MEMBERS, name) && MEMBERS[name]?.()) };
}

function message(read: Reading, kind: 'CTAP request' | 'CTAP response', command: number | undefined): Place {
  const { bytes } = read;
  const [first] = bytes;
  if (first === undefined)
    return { name: kind, text: '', start: 0, end: 0, members: [], problem: 'no bytes' };
  const name = command === undefined ? undefined : commandName(command);
  const shape = name === undefined ? undefined : SHAPES[name];
  const isRequest = kind === 'CTAP request';
  const head: Place = {
    name: isRequest ? 'command' : 'status',
    text: isRequest ? nameWithByte(first) : describeStatus(first),
    start: 0,
    end: 1,
    members: [],
  };
  const whole = { name: kind, text: head.text, start: 0, end: bytes.length };
  if (bytes.length === 1) return { ...whole, members: [head] };
  const struct = isRequest ? shape?.request : shape?.response;
  const subCommands = shape?.subCommands ?? {};
  const names = new Map(struct?.members.map((member) => [member.key, member.name]));
  const meaning: Meaning = {
    member(key) {
      const name = names.get(key as number) ?? String(key);
      if (name !== 'subCommand') return { name, meaning: meaningOf(name) };
      const text = (value: unknown): string | undefined =>
        typeof value === 'number' ? named(nameOf(subCommands, value), value) : undefined;
      return { name, meaning: { text } };
    },
  };
  const body = cborPlace(read, isRequest ? 'parameters' : 'members', 1, bytes.length, 0, meaning);
  return rest(read, { ...whole, members: [head, body] }, bytes.length, body.end);
}

const nameWithByte = (first: number): string => `${commandName(first) ?? 'unknown'} (${byte(first)})`;

/** A place whose item has ended before the bytes did. */
function rest({ bytes }: Reading, place: Place, end: number, from: number = place.end): Place {
  if (from >= end) return place;
  const behind: Place = {
    name: 'behind the end',
    text: shownBytes(bytes.subarray(from, end)),
    start: from,
    end,
    members: [],
    problem: `${end - from} bytes that belong to nothing`,
  };
  return { ...place, end, members: [...place.members, behind] };
}
