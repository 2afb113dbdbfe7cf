/** FIDO's tests of servers: the list is whole, each test is played or says why not, and what Level 3 does not ask is no finding. */
import { describe, expect, it } from 'vitest';
import { FIDO } from '../../src/audit/fido/published.ts';
import {
  auditRelyingParty,
  catalogue,
  playedTests,
  profiles,
  publishedTests,
} from '../../src/entries/audit.ts';
import { PATIENCE } from '../patience.ts';
import { slow } from '../slow.ts';
import { strictRelyingParty } from './strict.ts';

const numbers = (letter: 'P' | 'F', count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${letter}-${at + 1}`);

/** How many tests of each kind a group of the published list has. */
const PUBLISHED: Readonly<Record<string, readonly [positive: number, negative: number]>> = {
  'Server-ServerPublicKeyCredentialCreationOptions-Req-1': [3, 0],
  'Server-ServerAuthenticatorAttestationResponse-Resp-1': [1, 14],
  'Server-ServerAuthenticatorAttestationResponse-Resp-2': [0, 17],
  'Server-ServerAuthenticatorAttestationResponse-Resp-3': [1, 19],
  'Server-ServerAuthenticatorAttestationResponse-Resp-4': [12, 0],
  'Server-ServerAuthenticatorAttestationResponse-Resp-5': [2, 14],
  'Server-ServerAuthenticatorAttestationResponse-Resp-6': [1, 3],
  'Server-ServerAuthenticatorAttestationResponse-Resp-7': [2, 1],
  'Server-ServerAuthenticatorAttestationResponse-Resp-8': [1, 2],
  'Server-ServerAuthenticatorAttestationResponse-Resp-9': [3, 4],
  'Server-ServerAuthenticatorAttestationResponse-Resp-A': [1, 3],
  'Server-ServerAuthenticatorAttestationResponse-Resp-B': [1, 7],
  'Server-ServerPublicKeyCredentialGetOptionsResponse-Req-1': [2, 0],
  'Server-ServerAuthenticatorAssertionResponse-Resp-1': [1, 21],
  'Server-ServerAuthenticatorAssertionResponse-Resp-2': [0, 17],
  'Server-ServerAuthenticatorAssertionResponse-Resp-3': [8, 5],
  'Metadata Service: Server-ServerAuthenticatorAttestationResponse-Resp-1': [1, 6],
};

const faults = catalogue.filter(profiles['fido-server'].includes);
const audited = (weak: readonly string[], some = faults) =>
  auditRelyingParty(strictRelyingParty(weak), { faults: some, timeout: PATIENCE });

describe("the list of FIDO's tests", () => {
  it('has every test that was published, by its ID', () => {
    const ids = Object.entries(PUBLISHED).flatMap(([group, [positive, negative]]) =>
      [...numbers('P', positive), ...numbers('F', negative)].map((number) => `${group} ${number}`),
    );
    expect(publishedTests.map(({ id }) => id)).toEqual(ids);
    expect(ids).toHaveLength(173);
  });

  it('plays each by faults that there are, or says why not', () => {
    const known = new Set(['honest', ...catalogue.map(({ id }) => id)]);
    for (const { id, faults, without } of publishedTests) {
      expect(
        faults.filter((fault) => !known.has(fault)),
        id,
      ).toEqual([]);
      expect(faults.length > 0, id).toBe(without === undefined);
    }
  });

  it('has use for every fault that is there for it alone, and none of those is ever a finding', () => {
    const own = catalogue.filter(({ subject }) => subject === FIDO);
    expect(own.filter((fault) => !faults.includes(fault))).toEqual([]);
    expect(new Set(own.map(({ kind }) => kind))).toEqual(new Set(['observation']));
  });
});

describe("FIDO's tests", () => {
  slow('fail at the strict server only where they ask for what Level 3 does not', async () => {
    const result = await audited([]);
    expect([result.outcome, result.reason]).toEqual(['complete', undefined]);
    expect(result.results.filter(({ finding }) => finding)).toEqual([]);
    const failed = playedTests(result).filter(({ outcome }) => outcome === 'failed');
    expect(failed.filter(({ beyond }) => beyond === undefined)).toEqual([]);
    const without = playedTests(result).filter(
      ({ outcome, optional }) => outcome === 'not-played' && !optional,
    );
    const reasons = new Set(publishedTests.map((test) => test.without));
    expect(without.filter(({ reason }) => !reasons.has(reason))).toEqual([]);
  });

  it('name what a weak server takes, by their IDs', async () => {
    const some = faults.filter(({ id }) => id.startsWith('authentication-json'));
    const tests = playedTests(await audited(['response.type'], some));
    const failed = tests.filter(({ outcome }) => outcome === 'failed');
    const group = 'Server-ServerAuthenticatorAssertionResponse-Resp-1';
    expect(failed.map(({ id }) => id)).toEqual(['F-4', 'F-5', 'F-6'].map((number) => `${group} ${number}`));
    expect(failed[0]?.reason).toMatch(/^authentication-json-type-missing was accepted/);
  });
});
