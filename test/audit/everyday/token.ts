/** The session is a token in a header: given to every visitor, and another one after sign-in. */
import { allowedBy, Book, isOfOther, type Session, token } from './book.ts';
import { type Everyday, jsonOf, text } from './serve.ts';

const finish = (more: object) => ({ body: { credential: '{response}' }, ...more });

/** @param weak the session is that of the name that was asked for, whose credential it is or not */
export function tokenServer(origin: () => string, weak = false): Everyday {
  const book = new Book(origin);
  const sessions = new Map<string, Session>();
  return {
    describe: (url) => ({
      url,
      before: [{ path: '/auth/start', take: { token: '/token' } }],
      headers: { authorization: 'Bearer {token}' },
      registration: {
        options: { path: '/auth/register', body: { userName: '{username}' }, pointer: '/data/publicKey' },
        result: finish({ path: '/auth/register/finish', success: { pointer: '/data/userId' } }),
      },
      authentication: {
        options: { path: '/auth/login', body: { userName: '{username}' }, pointer: '/data/publicKey' },
        result: finish({
          path: '/auth/login/finish',
          take: { token: '/data/token' },
          success: { pointer: '/data/token' },
        }),
      },
      whoami: { path: '/auth/me', pointer: '/data/userId' },
    }),
    async handle(asked) {
      const { path, headers } = asked;
      if (path === '/auth/start') {
        const given = token();
        sessions.set(given, {});
        return [200, { token: given }];
      }
      const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
      const session = sessions.get(bearer);
      if (session === undefined) return [401, { error: 'unauthorized' }];
      const { userName, credential } = jsonOf(asked);
      const { pending } = session;
      switch (path) {
        case '/auth/me':
          return session.user === undefined ? [401] : [200, { data: { userId: session.user.id } }];
        case '/auth/register': {
          const known = book.user(text(userName));
          if (known !== undefined && known !== session.user) return [409, { error: 'taken' }];
          const user = known ?? book.fresh(text(userName));
          const publicKey = await book.creation(user);
          session.pending = { ceremony: 'registration', user, challenge: publicKey.challenge };
          return [200, { data: { publicKey } }];
        }
        case '/auth/register/finish':
          delete session.pending;
          if (pending?.ceremony !== 'registration') return [400, { error: 'nothing pending' }];
          session.user = await book.register(credential, pending, session.user);
          return [200, { data: { userId: session.user.id } }];
        case '/auth/login': {
          const publicKey = await book.request(text(userName));
          const user = book.user(text(userName));
          const { challenge } = publicKey;
          session.pending = { ceremony: 'authentication', user, challenge, allow: allowedBy(publicKey) };
          return [200, { data: { publicKey } }];
        }
        case '/auth/login/finish': {
          delete session.pending;
          if (pending?.ceremony !== 'authentication' || pending.user === undefined)
            return [400, { error: 'nothing pending' }];
          const { user } = await book.authenticate(
            credential,
            weak ? { challenge: pending.challenge } : pending,
          );
          if (!weak && (user !== pending.user || isOfOther(user, credential)))
            return [403, { error: 'not yours' }];
          const given = token();
          sessions.delete(bearer);
          sessions.set(given, { user: pending.user });
          return [200, { data: { token: given } }];
        }
      }
      return [404, { error: 'not found' }];
    },
  };
}
