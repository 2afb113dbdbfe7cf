/** Steps 23 and 24: whether what vouches for a credential is trusted, link by link (RFC 5280 section 6). */

import { equal, hex } from '../../base/bytes.ts';
import { systemClock, wallTime } from '../../base/clock.ts';
import { type Finding, shown, Unreadable, unless, type Verdict } from '../guard.ts';
import type { Statement } from '../lenient/attestation-object.ts';
import type { RegistrationContext } from '../registration-context.ts';
import { safetynetChain } from './android-safetynet.ts';
import type { Certificate } from './certificate.ts';
import { type AttestationGuard, isSelf, STATEMENT_FORMATS } from './statement-guard.ts';

const LONGEST_CHAIN = 8;

/** Critical extensions that are understood here. Name constraints are not. */
const UNDERSTOOD: readonly string[] = [
  '2.5.29.14', // subjectKeyIdentifier
  '2.5.29.15', // keyUsage
  '2.5.29.17', // subjectAltName
  '2.5.29.19', // basicConstraints
  '2.5.29.31', // cRLDistributionPoints
  '2.5.29.32', // certificatePolicies
  '2.5.29.35', // authorityKeyIdentifier
  '2.5.29.37', // extKeyUsage
  // An AAGUID that is critical is another guard's affair.
  '1.3.6.1.4.1.45724.1.1.4',
];

/** Statuses by which a model is not to be trusted any more (FIDO Metadata Service, section 3.1.4). */
const BAD_STATUSES: readonly string[] = [
  'REVOKED',
  'USER_VERIFICATION_BYPASS',
  'ATTESTATION_KEY_COMPROMISE',
  'USER_KEY_REMOTE_COMPROMISE',
  'USER_KEY_PHYSICAL_COMPROMISE',
];

/** How a statement vouches. */
export function typeOf(statement: Statement): 'none' | 'self' | 'certified' {
  // An unknown format that has been let through vouches for nothing.
  if (statement.fmt === 'none' || !STATEMENT_FORMATS.includes(statement.fmt)) return 'none';
  return isSelf(statement) ? 'self' : 'certified';
}

/** The chain of a statement; undefined for one that has none. */
async function chainOf(
  context: RegistrationContext,
  statement: Statement,
): Promise<readonly Certificate[] | undefined> {
  if (typeOf(statement) !== 'certified') return undefined;
  if (statement.fmt === 'android-safetynet') return safetynetChain(context, statement);
  return context.certificates(statement);
}

type CheckChain = (
  chain: readonly Certificate[],
  context: RegistrationContext,
) => Finding | undefined | Promise<Finding | undefined>;

/** A check of every chain, where there is something that chains are to end at. */
function ofChains(name: string, title: string, check: CheckChain): AttestationGuard {
  return {
    name: `attestation.${name}`,
    step: 24,
    title,
    async run(context): Promise<Verdict> {
      if (context.expected.attestation?.trustAnchors === undefined) return 'skipped';
      let verdict: Verdict = 'skipped';
      for (const statement of context.statements) {
        const chain = await chainOf(context, statement);
        if (chain === undefined) continue;
        verdict = await check(chain, context);
        if (verdict !== undefined) return verdict;
      }
      return verdict;
    },
  };
}

/** A check of every certificate, or of every one that has issued another, with its place in the chain. */
function each(
  check: (certificate: Certificate, index: number, context: RegistrationContext) => Finding | undefined,
  from = 0,
): CheckChain {
  return (chain, context) => {
    for (const [index, certificate] of chain.entries()) {
      const finding = index < from ? undefined : check(certificate, index, context);
      if (finding !== undefined) return finding;
    }
    return undefined;
  };
}

const isSelfIssued = ({ issuer, subject }: Certificate): boolean => equal(issuer, subject);

async function isSigned(certificate: Certificate, issuer: Certificate): Promise<boolean> {
  return (await import('./certificate.ts')).isSignedBy(certificate, issuer.key);
}

/** Whether a chain's last certificate is an anchor, or issued by one. */
async function isAnchored(chain: readonly Certificate[], anchors: readonly Certificate[]): Promise<boolean> {
  const last = chain.at(-1) as Certificate;
  for (const anchor of anchors) {
    if (equal(anchor.der, last.der)) return true;
    if (equal(anchor.subject, last.issuer) && (await isSigned(last, anchor))) return true;
  }
  return false;
}

/** An AAGUID as it is written in metadata. */
function uuidOf(aaguid: Uint8Array): string {
  return hex(aaguid).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A check of the model, which is only known where something vouches for it. */
function ofModel(
  name: string,
  title: string,
  check: (aaguid: string, context: RegistrationContext) => Verdict,
): AttestationGuard {
  return {
    name: `attestation.trust.${name}`,
    step: 23,
    title,
    run: (context) =>
      context.statements.some((statement) => typeOf(statement) === 'certified')
        ? check(uuidOf(context.authData.aaguid), context)
        : 'skipped',
  };
}

/** A check that a kind of attestation will do. */
function acceptable(type: 'none' | 'self', title: string): AttestationGuard {
  return {
    name: `attestation.trust.${type}`,
    step: 24,
    title,
    section: 'sctn-attestation-types',
    run({ statements, expected }) {
      if (!statements.some((statement) => typeOf(statement) === type)) return 'skipped';
      return unless(expected.attestation?.[type] !== false, 'another kind of attestation', () => type);
    },
  };
}

export const trustGuards: readonly AttestationGuard[] = [
  ofModel('aaguid', 'the model is one that will do', (aaguid, { expected }) => {
    const wanted = expected.attestation?.aaguids;
    return wanted === undefined
      ? 'skipped'
      : unless(wanted.includes(aaguid), wanted.join(', '), () => aaguid);
  }),
  ofModel('status', 'metadata says nothing bad of the model', (aaguid, { expected }) => {
    const statuses = expected.attestation?.statuses?.[aaguid] ?? [];
    const bad = statuses.find((status) => BAD_STATUSES.includes(status));
    return unless(bad === undefined, 'no bad status', () => String(bad));
  }),
  acceptable('none', 'no attestation will do'),
  acceptable('self', 'self attestation will do'),
  ofChains('chain.length', 'the chain is not long', ({ length }) =>
    unless(length <= LONGEST_CHAIN, `at most ${LONGEST_CHAIN}`, () => String(length)),
  ),
  ofChains('chain.signature', 'each certificate is signed by the next', async (chain) => {
    for (const [index, issuer] of chain.slice(1).entries()) {
      if (!(await isSigned(chain[index] as Certificate, issuer)))
        return {
          expected: `certificate ${index} signed by certificate ${index + 1}`,
          got: 'not signed by it',
        };
    }
    return undefined;
  }),
  ofChains('chain.names', 'each certificate names the next as its issuer', async (chain) => {
    for (const [index, issuer] of chain.slice(1).entries()) {
      const certificate = chain[index] as Certificate;
      if (equal(certificate.issuer, issuer.subject)) continue;
      // A link that is not signed either has been let through already.
      if (!(await isSigned(certificate, issuer))) throw new Unreadable('attestation.chain.signature');
      return { expected: `the subject of certificate ${index + 1}`, got: 'another issuer' };
    }
    return undefined;
  }),
  ofChains(
    'chain.dates',
    'every certificate is valid now',
    each(({ notBefore, notAfter }, index, { expected }) => {
      const now = wallTime(expected.attestation?.clock ?? systemClock);
      const [from, to] = [notBefore, notAfter].map((time) => new Date(time).toISOString());
      return unless(
        now >= notBefore && now <= notAfter,
        `certificate ${index} valid now`,
        () => `${from} to ${to}`,
      );
    }),
  ),
  ofChains(
    'chain.authority',
    'every issuer is an authority',
    each(
      ({ basicConstraints }, index) =>
        unless(basicConstraints?.ca === true, `certificate ${index} of an authority`, () => 'CA false'),
      1,
    ),
  ),
  ofChains('chain.path-length', 'no authority is further up than it may be', (chain, context) =>
    each(({ basicConstraints }, index) => {
      const limit = basicConstraints?.pathLength;
      // Authorities between this one and the leaf; those that issued for themselves do not count.
      const between = chain.slice(1, index).filter((one) => !isSelfIssued(one)).length;
      return unless(
        limit === undefined || between <= limit,
        `at most ${limit} authorities below certificate ${index}`,
        () => String(between),
      );
    }, 1)(chain, context),
  ),
  ofChains(
    'chain.key-usage',
    'every issuer may sign certificates',
    each(
      ({ signsCertificates }, index) =>
        unless(signsCertificates !== false, `keyCertSign in certificate ${index}`, () => 'another usage'),
      1,
    ),
  ),
  ofChains(
    'chain.critical-extensions',
    'every critical extension is understood',
    each(({ extensions }, index) => {
      const unknown = extensions.find(({ id, critical }) => critical && !UNDERSTOOD.includes(id))?.id;
      return unless(unknown === undefined, 'extensions that are understood', () =>
        shown({ certificate: index, critical: unknown }),
      );
    }),
  ),
  ofChains('trust.anchor', 'the chain ends at a trust anchor', async (chain, { trust }) =>
    unless(await isAnchored(chain, trust?.anchors ?? []), 'a chain to a trust anchor', () => 'another one'),
  ),
  ofChains('trust.revoked', 'no certificate of the chain is revoked', async (chain, { trust }) => {
    const { isRevokedBy } = await import('./certificate.ts');
    const revoked = chain.find((certificate) =>
      trust?.revocations.some((list) => isRevokedBy(certificate, list)),
    );
    return unless(
      revoked === undefined,
      'no revoked certificate',
      () => `serial number ${revoked?.serialNumber}`,
    );
  }),
];
