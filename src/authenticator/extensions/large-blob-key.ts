/** largeBlobKey, CTAP 2.3 section 12.3: the key of what a platform keeps in the large-blob array. */
import type { CborValue } from '../../cbor/cbor.ts';
import { CtapError } from '../../ctap/status.ts';
import { bool } from '../../ctap/struct.ts';
import type { Extension } from './extension.ts';

function requireTrue(input: CborValue): void {
  if (!bool.read(input, 'extensions.largeBlobKey')) {
    throw new CtapError('CTAP2_ERR_INVALID_OPTION', 'extensions.largeBlobKey: expected true, got false');
  }
}

export const largeBlobKey: Extension = {
  id: 'largeBlobKey',
  onMakeCredential(creation, input) {
    requireTrue(input);
    if (!creation.discoverable) {
      throw new CtapError('CTAP2_ERR_INVALID_OPTION', 'largeBlobKey is for discoverable credentials only');
    }
    const key = creation.device.random(32, 'large-blob-key');
    creation.additions = { ...creation.additions, largeBlobKey: key };
    creation.largeBlobKey = key;
  },
  onGetAssertion(assertion, input) {
    requireTrue(input);
    const key = assertion.credential.largeBlobKey;
    if (key !== undefined) assertion.largeBlobKey = key;
  },
};
