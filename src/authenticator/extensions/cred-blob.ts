/** credBlob, CTAP 2.3 section 12.2: a few bytes kept with a discoverable credential. */
import { bool, bytes } from '../../ctap/struct.ts';
import type { Extension } from './extension.ts';

export const credBlob: Extension = {
  id: 'credBlob',
  onMakeCredential(creation, input) {
    const blob = bytes().read(input, 'extensions.credBlob');
    const stored = creation.discoverable && blob.length <= creation.device.policy.maxCredBlobLength;
    if (stored) creation.additions = { ...creation.additions, credBlob: blob };
    creation.outputs.set('credBlob', stored);
  },
  onGetAssertion(assertion, input) {
    if (bool.read(input, 'extensions.credBlob')) {
      assertion.outputs.set('credBlob', assertion.credential.credBlob ?? new Uint8Array());
    }
  },
};
