/**
 * CredentialsContainer: the outer algorithms of https://w3c.github.io/webappsec-credential-management/#framework-credential-management,
 * which decide whether WebAuthn's own are run.
 */
import type { CeremonyOptions } from '../client/client.ts';
import {
  type CredentialOptions,
  credentialCreationOptions,
  credentialRequestOptions,
} from '../webauthn/dictionaries.ts';
import { unexpected } from '../webauthn/idl.ts';
import { domException, type Realm, translated } from '../webauthn/realm.ts';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '../webauthn/types.ts';
import { defineInterface, type Interface } from './interface.ts';
import type { PageClient } from './page-client.ts';
import type { CredentialInterfaces } from './public-key-credential.ts';

type Answer = RegistrationResponseJSON | AuthenticationResponseJSON;

/** A container has nothing inside: the client is the same for all of them. */
type ContainerSlots = Readonly<Record<string, never>>;

export function defineContainer(
  realm: Realm,
  client: PageClient,
  credentials: CredentialInterfaces,
): Interface<ContainerSlots> {
  const turn = new Turn(realm);
  // Options go on to the client, which is of our realm; what is wrong with them is told in the page's.
  const ours: Realm = { ...realm, Array, Object };
  const run = async (
    options: CredentialOptions,
    ceremony: (how: CeremonyOptions) => Promise<Answer>,
  ): Promise<object> => {
    const { mediation, signal } = options;
    const how: CeremonyOptions = {
      ...(signal !== undefined && { signal }),
      ...(mediation !== 'optional' && { mediation }),
    };
    return credentials.credential(await turn.take(signal, () => ceremony(how)));
  };
  const unsupported = (): DOMException =>
    domException(realm, 'NotSupportedError', 'Only credentials of the type publicKey are supported.');

  return defineInterface<ContainerSlots>(realm, {
    name: 'CredentialsContainer',
    operations: {
      get: {
        promise: true,
        run: (_, argument) => {
          const options = credentialRequestOptions(argument, '', ours);
          const { publicKey, signal, mediation } = options;
          // 2. Aborted already.
          if (signal?.aborted) throw signal.reason;
          // 3. No type of credential.
          if (publicKey === undefined) throw unsupported();
          // 10. The page would have no dialog, and without one there is nothing to find.
          if (mediation === 'silent') return null;
          return run(options, (how) =>
            client.ceremonies.get(publicKey as unknown as PublicKeyCredentialRequestOptionsJSON, how),
          );
        },
      },
      create: {
        promise: true,
        run: (_, argument) => {
          const options = credentialCreationOptions(argument, '', ours);
          const { publicKey, signal } = options;
          // 3. Exactly one type of credential.
          if (publicKey === undefined) throw unsupported();
          // 5. Aborted already.
          if (signal?.aborted) throw signal.reason;
          return run(options, (how) =>
            client.ceremonies.create(publicKey as unknown as PublicKeyCredentialCreationOptionsJSON, how),
          );
        },
      },
      preventSilentAccess: { promise: true, run: () => undefined },
      store: {
        length: 1,
        promise: true,
        run: (_, credential) => {
          if (credentials.Credential.slotsOf(credential) === undefined)
            throw unexpected(realm, 'credential', 'a Credential', credential);
          throw domException(realm, 'NotSupportedError', 'A PublicKeyCredential cannot be stored.');
        },
      },
    },
  });
}

/** One ceremony at a time: while one is pending, another is refused. An aborted one is over at once. */
class Turn {
  readonly #realm: Realm;
  #pending: object | undefined;

  constructor(realm: Realm) {
    this.#realm = realm;
  }

  async take<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    if (this.#pending !== undefined) {
      throw domException(this.#realm, 'NotAllowedError', 'A request is already pending.');
    }
    const own = {};
    const end = (): void => {
      if (this.#pending === own) this.#pending = undefined;
    };
    this.#pending = own;
    signal?.addEventListener('abort', end, { once: true });
    try {
      return await work();
    } catch (error) {
      // The reason of an abort is the page's own value, and goes back to it untouched.
      throw signal?.aborted && error === signal.reason ? error : translated(this.#realm, error);
    } finally {
      end();
      signal?.removeEventListener('abort', end);
    }
  }
}
