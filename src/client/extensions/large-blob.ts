/**
 * largeBlob (https://www.w3.org/TR/webauthn-3/#sctn-large-blob-extension), in both of CTAP's ways: the extension largeBlobKey with
 * authenticatorLargeBlobs, and from CTAP 2.3 the extension largeBlob.
 */

import { base64url } from '../../base/base64url.ts';
import { isBytes } from '../../base/bytes.ts';
import { deflate, inflate } from '../../base/deflate.ts';
import type { CborMap, CborValue } from '../../cbor/cbor.ts';
import { systemRandom } from '../../crypto/random.ts';
import { webAuthnError } from '../../webauthn/errors.ts';
import { readLargeBlob, writeLargeBlob } from '../platform/large-blob-array.ts';
import { TokenPermission } from '../platform/session.ts';
import type { ClientExtension, DeviceAnswer, DeviceRequest, RequestPart } from './extension.ts';
import { Unusable } from './extension.ts';
import { bytesOf, dictionaryOf, flag } from './inputs.ts';

function unsupported(why: string): DOMException {
  return webAuthnError('NotSupportedError', `The 'largeBlob' extension's ${why}`);
}

/** Whether a device keeps blobs, and how. */
function wayOf(request: Pick<DeviceRequest, 'session'>): 'extension' | 'array' | undefined {
  const { extensions, options } = request.session.info;
  if (extensions?.includes('largeBlob')) return 'extension';
  if (extensions?.includes('largeBlobKey') && options?.get('largeBlobs') === true) return 'array';
  return undefined;
}

export const largeBlob: ClientExtension = {
  id: 'largeBlob',
  onCreate(input) {
    const { support, read, write } = dictionaryOf(input, 'largeBlob');
    if (read !== undefined) throw unsupported("'read' parameter is only valid when requesting an assertion");
    if (write !== undefined)
      throw unsupported("'write' parameter is only valid when requesting an assertion");
    const required = support === 'required';
    let supported = false;
    return {
      ask(request, discoverable) {
        const way = wayOf(request);
        // The array is for discoverable credentials only.
        const possible = way === 'extension' || (way === 'array' && discoverable);
        if (required && !possible) throw new Unusable('the authenticator keeps no large blobs, and must');
        if (!possible) return;
        if (way === 'extension') {
          request.inputs.set('largeBlob', new Map([['support', required ? 'required' : 'preferred']]));
        } else request.inputs.set('largeBlobKey', true);
      },
      output(answer) {
        supported = answer.largeBlobKey !== undefined || isTrue(answer, 'supported');
        return { supported };
      },
    };
  },

  onGet(input, { allowCredentials }): RequestPart | undefined {
    const { support, read, write } = dictionaryOf(input, 'largeBlob');
    if (support !== undefined)
      throw unsupported("'support' parameter is only valid when creating a credential");
    if (read !== undefined && write !== undefined) throw unsupported("'read' and 'write' cannot both be set");
    if (write !== undefined && allowCredentials.length !== 1) {
      throw unsupported("'write' parameter can only be used with exactly one allowed credential");
    }
    if (write !== undefined) return writing(bytesOf(write, 'largeBlob.write'));
    return flag(read) ? reading : undefined;
  },
};

const reading: RequestPart = {
  ask(request) {
    const way = wayOf(request);
    if (way === 'extension') request.inputs.set('largeBlob', new Map([['read', true]]));
    else if (way === 'array') request.inputs.set('largeBlobKey', true);
  },
  async output(answer) {
    const blob = await blobIn(answer);
    return blob === undefined ? {} : { blob: base64url(blob) };
  },
};

async function blobIn(answer: DeviceAnswer): Promise<Uint8Array | undefined> {
  const blob = memberOf(answer, 'blob');
  if (isBytes(blob)) {
    try {
      return await inflate(blob);
    } catch {
      return undefined; // The blob was written without DEFLATE.
    }
  }
  return answer.largeBlobKey && readLargeBlob(answer.session, answer.largeBlobKey);
}

function writing(blob: Uint8Array): RequestPart {
  return {
    async ask(request) {
      const way = wayOf(request);
      if (way === 'extension') {
        const members: [string, CborValue][] = [
          ['write', await deflate(blob)],
          ['originalSize', blob.length],
        ];
        request.inputs.set('largeBlob', new Map(members));
      } else if (way === 'array') {
        request.inputs.set('largeBlobKey', true);
        request.permissions |= TokenPermission.largeBlobWrite;
      }
    },
    async output(answer) {
      if (isTrue(answer, 'written')) return { written: true };
      const { largeBlobKey, session, token } = answer;
      if (largeBlobKey === undefined) return { written: false };
      try {
        await writeLargeBlob(session, largeBlobKey, blob, token, systemRandom);
        return { written: true };
      } catch {
        return { written: false };
      }
    },
  };
}

function memberOf({ unsigned }: DeviceAnswer, name: string): CborValue | undefined {
  const output = unsigned.get('largeBlob');
  return output instanceof Map ? (output as CborMap).get(name) : undefined;
}

function isTrue(answer: DeviceAnswer, name: string): boolean {
  return memberOf(answer, name) === true;
}
