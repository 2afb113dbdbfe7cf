/**
 * An application around @simplewebauthn/server, as a team would write it, with a place for each mistake that leads into another
 * user's account or near it. The library does its part; what is planted is around it.
 */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type WebAuthnCredential,
} from '@simplewebauthn/server';
import type { RelyingPartyCallbacks, VisitorCallbacks } from '../../src/entries/audit.ts';

const ORIGIN = 'https://login.example.com';
const RP_ID = 'login.example.com';

interface Stored extends WebAuthnCredential {
  readonly account: string;
}

interface Pending {
  readonly ceremony: 'registration' | 'authentication';
  readonly challenge: string;
  readonly account: string | undefined;
  readonly allow: readonly string[];
  readonly attestation?: string;
}

interface Session {
  readonly pending: Map<string, Pending>;
  signedInAs?: string;
}

type Headers = Readonly<Record<string, string>>;

/** What a database makes of an object where a text belongs, if it is asked without care. */
function matches(text: string, query: unknown): boolean {
  if (typeof query !== 'object' || query === null) return text === query;
  const { $eq, $ne } = query as { $eq?: string; $ne?: string };
  return (
    ($eq === undefined || text === $eq) &&
    ($ne === undefined || text !== $ne) &&
    ('$eq' in query || '$ne' in query)
  );
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** @param plants names of what is wrong with it */
export function plantedApplication(plants: readonly string[] = []): RelyingPartyCallbacks {
  const planted = (name: string): boolean => plants.includes(name);
  const handles = new Map<string, string>();
  const credentials: Stored[] = [];
  const sessions = new Map<string, Session>();
  const challengesByName = new Map<string, Pending>();
  const secret = randomBytes(32);
  let count = 0;

  const handleOf = (account: string): string => {
    const handle = handles.get(account) ?? randomBytes(32).toString('base64url');
    handles.set(account, handle);
    return handle;
  };
  const credentialsOf = (account: string): Stored[] => credentials.filter((one) => one.account === account);
  const keyOf = (id: string): string => {
    const whole = planted('ids are cut') ? id.slice(0, 340) : id;
    return planted('ids are compared without case') ? whole.toLowerCase() : whole;
  };
  const find = (id: unknown): Stored | undefined =>
    planted('objects are queries') && typeof id === 'object'
      ? credentials.find((one) => matches(one.id, id))
      : credentials.find((one) => typeof id === 'string' && keyOf(one.id) === keyOf(id));

  const challenge = (): Uint8Array<ArrayBuffer> => {
    if (planted('challenges are short')) return new Uint8Array(randomBytes(8));
    if (planted('challenges are constant')) return new Uint8Array(32).fill(5);
    const bytes = planted('challenges count') ? new Uint8Array(32) : new Uint8Array(randomBytes(32));
    if (planted('challenges count')) new DataView(bytes.buffer).setUint32(28, ++count);
    return bytes;
  };
  const originsOf = ({ origin = ORIGIN }: Headers): string[] =>
    planted('the origin is the header') ? [ORIGIN, origin] : [ORIGIN];
  const mustBeJson = (headers: Headers): void => {
    const type = headers['content-type'] ?? 'application/json';
    if (type !== 'application/json' && !planted('forms are taken')) throw new Error(`no JSON, but ${type}`);
  };

  function visitor(id: string): VisitorCallbacks {
    let sid = id;
    const session = (): Session => {
      const found = sessions.get(sid) ?? { pending: new Map() };
      sessions.set(sid, found);
      return found;
    };
    const signIn = (account: string): void => {
      const current = session();
      current.signedInAs = account;
      if (planted('the session is kept')) return;
      sessions.delete(sid);
      sid = randomUUID();
      sessions.set(sid, current);
    };
    const ask = (pending: Pending): void => {
      const slot = planted('ceremonies share a slot') ? 'any' : pending.ceremony;
      session().pending.set(slot, pending);
      if (pending.account !== undefined) challengesByName.set(pending.account, pending);
    };
    const take = async (ceremony: Pending['ceremony'], response: { username?: string }): Promise<Pending> => {
      const { pending } = session();
      const slot = planted('ceremonies share a slot') ? 'any' : ceremony;
      const found = planted('challenges go by name')
        ? (challengesByName.get(response.username ?? '') ?? pending.get(slot))
        : pending.get(slot);
      if (found === undefined) throw new Error('nothing was asked for');
      if (planted('challenges are taken late')) await tick();
      pending.delete(slot);
      return found;
    };

    return {
      registration: {
        async options({ username = '', attestation, authenticatorSelection }) {
          const own = credentialsOf(username);
          const stranger = session().signedInAs !== username;
          if (own.length > 0 && stranger && !planted('anybody registers')) throw new Error('not signed in');
          const asked = authenticatorSelection?.userVerification;
          const userVerification = planted('the client says who is verified')
            ? (asked ?? 'required')
            : 'preferred';
          const options = await generateRegistrationOptions({
            rpName: 'Example',
            rpID: RP_ID,
            userName: username,
            userID: new Uint8Array(Buffer.from(handleOf(username), 'base64url')),
            challenge: challenge(),
            supportedAlgorithmIDs: [-8, -7, -257],
            attestationType: attestation === 'direct' ? 'direct' : 'none',
            excludeCredentials: planted('nothing is excluded') ? [] : own,
            authenticatorSelection: {
              userVerification: userVerification as 'preferred',
              residentKey: 'preferred',
            },
          });
          ask({
            ceremony: 'registration',
            challenge: options.challenge,
            account: username,
            allow: [],
            attestation: options.attestation ?? 'none',
          });
          return options;
        },
        async verify(response, { headers }) {
          mustBeJson(headers);
          const asked = await take('registration', response);
          const { verified, registrationInfo } = await verifyRegistrationResponse({
            response,
            expectedChallenge: asked.challenge,
            expectedOrigin: originsOf(headers),
            expectedRPID: RP_ID,
            requireUserVerification: false,
          });
          if (!verified || asked.account === undefined) return false;
          const { credential, fmt } = registrationInfo;
          if (fmt === 'none' && asked.attestation === 'direct' && !planted('none will do')) return false;
          const same = credentials.findIndex((one) => keyOf(one.id) === keyOf(credential.id));
          if (same >= 0 && credentials[same]?.id === credential.id) return false;
          const stored = { ...credential, account: asked.account };
          if (same >= 0) credentials[same] = stored;
          else credentials.push(stored);
          signIn(asked.account);
          return true;
        },
      },
      authentication: {
        async options({ username, userVerification }) {
          const query: unknown = username;
          const named =
            planted('objects are queries') && typeof query === 'object'
              ? [...handles.keys()].find((name) => matches(name, query))
              : query === undefined
                ? undefined
                : String(query);
          const allow = named === undefined ? [] : credentialsOf(named).map(({ id }) => id);
          const shown = [...allow];
          if (named !== undefined && allow.length === 0 && !planted('accounts without passkeys are open')) {
            if (planted('unknown names are told')) throw new Error('there is no such user');
            const decoy = createHmac('sha256', secret).update(named).digest();
            shown.push((planted('decoys change') ? randomBytes(32) : decoy).toString('base64url'));
          }
          const lowered = planted('the client says who is verified')
            ? (userVerification ?? 'required')
            : 'preferred';
          const options = await generateAuthenticationOptions({
            rpID: RP_ID,
            challenge: challenge(),
            allowCredentials: shown.map((id) => ({ id })),
            userVerification: lowered as 'preferred',
          });
          ask({ ceremony: 'authentication', challenge: options.challenge, account: named, allow });
          return options;
        },
        async verify(response, { headers }) {
          mustBeJson(headers);
          const asked = await take('authentication', response);
          const twoIds = planted('the key goes by rawId');
          const account = find(response.id)?.account;
          const credential = find(twoIds ? response.rawId : response.id);
          const before = credential?.counter;
          if (planted('the session comes first')) {
            const claimed = asked.account ?? account;
            if (claimed !== undefined) signIn(claimed);
          }
          if (credential === undefined || account === undefined) throw new Error('not registered');
          const open = planted('accounts without passkeys are open') && asked.allow.length === 0;
          if (asked.account !== undefined && !open && !asked.allow.includes(credential.id))
            throw new Error('not allowed');
          const { userHandle } = response.response;
          if (asked.account === undefined && userHandle !== handleOf(credential.account))
            throw new Error('of another');
          if (
            asked.account !== undefined &&
            !open &&
            userHandle !== undefined &&
            userHandle !== handleOf(asked.account)
          )
            throw new Error('of another');
          const { verified, authenticationInfo } = await verifyAuthenticationResponse({
            response:
              twoIds || planted('objects are queries')
                ? { ...response, id: credential.id, rawId: credential.id }
                : response,
            expectedChallenge: asked.challenge,
            expectedOrigin: originsOf(headers),
            expectedRPID: RP_ID,
            credential: { ...credential },
            requireUserVerification: false,
          });
          if (!verified) return false;
          const { newCounter } = authenticationInfo;
          const overtaken = credential.counter !== before && newCounter <= credential.counter;
          if (overtaken && !planted('counters are compared too early'))
            throw new Error('the counter was used');
          credential.counter = planted('counters have 31 bits') ? newCounter | 0 : newCounter;
          signIn(asked.account ?? account);
          return true;
        },
      },
      whoAmI: () => session().signedInAs,
      remove(credentialId) {
        const owner = session().signedInAs;
        const at = credentials.findIndex(
          ({ id, account }) => id === credentialId && (account === owner || planted('anybody removes')),
        );
        if (owner !== undefined && at >= 0) credentials.splice(at, 1);
      },
      copy: () => visitor(sid),
    };
  }

  return { name: 'planted', origin: ORIGIN, ...visitor('first'), session: () => visitor(randomUUID()) };
}
