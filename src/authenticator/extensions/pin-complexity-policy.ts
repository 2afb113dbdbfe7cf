/** pinComplexityPolicy, CTAP 2.3 section 12.6: tells chosen RPs whether simple PINs are refused. */
import { bool } from '../../ctap/struct.ts';
import { deviceState } from '../state.ts';
import type { Extension } from './extension.ts';
import { learnsPinRules } from './min-pin-length.ts';

export const pinComplexityPolicy: Extension = {
  id: 'pinComplexityPolicy',
  onMakeCredential(creation, input) {
    if (bool.read(input, 'extensions.pinComplexityPolicy') && learnsPinRules(creation)) {
      const { pinComplexityPolicy: enforced } = creation.device.store.read(deviceState);
      creation.outputs.set('pinComplexityPolicy', enforced);
    }
  },
};
