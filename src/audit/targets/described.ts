/** A server with any interface over HTTP, by its description. */
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../webauthn/types.ts';
import type { CeremonyName, OptionsWish } from '../fault.ts';
import { type HttpAnswer, NoAnswer } from './answer.ts';
import { fromBase64, toBase64, withBytes } from './base64.ts';
import type { DescribedRequest, DescribedStep, DescribedSuccess, TargetDescription } from './description.ts';
import { readDescription } from './description-shape.ts';
import { encodedAs } from './form.ts';
import { HttpVisitor } from './http.ts';
import { requireKnown } from './known-placeholders.ts';
import { filled, filledHeaders, names, taken, type Values } from './placeholders.ts';
import { pointed } from './pointer.ts';
import { requireHere } from './reach.ts';
import { answered, personIn, refusal, verdict, withoutOptions } from './spoken.ts';
import type {
  Answer,
  AuditUser,
  CeremonyCall,
  RequestWish,
  SubmitCall,
  Target,
  TargetSession,
  Turn,
} from './target.ts';
import { isLoopback, optionsIn, originOf, shown } from './words.ts';

/** Milliseconds between two tries of a step that may take a while. */
const BETWEEN_TRIES = 200;

/**
 * A target of a description, which is checked here.
 *
 * @throws StuntkeyError `bad-target` that says where, what was expected, and what is there
 * @example
 * ```ts
 * import { describedTarget } from 'stuntkey/audit';
 * const target = describedTarget({
 *   url: 'http://localhost:3000/',
 *   registration: {
 *     options: { path: 'register/options', body: { username: '{username}' } },
 *     result: { path: 'register/verify' },
 *   },
 *   authentication: { options: { path: 'login/options' }, result: { path: 'login/verify' } },
 * });
 * console.log(target.origin); // http://localhost:3000
 * ```
 */
export function describedTarget(json: unknown): Target {
  const description = readDescription(json);
  const url = new URL(description.url);
  const {
    name = url.href,
    origin,
    app,
    remove,
    trustsAuthority,
    framed,
    metadata,
    whoami,
    authentication,
    accounts,
    challengeLifetime,
  } = description;
  requireHere(description, url);
  requireKnown(description);
  /** The first visit of each account: it is in the account, and removes its credentials. */
  const first = new Map<string, DescribedSession>();
  return {
    name,
    kind: 'description',
    url: url.href,
    loopback: isLoopback(url),
    origin: origin === undefined ? url.origin : originOf('origin', origin),
    ...(app && { app }),
    traits: {
      named: names(authentication.options, 'username'),
      ...(whoami && { whoAmI: true }),
      ...(trustsAuthority !== undefined && { trustsAuthority }),
      ...(framed !== undefined && { framed }),
      ...(metadata !== undefined && { metadata }),
      ...(challengeLifetime !== undefined && { challengeLifetime: challengeLifetime * 1000 }),
      ...(accounts && { accounts: accounts.map(userOf) }),
      ...(remove && {
        remove: async (credentialId, user) => {
          const turn = { signal: new AbortController().signal, pause: async () => {} };
          await first.get(user.name)?.remove?.(credentialId, turn);
        },
      }),
    },
    open: async () => new DescribedSession(description, url, first),
  };
}

class DescribedSession implements TargetSession {
  readonly #description: TargetDescription;
  readonly #url: URL;
  readonly #visitor: HttpVisitor;
  readonly #first: Map<string, DescribedSession>;
  /** What was taken from answers. */
  readonly #taken: Record<string, unknown> = {};
  #begun = false;
  #ready = false;
  /** Whether this visit is in an account otherwise than by a passkey. */
  #entered = false;

  constructor(
    description: TargetDescription,
    url: URL,
    first: Map<string, DescribedSession>,
    cookies: Iterable<readonly [string, string]> = [],
  ) {
    this.#description = description;
    this.#url = url;
    this.#first = first;
    this.#visitor = new HttpVisitor(url.origin, cookies);
    if (description.remove === undefined) delete this.remove;
  }

  /** Whether bytes are spelled in base64, and not in base64url. */
  get #inBase64(): boolean {
    return this.#description.encoding === 'base64';
  }

  copy(): TargetSession {
    const copy = new DescribedSession(this.#description, this.#url, this.#first, this.#visitor.cookies);
    Object.assign(copy.#taken, this.#taken);
    copy.#begun = copy.#ready = copy.#entered = true;
    return copy;
  }

  register(call: CeremonyCall<PublicKeyCredentialCreationOptionsJSON>): Promise<Answer> {
    return this.#ceremony('registration', call);
  }

  signIn(call: CeremonyCall<PublicKeyCredentialRequestOptionsJSON>): Promise<Answer> {
    return this.#ceremony('authentication', call);
  }

  submit({ ceremony, user, response, request, ...turn }: SubmitCall): Promise<Answer> {
    return answered(this.#visitor, async () => {
      const spelled = this.#inBase64 ? withBytes(response, toBase64) : response;
      const values = {
        ...this.#valuesOf(user, {}),
        response: spelled,
        responseText: JSON.stringify(spelled),
      };
      const stopped = await this.#begin(values, turn);
      if (stopped !== undefined) return stopped;
      const { success, ...described } = this.#description[ceremony].result;
      const body = described.form === undefined ? { body: '{response}' } : {};
      const answer = await this.#send({ ...body, ...described }, values, turn, request, success);
      return refusal(answer) ?? verdict(answer, holds(success, answer));
    });
  }

  async whoAmI(turn: Turn): Promise<string | undefined> {
    const { whoami } = this.#description;
    if (whoami === undefined) return undefined;
    const { pointer, ...request } = whoami;
    const answer = await this.#send({ method: 'GET', ...request }, {}, turn);
    return personIn(answer, pointer);
  }

  /** Removes a credential, as this visitor. */
  remove? = async (credentialId: string, turn: Turn): Promise<void> => {
    const { remove } = this.#description;
    if (remove === undefined) return;
    try {
      const id = this.#inBase64 ? toBase64(credentialId) : credentialId;
      await this.#send(remove, { credentialId: id }, turn);
    } catch (error) {
      // What became of it shows in the next sign-in.
      if (!(error instanceof NoAnswer)) throw error;
    }
  };

  #ceremony<Options>(ceremony: CeremonyName, call: CeremonyCall<Options>): Promise<Answer> {
    const { user, wish, respond, ...turn } = call;
    return answered(this.#visitor, async () => {
      const values = this.#valuesOf(user, wish);
      const stopped =
        (await this.#begin(values, turn)) ??
        (ceremony === 'registration' ? await this.#enter(user as AuditUser, values, turn) : undefined);
      if (stopped !== undefined) return stopped;
      const { pointer = '', as, ...request } = this.#description[ceremony].options;
      const answer = await this.#send(request, values, turn);
      const found = pointed(answer.json, pointer);
      const written = as === undefined ? found : filled(as, { ...this.#taken, ...values, answer: found });
      const options = optionsIn<Options>(this.#inBase64 ? withBytes(written, fromBase64) : written);
      if (answer.status >= 400 || options === undefined) return withoutOptions(answer);
      this.#taken.challenge = (options as { challenge?: unknown }).challenge;
      const response = await respond(options);
      return response === undefined
        ? { kind: 'abandoned' }
        : this.submit({ ...turn, ceremony, user, response });
    });
  }

  /** What comes before a visitor's first request. */
  async #begin(values: Values, turn: Turn): Promise<Answer | undefined> {
    if (this.#begun) return undefined;
    this.#begun = true;
    const stopped = await this.#steps('before', this.#description.before ?? [], values, turn);
    this.#ready = true;
    return stopped;
  }

  /** What comes before a registration: one has to be in one's account, which is made at first. */
  async #enter(user: AuditUser, values: Values, turn: Turn): Promise<Answer | undefined> {
    const isNew = !this.#first.has(user.name);
    if (isNew) this.#first.set(user.name, this);
    const { account, accounts } = this.#description;
    if (account === undefined || this.#entered) return undefined;
    this.#entered = true;
    if (isNew && accounts === undefined) return this.#steps('account.create', account.create, values, turn);
    // A visitor who has signed in is in the account, if the description says nothing else.
    return this.#steps('account.enter', account.enter ?? [], values, turn);
  }

  async #steps(
    name: string,
    steps: readonly DescribedStep[],
    values: Values,
    turn: Turn,
  ): Promise<Answer | undefined> {
    for (const [place, { success, within = 0, unless, ...request }] of steps.entries()) {
      if (unless !== undefined && (await this.#holds(unless, values, turn))) continue;
      let answer = await this.#send(request, values, turn, undefined, success);
      for (let left = within * 1000; holds(success, answer) !== true && left > 0; left -= BETWEEN_TRIES) {
        await turn.pause(BETWEEN_TRIES);
        answer = await this.#send(request, values, turn, undefined, success);
      }
      if (holds(success, answer) === true) continue;
      const { status, text } = answer;
      return {
        kind: 'not-begun',
        status,
        message: `${name}[${place}], ${request.path}: expected success, got status ${status}: ${shown(text)}`,
      };
    }
    return undefined;
  }

  async #holds(
    { success, ...request }: NonNullable<DescribedStep['unless']>,
    values: Values,
    turn: Turn,
  ): Promise<boolean> {
    return holds(success, await this.#send(request, values, turn, undefined, success)) === true;
  }

  #valuesOf(user: AuditUser | undefined, wish: OptionsWish): Values {
    const known = this.#description.accounts?.find(({ username }) => username === user?.name);
    return { username: user?.name, displayName: user?.displayName, ...known, ...wish };
  }

  /** The token against forgery, as far as one is to be asked for. */
  async #token(values: Values, turn: Turn): Promise<string | undefined> {
    const { csrf } = this.#description;
    if (csrf?.cookie !== undefined) return this.#visitor.cookie(csrf.cookie);
    // What comes before the first request comes before the token, too.
    if (csrf?.request === undefined || !this.#ready) return undefined;
    if (csrf.once || this.#taken.csrf === undefined) {
      const { pointer, ...request } = csrf.request;
      const answer = await this.#plainly({ method: 'GET', ...request }, values, turn);
      if (pointer !== undefined) this.#taken.csrf = pointed(answer.json, pointer);
    }
    return typeof this.#taken.csrf === 'string' ? this.#taken.csrf : undefined;
  }

  async #send(
    request: DescribedRequest,
    values: Values,
    turn: Turn,
    wish?: RequestWish,
    success?: DescribedSuccess,
  ): Promise<HttpAnswer> {
    const { csrf } = this.#description;
    const token = wish?.foreign === true ? undefined : await this.#token(values, turn);
    const headers = { ...(csrf?.header !== undefined && token !== undefined && { [csrf.header]: token }) };
    return this.#plainly(request, { csrf: token, ...values }, turn, headers, wish, success);
  }

  async #plainly(
    { method = 'POST', path, headers, body, form, take = {} }: DescribedRequest,
    given: Values,
    turn: Turn,
    token: Readonly<Record<string, string>> = {},
    wish?: RequestWish,
    success?: DescribedSuccess,
  ): Promise<HttpAnswer> {
    // A page of another site has nothing that was told to this visitor.
    const values = wish?.foreign === true ? given : { ...this.#taken, ...given };
    const sent = form === undefined ? filled(body, values) : encodedForm(form, values);
    const type = form === undefined ? 'application/json' : 'application/x-www-form-urlencoded';
    const own = wish?.foreign === true ? {} : { ...this.#description.headers, ...headers };
    const all: Record<string, string> = {
      ...(sent !== undefined && { 'content-type': type }),
      ...token,
      ...filledHeaders(own, values),
      ...wish?.headers,
    };
    const answer = await this.#visitor.send(
      {
        method: method.toUpperCase(),
        url: new URL(String(filled(path, values, encodeURIComponent)), this.#url),
        headers: all,
        ...(sent !== undefined && {
          body: form === undefined ? encodedAs(all['content-type'], sent) : sent,
        }),
        ...(success?.location !== undefined && { manual: true }),
      },
      turn,
    );
    for (const [name, where] of Object.entries(take)) {
      const found = taken(where, answer, (cookie) => this.#visitor.cookie(cookie));
      if (found !== undefined) this.#taken[name] = found;
    }
    return answer;
  }
}

function encodedForm(form: Readonly<Record<string, string>>, values: Values): string {
  const members = filled(form, values) as Record<string, unknown>;
  return new URLSearchParams(
    Object.entries(members).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  ).toString();
}

function userOf({ username = '', displayName = username }: Readonly<Record<string, string>>): AuditUser {
  return { name: username, displayName };
}

function holds(success: DescribedSuccess | undefined, answer: HttpAnswer): boolean | undefined {
  const { status, json, text, headers } = answer;
  const { status: expected, pointer, equals, location, contains } = success ?? {};
  if (location !== undefined) {
    const to = headers.get('location');
    if (to === null || !new URL(to, 'http://localhost').pathname.startsWith(location)) return false;
  }
  // A redirect, of whatever status, is a yes by where it leads.
  const well =
    expected === undefined ? location !== undefined || (status >= 200 && status <= 299) : status === expected;
  if (!well) return false;
  if (contains !== undefined && !text.includes(contains)) return false;
  if (pointer === undefined) return true;
  const found = pointed(json, pointer);
  return equals === undefined ? Boolean(found) : JSON.stringify(found) === JSON.stringify(equals);
}
