/** noble's ML-DSA, loaded with what needs it. */
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';

/** The parameter sets, by name. */
export interface MlDsaSets {
  readonly ml_dsa44: typeof ml_dsa44;
  readonly ml_dsa65: typeof ml_dsa65;
  readonly ml_dsa87: typeof ml_dsa87;
}

export const mlDsaSets = (): MlDsaSets => ({ ml_dsa44, ml_dsa65, ml_dsa87 });
