/** The certificate extension that names a model: id-fido-gen-ce-aaguid (https://www.w3.org/TR/webauthn-3/#sctn-packed-attestation-cert-requirements). */
import { equal, hex } from '../../base/bytes.ts';
import { OCTET_STRING, readElement } from '../../crypto/formats/der.ts';
import { type Finding, Unreadable, unless } from '../guard.ts';
import type { Certificate, CertificateExtensionValue } from './certificate.ts';
import { type AttestationGuard, guardsOf, isSelf, leafOf } from './statement-guard.ts';

const ID_FIDO_GEN_CE_AAGUID = '1.3.6.1.4.1.45724.1.1.4';

function find({ extensions }: Certificate): readonly CertificateExtensionValue[] {
  return extensions.filter(({ id }) => id === ID_FIDO_GEN_CE_AAGUID);
}

/** The AAGUID in an extension: an OCTET STRING of 16 bytes, in the one that every extension is in. */
function aaguidIn({ value }: CertificateExtensionValue): Uint8Array | undefined {
  try {
    const { content, rest } = readElement(value, OCTET_STRING, 'AAGUID');
    return content.length === 16 && rest.length === 0 ? content : undefined;
  } catch {
    return undefined;
  }
}

/** What formats check whose certificates may name the model. */
export function aaguidGuards(fmt: string, section: string): readonly AttestationGuard[] {
  const guard = guardsOf(fmt, section);
  const ofEach = (
    check: (extension: CertificateExtensionValue, aaguid: () => Uint8Array) => Finding | undefined,
  ): Parameters<typeof guard>[2] => {
    return async (context, statement) => {
      if (isSelf(statement)) return 'skipped';
      for (const extension of find(await leafOf(context, statement))) {
        const finding = check(extension, () => context.authData.aaguid);
        if (finding !== undefined) return finding;
      }
      return undefined;
    };
  };
  return [
    guard('aaguid-once', 'the certificate names one AAGUID at most', async (context, statement) => {
      if (isSelf(statement)) return 'skipped';
      const count = find(await leafOf(context, statement)).length;
      return unless(count <= 1, 'one extension', () => `${count}`);
    }),
    guard(
      'aaguid-critical',
      "the certificate's AAGUID is not critical",
      ofEach(({ critical }) => unless(!critical, 'not critical', () => 'critical')),
    ),
    guard(
      'aaguid-encoding',
      "the certificate's AAGUID is an OCTET STRING of 16 bytes",
      ofEach((extension) =>
        unless(aaguidIn(extension) !== undefined, 'OCTET STRING (16 bytes)', () => hex(extension.value)),
      ),
    ),
    guard(
      'aaguid',
      "the certificate's AAGUID is that of the authenticator data",
      ofEach((extension, aaguid) => {
        const certified = aaguidIn(extension);
        if (certified === undefined) throw new Unreadable(`attestation.${fmt}.aaguid-encoding`);
        return unless(equal(certified, aaguid()), hex(aaguid()), () => hex(certified));
      }),
    ),
  ];
}
