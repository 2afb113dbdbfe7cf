/** thirdPartyPayment, CTAP 2.3 section 12.9: a credential that others than its RP may use for payments. */
import { bool } from '../../ctap/struct.ts';
import type { Extension } from './extension.ts';

export const thirdPartyPayment: Extension = {
  id: 'thirdPartyPayment',
  onMakeCredential(creation, input) {
    if (bool.read(input, 'extensions.thirdPartyPayment')) {
      creation.additions = { ...creation.additions, thirdPartyPayment: true };
    }
  },
  onGetAssertion(assertion, input) {
    if (bool.read(input, 'extensions.thirdPartyPayment')) {
      assertion.outputs.set('thirdPartyPayment', assertion.credential.thirdPartyPayment ?? false);
    }
  },
};
