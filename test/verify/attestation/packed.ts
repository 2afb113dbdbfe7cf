/** For every check of packed attestation, a statement that violates it; the rest is as it has to be. */
import { AAGUID, extension } from '../workshop.ts';
import {
  add,
  attested,
  type Case,
  ID_AAGUID,
  octets,
  packed,
  self,
  subjectWithout,
  version1,
} from './parts.ts';

export const packedCases: Record<string, Case> = {
  syntax: attested(packed({ change: (statement) => void statement.set('x5c', []) })),
  members: attested(packed({ change: (statement) => void statement.set('ecdaaKeyId', new Uint8Array(4)) })),
  certificate: attested(packed({ x5c: async () => [new Uint8Array(40)] })),
  algorithm: attested(packed({ change: (statement) => void statement.set('alg', -257) })),
  signature: attested(packed({ change: (statement) => void statement.set('sig', new Uint8Array(70)) })),
  version: attested(packed({ chain: { change: version1 } })),
  'subject-country': attested(packed({ chain: { subject: subjectWithout('C') } })),
  'subject-organization': attested(packed({ chain: { subject: subjectWithout('O') } })),
  'subject-unit': attested(
    packed({ chain: { subject: [...subjectWithout('OU'), ['OU', 'authenticator attestation']] } }),
  ),
  'subject-common-name': attested(packed({ chain: { subject: subjectWithout('CN') } })),
  'basic-constraints': attested(packed({ chain: { authority: true } })),
  aaguid: attested(
    packed({ chain: { change: add(extension(ID_AAGUID, false, octets(new Uint8Array(16)))) } }),
  ),
  'aaguid-once': attested(
    packed({
      chain: {
        change: add(extension(ID_AAGUID, false, octets(AAGUID)), extension(ID_AAGUID, false, octets(AAGUID))),
      },
    }),
  ),
  'aaguid-critical': attested(packed({ chain: { change: add(extension(ID_AAGUID, true, octets(AAGUID))) } })),
  'aaguid-encoding': attested(packed({ chain: { change: add(extension(ID_AAGUID, false, AAGUID)) } })),
  'serial-number': attested(
    packed({
      chain: { change: add(extension('1.3.6.1.4.1.45724.1.1.2', false, octets(new Uint8Array(8)))) },
    }),
  ),
  'self-algorithm': attested(self((statement) => void statement.set('alg', -257))),
  'self-signature': attested(self(() => {}, 'a stranger')),
};
