/** prf (https://www.w3.org/TR/webauthn-3/#prf-extension): secrets that are derived from a credential and values of the RP. */
import { base64url, isBase64url } from '../../base/base64url.ts';
import { concat, utf8 } from '../../base/bytes.ts';
import { sha256 } from '../../crypto/hash.ts';
import { webAuthnError } from '../../webauthn/errors.ts';
import type { ClientExtension, DeviceAnswer, DeviceRequest } from './extension.ts';
import { supports } from './extension.ts';
import { type Secrets, saltsFor, secretsIn } from './hmac-secret.ts';
import { bytesOf, dictionaryOf } from './inputs.ts';

const CONTEXT: Uint8Array = concat(utf8('WebAuthn PRF'), Uint8Array.of(0));

/** The RP's values: one or two. */
interface PrfValues {
  readonly first: Uint8Array;
  readonly second?: Uint8Array;
}

function valuesOf(input: unknown, name: string): PrfValues {
  const { first, second } = dictionaryOf(input, name);
  if (first === undefined) throw new TypeError(`The member ${name}.first is required.`);
  return {
    first: bytesOf(first, `${name}.first`),
    ...(second !== undefined && { second: bytesOf(second, `${name}.second`) }),
  };
}

/** The salts that the device gets. A page cannot choose them, so it cannot get the secrets that a platform uses. */
function saltsOf({ first, second }: PrfValues): Uint8Array[] {
  return [first, ...(second === undefined ? [] : [second])].map((value) => sha256(concat(CONTEXT, value)));
}

/** A page gets a secret only if the user was verified: without verification, the device has another secret. */
async function resultsOf(
  answer: DeviceAnswer,
  id: string,
): Promise<{ first: string; second?: string } | undefined> {
  const secrets: Secrets | undefined = answer.userVerified ? await secretsIn(answer, id) : undefined;
  return (
    secrets && {
      first: base64url(secrets.first),
      ...(secrets.second && { second: base64url(secrets.second) }),
    }
  );
}

/** hmac-secret gives this secret only after user verification. */
function askForSecret(request: DeviceRequest): boolean {
  if (!supports(request, 'hmac-secret')) return false;
  request.verify = true;
  return true;
}

export const prf: ClientExtension = {
  id: 'prf',
  onCreate(input) {
    const { eval: evaluated, evalByCredential } = dictionaryOf(input, 'prf');
    if (evalByCredential !== undefined) {
      throw webAuthnError(
        'NotSupportedError',
        "The 'evalByCredential' field cannot be set when creating a credential.",
      );
    }
    const salts = evaluated === undefined ? undefined : saltsOf(valuesOf(evaluated, 'prf.eval'));
    return {
      async ask(request) {
        if (!supports(request, 'hmac-secret')) return;
        request.inputs.set('hmac-secret', true);
        if (salts === undefined || !supports(request, 'hmac-secret-mc')) return;
        askForSecret(request);
        request.inputs.set('hmac-secret-mc', await saltsFor(request, salts));
      },
      async output(answer) {
        const results = await resultsOf(answer, 'hmac-secret-mc');
        return { enabled: answer.signed.get('hmac-secret') === true, ...(results && { results }) };
      },
    };
  },

  onGet(input, { allowCredentials }) {
    const { eval: evaluated, evalByCredential } = dictionaryOf(input, 'prf');
    const byCredential = new Map<string, PrfValues>();
    if (evalByCredential !== undefined) {
      const entries = Object.entries(dictionaryOf(evalByCredential, 'prf.evalByCredential'));
      // 1. Values for all other credentials.
      if (entries.length > 0 && allowCredentials.length === 0) {
        throw webAuthnError(
          'NotSupportedError',
          "The 'prf' extension has 'evalByCredential' with an empty allow list.",
        );
      }
      // 2. Keys that are no credential IDs, or IDs of other credentials.
      const named = new Set(allowCredentials.map(({ id }) => base64url(id)));
      for (const [id, values] of entries) {
        if (id === '' || !isBase64url(id)) {
          throw webAuthnError(
            'SyntaxError',
            "The 'prf' extension contains invalid base64url data in 'evalByCredential'.",
          );
        }
        if (!named.has(id)) {
          throw webAuthnError(
            'SyntaxError',
            "The 'prf' extension contains a key that doesn't match any in allowCredentials.",
          );
        }
        byCredential.set(id, valuesOf(values, `prf.evalByCredential.${id}`));
      }
    }
    const common = evaluated === undefined ? undefined : valuesOf(evaluated, 'prf.eval');
    let asked = false;
    return {
      // 4. and 5. The values of the credential that will answer, or those for all.
      async ask(request) {
        const id = request.onlyCredential && base64url(request.onlyCredential);
        const values = (id === undefined ? undefined : byCredential.get(id)) ?? common;
        if (values === undefined || !askForSecret(request)) return;
        asked = true;
        request.inputs.set('hmac-secret', await saltsFor(request, saltsOf(values)));
      },
      /** The question depends on the credential that answers, so each is asked alone. */
      perCredential: byCredential.size > 0,
      async output(answer) {
        const results = asked ? await resultsOf(answer, 'hmac-secret') : undefined;
        return results ? { results } : {};
      },
    };
  },
};
