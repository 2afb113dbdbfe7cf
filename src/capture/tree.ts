/** A captured exchange as a tree, for people and for JSON. */
import { ctapTree } from '../decode/exchange.ts';
import { hexBytes, render, type Tree, type TreeObject } from '../decode/tree.ts';
import { u2fTree } from '../decode/u2f.ts';
import { CtapHidError } from '../transport/ctaphid/errors.ts';
import { CtapHidCapability, NONCE_SIZE, uint32 } from '../transport/ctaphid/packets.ts';
import type { CapturedExchange } from './exchanges.ts';

const STATUSES: Readonly<Record<number, string>> = { 1: 'processing', 2: 'waiting for the user' };

/** A channel as its packets spell it. */
const channelOf = (channel: number): string => channel.toString(16).padStart(8, '0');

/** All of an exchange. */
export function exchangeTree(exchange: CapturedExchange): TreeObject {
  const { at, milliseconds, device, channel, command, error, statuses, cancelled, response } = exchange;
  return {
    at: new Date(at).toISOString(),
    device,
    channel: channelOf(channel),
    command: `CTAPHID_${command}`,
    ...messages(exchange),
    ...(statuses.length > 0 && { keepalive: statuses.map((status) => STATUSES[status] ?? String(status)) }),
    ...(cancelled && { cancelled }),
    ...(error !== undefined && { error: new CtapHidError(error).message }),
    ...(response === undefined && error === undefined && { unanswered: true }),
    ...(milliseconds !== undefined && { milliseconds: Math.round(milliseconds * 1000) / 1000 }),
  };
}

function messages({ command, request, response }: CapturedExchange): TreeObject {
  switch (command) {
    case 'CBOR':
      return ctapTree(request, response);
    case 'MSG':
      return u2fTree(request, response);
    case 'INIT':
      return { nonce: hexBytes(request), ...(response && { response: initTree(response) }) };
    default:
      return {
        ...(request.length > 0 && { request: hexBytes(request) }),
        ...(response !== undefined && response.length > 0 && { response: hexBytes(response) }),
      };
  }
}

function initTree(response: Uint8Array): Tree {
  const [protocol, major, minor, build, flags = 0] = response.subarray(NONCE_SIZE + 4);
  return {
    channel: channelOf(uint32(response, NONCE_SIZE)),
    protocol: protocol ?? 0,
    version: `${major}.${minor}.${build}`,
    capabilities: [
      ...(flags & CtapHidCapability.WINK ? ['WINK'] : []),
      ...(flags & CtapHidCapability.CBOR ? ['CBOR'] : []),
      ...(flags & CtapHidCapability.NMSG ? ['NMSG'] : []),
    ],
  };
}

/** An exchange for people: a line that says what it was, and what was in it. */
export function exchangeText(place: number, exchange: CapturedExchange): string {
  const { at, device, channel, command, ...rest } = exchangeTree(exchange);
  const time = String(at).slice(11, -1);
  return `${place}  ${time}  ${device}  ${channel}  ${command}\n${render(rest as TreeObject, '  ')}`.trimEnd();
}
