/** largeBlob, CTAP 2.3 section 12.4: the blob goes with the assertion, and the device keeps it with the credential. */
import { isBytes } from '../../base/bytes.ts';
import type { CborMap, CborValue } from '../../cbor/cbor.ts';
import { CtapError } from '../../ctap/status.ts';
import type { Assertion, Extension } from './extension.ts';

/** Whatever does not have the shape of the text's CDDL. */
function misshapen(expected: string): CtapError {
  return new CtapError('CTAP2_ERR_INVALID_CBOR', `extensions.largeBlob: expected ${expected}`);
}

function mapOf(input: CborValue): CborMap {
  if (!(input instanceof Map)) throw misshapen('a map');
  return input;
}

export const largeBlob: Extension = {
  id: 'largeBlob',
  onMakeCredential(creation, input) {
    const support = mapOf(input).get('support');
    if (support !== 'required' && support !== 'preferred')
      throw misshapen('support: "required" or "preferred"');
    const { maxLargeBlobLength, nonDiscoverable } = creation.device.policy;
    // A credential that travels in its ID has nowhere to keep a blob.
    if (maxLargeBlobLength > 0 && (creation.discoverable || nonDiscoverable === 'stored')) {
      creation.additions = { ...creation.additions, largeBlobSupported: true };
      creation.unsigned.set('largeBlob', new Map([['supported', true]]));
    } else if (support === 'required') {
      throw new CtapError('CTAP2_ERR_LARGE_BLOB_STORAGE_FULL', 'largeBlob is required, and there is no room');
    }
  },
  onGetAssertion(assertion, input) {
    const map = mapOf(input);
    const write = map.get('write');
    if (write === undefined) {
      if (map.get('read') !== true) throw misshapen('read: true, or write');
      read(assertion);
      return;
    }
    const originalSize = map.get('originalSize');
    if (map.has('read') || !isBytes(write) || !isSize(originalSize)) {
      throw misshapen('write: bytes, originalSize: unsigned');
    }
    assertion.unsigned.set('largeBlob', new Map([['written', store(assertion, write, originalSize)]]));
  },
};

function isSize(value: CborValue | undefined): value is number {
  return typeof value === 'number' && value >= 0;
}

function read({ credential, unsigned }: Assertion): void {
  const { largeBlob: blob, largeBlobOriginalSize: originalSize } = credential;
  if (blob === undefined || originalSize === undefined) return;
  unsigned.set(
    'largeBlob',
    new Map<string, CborValue>([
      ['blob', blob],
      ['originalSize', originalSize],
    ]),
  );
}

/** Only a credential that the platform named, and that was made for it, can be written to. */
function store(assertion: Assertion, blob: Uint8Array, originalSize: number): boolean {
  const { device, request, credential } = assertion;
  const named = (request.allowList?.length ?? 0) > 0;
  if (!named || credential.largeBlobSupported !== true) return false;
  if (blob.length > device.policy.maxLargeBlobLength) return false;
  assertion.changes = { ...assertion.changes, largeBlob: blob, largeBlobOriginalSize: originalSize };
  return true;
}
