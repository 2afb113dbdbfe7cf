/** Trust anchors and revocation lists, as they are handed in. */

import { fromBase64 } from '../../base/base64url.ts';
import { isBytes } from '../../base/bytes.ts';
import { messageOf } from '../../base/message-of.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { fromPem } from '../../crypto/formats/pem.ts';
import type { Trust } from '../registration-context.ts';

/** What chains end at, and what has been revoked; in PEM, or anchors in base64 or bytes of DER. */
interface Given {
  readonly trustAnchors?: readonly (string | Uint8Array)[];
  readonly revocationLists?: readonly string[];
}

/** @throws StuntkeyError `bad-expectation` */
export async function readTrust({ trustAnchors = [], revocationLists = [] }: Given): Promise<Trust> {
  const { readCertificate, readRevocationList } = await import('./certificate.ts');
  try {
    return {
      anchors: trustAnchors.map((anchor) => readCertificate(derOf(anchor))),
      revocations: revocationLists.map((list) => readRevocationList(fromPem('X509 CRL', list))),
    };
  } catch (cause) {
    const why = messageOf(cause);
    throw new StuntkeyError(
      'bad-expectation',
      `attestation: expected certificates and revocation lists: ${why}`,
      {
        cause,
      },
    );
  }
}

function derOf(certificate: string | Uint8Array): Uint8Array {
  if (isBytes(certificate)) return certificate;
  return certificate.includes('-----') ? fromPem('CERTIFICATE', certificate) : fromBase64(certificate);
}
