/** No state but in cookies that are signed and expire; no names at sign-in. Used challenges are remembered, and cookies are taken back by a date. */
import { createHmac, randomBytes } from 'node:crypto';
import { Book, isOfOther, type Response, type User } from './book.ts';
import { type Everyday, jsonOf, text } from './serve.ts';

interface Sealed {
  readonly until: number;
  readonly sub?: string;
  readonly challenge?: string;
  readonly ceremony?: 'registration' | 'authentication';
  readonly name?: string;
}

const GONE = 'challenge=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; HttpOnly';
const MINUTES = 60_000;

/** @param weak the session of whose credential it says it is comes with every answer */
export function statelessServer(origin: () => string, weak = false): Everyday {
  const book = new Book(origin);
  const used = new Set<string>();
  const secret = randomBytes(32);
  const macOf = (part: string): string => createHmac('sha256', secret).update(part).digest('base64url');
  const cookie = (name: string, value: Omit<Sealed, 'until'>): string => {
    const part = Buffer.from(JSON.stringify({ ...value, until: Date.now() + 10 * MINUTES })).toString(
      'base64url',
    );
    return `${name}=${part}.${macOf(part)}; Path=/; HttpOnly`;
  };
  const opened = (sealed = ''): Sealed | undefined => {
    const [part = '', mac] = sealed.split('.');
    if (mac !== macOf(part)) return undefined;
    const value = JSON.parse(Buffer.from(part, 'base64url').toString()) as Sealed;
    return value.until > Date.now() ? value : undefined;
  };
  return {
    describe: (url) => ({
      url,
      registration: {
        options: { method: 'GET', path: '/passkeys/new?login={username}' },
        result: { path: '/passkeys', success: { status: 201 } },
      },
      authentication: {
        options: { method: 'GET', path: '/session/new' },
        result: { path: '/session', success: { status: 201 } },
      },
      whoami: { path: '/session', pointer: '/login' },
    }),
    async handle(asked) {
      const { method, path, query, cookies } = asked;
      const user = book.userOf(opened(cookies.session)?.sub);
      if (path === '/session' && method === 'GET') return [200, { login: user?.name ?? null }];
      if (path === '/passkeys/new') {
        const name = text(query.get('login'));
        const known = book.user(name);
        if (known !== undefined && known !== user) return [409, { message: 'taken' }];
        const one = known ?? book.fresh(name);
        const options = await book.creation(one);
        const { challenge } = options;
        const sealed = cookie('challenge', { ceremony: 'registration', challenge, name, sub: one.id });
        return [200, options, { 'set-cookie': sealed }];
      }
      if (path === '/session/new') {
        const options = await book.request();
        const { challenge } = options;
        return [
          200,
          options,
          { 'set-cookie': cookie('challenge', { ceremony: 'authentication', challenge }) },
        ];
      }
      const { challenge = '', ceremony, name = '', sub = '' } = opened(cookies.challenge) ?? {};
      if (challenge === '' || used.has(challenge)) return [400, { message: 'start again' }];
      used.add(challenge);
      const response = jsonOf(asked) as Response;
      const sessionOf = (one: User): string => cookie('session', { sub: one.id });
      try {
        if (path === '/passkeys' && ceremony === 'registration') {
          const pending = { ceremony, challenge, user: user ?? { id: sub, name, credentials: [] } } as const;
          const owner = await book.register(response, pending, user);
          return [201, {}, { 'set-cookie': [GONE, sessionOf(owner)] }];
        }
        if (path === '/session' && ceremony === 'authentication') {
          const { user: owner } = await book.authenticate(response, { challenge });
          if (response.response?.userHandle === undefined || isOfOther(owner, response))
            throw new Error('of another');
          return [201, {}, { 'set-cookie': [GONE, sessionOf(owner)] }];
        }
      } catch {
        // Refused, as is what is for another ceremony.
      }
      const claimed = weak && path === '/session' ? book.ownerOf(response.id)?.user : undefined;
      const early = claimed === undefined ? [] : [sessionOf(claimed)];
      return [400, { message: 'no' }, { 'set-cookie': [GONE, ...early] }];
    },
  };
}
