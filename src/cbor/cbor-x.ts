/** cbor-x, for pages and what bundlers make. */
import { Encoder } from 'cbor-x/encode';

export const cborX = (): { readonly Encoder: typeof Encoder } => ({ Encoder });
