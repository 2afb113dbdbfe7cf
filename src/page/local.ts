/** Answers from a client in the same process, for `install`. */
import type { CeremonyOptions } from '../client/client.ts';
import { domException, type Realm, type Work } from '../webauthn/realm.ts';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../webauthn/types.ts';
import type { Answers, Json } from './answers.ts';
import { clientCapabilities } from './capabilities.ts';
import type { PageClient } from './page-client.ts';
import { applySignal } from './signals.ts';

export function localAnswers(realm: Realm, client: PageClient): Answers {
  const inPage =
    <T>(work: () => Promise<T>): Work<T> =>
    (resolve, reject) => {
      work().then(resolve, (error) => reject(translated(realm, error)));
    };
  return {
    ceremony(op, publicKey, { mediation, uiMode }, resolve, reject) {
      const controller = new AbortController();
      const how: CeremonyOptions = {
        signal: controller.signal,
        mediation,
        ...(uiMode !== undefined && { uiMode }),
      };
      const options = ordinary(publicKey);
      const { ceremonies } = client;
      const made =
        op === 'create'
          ? ceremonies.create(options as unknown as PublicKeyCredentialCreationOptionsJSON, how)
          : ceremonies.get(options as unknown as PublicKeyCredentialRequestOptionsJSON, how);
      made.then(resolve, (error) => reject(translated(realm, error)));
      return { cancel: (reason) => controller.abort(reason) };
    },
    capabilities: () => inPage(() => clientCapabilities(client)),
    signal: (op, options) => inPage(() => applySignal(op, ordinary(options), client)),
  };
}

/** The same with the prototypes that code in Node expects. */
function ordinary(json: Json): Json {
  return JSON.parse(JSON.stringify(json)) as Json;
}

/** An error of the client, as the page would get it; every other value unchanged. */
function translated(realm: Realm, error: unknown): unknown {
  if (error instanceof realm.DOMException || error instanceof realm.TypeError) return error;
  if (Object.prototype.toString.call(error) === '[object DOMException]') {
    const { name, message, cause } = error as DOMException & { cause?: unknown };
    return domException(realm, name, message, cause);
  }
  if (error instanceof TypeError) return new realm.TypeError(error.message, { cause: error });
  return error;
}
