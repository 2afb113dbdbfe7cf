/** A server with any interface over HTTP, by its description. */
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../webauthn/types.ts';
import type { CeremonyName, OptionsWish } from '../fault.ts';
import { answered, refusal, verdict, withoutOptions } from './conformance.ts';
import {
  type DescribedRequest,
  type DescribedSuccess,
  readDescription,
  type TargetDescription,
} from './description.ts';
import { type HttpAnswer, HttpVisitor } from './http.ts';
import { pointed } from './pointer.ts';
import type { Answer, AuditUser, CeremonyCall, Target, TargetSession } from './target.ts';
import { failed, httpUrl, isLoopback, optionsIn, shown } from './words.ts';

/** What stands for the placeholders. */
type Values = Readonly<Record<string, unknown>>;

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
  const url = httpUrl('/url', description.url);
  const { name = url.href, origin, remove, trustsAuthority, framed } = description;
  const sessions = new Map<string, DescribedSession>();
  return {
    name,
    kind: 'description',
    url: url.href,
    loopback: isLoopback(url),
    origin: origin === undefined ? url.origin : httpUrl('/origin', origin).origin,
    traits: {
      ...(trustsAuthority !== undefined && { trustsAuthority }),
      ...(framed !== undefined && { framed }),
      ...(remove && {
        remove: async (credentialId, user) => {
          await sessions.get(user.name)?.remove(credentialId);
        },
      }),
    },
    open: async () =>
      new DescribedSession(description, url, (user, session) => {
        if (remove !== undefined && !sessions.has(user.name)) sessions.set(user.name, session);
      }),
  };
}

class DescribedSession implements TargetSession {
  readonly #description: TargetDescription;
  readonly #url: URL;
  readonly #visitor = new HttpVisitor();
  readonly #entered: (user: AuditUser, session: DescribedSession) => void;
  #begun = false;
  #token: string | undefined;

  constructor(
    description: TargetDescription,
    url: URL,
    entered: (user: AuditUser, session: DescribedSession) => void,
  ) {
    this.#description = description;
    this.#url = url;
    this.#entered = entered;
  }

  register(call: CeremonyCall<PublicKeyCredentialCreationOptionsJSON>): Promise<Answer> {
    return this.#ceremony('registration', call);
  }

  signIn(call: CeremonyCall<PublicKeyCredentialRequestOptionsJSON>): Promise<Answer> {
    return this.#ceremony('authentication', call);
  }

  submit(
    ceremony: CeremonyName,
    user: AuditUser | undefined,
    response: unknown,
    signal: AbortSignal,
  ): Promise<Answer> {
    return answered(async () => {
      const values = { ...valuesOf(user, {}), response, responseText: JSON.stringify(response) };
      const stopped = await this.#begin(values, signal);
      if (stopped !== undefined) return stopped;
      const { success, ...request } = this.#description[ceremony].result;
      const answer = await this.#send({ body: '{response}', ...request }, values, signal);
      return refusal(answer) ?? verdict(answer, holds(success, answer));
    });
  }

  /** Removes a credential, as this visitor. */
  async remove(credentialId: string): Promise<void> {
    const { remove } = this.#description;
    if (remove !== undefined) await this.#send(remove, { credentialId }, new AbortController().signal);
  }

  #ceremony<Options>(
    ceremony: CeremonyName,
    { user, wish, signal, respond }: CeremonyCall<Options>,
  ): Promise<Answer> {
    return answered(async () => {
      const values = valuesOf(user, wish);
      const stopped = await this.#begin(values, signal);
      if (stopped !== undefined) return stopped;
      if (user !== undefined) this.#entered(user, this);
      const { pointer = '', ...request } = this.#description[ceremony].options;
      const answer = await this.#send(request, values, signal);
      const options = optionsIn<Options>(pointed(answer.json, pointer));
      if (answer.status >= 400 || options === undefined) return withoutOptions(answer);
      const response = await respond(options);
      return response === undefined ? { kind: 'abandoned' } : this.submit(ceremony, user, response, signal);
    });
  }

  /** What comes before a visitor's first request. */
  async #begin(values: Values, signal: AbortSignal): Promise<Answer | undefined> {
    if (this.#begun) return undefined;
    this.#begun = true;
    for (const { success, ...request } of this.#description.before ?? []) {
      const answer = await this.#send(request, values, signal);
      if (holds(success, answer) !== true) {
        const { path } = request;
        return failed(
          `before, ${path}: expected success, got status ${answer.status}: ${shown(answer.text)}`,
          answer.status,
        );
      }
    }
    const { csrf } = this.#description;
    if (csrf?.request !== undefined) {
      const { pointer, ...request } = csrf.request;
      const answer = await this.#send(request, values, signal);
      const token = pointed(answer.json, pointer);
      if (typeof token !== 'string')
        return failed(`csrf: expected a text at ${pointer}, got ${shown(token)}`, answer.status);
      this.#token = token;
    }
    return undefined;
  }

  #send(request: DescribedRequest, values: Values, signal: AbortSignal): Promise<HttpAnswer> {
    const { method = 'POST', path, headers, body } = request;
    const { csrf, headers: always } = this.#description;
    const token = csrf?.cookie === undefined ? this.#token : this.#visitor.cookie(csrf.cookie);
    const filledBody = filled(body, values);
    return this.#visitor.send(
      {
        method,
        url: new URL(String(filled(path, values, encodeURIComponent)), this.#url),
        headers: {
          ...(filledBody !== undefined && { 'content-type': 'application/json' }),
          ...(csrf !== undefined && token !== undefined && { [csrf.header]: token }),
          ...always,
          ...headers,
        },
        ...(filledBody !== undefined && { body: JSON.stringify(filledBody) }),
      },
      signal,
    );
  }
}

function valuesOf(user: AuditUser | undefined, wish: OptionsWish): Values {
  return { username: user?.name, displayName: user?.displayName, ...wish };
}

const PLACEHOLDER = /\{(\w+)\}/g;

/** JSON with values for placeholders. A text that is nothing but one becomes its value; members without a value are left out. */
function filled(
  template: unknown,
  values: Values,
  spell: (text: string) => string = (text) => text,
): unknown {
  if (typeof template === 'string') {
    const [, whole] = /^\{(\w+)\}$/.exec(template) ?? [];
    if (whole !== undefined && spell('{') === '{') return values[whole];
    return template.replaceAll(PLACEHOLDER, (text, name: string) =>
      values[name] === undefined ? text : spell(String(values[name])),
    );
  }
  if (Array.isArray(template)) return template.map((one) => filled(one, values, spell));
  if (typeof template !== 'object' || template === null) return template;
  const members = Object.entries(template).map(
    ([name, value]) => [name, filled(value, values, spell)] as const,
  );
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

function holds(success: DescribedSuccess | undefined, { status, json }: HttpAnswer): boolean | undefined {
  const { status: expected, pointer, equals } = success ?? {};
  if (expected === undefined ? status < 200 || status > 299 : status !== expected) return false;
  if (pointer === undefined) return true;
  const found = pointed(json, pointer);
  return equals === undefined ? Boolean(found) : JSON.stringify(found) === JSON.stringify(equals);
}
