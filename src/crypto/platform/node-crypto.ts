/** node:crypto, loaded when the first key or hash needs it, and without WebCrypto, which an import of it loads, too. */
import type * as Crypto from 'node:crypto';

let loaded: typeof Crypto | undefined;

export const nodeCrypto = (): typeof Crypto => {
  loaded ??= process.getBuiltinModule('node:crypto');
  return loaded;
};
