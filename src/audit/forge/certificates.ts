/** Attestation certificates with something wrong about them, signed as they should be, or not. */
import type * as x509 from '@peculiar/asn1-x509';
import { AttestationAuthority, type AuthorityOptions } from '../../authority/authority.ts';
import type { AttestationIdentity, AttestationSource, IdentityRequest } from '../../authority/identity.ts';
import { NotApplicable } from '../fault.ts';

type Asn1 = typeof import('./asn1.ts');

let loaded: Asn1 | undefined;

/** The ASN.1 library, for what changes a certificate: it is loaded by then, and not before, because most of an audit does without. */
export function asn1(): Asn1 {
  if (loaded === undefined) throw new Error('expected a certificate that is being changed');
  return loaded;
}

/** What signs certificates that were changed; an {@link AttestationAuthority} does. */
type Issuer = AttestationSource & Pick<AttestationAuthority, 'signTbs'>;

/** A source whose certificates are changed, and signed again by their issuer. */
export function recertified(
  source: AttestationSource,
  change: (tbs: x509.TBSCertificate, request: IdentityRequest) => void,
): AttestationSource {
  return withIdentity(source, async (identity, request) => {
    const [leaf, ...chain] = identity.certificates as [Uint8Array, ...Uint8Array[]];
    const alone = chain.length === 0 || request.alone === true;
    const again = await changed(leaf, (tbs) => change(tbs, request), source, alone);
    return { ...identity, certificates: [again, ...chain] };
  });
}

/** A certificate that says something else, signed again by its issuer: the root where that is `alone`. */
async function changed(
  certificate: Uint8Array,
  change: (tbs: x509.TBSCertificate) => void,
  source: AttestationSource,
  alone: boolean,
): Promise<Uint8Array> {
  loaded ??= await import('./asn1.ts');
  const { AsnConvert, x509 } = loaded;
  const read = AsnConvert.parse(certificate, x509.Certificate);
  change(read.tbsCertificate);
  // What was read is written as it was read, unless this is forgotten.
  delete (read as { tbsCertificateRaw?: ArrayBuffer }).tbsCertificateRaw;
  const tbs = new Uint8Array(AsnConvert.serialize(read.tbsCertificate));
  const signature = await issuerOf(source).signTbs(tbs, alone);
  read.signatureValue = new Uint8Array(signature).buffer;
  return new Uint8Array(AsnConvert.serialize(read));
}

/** A source whose answers are changed. */
export function withIdentity(
  source: AttestationSource,
  change: (
    identity: AttestationIdentity,
    request: IdentityRequest,
  ) => AttestationIdentity | Promise<AttestationIdentity>,
): AttestationSource {
  const identity = async (request: IdentityRequest): Promise<AttestationIdentity> =>
    change(await source.identity(request), request);
  return {
    identity,
    ...('signTbs' in source && { signTbs: issuerOf(source).signTbs.bind(source) }),
    ...('root' in source && { root: () => rootOf(source) }),
  } as AttestationSource;
}

/** The same with a certificate in the middle of the chain that the root signs again. @throws NotApplicable where there is none */
export function withIntermediate(
  source: AttestationSource,
  change: (tbs: x509.TBSCertificate) => void,
): AttestationSource {
  return withIdentity(source, async (identity) => {
    const [leaf, middle, ...rest] = identity.certificates;
    if (leaf === undefined || middle === undefined) throw new NotApplicable('the chain has no intermediate');
    return { ...identity, certificates: [leaf, await changed(middle, change, source, true), ...rest] };
  });
}

/** The root of the source. @throws NotApplicable */
export async function rootOf(source: AttestationSource): Promise<Uint8Array> {
  if (!('root' in source))
    throw new NotApplicable('the attestation authority of the audit does not show its root');
  return (source as AttestationAuthority).root();
}

/** The chain with its root before the intermediate: each is there, and none is where it belongs. */
export function disordered(source: AttestationSource): AttestationSource {
  return withIdentity(source, async (identity) => {
    const [leaf, middle] = identity.certificates;
    if (leaf === undefined || middle === undefined) throw new NotApplicable('the chain has no intermediate');
    return { ...identity, certificates: [leaf, await rootOf(source), middle] };
  });
}

/** A source that is asked for something else than the format asks for. */
export function withRequest(
  source: AttestationSource,
  change: (request: IdentityRequest) => IdentityRequest,
): AttestationSource {
  return { identity: (request) => source.identity(change(request)) };
}

/** Another authority of ours, flawed in its own ways; it has the same names, and the keys of the seed. */
export function flawed(options: AuthorityOptions): AttestationAuthority {
  return new AttestationAuthority(options);
}

/** An extension of a certificate, by its number. */
export function extensionOf(tbs: x509.TBSCertificate, id: string): x509.Extension {
  const found = tbs.extensions?.find(({ extnID }) => extnID === id);
  if (found === undefined) throw new NotApplicable(`the attestation certificate has no extension ${id}`);
  return found;
}

export function setExtension(
  tbs: x509.TBSCertificate,
  id: string,
  value: Uint8Array,
  critical = false,
): void {
  const { OctetString, x509 } = asn1();
  const extension = new x509.Extension({ extnID: id, critical, extnValue: new OctetString(value) });
  tbs.extensions = new x509.Extensions([
    ...(tbs.extensions ?? []).filter(({ extnID }) => extnID !== id),
    extension,
  ]);
}

export function dropExtension(tbs: x509.TBSCertificate, id: string): void {
  const { x509 } = asn1();
  tbs.extensions = new x509.Extensions((tbs.extensions ?? []).filter(({ extnID }) => extnID !== id));
}

/** Attributes of names. */
export const Attribute = { CN: '2.5.4.3', C: '2.5.4.6', O: '2.5.4.10', OU: '2.5.4.11' } as const;

/** Another value for an attribute of the subject; undefined leaves it out. */
export function setSubject(tbs: x509.TBSCertificate, type: string, value: string | undefined): void {
  const { x509 } = asn1();
  const rest = [...tbs.subject].filter((name) => name[0]?.type !== type);
  if (value !== undefined) {
    const attribute = new x509.AttributeTypeAndValue({
      type,
      value: new x509.AttributeValue({ utf8String: value }),
    });
    rest.push(new x509.RelativeDistinguishedName([attribute]));
  }
  tbs.subject = new x509.Name(rest);
}

function issuerOf(source: AttestationSource): Issuer {
  if ('signTbs' in source) return source as Issuer;
  throw new NotApplicable('the attestation authority of the audit does not sign what is changed');
}

export type { x509 };
