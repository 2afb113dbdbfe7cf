/** minPinLength, CTAP 2.3 section 12.5: tells chosen RPs how long a PIN has to be. */
import { bool } from '../../ctap/struct.ts';
import { deviceState } from '../state.ts';
import type { Creation, Extension } from './extension.ts';

/** Whether the RP is one of those that may learn of the rules for PINs. */
export function learnsPinRules({ device, request }: Creation): boolean {
  const { minPinLengthRpIds } = device.store.read(deviceState);
  return [...device.policy.minPinLengthRpIds, ...minPinLengthRpIds].includes(request.rp.id);
}

export const minPinLength: Extension = {
  id: 'minPinLength',
  onMakeCredential(creation, input) {
    if (bool.read(input, 'extensions.minPinLength') && learnsPinRules(creation)) {
      creation.outputs.set('minPinLength', creation.device.store.read(deviceState).minPinLength);
    }
  },
};
