// One server with two APIs: the paths of the login page, and the server API of FIDO's conformance tests. Both accept and refuse the
// same responses.
import { conformanceApi } from '../strict-server/http.js';
import { StrictServer } from '../strict-server/strict-server.js';

/** The shape of the login page's answers. @param {string} word the member that has the user's name @returns {(answer: any) => unknown} */
const spoken = (word) => (answer) =>
  answer.status === 'ok' ? { [word]: answer.username } : { error: answer.errorMessage };

/** @param {any} answer */
const options = (answer) => (answer.status === 'ok' ? answer : { error: answer.errorMessage });

/** The page signs in without a name, which takes passkeys that the authenticator finds by itself. */
const authenticatorSelection = { residentKey: 'preferred', userVerification: 'preferred' };

/** @type {Record<string, import('../strict-server/http.js').Door>} */
const PAGE = {
  '/register/options': {
    route: ['registration', 'options'],
    asked: (request) => ({ authenticatorSelection, ...request }),
    spoken: options,
  },
  '/register/verify': { route: ['registration', 'verify'], spoken: spoken('registered') },
  '/login/options': { route: ['authentication', 'options'], spoken: options },
  '/login/verify': { route: ['authentication', 'verify'], spoken: spoken('welcome') },
};

/** The answers of a login server. @param {readonly string[]} weak names of guards that are off @returns {(origin: string) => ReturnType<typeof conformanceApi>} */
export function strictDoors(weak) {
  return (origin) => conformanceApi(new StrictServer({ origins: [origin], weak }), PAGE);
}
