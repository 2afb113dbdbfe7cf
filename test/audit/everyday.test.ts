/** Servers with everyday habits that WebAuthn's own JSON does not have, right ones and wrong ones, each by its description. */
import { afterEach, describe, expect, it } from 'vitest';
import { chosenFaults } from '../../src/audit/chosen.ts';
import { isAtLeast } from '../../src/audit/reports/findings.ts';
import {
  auditRelyingParty,
  describedTarget,
  fault,
  profiles,
  type Severity,
} from '../../src/entries/audit.ts';
import { PATIENCE } from '../patience.ts';
import { sampled, slow } from '../slow.ts';
import { flowServer } from './everyday/flow.ts';
import { namelessServer } from './everyday/nameless.ts';
import { type Everyday, serve } from './everyday/serve.ts';
import { snakeServer } from './everyday/snake.ts';
import { statelessServer } from './everyday/stateless.ts';
import { tokenServer } from './everyday/token.ts';

type Make = (origin: () => string, weak?: boolean) => Everyday;

const TAKEOVER = ['critical', 'takeover'] as const;

/** What a server is like, and the mistake that its wrong form has: the faults that find it, and what was seen. */
const SERVERS: readonly (readonly [
  habit: string,
  mistake: string,
  make: Make,
  faults: readonly string[],
  seen: readonly [severity: string, effect: string],
])[] = [
  [
    'bytes are base64, names are snake_case',
    'any visitor adds a passkey to any account',
    snakeServer,
    ['account-of-other-by-stranger', 'account-of-other-by-user'],
    TAKEOVER,
  ],
  [
    'the session is a token in a header',
    "anybody's key opens the account that was named",
    tokenServer,
    ['credential-of-other-user'],
    TAKEOVER,
  ],
  [
    'a flow has its ID in the body',
    'any challenge will do',
    flowServer,
    ['authentication-challenge-of-other-session'],
    // The owner's own response, stolen.
    ['high', 'owner'],
  ],
  [
    'all state is in signed cookies',
    'the session comes before the verification',
    statelessServer,
    ['signed-in-before-verification'],
    TAKEOVER,
  ],
  [
    'no user is named at sign-in',
    'the account goes by the user handle',
    namelessServer,
    ['user-handle-of-other-user-discoverable'],
    TAKEOVER,
  ],
];

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function audited(make: Make, weak: boolean, faults: readonly string[] | undefined) {
  const description = await serve((origin) => make(origin, weak), closing);
  const { outcome, reason, results } = await auditRelyingParty(describedTarget(description), {
    faults: faults?.map(fault) ?? chosenFaults(undefined, 'passkey'),
    timeout: PATIENCE,
  });
  return {
    outcome: [outcome, reason],
    findings: results
      .filter(({ finding }) => finding)
      .map(({ fault: { id }, severity, effect }) => [id, severity, effect]),
    rest: results
      .filter(({ finding }) => !finding)
      .map(({ fault: { id }, verdict, reason }) => [id, verdict, reason]),
  };
}

describe('a server of which it is true that', () => {
  it.each(sampled(SERVERS, 5))('%s is not blamed for it', async (_habit, _mistake, make, faults) => {
    const { outcome, findings, rest } = await audited(make, false, faults);
    expect([outcome, findings, rest.map(([, verdict]) => verdict)]).toEqual([
      ['complete', undefined],
      [],
      faults.map(() => 'rejected'),
    ]);
  });

  // (What is less severe is the library's: docs/audit-findings.md.)
  slow.each(SERVERS)('%s passes the whole profile for passkeys', async (_habit, _mistake, make) => {
    const { outcome, findings } = await audited(make, false, undefined);
    const { gate } = profiles.passkey;
    expect([outcome, findings.filter(([, severity]) => isAtLeast(severity as Severity, gate))]).toEqual([
      ['complete', undefined],
      [],
    ]);
  });

  slow.each(SERVERS)('%s, and %s, has that named', async (_habit, _mistake, make, faults, seen) => {
    const { outcome, findings, rest } = await audited(make, true, faults);
    expect([outcome, findings, rest]).toEqual([
      ['complete', undefined],
      faults.map((id) => [id, ...seen]),
      [],
    ]);
  });
});
