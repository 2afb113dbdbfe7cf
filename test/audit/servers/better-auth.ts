/** better-auth with its passkey plugin, as https://better-auth.com/docs/plugins/passkey shows it, over its memory adapter. */
import { importFrom } from '../../judges/install.ts';
import type { RealServer } from './application.ts';

const ORIGIN = 'http://localhost:3000';

interface Auth {
  handler(request: Request): Promise<Response>;
}

interface Adapter {
  transaction<T>(work: (adapter: Adapter) => Promise<T>): Promise<T>;
}

/** The server itself, as a function from requests to answers. */
export async function betterAuth(): Promise<Auth> {
  const load = (name: string): Promise<Record<string, (...options: unknown[]) => unknown>> =>
    importFrom('better-auth', `${name}/dist/index.mjs`) as never;
  const { betterAuth: make } = await load('better-auth');
  const { passkey } = await load('@better-auth/passkey');
  const { memoryAdapter } = (await importFrom(
    'better-auth',
    'better-auth/dist/adapters/memory-adapter/index.mjs',
  )) as { memoryAdapter: (database: object) => (options: object) => Adapter };
  const tables = { user: [], session: [], account: [], verification: [], passkey: [] };
  // Its transactions copy every table twice, and compare every row: of thousands of users, each sign-up would take longer than all else.
  const database = (options: object): Adapter => {
    const adapter = memoryAdapter(tables)(options);
    return { ...adapter, transaction: (work) => work(adapter) };
  };
  return make?.({
    baseURL: ORIGIN,
    secret: 'of no worth: this server lives for one test run of stuntkey',
    database,
    emailAndPassword: {
      enabled: true,
      // Passwords are not what is looked at, and scrypt takes its time.
      password: { hash: async (password: string) => password, verify: async () => true },
    },
    logger: { disabled: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    plugins: [passkey?.({ rpID: 'localhost', rpName: 'Example', origin: ORIGIN })],
  }) as Auth;
}

export async function betterAuthServer(): Promise<RealServer> {
  const auth = await betterAuth();
  return {
    name: 'better-auth, its passkey plugin',
    origin: ORIGIN,
    visitor() {
      const cookies = new Map<string, string>();
      async function call(
        path: string,
        body?: object,
        unusual: Readonly<Record<string, string>> = {},
      ): Promise<Record<string, unknown>> {
        const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
        const response = await auth.handler(
          new Request(`${ORIGIN}/api/auth${path}`, {
            method: body === undefined ? 'GET' : 'POST',
            headers: {
              origin: ORIGIN,
              cookie,
              ...(body && { 'content-type': 'application/json' }),
              ...unusual,
            },
            ...(body && { body: JSON.stringify(body) }),
          }),
        );
        for (const line of response.headers.getSetCookie()) {
          const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          if (name !== undefined) cookies.set(name, value ?? '');
        }
        const answer = await response.text();
        if (!response.ok) throw new Error(`${response.status} ${answer}`, { cause: response.status });
        return JSON.parse(answer);
      }
      let signedUp: string | undefined;
      return {
        async creationOptions(userName) {
          if (signedUp !== userName) {
            const email = `${encodeURIComponent(userName)}@example.com`;
            const credentials = { email, password: 'correct horse battery staple', name: userName };
            await call('/sign-up/email', credentials).catch(() => call('/sign-in/email', credentials));
          }
          signedUp = userName;
          return (await call('/passkey/generate-register-options')) as never;
        },
        async register(response, headers) {
          await call('/passkey/verify-registration', { response }, headers);
        },
        requestOptions: async () => (await call('/passkey/generate-authenticate-options')) as never,
        async signIn(response, headers) {
          const { user } = (await call('/passkey/verify-authentication', { response }, headers)) as {
            user: { name: string };
          };
          return user.name;
        },
        async whoAmI() {
          const session = (await call('/get-session')) as { user?: { name?: string } } | null;
          return session?.user?.name;
        },
      };
    },
  };
}
