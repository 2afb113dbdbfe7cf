/**
 * The application around a library: what its documentation leaves to the developer. It does that strictly, so that what comes of an
 * audit is the library's: a challenge is its session's and good once, a credential is found by ID and belongs to one account, is
 * registered once, and the counter is kept; user.id says nothing, unknown names are answered like known ones, and a response
 * is JSON.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '../../../src/entries/index.ts';

export const ORIGIN = 'https://login.example.com';
export const RP_ID = 'login.example.com';

/** What a library keeps of a registration. */
export interface Kept {
  readonly id: string;
  counter: number;
}

interface Account {
  readonly name: string;
  /** User handle, base64url. */
  readonly handle: string;
}

/** The four functions that libraries have, by whatever names. */
export interface Library<Credential extends Kept> {
  readonly name: string;
  creationOptions(
    account: Account,
    exclude: readonly string[],
  ): Promise<PublicKeyCredentialCreationOptionsJSON>;
  verifyRegistration(
    response: RegistrationResponseJSON,
    challenge: string,
    account: Account,
  ): Promise<Credential>;
  requestOptions(allow: readonly string[]): Promise<PublicKeyCredentialRequestOptionsJSON>;
  /** @returns the new counter */
  verifyAuthentication(
    response: AuthenticationResponseJSON,
    challenge: string,
    credential: Credential,
    account: Account,
  ): Promise<number>;
}

/** Headers of the request with the response that are unusual: names in lower case. */
type Headers = Readonly<Record<string, string>>;

/** One visitor of a server, with a session of its own. Each function throws where the server says no. */
interface Visitor {
  creationOptions(userName: string): Promise<PublicKeyCredentialCreationOptionsJSON>;
  register(response: RegistrationResponseJSON, headers?: Headers): Promise<void>;
  requestOptions(userName?: string): Promise<PublicKeyCredentialRequestOptionsJSON>;
  /** @returns whom the server let in */
  signIn(response: AuthenticationResponseJSON, headers?: Headers): Promise<string>;
  /** Who is signed in. */
  whoAmI?(): string | undefined | Promise<string | undefined>;
}

export interface RealServer {
  readonly name: string;
  readonly origin: string;
  visitor(): Visitor;
  /** Ends what it has started. */
  end?(): Promise<void>;
}

/** A form of another site cannot say that it is JSON. */
function mustBeJson(headers: Headers = {}): void {
  const type = headers['content-type'] ?? 'application/json';
  if (type !== 'application/json') throw new Error(`no JSON, but ${type}`);
}

export function application<Credential extends Kept>(library: Library<Credential>): RealServer {
  const accounts = new Map<string, Account>();
  const credentials = new Map<string, { credential: Credential; account: Account }>();
  const accountOf = (name: string): Account => {
    const account = accounts.get(name) ?? {
      name,
      handle: randomBytes(32).toString('base64url'),
    };
    accounts.set(name, account);
    return account;
  };
  const idsOf = (account: Account): string[] =>
    [...credentials].filter(([, one]) => one.account === account).map(([id]) => id);
  const secret = randomBytes(32);
  /** A credential that does not exist, the same for a name every time. */
  const decoyOf = ({ name }: Account): string =>
    createHmac('sha256', secret).update(name).digest('base64url');
  return {
    name: library.name,
    origin: ORIGIN,
    visitor() {
      let signedInAs: Account | undefined;
      let registering: { challenge: string; account: Account } | undefined;
      let signingIn: { challenge: string; account: Account | undefined; allow: string[] } | undefined;
      return {
        async creationOptions(userName) {
          const account = accountOf(userName);
          if (idsOf(account).length > 0 && signedInAs !== account) throw new Error('not signed in');
          const options = await library.creationOptions(account, idsOf(account));
          registering = { challenge: options.challenge, account };
          return options;
        },
        async register(response, headers) {
          mustBeJson(headers);
          const asked = registering;
          registering = undefined;
          if (asked === undefined) throw new Error('no registration was asked for');
          const credential = await library.verifyRegistration(response, asked.challenge, asked.account);
          if (credentials.has(credential.id)) throw new Error('registered already');
          credentials.set(credential.id, { credential, account: asked.account });
          signedInAs = asked.account;
        },
        async requestOptions(userName) {
          const account = userName === undefined ? undefined : accountOf(userName);
          const allow = account === undefined ? [] : idsOf(account);
          const shown = account !== undefined && allow.length === 0 ? [decoyOf(account)] : allow;
          const options = await library.requestOptions(shown);
          signingIn = { challenge: options.challenge, account, allow };
          return options;
        },
        async signIn(response, headers) {
          mustBeJson(headers);
          const asked = signingIn;
          signingIn = undefined;
          if (asked === undefined) throw new Error('no assertion was asked for');
          const known = credentials.get(response.id);
          if (known === undefined) throw new Error('not registered');
          const { credential, account } = known;
          const handle = response.response.userHandle;
          if (
            asked.account === undefined
              ? handle !== account.handle
              : handle && handle !== asked.account.handle
          )
            throw new Error('of another user');
          if (asked.account !== undefined && !asked.allow.includes(credential.id))
            throw new Error('not allowed');
          const before = credential.counter;
          const counter = await library.verifyAuthentication(response, asked.challenge, credential, account);
          // Another sign-in with it may have come since.
          if (credential.counter !== before && counter <= credential.counter)
            throw new Error('the counter was used');
          credential.counter = counter;
          signedInAs = account;
          return account.name;
        },
        whoAmI: () => signedInAs?.name,
      };
    },
  };
}
