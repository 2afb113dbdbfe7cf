/** The formats whose statements always have a certificate. */
import { androidKey } from './android-key.ts';
import { androidSafetynet } from './android-safetynet.ts';
import { apple } from './apple.ts';
import { fidoU2f } from './fido-u2f.ts';
import type { AttestationFormat } from './format.ts';
import { tpm } from './tpm.ts';

export type CertifiedFormat = 'tpm' | 'android-key' | 'android-safetynet' | 'fido-u2f' | 'apple';

export const certified: Readonly<Record<CertifiedFormat, AttestationFormat>> = {
  tpm,
  'android-key': androidKey,
  'android-safetynet': androidSafetynet,
  'fido-u2f': fidoU2f,
  apple,
};
