/** U2F's messages (CTAP 2.3 section 8.2) as trees. */
import { readApdu, U2fControl, U2fInstruction, U2fStatus } from '../ctap/u2f.ts';
import { hexBytes, type Tree, type TreeObject } from './tree.ts';

/** An APDU and its answer: data, followed by a status word. */
export function u2fTree(request: Uint8Array, response: Uint8Array | undefined): TreeObject {
  return { request: requestTree(request), ...(response && { response: responseTree(response) }) };
}

function requestTree(request: Uint8Array): Tree {
  try {
    const { ins, p1, data } = readApdu(request);
    const control = ins === U2fInstruction.AUTHENTICATE ? nameOf(U2fControl, p1) : undefined;
    return {
      instruction: named('U2F_', nameOf(U2fInstruction, ins), ins),
      ...(control !== undefined && { control }),
      ...(data.length > 0 && { data: hexBytes(data) }),
    };
  } catch (error) {
    return { problem: (error as Error).message, bytes: hexBytes(request) };
  }
}

function responseTree(response: Uint8Array): Tree {
  if (response.length < 2) return { problem: 'no status word', bytes: hexBytes(response) };
  const status = new DataView(response.buffer, response.byteOffset).getUint16(response.length - 2);
  const data = response.subarray(0, -2);
  return {
    status: named('SW_', nameOf(U2fStatus, status), status),
    ...(data.length > 0 && { data: hexBytes(data) }),
  };
}

function nameOf(names: Readonly<Record<string, number>>, value: number): string | undefined {
  return Object.keys(names).find((name) => names[name] === value);
}

function named(prefix: string, name: string | undefined, value: number): string {
  const number = `0x${value.toString(16).toUpperCase().padStart(2, '0')}`;
  return name === undefined ? number : `${prefix}${name} (${number})`;
}
