/** The description of better-auth in examples/audit, unchanged, at better-auth over HTTP. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { auditRelyingParty, describedTarget, fault } from '../../../src/entries/audit.ts';
import { whyNoJudge } from '../../judges/install.ts';
import { withoutTime } from '../../slow.ts';
import { betterAuth } from './better-auth.ts';

const DESCRIPTION = new URL('../../../examples/audit/better-auth.json', import.meta.url);

let close = async (): Promise<void> => {};
afterEach(() => close());

describe('the description of better-auth', () => {
  it('is audited unchanged, by who is signed in', async ({ skip }) => {
    const without = withoutTime ?? whyNoJudge('better-auth');
    skip(without !== undefined, without);
    const auth = await betterAuth();
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const answer = await auth.handler(
        new Request(`http://localhost:3000${request.url}`, {
          method: request.method ?? 'GET',
          headers: request.headers as Record<string, string>,
          ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
        }),
      );
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'text/plain',
        'set-cookie': answer.headers.getSetCookie(),
      });
      response.end(await answer.text());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    close = () => new Promise((resolve) => server.close(() => resolve()));
    const { port } = server.address() as AddressInfo;
    const description = JSON.parse(readFileSync(DESCRIPTION, 'utf8'));
    const { outcome, reason, byEffect, results } = await auditRelyingParty(
      describedTarget({
        ...description,
        url: `http://localhost:${port}/api/auth/`,
        origin: 'http://localhost:3000',
      }),
      {
        faults: [
          'signature-from-other-key',
          'registration-client-data-bom',
          'registration-challenge-other',
          'credential-id-taken',
        ].map(fault),
      },
    );
    server.closeAllConnections();
    expect([outcome, reason, byEffect]).toEqual(['complete', undefined, true]);
    // It answers 500 to a bad response, and registers an ID twice: docs/audit-findings.md has both.
    expect(results.map(({ verdict }) => verdict)).toEqual(['rejected', 'accepted', 'error', 'accepted']);
  }, 300_000);
});
