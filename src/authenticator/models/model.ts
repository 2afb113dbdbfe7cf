/** A model: a policy that behaves like a known product, as far as a server can see. */
import { fromHex } from '../../base/bytes.ts';
import type { Policy } from '../policy/type.ts';

/** What is known about a product, and the policy of a device that behaves like it. */
export interface Model {
  /** The product, as its maker calls it. */
  readonly title: string;
  /** What kind of device it is, in a sentence. */
  readonly what: string;
  /**
   * Where its AAGUID is published; absent for one of our own. Keys, certificates and roots are always ours: no chain of a
   * product's maker can be had here.
   */
  readonly aaguidSource?: string;
  readonly policy: Partial<Policy>;
}

/** An AAGUID as it is written: 16 bytes in hex with hyphens. */
export function aaguid(text: string): Uint8Array {
  return fromHex(text.replaceAll('-', ''));
}
