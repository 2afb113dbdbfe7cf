/** A server that has the interface of FIDO's conformance tools: four paths, and `status`. */

import { check, exactly, maybe, type Shape, text } from '../../base/shape.ts';
import { type AppOptions, appShape } from '../../client/app.ts';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../webauthn/types.ts';
import type { CeremonyName } from '../fault.ts';
import type { HttpAnswer } from './answer.ts';
import { encodedAs } from './form.ts';
import { HttpVisitor } from './http.ts';
import { requirePath } from './reach.ts';
import { answered, personIn, refusal, verdict, withoutOptions } from './spoken.ts';
import type {
  Answer,
  AuditUser,
  CeremonyCall,
  SubmitCall,
  Target,
  TargetSession,
  TargetTraits,
  Turn,
} from './target.ts';
import { traitsShape } from './traits.ts';
import {
  authenticationRequest,
  httpUrl,
  isAcceptance,
  isLoopback,
  noOptions,
  optionsIn,
  originOf,
  registrationRequest,
} from './words.ts';

/** Options of a target that has the interface of FIDO's conformance tools. */
export interface ConformanceOptions {
  /** Where its pages are, or an app's origin. Default: the URL's own origin. */
  readonly origin?: string;
  /** What lets an app or an extension use the RP ID, where the origin is one's. */
  readonly app?: AppOptions;
  readonly traits?: TargetTraits;
  /** Where it tells whom it takes a visitor for: a path, and a JSON Pointer behind `#`, such as `/me#/user/id`. */
  readonly whoami?: string;
}

const shape: Shape<ConformanceOptions> = exactly({
  origin: maybe(text({ what: 'an origin such as https://example.com' })),
  app: maybe(appShape),
  traits: maybe(traitsShape),
  whoami: maybe(
    text({
      pattern: /^[^#]+(#(\/([^~/]|~[01])*)*)?$/,
      what: 'a path, and a JSON Pointer behind #, such as /me#/user/id',
    }),
  ),
});

const PATHS = { registration: 'attestation', authentication: 'assertion' } as const;

/**
 * A target with the conformance interface.
 *
 * @param url under which `/attestation/options`, `/attestation/result`, `/assertion/options` and `/assertion/result` are
 * @throws StuntkeyError `bad-target`
 */
export function conformanceTarget(url: string, options: ConformanceOptions = {}): Target {
  const { origin, app, whoami, traits = {} } = check(shape, options, 'bad-target');
  const base = httpUrl('url', url);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  if (whoami !== undefined) requirePath('whoami', whoami, base);
  return {
    name: base.href,
    kind: 'conformance',
    url: base.href,
    loopback: isLoopback(base),
    origin: origin === undefined ? base.origin : originOf('origin', origin),
    ...(app && { app }),
    traits: { ...(whoami !== undefined && { whoAmI: true }), ...traits },
    open: async () => new ConformanceSession(base, whoami),
  };
}

class ConformanceSession implements TargetSession {
  readonly #base: URL;
  readonly #visitor: HttpVisitor;
  readonly #whoami: string | undefined;

  constructor(base: URL, whoami: string | undefined, cookies: Iterable<readonly [string, string]> = []) {
    this.#base = base;
    this.#whoami = whoami;
    this.#visitor = new HttpVisitor(base.origin, cookies);
  }

  copy(): TargetSession {
    return new ConformanceSession(this.#base, this.#whoami, this.#visitor.cookies);
  }

  async whoAmI(turn: Turn): Promise<string | undefined> {
    if (this.#whoami === undefined) return undefined;
    const [path = '', pointer = ''] = this.#whoami.split('#');
    const url = new URL(path, this.#base);
    return personIn(await this.#visitor.send({ method: 'GET', url }, turn), pointer);
  }

  register(call: CeremonyCall<PublicKeyCredentialCreationOptionsJSON>): Promise<Answer> {
    return this.#ceremony('registration', registrationRequest(call.user as AuditUser, call.wish), call);
  }

  signIn(call: CeremonyCall<PublicKeyCredentialRequestOptionsJSON>): Promise<Answer> {
    return this.#ceremony('authentication', authenticationRequest(call.user, call.wish), call);
  }

  submit({ ceremony, response, request, ...turn }: SubmitCall): Promise<Answer> {
    return answered(this.#visitor, async () => {
      const answer = await this.#post(ceremony, 'result', response, turn, request?.headers);
      return refusal(answer) ?? verdict(answer, isAcceptance(answer.json));
    });
  }

  #ceremony<Options>(ceremony: CeremonyName, request: unknown, call: CeremonyCall<Options>): Promise<Answer> {
    return answered(this.#visitor, async () => {
      const answer = await this.#post(ceremony, 'options', request, call);
      const options = optionsIn<Options>(answer.json);
      if (answer.status === 404 || answer.status === 405)
        return noOptions(
          `${this.#urlOf(ceremony, 'options').pathname} is not there: a server with other paths has to be described (stuntkey audit init ${this.#base.href})`,
          answer.status,
        );
      if (answer.status >= 400 || options === undefined) return withoutOptions(answer);
      const response = await call.respond(options);
      if (response === undefined) return { kind: 'abandoned' };
      return this.submit({ ...call, ceremony, response });
    });
  }

  #urlOf(ceremony: CeremonyName, what: 'options' | 'result'): URL {
    return new URL(`${PATHS[ceremony]}/${what}`, this.#base);
  }

  #post(
    ceremony: CeremonyName,
    what: 'options' | 'result',
    body: unknown,
    turn: Turn,
    more: Readonly<Record<string, string>> = {},
  ): Promise<HttpAnswer> {
    const url = this.#urlOf(ceremony, what);
    // The body is JSON whatever it is, a text too; unless a form is to be sent.
    const headers = { 'content-type': 'application/json', ...more };
    const text = encodedAs(headers['content-type'], body);
    return this.#visitor.send({ method: 'POST', url, headers, body: text }, turn);
  }
}
