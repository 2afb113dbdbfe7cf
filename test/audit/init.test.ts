import { afterEach, describe, expect, it } from 'vitest';
import { startLoginServer } from '../../examples/login-server/server.js';
import { startStrictServer } from '../../examples/strict-server/http.js';
import { probe } from '../../src/audit/targets/probe.ts';
import { auditRelyingParty, describedTarget, fault } from '../../src/entries/audit.ts';
import { behind } from './behind.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
const few = ['signature-from-other-key', 'registration-client-data-bom'].map(fault);

describe('looking for the paths of a server', () => {
  it('finds those of the interface of FIDO, and the description that it writes is audited unchanged', async () => {
    const server = await startStrictServer();
    closing.push(() => server.close());
    const { description, found } = await probe(server.origin);
    expect(found).toEqual(['registration', 'authentication']);
    expect(description.registration).toEqual({
      options: {
        path: 'attestation/options',
        body: { username: '{username}', displayName: '{displayName}' },
      },
      result: { path: 'attestation/result', success: { pointer: '/status', equals: 'ok' } },
    });
    const { outcome, results } = await auditRelyingParty(describedTarget(description), { faults: few });
    expect([outcome, results.map(({ verdict }) => verdict)]).toEqual(['complete', ['rejected', 'accepted']]);
  });

  it('finds those of tutorials', async () => {
    const server = await startLoginServer();
    closing.push(() => server.close());
    const { description, found } = await probe(server.origin);
    expect(found).toEqual(['registration', 'authentication']);
    expect(description.registration.options.path).toBe('register/options');
    expect(description.authentication.result.path).toBe('login/verify');
  });

  it('says that it found nothing where nothing is', async () => {
    const url = await behind(async () => ({ status: 404, body: 'nothing' }), closing);
    expect((await probe(url)).found).toEqual([]);
  });
});
