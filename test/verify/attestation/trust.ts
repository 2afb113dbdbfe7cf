/** For every check of what vouches for a credential, a statement that violates it; the rest is as it has to be. */
import { AsnConvert } from '@peculiar/asn1-schema';
import * as x509 from '@peculiar/asn1-x509';
import { makeRevocationList } from '../../../src/authority/certificate.ts';
import { toPem } from '../../../src/crypto/formats/pem.ts';
import { type Attest, engine, extension, keyNamed, ROOT, root } from '../workshop.ts';
import {
  add,
  attested,
  type Case,
  type Chain,
  drop,
  leaf,
  type Name,
  octets,
  packed,
  self,
} from './parts.ts';

const INTERMEDIATE: Name = [
  ['CN', 'workshop intermediate'],
  ['C', 'AA'],
];

interface Issuer {
  readonly name?: Name;
  readonly authority?: boolean;
  readonly change?: (tbs: x509.TBSCertificate) => void;
  readonly leaf?: Partial<Chain>;
}

/** A leaf, an intermediate that is wrong in some way, and the root behind them. */
const chained =
  (issuer: Issuer = {}): Attest =>
  async (parts) => {
    const issuerKey = await keyNamed('intermediate');
    const x5c = [
      await leaf({ issuer: INTERMEDIATE, issuerKey, ...issuer.leaf }),
      await leaf({
        subject: issuer.name ?? INTERMEDIATE,
        key: issuerKey,
        authority: issuer.authority ?? true,
        ...(issuer.change && { change: issuer.change }),
      }),
    ];
    return packed({ x5c: async () => x5c })(parts);
  };

const replaceExtension =
  (id: string, value: unknown) =>
  (tbs: x509.TBSCertificate): void => {
    drop(id)(tbs);
    add(extension(id, true, new Uint8Array(AsnConvert.serialize(value))))(tbs);
  };

const SECOND: Name = [['CN', 'workshop second intermediate']];

/** Leaf, second intermediate, intermediate that may have no other below it. */
const tooDeep: Attest = async (parts) => {
  const [issuerKey, secondKey] = [await keyNamed('intermediate'), await keyNamed('second')];
  const x5c = [
    await leaf({ issuer: SECOND, issuerKey: secondKey }),
    await leaf({ subject: SECOND, key: secondKey, issuer: INTERMEDIATE, issuerKey, authority: true }),
    await leaf({
      subject: INTERMEDIATE,
      key: issuerKey,
      authority: true,
      change: replaceExtension('2.5.29.19', new x509.BasicConstraints({ cA: true, pathLenConstraint: 0 })),
    }),
  ];
  return packed({ x5c: async () => x5c })(parts);
};

/** A chain of roots that have issued for themselves, again and again. */
const tooLong: Attest = packed({
  x5c: async () => [await leaf(), ...(await Promise.all(Array.from({ length: 8 }, root)))],
});

const revocationList = async (): Promise<string> =>
  toPem(
    'X509 CRL',
    await makeRevocationList(engine, {
      issuer: ROOT,
      issuerKey: await keyNamed('root'),
      serialNumbers: [Uint8Array.of(0x42)],
      thisUpdate: new Date(Date.UTC(2024, 0, 1)),
      nextUpdate: new Date(Date.UTC(2124, 0, 1)),
    }),
  );

const UUID = 'a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1';

export const trustCases: Record<string, Case> = {
  'chain.length': attested(tooLong),
  'chain.signature': async () => attested(chained({ leaf: { issuerKey: await keyNamed('a stranger') } }))(),
  'chain.names': attested(chained({ name: [['CN', 'workshop other']] })),
  'chain.dates': attested(packed({ chain: { notAfter: new Date(Date.UTC(2025, 0, 1)) } })),
  'chain.authority': attested(chained({ authority: false, change: drop('2.5.29.15') })),
  'chain.path-length': attested(tooDeep),
  'chain.key-usage': attested(
    chained({
      change: replaceExtension('2.5.29.15', new x509.KeyUsage(x509.KeyUsageFlags.digitalSignature)),
    }),
  ),
  'chain.critical-extensions': attested(
    packed({ chain: { change: add(extension('1.2.3.4', true, octets(new Uint8Array(1)))) } }),
  ),
  'trust.anchor': async () => attested(packed({ chain: { issuerKey: await keyNamed('a stranger') } }))(),
  'trust.revoked': async () => attested(packed(), { revocationLists: [await revocationList()] })(),
  'trust.none': async () => ({ expected: { attestation: { none: false } } }),
  'trust.self': attested(
    self(() => {}),
    { self: false },
  ),
  'trust.aaguid': attested(packed(), { aaguids: ['00000000-0000-0000-0000-000000000001'] }),
  'trust.status': attested(packed(), { statuses: { [UUID]: ['FIDO_CERTIFIED', 'REVOKED'] } }),
};
