/** Faults of attestation "packed" (https://www.w3.org/TR/webauthn-3/#sctn-packed-attestation). */
import { concat } from '../../base/bytes.ts';
import type { Fault } from '../fault.ts';
import {
  Attribute,
  asn1,
  dropExtension,
  extensionOf,
  setExtension,
  setSubject,
  withRequest,
} from '../forge/certificates.ts';
import { otherKey } from '../forge/keys.ts';
import { engine } from '../forge/sign.ts';
import { registrationStep } from '../steps.ts';
import {
  bytesOf,
  certificate,
  certified,
  commonOf,
  flipped,
  flippedHash,
  made,
  members,
  over,
} from './attestation.ts';
import { registrations } from './define.ts';

const AAGUID = '1.3.6.1.4.1.45724.1.1.4';
const BASIC_CONSTRAINTS = '2.5.29.19';
const SERIAL_NUMBER = '1.3.6.1.4.1.45724.1.1.2';

const packed = commonOf('packed', '8.2', 'sctn-packed-attestation');
const basic = { ...packed, baseline: 'attestation-packed' };
const self = { ...packed, baseline: 'attestation-packed-self' };

const octets = (bytes: Uint8Array): Uint8Array => concat(Uint8Array.of(0x04, bytes.length), bytes);

export const packedFaults: readonly Fault[] = [
  ...registrations('attestation-packed', { ...self, guard: 'attestation.packed.self-signature' }, [
    {
      id: 'packed-self-signature-flipped',
      title: 'self attestation with a bit of its signature flipped',
      change: made(
        'packed-self',
        members((statement) => statement.set('sig', flipped(bytesOf(statement, 'sig')))),
      ),
    },
    {
      id: 'packed-self-signature-empty',
      title: 'self attestation with a signature of no bytes',
      change: made(
        'packed-self',
        members((statement) => statement.set('sig', new Uint8Array())),
      ),
    },
    {
      id: 'packed-self-other-key',
      title: 'self attestation by another key',
      async change(draft) {
        const key = await otherKey(draft.key.algorithm);
        await made('packed-self')(draft);
        draft.key = key;
      },
    },
    {
      id: 'packed-self-other-data',
      step: registrationStep(12),
      title: 'self attestation of another ceremony',
      change: made('packed-self', over(flippedHash)),
    },
    {
      id: 'packed-self-other-algorithm',
      title: "self attestation that names another algorithm than the key's",
      guard: 'attestation.packed.self-algorithm',
      change: made(
        'packed-self',
        members((statement) => statement.set('alg', statement.get('alg') === -257 ? -7 : -257)),
      ),
    },
    {
      id: 'packed-without-algorithm',
      title: 'a packed statement without an algorithm',
      guard: 'attestation.packed.syntax',
      change: made(
        'packed-self',
        members((statement) => void statement.delete('alg')),
      ),
    },
    {
      id: 'packed-algorithm-text',
      title: 'a packed statement whose algorithm is a text',
      guard: 'attestation.packed.syntax',
      change: made(
        'packed-self',
        members((statement) => statement.set('alg', 'ES256')),
      ),
    },
    {
      id: 'packed-empty',
      title: 'a packed statement without members',
      guard: 'attestation.packed.syntax',
      change: made(
        'packed-self',
        members((statement) => statement.clear()),
      ),
    },
    {
      id: 'packed-without-signature',
      title: 'a packed statement without a signature',
      guard: 'attestation.packed.syntax',
      change: made(
        'packed-self',
        members((statement) => void statement.delete('sig')),
      ),
    },
    {
      id: 'packed-signature-text',
      title: 'a packed statement whose signature is a text',
      guard: 'attestation.packed.syntax',
      change: made(
        'packed-self',
        members((statement) => statement.set('sig', 'stuntkey test')),
      ),
    },
    {
      id: 'packed-no-certificates',
      title: 'a packed statement with no certificates in its x5c',
      guard: 'attestation.packed.syntax',
      change: made(
        'packed-self',
        members((statement) => statement.set('x5c', [])),
      ),
    },
    {
      id: 'packed-certificates-null',
      title: 'a packed statement with null for x5c',
      guard: 'attestation.packed.syntax',
      change: made(
        'packed-self',
        members((statement) => statement.set('x5c', null)),
      ),
    },
    {
      id: 'packed-ecdaa',
      title: 'a packed statement with the member of an older edition that no key verifies',
      kind: 'observation',
      guard: 'attestation.packed.members',
      change: made(
        'packed-self',
        members((statement) => statement.set('ecdaaKeyId', new Uint8Array(16))),
      ),
      gain: 'The specification does not say what to do with members that it does not have.',
    },
  ]),
  ...registrations('attestation-packed', { ...basic, guard: 'attestation.packed.signature' }, [
    {
      id: 'packed-signature-flipped',
      title: 'packed attestation with a bit of its signature flipped',
      change: made(
        'packed',
        members((statement) => statement.set('sig', flipped(bytesOf(statement, 'sig')))),
      ),
    },
    {
      id: 'packed-signature-by-credential-key',
      title: 'packed attestation signed with the credential key, under the certificate of another',
      async change(draft) {
        const { key } = draft;
        await made('packed')(draft);
        let signed = new Uint8Array();
        draft.statement.over = (sent) => {
          signed = concat(sent.authData, sent.clientDataHash) as typeof signed;
          return sent;
        };
        await members(async (statement) => {
          statement.set('sig', await engine.sign(key, signed));
          statement.set('alg', -7);
        })(draft);
      },
      policy: { algorithms: [-7] },
    },
    {
      id: 'packed-other-data',
      title: 'packed attestation of another ceremony',
      change: made('packed', over(flippedHash)),
    },
    {
      id: 'packed-over-authenticator-data-only',
      title: 'packed attestation over authenticator data alone',
      change: made(
        'packed',
        over(({ authData }) => ({ authData, clientDataHash: new Uint8Array() })),
      ),
    },
    {
      id: 'packed-other-algorithm',
      title: 'packed attestation that names an algorithm that its certificate has no key for',
      guard: 'attestation.packed.algorithm',
      change: made(
        'packed',
        members((statement) => statement.set('alg', -257)),
      ),
    },
    {
      id: 'packed-without-certificates',
      title: 'a statement of an attestation key without its certificates, as if it were self attestation',
      guard: 'attestation.packed.self-signature',
      policy: { algorithms: [-7] },
      change: made(
        'packed',
        members((statement) => void statement.delete('x5c')),
      ),
    },
    {
      id: 'packed-certificates-bytes',
      title: 'a packed statement with bytes for x5c',
      guard: 'attestation.packed.syntax',
      change: made(
        'packed',
        members((statement) => statement.set('x5c', (statement.get('x5c') as [Uint8Array])[0])),
      ),
    },
    {
      id: 'packed-certificate-garbage',
      title: 'packed attestation with bytes that are no certificate',
      guard: 'attestation.packed.certificate',
      change: made(
        'packed',
        members((statement) => statement.set('x5c', [new Uint8Array(64).fill(0x30)])),
      ),
    },
    {
      id: 'packed-certificate-text',
      title: 'packed attestation with a text for a certificate',
      guard: 'attestation.packed.syntax',
      change: made(
        'packed',
        members((statement) => statement.set('x5c', ['stuntkey test'])),
      ),
    },
  ]),
  ...registrations('attestation-packed', { ...basic, severity: 'low', guard: 'attestation.packed.aaguid' }, [
    {
      id: 'packed-other-aaguid',
      title: 'packed attestation with the certificate of another model',
      severity: 'medium',
      change: made(
        'packed',
        certified((source) =>
          withRequest(source, (request) => ({
            ...request,
            aaguid: request.aaguid.map((byte) => byte ^ 0xff),
          })),
        ),
      ),
    },
    {
      id: 'packed-aaguid-not-wrapped',
      title: "the certificate's AAGUID not wrapped twice",
      guard: 'attestation.packed.aaguid-encoding',
      change: certificate('packed', (tbs) =>
        setExtension(tbs, AAGUID, new Uint8Array(extensionOf(tbs, AAGUID).extnValue.buffer).slice(2)),
      ),
    },
    {
      id: 'packed-aaguid-short',
      title: "a certificate's AAGUID of 15 bytes",
      guard: 'attestation.packed.aaguid-encoding',
      change: certificate('packed', (tbs) =>
        setExtension(
          tbs,
          AAGUID,
          octets(new Uint8Array(extensionOf(tbs, AAGUID).extnValue.buffer).slice(2, 17)),
        ),
      ),
    },
    {
      id: 'packed-aaguid-critical',
      title: "the certificate's AAGUID marked as critical",
      guard: 'attestation.packed.aaguid-critical',
      change: certificate('packed', (tbs) => {
        extensionOf(tbs, AAGUID).critical = true;
      }),
    },
    {
      id: 'packed-version-1',
      title: 'a certificate of version 1',
      guard: 'attestation.packed.version',
      change: certificate('packed', (tbs) => {
        tbs.version = asn1().x509.Version.v1;
      }),
    },
    {
      id: 'packed-no-country',
      title: 'a certificate whose subject has no country',
      guard: 'attestation.packed.subject-country',
      change: certificate('packed', (tbs) => setSubject(tbs, Attribute.C, undefined)),
    },
    {
      id: 'packed-no-organization',
      title: 'a certificate whose subject has no organization',
      guard: 'attestation.packed.subject-organization',
      change: certificate('packed', (tbs) => setSubject(tbs, Attribute.O, undefined)),
    },
    {
      id: 'packed-other-unit',
      title: 'a certificate that is not for attestation, by its subject',
      guard: 'attestation.packed.subject-unit',
      change: certificate('packed', (tbs) => setSubject(tbs, Attribute.OU, 'Something Else')),
    },
    {
      id: 'packed-no-unit',
      title: 'a certificate whose subject has no unit',
      guard: 'attestation.packed.subject-unit',
      change: certificate('packed', (tbs) => setSubject(tbs, Attribute.OU, undefined)),
    },
    {
      id: 'packed-no-common-name',
      title: 'a certificate whose subject has no common name',
      guard: 'attestation.packed.subject-common-name',
      change: certificate('packed', (tbs) => setSubject(tbs, Attribute.CN, undefined)),
    },
    {
      id: 'packed-authority',
      title: 'the certificate of an authority, for a key that attests',
      guard: 'attestation.packed.basic-constraints',
      severity: 'medium',
      change: certificate('packed', (tbs) =>
        setExtension(
          tbs,
          BASIC_CONSTRAINTS,
          new Uint8Array(asn1().AsnConvert.serialize(new (asn1().x509.BasicConstraints)({ cA: true }))),
          true,
        ),
      ),
    },
    {
      id: 'packed-no-basic-constraints',
      title: 'a certificate that does not say whether it is an authority',
      guard: 'attestation.packed.basic-constraints',
      change: certificate('packed', (tbs) => dropExtension(tbs, BASIC_CONSTRAINTS)),
    },
    {
      id: 'packed-serial-number',
      title:
        'a certificate that names the one device, though the options did not ask for enterprise attestation',
      guard: 'attestation.packed.serial-number',
      change: certificate('packed', (tbs) =>
        setExtension(tbs, SERIAL_NUMBER, octets(new Uint8Array(8).fill(7))),
      ),
      gain: 'People can be followed from site to site by their device.',
    },
  ]),
];
