/** No names at sign-in; forms, redirects, HTML for errors, and a token against forgery in a cookie and a header. */
import { Book, isOfOther, type Response, type Session, token } from './book.ts';
import { type Everyday, type Given, text } from './serve.ts';

const page = (words: string): string => `<!doctype html><form method="post"><p>${words}</p></form>`;

interface FormSession extends Session {
  readonly csrf: string;
}

/** @param weak the account is whose user handle the response has */
export function namelessServer(origin: () => string, weak = false): Everyday {
  const book = new Book(origin);
  const sessions = new Map<string, FormSession>();
  return {
    describe: (url) => ({
      url,
      before: [{ method: 'GET', path: '/', success: { contains: '<form' } }],
      csrf: { header: 'x-xsrf-token', cookie: 'XSRF-TOKEN' },
      registration: {
        options: { path: '/passkey/create', form: { login: '{username}' } },
        result: {
          path: '/passkey/save',
          form: { credential: '{responseText}', name: 'My passkey' },
          success: { location: '/account' },
        },
      },
      authentication: {
        options: { path: '/passkey/ask' },
        result: {
          path: '/passkey/enter',
          form: { credential: '{responseText}' },
          success: { status: 303, location: '/account' },
        },
      },
      whoami: { path: '/account.json', pointer: '/account/handle' },
      remove: { path: '/passkey/delete', form: { id: '{credentialId}' } },
    }),
    async handle({ method, path, cookies, headers, body }) {
      const sid = cookies.id ?? '';
      const session = sessions.get(sid) ?? { csrf: token() };
      let more: Record<string, string | string[]> = {};
      const enter = (one: FormSession): void => {
        const given = token();
        sessions.delete(sid);
        sessions.set(given, one);
        const set = [`id=${given}; Path=/; HttpOnly; SameSite=Strict`, `XSRF-TOKEN=${one.csrf}; Path=/`];
        more = { 'set-cookie': set };
      };
      if (!sessions.has(sid)) enter(session);
      const to = (location: string): Given => [303, '', { ...more, location }];
      if (path === '/' && method === 'GET') return [200, page('Welcome'), more];
      if (path === '/account.json')
        return session.user === undefined ? to('/') : [200, { account: { handle: session.user.id } }, more];
      if (headers['x-xsrf-token'] !== session.csrf) return [403, page('Please come again'), more];
      const form = new URLSearchParams(body);
      const { pending } = session;
      if (path === '/passkey/create') {
        const name = text(form.get('login'));
        const known = book.user(name);
        if (known !== undefined && known !== session.user) return [422, page('The name is taken'), more];
        const user = known ?? book.fresh(name);
        const publicKey = await book.creation(user);
        session.pending = { ceremony: 'registration', user, challenge: publicKey.challenge };
        return [200, { publicKey }, more];
      }
      if (path === '/passkey/ask') {
        const publicKey = await book.request();
        session.pending = { ceremony: 'authentication', user: undefined, challenge: publicKey.challenge };
        return [200, { publicKey }, more];
      }
      if (path === '/passkey/delete') {
        const found = book.ownerOf(form.get('id'));
        if (found === undefined || found.user !== session.user) return [404, page('There is none'), more];
        book.remove(found);
        return to('/account');
      }
      delete session.pending;
      try {
        const response = JSON.parse(form.get('credential') ?? 'null') as Response;
        if (path === '/passkey/save' && pending?.ceremony === 'registration') {
          session.user = await book.register(response, pending, session.user);
          return to('/account');
        }
        if (path === '/passkey/enter' && pending?.ceremony === 'authentication') {
          const { user } = await book.authenticate(response, pending);
          const handle = response.response?.userHandle;
          if (!weak && (handle === undefined || isOfOther(user, response))) throw new Error('of another');
          const entered = weak ? book.userOf(handle) : user;
          if (entered === undefined) throw new Error('of no one');
          enter({ user: entered, csrf: token() });
          return to('/account');
        }
      } catch {
        // Refused, as is what is for another ceremony.
      }
      return to('/?error=1');
    },
  };
}
