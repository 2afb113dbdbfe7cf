/**
 * CredentialsContainer: the outer algorithms of https://w3c.github.io/webappsec-credential-management/#framework-credential-management,
 * which decide whether WebAuthn's own are run.
 */
import { own } from '../base/primordials.ts';
import { type IdlType, unexpected } from '../webauthn/idl.ts';
import {
  type CredentialOptions,
  credentialCreationOptions,
  credentialRequestOptions,
} from '../webauthn/page-dictionaries.ts';
import { bare, domException, type PageSignal, promised, type Realm } from '../webauthn/realm.ts';
import type { Mediation, UiMode } from '../webauthn/types.ts';
import type { Answers, Ceremony, CredentialJson, Json } from './answers.ts';
import type { Define, Interface, Invocation, OperationShape } from './interface.ts';
import type { CredentialInterfaces } from './public-key-credential.ts';

/** A container has no state: the same client answers for all of them. */
type ContainerSlots = Readonly<Record<string, never>>;

/** Other types of credentials, of which `create()` takes one at a time. */
const OTHERS = ['digital', 'federated', 'password'] as const;

export function defineContainer(
  realm: Realm,
  defineInterface: Define,
  answers: Answers,
  credentials: CredentialInterfaces,
  requireActive: () => void = () => {},
): Interface<ContainerSlots> {
  const turn = new Turn(realm);
  const wire = bare(realm);
  const unsupported = (): DOMException =>
    domException(realm, 'NotSupportedError', 'Only credentials of the type publicKey are supported.');

  const operation = (
    op: 'create' | 'get',
    type: IdlType<CredentialOptions>,
  ): OperationShape<ContainerSlots> => ({
    promise: true,
    run: ({ args, native }: Invocation<ContainerSlots>) => {
      const options = type(args[0], '', wire);
      // 1. A document that is not fully active. (A getter of the options may have taken its frame away.)
      requireActive();
      const publicKey = own(options, 'publicKey') as Json | undefined;
      // No type of credential, or another one, which the browser answers.
      if (publicKey === undefined) {
        if (native !== undefined) return native(args);
        // (Credential Management looks at the signal before the types in get(), and after them in create().)
        const signal = own(options, 'signal') as PageSignal | undefined;
        if (op === 'get' && signal?.aborted()) return promised(realm, (_, reject) => reject(signal.reason()));
        throw unsupported();
      }
      // Another type beside it: the browser throws the right error.
      if (op === 'create' && others(options)) {
        if (native !== undefined) return native(args);
        throw unsupported();
      }
      // As Chromium has it; Credential Management names no error.
      if (own(options, 'uiMode') === 'immediate' && options.mediation === 'conditional')
        throw domException(
          realm,
          'NotSupportedError',
          'uiMode "immediate" does not go with conditional mediation.',
        );
      const signal = own(options, 'signal') as PageSignal | undefined;
      return promised(realm, (resolve, reject) => {
        // 2. or 5. Aborted already.
        if (signal?.aborted()) {
          reject(signal.reason());
          return;
        }
        const how = { mediation: options.mediation as Mediation, uiMode: own(options, 'uiMode') as UiMode };
        turn.take(
          signal,
          (done, failed) => answers.ceremony(op, publicKey, how, done, failed),
          (json) => resolve(json === null ? null : credentials.credential(json)),
          reject,
        );
      });
    },
  });

  return defineInterface<ContainerSlots>(realm, {
    name: 'CredentialsContainer',
    operations: {
      get: operation('get', credentialRequestOptions),
      create: operation('create', credentialCreationOptions),
      preventSilentAccess: {
        promise: true,
        run: ({ args, native }) =>
          native === undefined ? promised<void>(realm, (resolve) => resolve()) : native(args),
      },
      store: {
        length: 1,
        promise: true,
        run: ({ args, native }) => {
          if (credentials.Credential.slotsOf(args[0]) === undefined) {
            if (native !== undefined) return native(args);
            throw unexpected(realm, 'credential', 'a Credential', args[0]);
          }
          throw domException(realm, 'NotSupportedError', 'A PublicKeyCredential cannot be stored.');
        },
      },
    },
  });
}

/** Whether there is another type of credential beside the public key. */
function others(options: CredentialOptions): boolean {
  for (let i = 0; i < OTHERS.length; i++) if (own(options, OTHERS[i] as string) !== undefined) return true;
  return false;
}

/** One ceremony at a time: while one is pending, another is refused. An aborted one is over at once. */
class Turn {
  readonly #realm: Realm;
  #pending: object | undefined;

  constructor(realm: Realm) {
    this.#realm = realm;
  }

  take(
    signal: PageSignal | undefined,
    begin: (done: (json: CredentialJson | null) => void, failed: (error: unknown) => void) => Ceremony,
    resolve: (json: CredentialJson | null) => void,
    reject: (error: unknown) => void,
  ): void {
    if (this.#pending !== undefined) {
      reject(domException(this.#realm, 'OperationError', 'A request is already pending.'));
      return;
    }
    const own = {};
    let quiet: (() => void) | undefined;
    let over = false;
    /** Whether this call ends it: only the first end counts. */
    const end = (): boolean => {
      if (over) return false;
      over = true;
      if (this.#pending === own) this.#pending = undefined;
      quiet?.();
      return true;
    };
    this.#pending = own;
    const ceremony = begin(
      (json) => {
        if (end()) resolve(json);
      },
      (error) => {
        if (end()) reject(error);
      },
    );
    if (over) return;
    quiet = signal?.onAbort(() => {
      if (!end()) return;
      const reason = signal.reason();
      ceremony.cancel(reason);
      reject(reason);
    });
  }
}
