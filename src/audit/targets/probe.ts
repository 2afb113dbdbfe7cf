/** Looks for the paths of a server's ceremonies, and writes down what it found as a description. */
import type { CeremonyName } from '../fault.ts';
import { NoAnswer } from './answer.ts';
import type { DescribedCeremony, TargetDescription } from './description.ts';
import { HttpVisitor } from './http.ts';
import { pointed } from './pointer.ts';
import { httpUrl, optionsIn } from './words.ts';

/** Where options and results of one ceremony are, by projects and tutorials that many have followed. */
type Candidate = readonly [options: string, result: string, method?: 'GET'];

const CANDIDATES: Readonly<Record<CeremonyName, readonly Candidate[]>> = {
  registration: [
    ['attestation/options', 'attestation/result'],
    ['generate-registration-options', 'verify-registration', 'GET'],
    ['register/options', 'register/verify'],
    ['register/begin', 'register/finish'],
    ['register/start', 'register/finish'],
    ['registration/options', 'registration/verify'],
    ['webauthn/register/options', 'webauthn/register'],
    ['webauthn/register/begin', 'webauthn/register/finish'],
    ['webauthn/registration/options', 'webauthn/registration/verify'],
    ['passkey/register/options', 'passkey/register/verify'],
    ['passkey/generate-register-options', 'passkey/verify-registration', 'GET'],
    ['api/auth/passkey/generate-register-options', 'api/auth/passkey/verify-registration', 'GET'],
    ['api/register/begin', 'api/register/complete'],
  ],
  authentication: [
    ['assertion/options', 'assertion/result'],
    ['generate-authentication-options', 'verify-authentication', 'GET'],
    ['login/options', 'login/verify'],
    ['login/begin', 'login/finish'],
    ['login/start', 'login/finish'],
    ['authenticate/options', 'authenticate/verify'],
    ['authenticate/begin', 'authenticate/finish'],
    ['authentication/options', 'authentication/verify'],
    ['webauthn/authenticate/options', 'login/webauthn'],
    ['webauthn/login/begin', 'webauthn/login/finish'],
    ['webauthn/authentication/options', 'webauthn/authentication/verify'],
    ['passkey/login/options', 'passkey/login/verify'],
    ['passkey/generate-authenticate-options', 'passkey/verify-authentication', 'GET'],
    ['api/auth/passkey/generate-authenticate-options', 'api/auth/passkey/verify-authentication', 'GET'],
    ['api/authenticate/begin', 'api/authenticate/complete'],
  ],
};

/** Where options can be in an answer. */
const POINTERS = ['', '/options', '/data', '/data/options', '/result', '/publicKeyOptions'];

const BODY = { username: '{username}', displayName: '{displayName}' };

export interface Probed {
  readonly description: TargetDescription;
  /** Which ceremonies answered with options; the others are guesses that have to be looked at. */
  readonly found: readonly CeremonyName[];
}

/**
 * Asks at the paths that many servers have.
 *
 * @param url what the paths are beside
 * @throws StuntkeyError `bad-target`
 */
export async function probe(
  url: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<Probed> {
  const base = httpUrl('url', url);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const found: CeremonyName[] = [];
  const ceremonies = {} as Record<CeremonyName, DescribedCeremony>;
  for (const ceremony of ['registration', 'authentication'] as const) {
    const [first] = CANDIDATES[ceremony] as readonly [Candidate];
    let described: DescribedCeremony | undefined;
    for (const candidate of CANDIDATES[ceremony]) {
      described = await asked(base, candidate, signal);
      if (described !== undefined) break;
    }
    if (described !== undefined) found.push(ceremony);
    ceremonies[ceremony] = described ?? describe(first, '', undefined);
  }
  return { description: { url: base.href, ...ceremonies }, found };
}

async function asked(
  base: URL,
  candidate: Candidate,
  signal: AbortSignal,
): Promise<DescribedCeremony | undefined> {
  const [path, , method = 'POST'] = candidate;
  const request = {
    method,
    url: new URL(path, base),
    headers: { 'content-type': 'application/json' },
    ...(method === 'POST' && { body: JSON.stringify({ username: 'stuntkey-probe', displayName: 'probe' }) }),
  };
  let json: unknown;
  try {
    const answer = await new HttpVisitor(base.origin).send(request, { signal, pause: async () => {} });
    // An answer that says that the name is unknown, or to log in, shows that the path exists.
    if (answer.status >= 400 && (answer.status === 404 || answer.status === 405 || answer.json === undefined))
      return undefined;
    json = answer.json;
    if (answer.status >= 400) return describe(candidate, '', undefined);
  } catch (error) {
    if (error instanceof NoAnswer) return undefined;
    throw error;
  }
  const pointer = POINTERS.find((one) => optionsIn(pointed(json, one)) !== undefined);
  return pointer === undefined ? undefined : describe(candidate, pointer, json);
}

function describe([options, result, method]: Candidate, pointer: string, json: unknown): DescribedCeremony {
  // FIDO's interface says whether it went well in its answer as well.
  const status = (json as { status?: unknown } | undefined)?.status === 'ok';
  return {
    options: {
      ...(method && { method }),
      path: options,
      ...(method === undefined && { body: BODY }),
      ...(pointer !== '' && { pointer }),
    },
    result: { path: result, ...(status && { success: { pointer: '/status', equals: 'ok' } }) },
  };
}
