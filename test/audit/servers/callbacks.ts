/** A server of others as the audit takes it. */
import type { RelyingPartyCallbacks } from '../../../src/entries/audit.ts';
import type { RealServer } from './application.ts';

/** What a server's functions throw is a refusal, but for an answer of HTTP that says the server itself went wrong. */
async function verdict(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
    return true;
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    if (typeof cause === 'number' && cause >= 500) return (error as Error).message;
    throw error;
  }
}

export function callbacksOf({ name, origin, visitor }: RealServer): RelyingPartyCallbacks {
  const session = (): ReturnType<NonNullable<RelyingPartyCallbacks['session']>> => {
    const visit = visitor();
    return {
      registration: {
        options: ({ username }) => visit.creationOptions(username as string),
        verify: (response, { headers }) => verdict(visit.register(response, headers)),
      },
      authentication: {
        options: ({ username }) => visit.requestOptions(username),
        verify: (response, { headers }) => verdict(visit.signIn(response, headers)),
      },
      ...(visit.whoAmI && { whoAmI: () => visit.whoAmI?.() }),
    };
  };
  return { name, origin, ...session(), session };
}
