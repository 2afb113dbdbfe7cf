/** `--fault`: a ceremony with one thing wrong about it. */
import type { Authenticator } from '../authenticator/authenticator.ts';
import type { ClientAuthenticator } from '../client/client.ts';
import { UsageError } from './error.ts';

/** The key, with a fault in its next ceremony. @throws UsageError for a fault of the other ceremony */
export async function withFault(
  id: string,
  ceremony: 'create' | 'get',
  authenticator: Authenticator,
): Promise<ClientAuthenticator> {
  const [{ fault }, { faulty }] = await Promise.all([
    import('../audit/catalogue.ts'),
    import('../audit/forge/faulty.ts'),
  ]);
  const chosen = fault(id);
  const command = chosen.ceremony === 'registration' ? 'create' : 'get';
  if (command !== ceremony)
    throw new UsageError(`--fault: expected a fault of ${ceremony}, got ${id}, one of ${command}`);
  const wrong = faulty(authenticator);
  wrong.next(chosen);
  return wrong;
}
