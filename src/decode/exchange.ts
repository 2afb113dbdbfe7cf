/** A CTAP2 request and its response as trees; what cannot be read is its bytes, and why. */
import type { CtapCommandName } from '../ctap/commands.ts';
import { commandOf } from './ctap.ts';
import { decode } from './decode.ts';
import { hexBytes, type Tree, type TreeObject } from './tree.ts';

export function ctapTree(request: Uint8Array, response: Uint8Array | undefined): TreeObject {
  return {
    request: messageTree(request, 'CTAP request'),
    ...(response && { response: messageTree(response, 'CTAP response', commandOf(request)) }),
  };
}

function messageTree(
  bytes: Uint8Array,
  as: 'CTAP request' | 'CTAP response',
  command?: CtapCommandName,
): Tree {
  try {
    return decode(bytes, { as, ...(command !== undefined && { command }) }).value;
  } catch (error) {
    return { problem: (error as Error).message, bytes: hexBytes(bytes) };
  }
}
