/** CTAP2 messages as trees: a request by its command byte, a response by its command, if it is known, or by its members. */
import { isBytes } from '../base/bytes.ts';
import { type CborMap, type CborValue, decodeCbor } from '../cbor/cbor.ts';
import { type CtapCommandName, commandName } from '../ctap/commands.ts';
import {
  BioEnrollmentSubCommand,
  bioEnrollmentRequest,
  bioEnrollmentResponse,
} from '../ctap/messages/bio-enrollment.ts';
import { ClientPinSubCommand, clientPinRequest, clientPinResponse } from '../ctap/messages/client-pin.ts';
import { ConfigSubCommand, configRequest } from '../ctap/messages/config.ts';
import {
  CredentialManagementSubCommand,
  credentialManagementRequest,
  credentialManagementResponse,
} from '../ctap/messages/credential-management.ts';
import { getAssertionRequest, getAssertionResponse } from '../ctap/messages/get-assertion.ts';
import { getInfoResponse } from '../ctap/messages/get-info.ts';
import { largeBlobsRequest, largeBlobsResponse } from '../ctap/messages/large-blobs.ts';
import { makeCredentialRequest, makeCredentialResponse } from '../ctap/messages/make-credential.ts';
import { describeStatus } from '../ctap/status.ts';
import type { Struct } from '../ctap/struct.ts';
import { algorithm, coseTree } from './cose.ts';
import { authenticatorDataTree, statementTree, uuid } from './structures.ts';
import { byte, hexBytes, named, type Tree, type TreeObject, toTree } from './tree.ts';

/** A response may nest a whole "compound" attestation. */
const DEPTH = 8;

export interface Shape {
  readonly request?: Struct<unknown>;
  readonly response?: Struct<unknown>;
  readonly subCommands?: Readonly<Record<string, number>>;
}

const bioEnrollment: Shape = {
  request: bioEnrollmentRequest as Struct<unknown>,
  response: bioEnrollmentResponse as Struct<unknown>,
  subCommands: BioEnrollmentSubCommand,
};
const credentialManagement: Shape = {
  request: credentialManagementRequest as Struct<unknown>,
  response: credentialManagementResponse as Struct<unknown>,
  subCommands: CredentialManagementSubCommand,
};

/** Commands without an entry for requests or responses have no parameters there. */
export const SHAPES: Readonly<Record<CtapCommandName, Shape>> = {
  authenticatorMakeCredential: {
    request: makeCredentialRequest as Struct<unknown>,
    response: makeCredentialResponse as Struct<unknown>,
  },
  authenticatorGetAssertion: {
    request: getAssertionRequest as Struct<unknown>,
    response: getAssertionResponse as Struct<unknown>,
  },
  authenticatorGetNextAssertion: { response: getAssertionResponse as Struct<unknown> },
  authenticatorGetInfo: { response: getInfoResponse as Struct<unknown> },
  authenticatorClientPIN: {
    request: clientPinRequest as Struct<unknown>,
    response: clientPinResponse as Struct<unknown>,
    subCommands: ClientPinSubCommand,
  },
  authenticatorReset: {},
  authenticatorSelection: {},
  authenticatorBioEnrollment: bioEnrollment,
  authenticatorBioEnrollmentPreview: bioEnrollment,
  authenticatorCredentialManagement: credentialManagement,
  authenticatorCredentialManagementPreview: credentialManagement,
  authenticatorLargeBlobs: {
    request: largeBlobsRequest as Struct<unknown>,
    response: largeBlobsResponse as Struct<unknown>,
  },
  authenticatorConfig: { request: configRequest as Struct<unknown>, subCommands: ConfigSubCommand },
};

/** The successful responses that can be recognized without their command: these have members that no other response has. */
const RECOGNIZABLE: readonly CtapCommandName[] = [
  'authenticatorMakeCredential',
  'authenticatorGetInfo',
  'authenticatorGetAssertion',
];

/** The command byte of a request, or the status byte of a response, and the map after it, if there is one. */
export interface CtapMessage {
  readonly first: number;
  readonly body: CborMap | undefined;
}

/** Reads a message. @throws CborError; TypeError for another value than a map */
export function readMessage(bytes: Uint8Array): CtapMessage {
  const [first] = bytes;
  if (first === undefined) throw new TypeError('expected a command or status byte, got nothing');
  if (bytes.length === 1) return { first, body: undefined };
  const body = decodeCbor(bytes.subarray(1), DEPTH);
  if (body instanceof Map) return { first, body };
  throw new TypeError('expected a map behind the first byte');
}

/** Whether a message with that first byte can be a request; a lone byte only if its command has no parameters. */
export function isRequest({ first, body }: CtapMessage): boolean {
  const name = commandName(first);
  return name !== undefined && (SHAPES[name].request === undefined) === (body === undefined);
}

/** Whether a message with that first byte is a response: an error has no map, and not every byte is an error. */
export function isResponse({ first, body }: CtapMessage): boolean {
  return first === 0 || (body === undefined && !describeStatus(first).endsWith('(unassigned)'));
}

export function requestTree({ first, body }: CtapMessage): Tree {
  const name = commandName(first);
  const shape = name === undefined ? undefined : SHAPES[name];
  return {
    command: name === undefined ? `unknown (${byte(first)})` : `${name} (${byte(first)})`,
    ...(body && membersOf(shape?.request, body, 'parameters', shape?.subCommands)),
  };
}

/** @param command the command that the response answers; undefined if unknown */
export function responseTree({ first, body }: CtapMessage, command: CtapCommandName | undefined): Tree {
  const answered = command ?? (body && RECOGNIZABLE.find((name) => reads(SHAPES[name].response, body)));
  return {
    status: describeStatus(first),
    ...(command === undefined && answered !== undefined && { looksLike: `an answer to ${answered}` }),
    ...(body && membersOf(answered && SHAPES[answered].response, body, 'members')),
  };
}

function reads(struct: Struct<unknown> | undefined, body: CborMap): boolean {
  try {
    struct?.read(body, '');
    return struct !== undefined;
  } catch {
    return false;
  }
}

/** The members of a body by their names; a wrong member by its number, with the problem. */
function membersOf(
  struct: Struct<unknown> | undefined,
  body: CborMap,
  name: string,
  subCommands: Readonly<Record<string, number>> = {},
): TreeObject {
  if (struct === undefined) return { [name]: toTree(body) };
  try {
    return { [name]: toTree(struct.read(body, ''), special(subCommands)) };
  } catch (error) {
    return { problem: (error as Error).message, [name]: toTree(body) };
  }
}

/** Shows members of messages whose bytes have a meaning beyond their CBOR. */
function special(subCommands: Readonly<Record<string, number>>) {
  return (name: string, value: unknown): Tree | undefined => {
    switch (name) {
      case 'alg':
        return typeof value === 'number' ? algorithm(value) : undefined;
      case 'attStmt':
        return statementTree(value);
      case 'authData':
        return isBytes(value) ? orProblem(value) : undefined;
      case 'aaguid':
        return isBytes(value) ? uuid(value) : undefined;
      case 'keyAgreement':
      case 'publicKey':
        return value instanceof Map ? coseTree(value as CborMap) : undefined;
      case 'subCommand':
        return named(nameOf(subCommands, value as number), value as CborValue);
      default:
        return undefined;
    }
  };
}

function orProblem(authData: Uint8Array): Tree {
  try {
    return authenticatorDataTree(authData);
  } catch (error) {
    return { problem: (error as Error).message, bytes: hexBytes(authData) };
  }
}

export function nameOf(numbers: Readonly<Record<string, number>>, number: number): string | undefined {
  return Object.entries(numbers).find(([, candidate]) => candidate === number)?.[0];
}

/** The command of a request, by name. */
export function commandOf(request: Uint8Array): CtapCommandName | undefined {
  return request[0] === undefined ? undefined : commandName(request[0]);
}
