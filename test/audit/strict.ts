/** The strict server of the examples, as the audit takes it. */
import type { Metadata } from '../../examples/strict-server/attestation.js';
import { createStrictServer } from '../../examples/strict-server/strict-server.js';
import { utf8 } from '../../src/base/bytes.ts';
import type { RelyingPartyCallbacks, VisitorCallbacks } from '../../src/entries/audit.ts';
import { defaultPolicy, REVOKED_MODEL, trialMetadata } from '../../src/entries/index.ts';
import { uuid } from '../../src/metadata/statement.ts';

/** The metadata on trial, and the models of the catalogue's other faults. */
let metadata: Promise<Metadata> | undefined;

async function metadataOnTrial(): Promise<Metadata> {
  const { blobs, revocationLists } = await trialMetadata();
  const models = [defaultPolicy.aaguid, new Uint8Array(16), utf8('stuntkey unknown'), REVOKED_MODEL].map(
    uuid,
  );
  return { blobs: Object.values(blobs), revocationLists, models };
}

/** @param weak names of guards that are off */
export function strictRelyingParty(weak: readonly string[] = []): RelyingPartyCallbacks {
  // With a port and three labels, so that every fault of origins and hosts can be made.
  const origin = 'https://login.example.com:8443';
  let ahead = 0;
  const server = createStrictServer({
    rpId: 'login.example.com',
    origins: [origin],
    weak: [...weak],
    metadata: () => {
      metadata ??= metadataOnTrial();
      return metadata;
    },
    now: () => Date.now() + ahead,
  });
  type Visitor = ReturnType<typeof server.session>;
  const callbacksOf = ({
    registration,
    authentication,
    whoAmI,
    remove,
    copy,
  }: Visitor): VisitorCallbacks => ({
    registration: {
      options: registration.options,
      verify: (response, { headers }) => registration.verify(response, headers),
    },
    authentication: {
      options: authentication.options,
      verify: (response, { headers }) => authentication.verify(response, headers),
    },
    whoAmI,
    remove,
    copy: () => callbacksOf(copy()),
  });
  return {
    name: 'strict server',
    origin,
    ...callbacksOf(server),
    session: () => callbacksOf(server.session()),
    traits: {
      trustsAuthority: true,
      metadata: true,
      advance: (milliseconds) => {
        ahead += milliseconds;
      },
      remove: (id, { name }) => {
        server.session().delete(id, name);
      },
    },
  };
}
