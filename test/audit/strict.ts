/** The strict server of the examples, as the audit takes it. */
import { createStrictServer } from '../../examples/strict-server/strict-server.js';
import type { RelyingPartyCallbacks } from '../../src/entries/audit.ts';

/** @param weak names of guards that are off */
export function strictRelyingParty(weak: readonly string[] = []): RelyingPartyCallbacks {
  // With a port and three labels, so that every fault of origins and hosts can be made.
  const origin = 'https://login.example.com:8443';
  let ahead = 0;
  const server = createStrictServer({
    rpId: 'login.example.com',
    origins: [origin],
    weak: [...weak],
    now: () => Date.now() + ahead,
  });
  return {
    name: 'strict server',
    origin,
    registration: server.registration,
    authentication: server.authentication,
    session: () => server.session(),
    traits: {
      trustsAuthority: true,
      advance: (milliseconds) => {
        ahead += milliseconds;
      },
      remove: (id, { name }) => {
        server.session().delete(id, name);
      },
    },
  };
}
