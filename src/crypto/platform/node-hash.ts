import type { HashName } from '../algorithms.ts';

/** OpenSSL's own spelling: it finds "sha256" a microsecond sooner than "SHA-256". */
export const OPENSSL_HASHES: Readonly<Record<HashName, string>> = {
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};
