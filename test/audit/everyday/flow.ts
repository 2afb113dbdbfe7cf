/** A ceremony is a flow, whose ID is in the path and in the body; 201 and 204, without a body where there is nothing to say. */
import { allowedBy, Book, isOfOther, type Pending, type Session, token } from './book.ts';
import { type Everyday, type Given, jsonOf, text } from './serve.ts';

/** @param weak a response to any challenge will do, whatever the flow was for */
export function flowServer(origin: () => string, weak = false): Everyday {
  const book = new Book(origin);
  const flows = new Map<string, Pending>();
  const sessions = new Map<string, Session>();
  const ceremony = (path: string) => ({
    options: { path, body: { email: '{username}' }, pointer: '/options', take: { flow: '/flow/id' } },
    result: {
      method: 'PUT',
      path: `${path}/{flow}`,
      body: { flowId: '{flow}', response: '{response}' },
      success: { status: 204 },
    },
  });
  const signedIn = (session: Session): Given => {
    const sid = token();
    sessions.set(sid, session);
    return [204, undefined, { 'set-cookie': `sid=${sid}; HttpOnly; Path=/; SameSite=Lax` }];
  };
  return {
    describe: (url) => ({
      url,
      registration: ceremony('/v1/registrations'),
      authentication: ceremony('/v1/sign-ins'),
      whoami: { path: '/v1/session', pointer: '/email' },
    }),
    async handle(asked) {
      const session = sessions.get(asked.cookies.sid ?? '');
      const { email, flowId, response } = jsonOf(asked);
      const [, , what, id] = asked.path.split('/');
      if (what === 'session')
        return session?.user === undefined ? [404] : [200, { email: session.user.name }];
      if (id === undefined) {
        const name = text(email);
        const known = book.user(name);
        const registers = what === 'registrations';
        if (registers && known !== undefined && known !== session?.user) return [409, { title: 'taken' }];
        const flow = token();
        if (registers) {
          const user = known ?? book.fresh(name);
          const options = await book.creation(user);
          flows.set(flow, { ceremony: 'registration', user, challenge: options.challenge });
          return [201, { flow: { id: flow }, options }];
        }
        const options = await book.request(name);
        const { challenge } = options;
        flows.set(flow, { ceremony: 'authentication', user: known, challenge, allow: allowedBy(options) });
        return [201, { flow: { id: flow }, options }];
      }
      const flow = flows.get(id);
      flows.delete(id);
      if (flow === undefined || flowId !== id) return [410, { title: 'gone' }];
      if (what === 'registrations' && flow.ceremony === 'registration')
        return signedIn({ user: await book.register(response, flow, session?.user) });
      if (what !== 'sign-ins' || flow.ceremony !== 'authentication') return [410, { title: 'gone' }];
      const { user } = await book.authenticate(response, flow, weak ? () => true : flow.challenge);
      if (user !== flow.user || isOfOther(user, response)) return [403, { title: 'not yours' }];
      sessions.delete(asked.cookies.sid ?? '');
      return signedIn({ user });
    },
  };
}
