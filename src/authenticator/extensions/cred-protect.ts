/** credProtect, CTAP 2.3 section 12.1: how much verification it takes for a credential to be found. */
import { CtapError } from '../../ctap/status.ts';
import { uint } from '../../ctap/struct.ts';
import type { Extension } from './extension.ts';

/** Values of credProtect: a credential with a higher one is harder to find. */
export const CredProtect = {
  userVerificationOptional: 1,
  userVerificationOptionalWithCredentialIDList: 2,
  userVerificationRequired: 3,
} as const;

export const credProtect: Extension = {
  id: 'credProtect',
  onMakeCredential(creation, input) {
    const level = uint.read(input, 'extensions.credProtect');
    if (level !== 1 && level !== 2 && level !== 3) {
      throw new CtapError(
        'CTAP1_ERR_INVALID_PARAMETER',
        `extensions.credProtect: expected 1 to 3, got ${level}`,
      );
    }
    creation.additions = { ...creation.additions, credProtect: level };
    creation.outputs.set('credProtect', level);
  },
};
