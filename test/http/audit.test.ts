import { describe, expect } from 'vitest';
import { startStrictServer } from '../../examples/strict-server/http.js';
import { slow } from '../slow.ts';
import { openDoor } from './open-door.ts';

describe('the audit over HTTP', () => {
  slow('says what a server on this machine lets in, and nothing of others', async () => {
    const { client } = await openDoor({ tokenRights: ['audit'] });
    const weak = await startStrictServer({ weak: ['authentication.signature'] });
    try {
      const only = ['signature-from-other-key', 'authentication-type-swapped'];
      const { json } = await client.call('POST', '/audit', { url: weak.url, origin: weak.origin, only });
      expect(json.outcome).toBe('complete');
      const verdicts = json.results.map(
        (one: { fault: { id: string }; verdict: string; finding: boolean }) => [
          one.fault.id,
          one.verdict,
          one.finding,
        ],
      );
      expect(verdicts).toEqual([
        ['authentication-type-swapped', 'rejected', false],
        ['signature-from-other-key', 'accepted', true],
      ]);
    } finally {
      await weak.close();
    }
    for (const [body, code] of [
      [{}, 'bad-body'],
      [{ url: 'http://localhost:9', target: {} }, 'bad-body'],
      [{ url: 'https://example.invalid' }, 'bad-target'],
      [{ url: 'nowhere' }, 'bad-target'],
      [{ target: { url: 'http://localhost:9' } }, 'bad-target'],
      [{ url: 'http://localhost:9', only: ['nonsense'] }, 'unknown-fault'],
    ] as const)
      expect((await client.call('POST', '/audit', body)).json.error.code).toBe(code);
  });
});
