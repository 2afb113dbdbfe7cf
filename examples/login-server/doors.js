// One server behind all doors: the paths of the login page, and the server API of FIDO's conformance tests. Whatever it lets in by
// one it lets in by the other.
import { conformanceApi } from '../strict-server/http.js';
import { StrictServer } from '../strict-server/strict-server.js';

/** How the login page has answers put. @param {string} word what stands before the name of whoever it was @returns {(answer: any) => unknown} */
const spoken = (word) => (answer) =>
  answer.status === 'ok' ? { [word]: answer.username } : { error: answer.errorMessage };

/** @param {any} answer */
const options = (answer) => (answer.status === 'ok' ? answer : { error: answer.errorMessage });

/** @type {Record<string, import('../strict-server/http.js').Door>} */
const PAGE = {
  '/register/options': { route: ['registration', 'options'], spoken: options },
  '/register/verify': { route: ['registration', 'verify'], spoken: spoken('registered') },
  '/login/options': { route: ['authentication', 'options'], spoken: options },
  '/login/verify': { route: ['authentication', 'verify'], spoken: spoken('welcome') },
};

/** What answers for a login server. @param {readonly string[]} weak names of guards that are off @returns {(origin: string) => ReturnType<typeof conformanceApi>} */
export function strictDoors(weak) {
  return (origin) => conformanceApi(new StrictServer({ origins: [origin], weak }), PAGE);
}
