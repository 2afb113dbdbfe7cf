/** passport-fido2-webauthn, as its README shows it. Its page makes the options around a challenge. */
import { requireFrom } from '../../judges/install.ts';
import { type Kept, type Library, ORIGIN, RP_ID } from './application.ts';

interface Credential extends Kept {
  readonly publicKey: string;
}

type Callback = (error: unknown, user?: unknown, info?: unknown) => void;
interface Strategy {
  authenticate(request: object): void;
  success(user: unknown): void;
  fail(info: { message?: string }): void;
  error(error: unknown): void;
}

type StrategyClass = new (options: object, ...callbacks: ((...parameters: never[]) => void)[]) => Strategy;

const { host } = new URL(ORIGIN);

/** What Express and Passport do around the strategy. */
function authenticate(
  body: object,
  asked: string,
  user: { id: string; name: string } | undefined,
  verify: (id: string, handle: Buffer, done: Callback) => void,
  verifySignCount: (id: string, now: number, before: number, done: Callback) => void,
  register: (
    user: unknown,
    id: string,
    key: string,
    flags: object,
    signCount: number,
    done: Callback,
  ) => void,
): Promise<unknown> {
  // The library's own store answers on the next tick. There, an error that the strategy throws is not caught, and the process ends; here
  // it is caught, and reported as a crash.
  const store = {
    verify(_request: unknown, given: Buffer, done: (error: unknown, ok: boolean, context?: unknown) => void) {
      if (given.toString('base64url') === asked) done(null, true, { user });
      else done(null, false, { message: 'Invalid challenge.' });
    },
  };
  const WebAuthnStrategy = requireFrom('passport', 'passport-fido2-webauthn') as StrategyClass;
  const strategy = new WebAuthnStrategy(
    { store },
    verify as never,
    verifySignCount as never,
    register as never,
  );
  return new Promise((resolve, reject) => {
    strategy.success = resolve;
    strategy.fail = (info) => reject(new Error(info?.message ?? 'refused'));
    strategy.error = reject;
    try {
      strategy.authenticate({ body, headers: { host }, connection: { encrypted: true } });
    } catch (error) {
      reject(new Error(`ends the process: ${(error as Error).message}`, { cause: 500 }));
    }
  });
}

const refuse = (): never => {
  throw new Error('not what this was asked for');
};
const challenge = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url');
const described = (ids: readonly string[]) => ids.map((id) => ({ type: 'public-key' as const, id }));

export const passport: Library<Credential> = {
  name: 'passport-fido2-webauthn',
  creationOptions: async ({ name, handle }, exclude) => ({
    challenge: challenge(),
    rp: { name: 'Example', id: RP_ID },
    user: { id: handle, name, displayName: name },
    pubKeyCredParams: [
      { type: 'public-key', alg: -7 },
      { type: 'public-key', alg: -257 },
    ],
    authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
    excludeCredentials: described(exclude),
  }),
  verifyRegistration: (response, asked, { name, handle }) =>
    authenticate(
      response,
      asked,
      { id: handle, name },
      refuse,
      refuse,
      (_user, id, publicKey, _flags, signCount, done) => done(null, { id, publicKey, counter: signCount }),
    ) as Promise<Credential>,
  requestOptions: async (allow) => ({
    challenge: challenge(),
    rpId: RP_ID,
    allowCredentials: described(allow),
  }),
  async verifyAuthentication(response, asked, credential, { handle }) {
    let counter = credential.counter;
    await authenticate(
      response,
      asked,
      undefined,
      (id, userHandle, done) => {
        const owned = Buffer.from(handle, 'base64url').equals(userHandle) && id === credential.id;
        if (owned) done(null, { id: handle }, credential.publicKey);
        else done(null, false, { message: 'Invalid key.' });
      },
      (_id, now, before, done) => {
        counter = now;
        done(null, now > before);
      },
      refuse,
    );
    return counter;
  },
};
