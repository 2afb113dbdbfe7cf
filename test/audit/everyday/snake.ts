/** Everything in snake_case, bytes in base64 with padding, and status 200 whatever the answer. */
import { allowedBy, Book, isOfOther, type Session, token } from './book.ts';
import { type Everyday, jsonOf, text } from './serve.ts';

const padded = (id: string): string => Buffer.from(id, 'base64url').toString('base64');
const unpadded = (id: unknown): unknown =>
  typeof id === 'string' ? Buffer.from(id, 'base64').toString('base64url') : id;
const listed = (all: readonly { readonly id: string }[] = []) =>
  all.map(({ id }) => ({ type: 'public-key', id: padded(id) }));

const ATTESTATION = {
  credential_id: '{response/rawId}',
  type: '{response/type}',
  client_data_json: '{response/response/clientDataJSON}',
  attestation_object: '{response/response/attestationObject}',
};
const { attestation_object: _, ...ASSERTION } = ATTESTATION;

/** @param weak a passkey can be added to any account, by any visitor */
export function snakeServer(origin: () => string, weak = false): Everyday {
  const book = new Book(origin);
  const sessions = new Map<string, Session>();
  return {
    describe: (url) => ({
      url,
      encoding: 'base64',
      registration: {
        options: {
          path: '/api/begin_registration',
          body: { user_name: '{username}' },
          pointer: '/creation_options',
          as: {
            challenge: '{answer/challenge}',
            rp: { id: '{answer/rp_id}', name: 'Example' },
            user: {
              id: '{answer/user_id}',
              name: '{answer/user_name}',
              displayName: '{answer/user_name}',
            },
            pubKeyCredParams: '{answer/pub_key_cred_params}',
            excludeCredentials: '{answer/exclude_credentials}',
            authenticatorSelection: { residentKey: 'required' },
          },
        },
        result: {
          path: '/api/finish_registration',
          body: ATTESTATION,
          success: { pointer: '/ok', equals: true },
        },
      },
      authentication: {
        options: {
          path: '/api/begin_sign_in',
          body: { user_name: '{username}' },
          pointer: '/request_options',
          as: {
            challenge: '{answer/challenge}',
            rpId: '{answer/rp_id}',
            allowCredentials: '{answer/allow_credentials}',
          },
        },
        result: {
          path: '/api/finish_sign_in',
          body: {
            ...ASSERTION,
            authenticator_data: '{response/response/authenticatorData}',
            signature: '{response/response/signature}',
            user_handle: '{response/response/userHandle}',
          },
          success: { pointer: '/ok', equals: true },
        },
      },
      whoami: { path: '/api/who', pointer: '/user_name' },
    }),
    async handle(asked) {
      const { path, cookies } = asked;
      const given = cookies.app_session ?? '';
      const session = sessions.get(given) ?? {};
      const headers: Record<string, string> = {};
      const enter = (one: Session): void => {
        const sid = token();
        sessions.delete(given);
        sessions.set(sid, one);
        headers['set-cookie'] = `app_session=${sid}; Path=/`;
      };
      if (!sessions.has(given)) enter(session);
      const { user_name, credential_id, type, ...sent } = jsonOf(asked);
      const { pending } = session;
      if (path === '/api/who') return [200, { user_name: session.user?.name ?? null }, headers];
      if (path === '/api/begin_registration') {
        const known = book.user(text(user_name));
        if (known !== undefined && known !== session.user && !weak) return [200, { ok: false }, headers];
        const user = known ?? book.fresh(text(user_name));
        const { challenge, rp, pubKeyCredParams, excludeCredentials } = await book.creation(user);
        session.pending = { ceremony: 'registration', user, challenge };
        const creation_options = {
          challenge: padded(challenge),
          rp_id: rp.id,
          user_id: padded(user.id),
          user_name: user.name,
          pub_key_cred_params: pubKeyCredParams,
          exclude_credentials: listed(excludeCredentials),
        };
        return [200, { creation_options }, headers];
      }
      if (path === '/api/begin_sign_in') {
        const options = await book.request(text(user_name));
        const { challenge, rpId, allowCredentials } = options;
        const user = book.user(text(user_name));
        session.pending = { ceremony: 'authentication', user, challenge, allow: allowedBy(options) };
        const allow_credentials = listed(allowCredentials);
        return [
          200,
          { request_options: { challenge: padded(challenge), rp_id: rpId, allow_credentials } },
          headers,
        ];
      }
      delete session.pending;
      const id = unpadded(credential_id);
      const response = {
        id,
        rawId: id,
        type,
        clientExtensionResults: {},
        response: {
          clientDataJSON: unpadded(sent.client_data_json),
          attestationObject: unpadded(sent.attestation_object),
          authenticatorData: unpadded(sent.authenticator_data),
          signature: unpadded(sent.signature),
          userHandle: unpadded(sent.user_handle),
        },
      };
      try {
        if (path === '/api/finish_registration' && pending?.ceremony === 'registration') {
          const user = await book.register(response, pending, session.user);
          if (!weak) session.user = user;
          return [200, { ok: true }, headers];
        }
        if (path === '/api/finish_sign_in' && pending?.ceremony === 'authentication') {
          const { user } = await book.authenticate(response, pending);
          if (user !== pending.user || isOfOther(user, response)) throw new Error('not yours');
          enter({ user });
          return [200, { ok: true }, headers];
        }
      } catch {
        // Refused, as is what is for another ceremony.
      }
      return [200, { ok: false }, headers];
    },
  };
}
