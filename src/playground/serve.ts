/**
 * The worker's side of a server: hands what the page asks to the server's functions. It is a file of its own, from which the
 * server's text imports `stuntkey/verify`, too.
 */
export { authenticationChecks, verifyAuthentication } from '../verify/authentication.ts';
export { registrationChecks, verifyRegistration } from '../verify/registration.ts';

/** What the page asks: a function of the server, for one of its visitors. */
interface Call {
  readonly call: number;
  /** Such as `registration.options`. */
  readonly name: string;
  readonly visitor: number;
  /** All but the session. */
  readonly args: readonly unknown[];
}

type Functions = Readonly<Record<string, unknown>>;

const ceremonies = ['registration', 'authentication'] as const;

/** Answers the page's calls with what the server's module exports. @throws Error that says what is missing */
export function serve(module: Functions): void {
  const functions = functionsOf(module);
  const sessions = new Map<number, Record<string, unknown>>();
  addEventListener('message', ({ data }: MessageEvent<Call>) => {
    const { call, name, visitor, args } = data;
    const session = sessions.get(visitor) ?? {};
    sessions.set(visitor, session);
    void answered(functions, name, args, session).then((answer) => postMessage({ call, ...answer }));
  });
  const { origin } = module.relyingParty as { readonly origin?: unknown };
  postMessage({ ready: true, origin, whoAmI: functions.whoAmI !== undefined });
}

async function answered(
  functions: Functions,
  name: string,
  args: readonly unknown[],
  session: object,
): Promise<{ readonly json: string | undefined } | { readonly error: string }> {
  try {
    const work = functions[name] as (...args: unknown[]) => unknown;
    const [first, ...rest] = args;
    const visit = { user: undefined, headers: {}, ...(rest[0] as object | undefined), session };
    const value = await (name === 'whoAmI' ? work(visit) : work(first, visit));
    return { json: JSON.stringify(value) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function functionsOf({ relyingParty }: Functions): Functions {
  if (typeof relyingParty !== 'object' || relyingParty === null)
    throw new Error('expected export const relyingParty = { … }, got none');
  const given = relyingParty as Readonly<Record<string, Functions | undefined>>;
  const functions: Record<string, unknown> = {};
  for (const ceremony of ceremonies)
    for (const name of ['options', 'verify']) {
      const work = given[ceremony]?.[name];
      if (typeof work !== 'function')
        throw new Error(`relyingParty.${ceremony}.${name}: expected a function, got ${typeof work}`);
      functions[`${ceremony}.${name}`] = work.bind(given[ceremony]);
    }
  const { whoAmI } = given as { readonly whoAmI?: unknown };
  if (typeof whoAmI === 'function') functions.whoAmI = whoAmI.bind(given);
  return functions;
}
