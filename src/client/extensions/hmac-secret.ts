/** The device's hmac-secret, as client extensions use it: it sends encrypted salts, and gets encrypted secrets (CTAP 2.3 section 12.7). */
import { base64url } from '../../base/base64url.ts';
import { concat, isBytes } from '../../base/bytes.ts';
import type { CborKey, CborMap, CborValue } from '../../cbor/cbor.ts';
import type { ClientExtension, DeviceAnswer, DeviceRequest } from './extension.ts';
import { supports } from './extension.ts';
import { bytesOf, dictionaryOf, flag } from './inputs.ts';

const SIZE = 32;

/** Two secrets, or one. */
export interface Secrets {
  readonly first: Uint8Array;
  readonly second?: Uint8Array;
}

/** The input for one salt or two, of 32 bytes each. */
export async function saltsFor(request: DeviceRequest, salts: readonly Uint8Array[]): Promise<CborMap> {
  const agreement = await request.session.agreement();
  const saltEnc = agreement.encrypt(concat(...salts));
  return new Map<CborKey, CborValue>([
    [1, agreement.keyAgreement],
    [2, saltEnc],
    [3, agreement.authenticate(saltEnc)],
    ...(agreement.version === 1 ? [] : [[4, agreement.version] as const]),
  ]);
}

/** The secrets in a device's output; undefined if there are none. */
export async function secretsIn(answer: DeviceAnswer, id: string): Promise<Secrets | undefined> {
  const output = answer.signed.get(id);
  if (!isBytes(output)) return undefined;
  const secrets = (await answer.session.agreement()).decrypt(output);
  if (secrets.length !== SIZE && secrets.length !== 2 * SIZE) return undefined;
  return {
    first: secrets.slice(0, SIZE),
    ...(secrets.length > SIZE && { second: secrets.slice(SIZE) }),
  };
}

/** hmacCreateSecret: whether the credential gets secrets. */
export const hmacCreateSecret: ClientExtension = {
  id: 'hmacCreateSecret',
  onCreate: (input) =>
    flag(input)
      ? {
          ask(request) {
            if (supports(request, 'hmac-secret')) request.inputs.set('hmac-secret', true);
          },
          output: ({ signed }) => signed.get('hmac-secret') === true,
        }
      : undefined,
};

/** hmacGetSecret: the secrets for salts of exactly 32 bytes. */
export const hmacGetSecret: ClientExtension = {
  id: 'hmacGetSecret',
  onGet(input) {
    const { salt1, salt2 } = dictionaryOf(input, 'hmacGetSecret');
    const salts = [salt1, salt2]
      .filter((salt) => salt !== undefined)
      .map((salt, index) => bytesOf(salt, `hmacGetSecret.salt${index + 1}`));
    if (salt1 === undefined || salts.some(({ length }) => length !== SIZE)) {
      throw new TypeError('hmacGetSecret: expected one salt or two, of 32 bytes each.');
    }
    return {
      async ask(request) {
        if (supports(request, 'hmac-secret'))
          request.inputs.set('hmac-secret', await saltsFor(request, salts));
      },
      async output(answer) {
        const secrets = await secretsIn(answer, 'hmac-secret');
        return (
          secrets && {
            output1: base64url(secrets.first),
            ...(secrets.second && { output2: base64url(secrets.second) }),
          }
        );
      },
    };
  },
};
