/** Servers with everyday habits that WebAuthn's own JSON does not have, right ones and wrong ones, each by its description. */
import { afterEach, describe, expect, it } from 'vitest';
import { chosenFaults } from '../../src/audit/chosen.ts';
import { auditRelyingParty, describedTarget, fault } from '../../src/entries/audit.ts';
import { PATIENCE } from '../patience.ts';
import { sampled, slow } from '../slow.ts';
import { flowServer } from './everyday/flow.ts';
import { namelessServer } from './everyday/nameless.ts';
import { type Everyday, serve } from './everyday/serve.ts';
import { snakeServer } from './everyday/snake.ts';
import { statelessServer } from './everyday/stateless.ts';
import { tokenServer } from './everyday/token.ts';

type Make = (origin: () => string, weak?: boolean) => Everyday;

/** A server, what it is like, and the takeover that is in its wrong form: the faults that find it. */
const SERVERS: readonly (readonly [habit: string, mistake: string, make: Make, faults: readonly string[]])[] =
  [
    [
      'bytes are base64, names are snake_case',
      'any visitor adds a passkey to any account',
      snakeServer,
      ['account-of-other-by-stranger', 'account-of-other-by-user'],
    ],
    [
      'the session is a token in a header',
      "anybody's key opens the account that was named",
      tokenServer,
      ['credential-of-other-user'],
    ],
    [
      'a flow has its ID in the body',
      'any challenge will do',
      flowServer,
      ['authentication-challenge-of-other-session'],
    ],
    [
      'all state is in signed cookies',
      'the session comes before the verification',
      statelessServer,
      ['signed-in-before-verification'],
    ],
    [
      'nobody is named at sign-in',
      'the account goes by the user handle',
      namelessServer,
      ['user-handle-of-other-user-discoverable'],
    ],
  ];

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function audited(make: Make, weak: boolean, faults: readonly string[] | undefined) {
  const description = await serve((origin) => make(origin, weak), closing);
  const chosen = faults?.map(fault) ?? chosenFaults(undefined, 'passkey');
  const { outcome, reason, results } = await auditRelyingParty(describedTarget(description), {
    faults: chosen,
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

  slow.each(SERVERS)('%s is audited by the whole profile, and not blamed', async (_habit, _mistake, make) => {
    const { outcome, findings } = await audited(make, false, undefined);
    expect([outcome, findings]).toEqual([['complete', undefined], []]);
  });

  slow.each(SERVERS)('%s, and %s, has that named', async (_habit, _mistake, make, faults) => {
    const { outcome, findings, rest } = await audited(make, true, faults);
    expect([outcome, findings, rest]).toEqual([
      ['complete', undefined],
      faults.map((id) => [id, 'critical', 'takeover']),
      [],
    ]);
  });
});
