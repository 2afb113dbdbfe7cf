import { REVOKED_MODEL } from '../../authority/authority.ts';
import type { Fault } from '../fault.ts';
import {
  asn1,
  disordered,
  flawed,
  setExtension,
  withIdentity,
  withIntermediate,
  type x509,
} from '../forge/certificates.ts';
import { registrationStep } from '../steps.ts';
import { certificate, certified, commonOf, es256, flipped, made } from './attestation.ts';
import { registrations } from './define.ts';

const basic = { ...commonOf('packed', '8.2', 'sctn-packed-attestation'), baseline: 'attestation-packed' };

export const trustFaults: readonly Fault[] = registrations(
  'attestation-trust',
  {
    ...basic,
    step: registrationStep(24),
    severity: 'high',
    needs: ['attestation', 'trust'],
    guard: 'attestation.trust.anchor',
    check:
      'Validate the chain up to a trust anchor of yours as RFC 5280 says, with dates, constraints and revocation.',
  },
  [
    {
      id: 'chain-self-made',
      title: 'a certificate that its own key has signed',
      change: made(
        'packed',
        certified(() => flawed({ flaw: 'self-made' })),
      ),
    },
    {
      id: 'chain-other-root',
      title: 'a chain to a root of the same name, and of another key',
      change: made(
        'packed',
        certified(() => flawed({ seed: 'stuntkey test: another authority' })),
      ),
    },
    {
      id: 'chain-brings-its-root',
      title: 'a chain that brings its own root along',
      change: made(
        'packed',
        certified(() => {
          const authority = flawed({ seed: 'stuntkey test: another authority' });
          return withIdentity(authority, async (identity) => ({
            ...identity,
            certificates: [...identity.certificates, await authority.root()],
          }));
        }),
      ),
    },
    {
      id: 'chain-expired',
      title: 'a certificate that has expired',
      guard: 'attestation.chain.dates',
      change: certificate('packed', (tbs) => {
        tbs.validity = validity(2020, 2021);
      }),
    },
    {
      id: 'chain-not-yet-valid',
      title: 'a certificate that is not valid yet',
      guard: 'attestation.chain.dates',
      change: certificate('packed', (tbs) => {
        tbs.validity = validity(2100, 2120);
      }),
    },
    {
      id: 'chain-revoked',
      title: 'a certificate that its issuer has revoked',
      guard: 'attestation.trust.revoked',
      change: made('packed', (draft) => {
        draft.aaguid = REVOKED_MODEL;
      }),
    },
    {
      id: 'chain-signature-flipped',
      title: 'a certificate with a bit of its signature flipped',
      guard: 'attestation.chain.signature',
      change: made(
        'packed',
        certified((source) =>
          withIdentity(source, (identity) => ({
            ...identity,
            certificates: [
              flipped(identity.certificates[0] as Uint8Array),
              ...identity.certificates.slice(1),
            ],
          })),
        ),
      ),
    },
    {
      id: 'chain-other-issuer-name',
      title: 'a certificate whose issuer has another name',
      guard: 'attestation.chain.names',
      change: certificate('packed', (tbs) => {
        tbs.issuer = new (asn1().x509.Name)([...tbs.issuer].slice(0, 1));
      }),
    },
    {
      id: 'chain-order',
      title: 'a chain whose root comes before its intermediate',
      guard: 'attestation.chain.signature',
      severity: 'low',
      change: made('packed', certified(disordered)),
    },
    {
      id: 'tpm-chain-order',
      title: 'a chain of TPM attestation whose root comes before its intermediate',
      guard: 'attestation.chain.signature',
      severity: 'low',
      ...es256,
      baseline: 'attestation-tpm',
      change: made('tpm', certified(disordered)),
    },
    {
      id: 'android-key-chain-order',
      title: 'a chain of Android Key attestation whose root comes before its intermediate',
      guard: 'attestation.chain.signature',
      severity: 'low',
      ...es256,
      baseline: 'attestation-android-key',
      change: made('android-key', certified(disordered)),
    },
    {
      id: 'chain-intermediate-expired',
      title: 'a certificate whose issuer has expired',
      guard: 'attestation.chain.dates',
      change: made(
        'packed',
        certified((source) =>
          withIntermediate(source, (tbs) => {
            tbs.validity = validity(2020, 2021);
          }),
        ),
      ),
    },
    {
      id: 'chain-unknown-critical-extension',
      title: 'a certificate with an unknown critical extension',
      guard: 'attestation.chain.critical-extensions',
      change: certificate('packed', (tbs) =>
        setExtension(tbs, '1.3.6.1.4.1.55738.666.1', Uint8Array.of(5, 0), true),
      ),
    },
  ],
);

function validity(from: number, to: number): x509.Validity {
  return new (asn1().x509.Validity)({
    notBefore: new Date(Date.UTC(from, 0, 1)),
    notAfter: new Date(Date.UTC(to, 0, 1)),
  });
}
