/** The record of one ceremony: the page's request, the messages to the device and its answers, and the end. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '../../webauthn/types.ts';
import { ctapTree } from '../exchange.ts';
import { jsonTree, kindOfJson } from '../json.ts';
import { hexBytes, render, type Tree, type TreeObject, toTree } from '../tree.ts';
import { u2fTree } from '../u2f.ts';
import { textOf } from './failure.ts';

/** One message to a device, and its answer. */
export interface Exchange {
  /** CTAP2, or U2F's APDUs. */
  readonly protocol: 'CTAP2' | 'U2F';
  readonly request: Uint8Array;
  /** Undefined without one: the carrier failed, or the ceremony ended before. */
  readonly response: Uint8Array | undefined;
  /** The error of the carrier, or its answer if that was not bytes. */
  readonly failure: unknown;
  /** From request to response, or to the ceremony's end, by the client's clock. */
  readonly milliseconds: number;
}

/** Why there was no credential. */
export interface Refusal {
  /** Name of the error that the page got. */
  readonly name: string;
  readonly message: string;
  /** The step of the algorithm, or the command of the device. */
  readonly step: string;
  /** The reason, which a page does not learn. */
  readonly reason: string;
  /** What to do, where the reason does not say it itself. */
  readonly wayOut?: string;
  /** What led to the reason, the nearest first, such as the error of a network. */
  readonly causes?: readonly string[];
  readonly error: unknown;
}

/** How a ceremony ended. The credential is null where `get()` found none without asking a device. */
export type Outcome =
  | { readonly credential: RegistrationResponseJSON | AuthenticationResponseJSON | null }
  | { readonly refused: Refusal };

/** A ceremony from its options to its outcome. `String(record)` is the whole of it, the refusal first. */
export interface CeremonyRecord {
  readonly ceremony: 'create' | 'get';
  /** The page's origin. */
  readonly origin: string;
  /** As the client got them, copied at the time. */
  readonly options: unknown;
  readonly exchanges: readonly Exchange[];
  /** clientDataJSON, as text; undefined if the ceremony ended before it. */
  readonly clientData: string | undefined;
  readonly outcome: Outcome;
  /** The whole record decoded, for programs. */
  toJSON(): TreeObject;
  /**
   * For people, one line for each member. A refusal comes first, with its reason and what to do. The device's getInfo is printed in one line,
   * once.
   */
  toString(): string;
}

/** Makes a record from the recorded parts. Nothing is decoded before the record is read. */
export function ceremonyRecord(gathered: Omit<CeremonyRecord, 'toJSON' | 'toString'>): CeremonyRecord {
  const { ceremony, origin, options, exchanges, clientData, outcome } = gathered;
  // (Named one by one, an object takes a tenth of the time.)
  return {
    ceremony,
    origin,
    options,
    exchanges,
    clientData,
    outcome,
    toJSON: () => recordTree(gathered),
    toString: () => ceremonyText(recordTree(gathered)),
  };
}

/** A ceremony for people, from what its record is in JSON. */
export function ceremonyText({ ceremony, origin, outcome, exchanges, ...rest }: TreeObject): string {
  const refused = typeof outcome === 'object' && outcome !== null && 'refused' in outcome;
  const told = {
    ...(refused && (outcome as TreeObject)),
    ...rest,
    exchanges: shortened(exchanges as TreeObject[]),
    ...(!refused && { outcome: outcome as Tree }),
  };
  return `${ceremony} at ${origin}\n${render(told, '  ')}`.trimEnd();
}

function recordTree({
  ceremony,
  origin,
  options,
  exchanges,
  clientData,
  outcome,
}: Omit<CeremonyRecord, 'toJSON' | 'toString'>): TreeObject {
  return {
    ceremony,
    origin,
    options: jsonOrTree(options),
    exchanges: exchanges.map(exchangeTree),
    ...(clientData !== undefined && { clientData }),
    outcome: outcomeTree(outcome),
  };
}

/**
 * The exchanges without their bytes, and with getInfo once and in one line: clients ask for it before every command, and the answer
 * fills two screens.
 */
function shortened(exchanges: readonly TreeObject[]): Tree[] {
  let seen = false;
  return exchanges.flatMap(({ protocol: _, bytes: __, ...exchange }): Tree[] => {
    const { request, response, milliseconds } = exchange as { [name: string]: TreeObject | undefined };
    const members = response?.members as TreeObject | undefined;
    if (request?.command !== GET_INFO || members === undefined) return [exchange];
    if (seen) return [];
    seen = true;
    const versions = Array.isArray(members.versions) ? members.versions.join(', ') : 'no versions';
    return [`${GET_INFO}: ${versions}, in ${milliseconds} ms`];
  });
}

const GET_INFO = 'authenticatorGetInfo (0x04)';

function jsonOrTree(json: unknown): Tree {
  const kind = kindOfJson(json);
  return kind === undefined ? toTree(json) : jsonTree(kind, json);
}

function exchangeTree({ protocol, request, response, failure, milliseconds }: Exchange): TreeObject {
  return {
    protocol,
    ...(protocol === 'U2F' ? u2fTree(request, response) : ctapTree(request, response)),
    bytes: { request: hexBytes(request), ...(response && { response: hexBytes(response) }) },
    ...(failure !== undefined && { failure: textOf(failure) }),
    milliseconds: Math.round(milliseconds * 10) / 10,
  };
}

function outcomeTree(outcome: Outcome): TreeObject {
  if ('refused' in outcome) {
    const { name, message, step, reason, wayOut, causes } = outcome.refused;
    return {
      refused: `${name}: ${message}`,
      step,
      reason,
      ...(wayOut !== undefined && { wayOut }),
      ...(causes !== undefined && { causes }),
    };
  }
  return { credential: outcome.credential === null ? null : jsonOrTree(outcome.credential) };
}
