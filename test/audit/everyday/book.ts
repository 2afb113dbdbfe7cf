/** What every login server has: users and their credentials, and @simplewebauthn/server to verify with. */
import { createHmac, randomBytes } from 'node:crypto';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type WebAuthnCredential,
} from '@simplewebauthn/server';

export interface User {
  /** User handle, base64url. */
  readonly id: string;
  readonly name: string;
  readonly credentials: WebAuthnCredential[];
}

/** A ceremony that waits for its response. */
export interface Pending {
  readonly ceremony: 'registration' | 'authentication';
  /** Whose it is; undefined for a sign-in without a name, or with an unknown one. */
  readonly user: User | undefined;
  readonly challenge: string;
  /** The IDs that the options name; undefined where they name none. */
  readonly allow?: readonly string[] | undefined;
}

/** A session as most servers keep it. */
export interface Session {
  user?: User;
  pending?: Pending;
}

/** A sign-in that was verified: whose credential it was. */
interface Verified {
  readonly user: User;
  readonly credential: WebAuthnCredential;
}

/** A response, as far as these servers read it themselves. */
export type Response = { readonly id?: unknown; readonly response?: { readonly userHandle?: unknown } };

export const token = (): string => randomBytes(16).toString('base64url');

const RP_ID = 'localhost';

export class Book {
  readonly #users = new Map<string, User>();
  readonly #owners = new Map<string, Verified>();
  readonly #origin: () => string;

  constructor(origin: () => string) {
    this.#origin = origin;
  }

  user(name: string): User | undefined {
    return this.#users.get(name);
  }

  userOf(id: unknown): User | undefined {
    return [...this.#users.values()].find((user) => user.id === id);
  }

  ownerOf(credentialId: unknown): Verified | undefined {
    return this.#owners.get(credentialId as string);
  }

  /** A user who is not kept before the first credential is. */
  fresh(name: string): User {
    return { id: token(), name, credentials: [] };
  }

  creation(user: User) {
    return generateRegistrationOptions({
      rpName: 'Example',
      rpID: RP_ID,
      userName: user.name,
      userID: new Uint8Array(Buffer.from(user.id, 'base64url')),
      attestationType: 'none',
      excludeCredentials: user.credentials.map(({ id }) => ({ id })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
    });
  }

  /** Options to sign in: of a user by name, known or not, or of anybody. */
  request(name?: string) {
    const decoy = { id: createHmac('sha256', 'decoy').update(`${name}`).digest('base64url') };
    const allow = name === undefined ? undefined : (this.user(name)?.credentials ?? [decoy]);
    return generateAuthenticationOptions({
      rpID: RP_ID,
      ...(allow && { allowCredentials: allow.map(({ id }) => ({ id })) }),
    });
  }

  /** Verifies and keeps a credential of the user, who has to be new or in that very account. */
  async register(response: unknown, { user, challenge }: Pending, signedIn: User | undefined): Promise<User> {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: response as never,
      expectedChallenge: challenge,
      expectedOrigin: this.#origin(),
      expectedRPID: RP_ID,
      requireUserVerification: false,
    });
    if (!verified || user === undefined || this.#owners.has(registrationInfo.credential.id))
      throw new Error('not registered');
    const known = this.#users.get(user.name);
    if (known !== undefined && known !== user && known !== signedIn) throw new Error('the name is taken');
    const owner = known ?? user;
    this.#users.set(owner.name, owner);
    owner.credentials.push(registrationInfo.credential);
    this.#owners.set(registrationInfo.credential.id, {
      user: owner,
      credential: registrationInfo.credential,
    });
    return owner;
  }

  /** Verifies a sign-in. @param expectedChallenge what was asked for, or a function that takes any */
  async authenticate(
    response: unknown,
    { challenge, allow }: Pick<Pending, 'challenge' | 'allow'>,
    expectedChallenge: string | (() => boolean) = challenge,
  ): Promise<Verified> {
    const { id } = response as Response;
    const found = typeof id === 'string' ? this.#owners.get(id) : undefined;
    if (found === undefined || allow?.includes(found.credential.id) === false)
      throw new Error('there is no such credential');
    const { counter } = found.credential;
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: response as never,
      expectedChallenge,
      expectedOrigin: this.#origin(),
      expectedRPID: RP_ID,
      credential: found.credential,
      requireUserVerification: false,
    });
    const { newCounter } = authenticationInfo;
    // Another sign-in with the same counter may have come since.
    const overtaken = found.credential.counter !== counter && newCounter <= found.credential.counter;
    if (!verified || overtaken) throw new Error('not verified');
    found.credential.counter = newCounter;
    return found;
  }

  remove({ user, credential }: Verified): void {
    user.credentials.splice(user.credentials.indexOf(credential), 1);
    this.#owners.delete(credential.id);
  }
}

/** The IDs that options to sign in name. */
export function allowedBy({
  allowCredentials,
}: {
  readonly allowCredentials?: readonly { readonly id: string }[];
}): readonly string[] | undefined {
  return allowCredentials?.map(({ id }) => id);
}

/** Whether a response says that it is another user's; one without a user handle says nothing. */
export function isOfOther(user: User, response: unknown): boolean {
  const handle = (response as Response).response?.userHandle;
  return handle !== undefined && handle !== null && handle !== user.id;
}
