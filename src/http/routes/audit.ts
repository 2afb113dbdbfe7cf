/** Which forged passkeys a server would let in: the audit, of servers on the door's own machine. */
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { AuditRequest } from '../requests/judging.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { ref } from '../shapes.ts';

export const audit: readonly Route[] = [
  {
    method: 'POST',
    path: '/audit',
    summary: 'Audits a server on the door’s machine, and answers when that is done',
    description:
      'The result is told at the end, which may be minutes later; a client that hangs up ends the audit. Servers elsewhere are audited from there, by stuntkey audit.',
    body: 'AuditRequest',
    right: 'audit',
    responses: { 200: { description: 'What it came to.', schema: ref('AuditResult') } },
    handle: (_house, asked) => audited(asked),
  },
];

async function audited({ body, visit }: Asked): Promise<Answer> {
  const { signal } = visit;
  const { url, origin, target: description, only, profile = 'passkey' } = body as AuditRequest;
  const [{ chosenFaults }, { runAudit }, { conformanceTarget }, { describedTarget }] = await Promise.all([
    import('../../audit/chosen.ts'),
    import('../../audit/runner/run.ts'),
    import('../../audit/targets/conformance.ts'),
    import('../../audit/targets/described.ts'),
  ]);
  const faults = chosenFaults(only, profile);
  const target =
    url === undefined
      ? describedTarget(description)
      : conformanceTarget(url, origin === undefined ? {} : { origin });
  // (Audits of other machines are started on the command line, which asks for the permission.)
  if (!target.loopback)
    throw new StuntkeyError('bad-target', `url: expected a server on the door's machine, got ${target.url}`);
  const result = await runAudit(target, { faults, signal });
  signal.throwIfAborted();
  if (profile !== 'fido-server') return { status: 200, body: result };
  const { playedTests } = await import('../../audit/fido/played.ts');
  return { status: 200, body: { ...result, tests: playedTests(result) } };
}
