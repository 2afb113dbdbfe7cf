/**
 * Private keys in PEM, as programs have written them: PKCS#8 ("PRIVATE KEY"), SEC1 of RFC 5915 ("EC PRIVATE KEY") and PKCS#1 of RFC 8017
 * ("RSA PRIVATE KEY"). Encrypted keys are refused with the command that decrypts them.
 */
import { badKey, CryptoError } from '../error.ts';
import { derElement, OCTET_STRING, readElement, SEQUENCE } from './der.ts';
import { fromPem } from './pem.ts';

/** Labels that are read, in the order in which they are looked for. */
const READ = ['PRIVATE KEY', 'EC PRIVATE KEY', 'RSA PRIVATE KEY'] as const;

const LABEL = /-----BEGIN ([A-Z0-9 ]{1,64})-----/g;
/** Of PEM before RFC 7468: headers that say how the body is encrypted. */
const ENCRYPTED = /Proc-Type:\s*4,ENCRYPTED/;

/** INTEGER 0, the version of PKCS#8. */
const VERSION = Uint8Array.of(2, 1, 0);
/** AlgorithmIdentifier of rsaEncryption with NULL. */
const RSA = Uint8Array.of(0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0);
/** OBJECT IDENTIFIER id-ecPublicKey. */
const EC = Uint8Array.of(6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1);
/** Tag of ECPrivateKey's parameters, [0]. */
const PARAMETERS = 0xa0;

/**
 * The first private key in a text, as PKCS#8. Blocks of other kinds, such as EC PARAMETERS, may be around it.
 *
 * @throws CryptoError `unsupported-format` for a text without a key, and for a key that is encrypted or in a format of OpenSSH, with the command
 *   that converts it; `bad-key` for DER that is none
 */
export function pkcs8FromPem(text: string): Uint8Array {
  const labels = [...text.slice(0, 1_000_000).matchAll(LABEL)].map(([, label]) => label as string);
  const label = labels.find((one) => one.endsWith('PRIVATE KEY'));
  if (label === 'ENCRYPTED PRIVATE KEY' || (label !== undefined && ENCRYPTED.test(text)))
    throw refused('an encrypted one', 'openssl pkey -in key.pem -out plain.pem');
  if (label === 'OPENSSH PRIVATE KEY') throw refused('one of OpenSSH', 'ssh-keygen -p -m PKCS8 -N "" -f key');
  if (label === 'DSA PRIVATE KEY') throw refused('one of DSA, which no authenticator has');
  const known = READ.find((one) => one === label);
  // (The error of a text without any names what is in it.)
  const der = fromPem(known ?? 'PRIVATE KEY', text);
  if (known === 'RSA PRIVATE KEY') return derElement(SEQUENCE, VERSION, RSA, derElement(OCTET_STRING, der));
  return known === 'EC PRIVATE KEY' ? fromSec1(der) : der;
}

/** RFC 5915 section 3: the curve is in the parameters, which PKCS#8 has outside. */
function fromSec1(der: Uint8Array): Uint8Array {
  let left = readElement(der, SEQUENCE, 'ECPrivateKey').content;
  // version, privateKey
  left = readElement(left, 2, 'version').rest;
  left = readElement(left, OCTET_STRING, 'privateKey').rest;
  if (left[0] !== PARAMETERS) throw badKey('parameters', 'the name of a curve', 'none');
  const { content } = readElement(left, PARAMETERS, 'parameters');
  return derElement(SEQUENCE, VERSION, derElement(SEQUENCE, EC, content), derElement(OCTET_STRING, der));
}

function refused(got: string, command?: string): CryptoError {
  const way = command === undefined ? '' : `; this converts it: ${command}`;
  return new CryptoError(
    'unsupported-format',
    `expected PEM of a private key that is not encrypted, got ${got}${way}`,
    {
      field: 'PRIVATE KEY',
      got,
    },
  );
}
