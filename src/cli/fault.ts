/** `--fault`: a ceremony with one thing wrong about it. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '../client/types.ts';
import { UsageError } from './error.ts';
import type { Key } from './key.ts';

/** The response with the fault, signed again. @throws UsageError for a fault of the other ceremony */
export async function withFault<Response>(
  id: string,
  key: Key,
  ceremony: { readonly ceremony: 'create' | 'get'; readonly origin: string; readonly options: object },
  response: Response,
): Promise<Response> {
  const [{ fault }, { faulty }] = await Promise.all([
    import('../audit/catalogue.ts'),
    import('../audit/forge/faulty.ts'),
  ]);
  const chosen = fault(id);
  const command = chosen.ceremony === 'registration' ? 'create' : 'get';
  if (command !== ceremony.ceremony)
    throw new UsageError(`--fault: expected a fault of ${ceremony.ceremony}, got ${id}, one of ${command}`);
  const authenticator = faulty(await key.authenticator());
  authenticator.next(chosen);
  const finished = {
    ...ceremony,
    response: response as RegistrationResponseJSON & AuthenticationResponseJSON,
  };
  return (await authenticator.finished(finished as Parameters<typeof authenticator.finished>[0])) as Response;
}
