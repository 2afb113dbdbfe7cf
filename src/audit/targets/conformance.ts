/** A server that has the interface of FIDO's conformance tools: four paths, and `status`. */
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../webauthn/types.ts';
import type { CeremonyName } from '../fault.ts';
import { type HttpAnswer, HttpVisitor, NoAnswer } from './http.ts';
import type { Answer, AuditUser, CeremonyCall, Target, TargetSession, TargetTraits } from './target.ts';
import {
  accepted,
  authenticationRequest,
  failed,
  httpUrl,
  isAcceptance,
  isLoopback,
  messageIn,
  noOptions,
  optionsIn,
  registrationRequest,
  rejected,
  shown,
} from './words.ts';

export interface ConformanceOptions {
  /** Where its pages are. Default: the URL's own origin. */
  readonly origin?: string;
  readonly traits?: TargetTraits;
}

const PATHS = { registration: 'attestation', authentication: 'assertion' } as const;

/**
 * A target with the conformance interface.
 *
 * @param url under which `/attestation/options`, `/attestation/result`, `/assertion/options` and `/assertion/result` are
 * @throws StuntkeyError `bad-target`
 */
export function conformanceTarget(url: string, { origin, traits = {} }: ConformanceOptions = {}): Target {
  const base = httpUrl('url', url);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  return {
    name: base.href,
    kind: 'conformance',
    url: base.href,
    loopback: isLoopback(base),
    origin: origin === undefined ? base.origin : httpUrl('origin', origin).origin,
    traits,
    open: async () => new ConformanceSession(base),
  };
}

class ConformanceSession implements TargetSession {
  readonly #base: URL;
  readonly #visitor = new HttpVisitor();

  constructor(base: URL) {
    this.#base = base;
  }

  register(call: CeremonyCall<PublicKeyCredentialCreationOptionsJSON>): Promise<Answer> {
    return this.#ceremony('registration', registrationRequest(call.user as AuditUser, call.wish), call);
  }

  signIn(call: CeremonyCall<PublicKeyCredentialRequestOptionsJSON>): Promise<Answer> {
    return this.#ceremony('authentication', authenticationRequest(call.user, call.wish), call);
  }

  submit(
    ceremony: CeremonyName,
    _user: AuditUser | undefined,
    response: unknown,
    signal: AbortSignal,
  ): Promise<Answer> {
    return answered(async () => {
      const answer = await this.#post(ceremony, 'result', response, signal);
      return refusal(answer) ?? verdict(answer, isAcceptance(answer.json));
    });
  }

  #ceremony<Options>(ceremony: CeremonyName, request: unknown, call: CeremonyCall<Options>): Promise<Answer> {
    return answered(async () => {
      const answer = await this.#post(ceremony, 'options', request, call.signal);
      const options = optionsIn<Options>(answer.json);
      if (answer.status >= 400 || options === undefined) return withoutOptions(answer);
      const response = await call.respond(options);
      if (response === undefined) return { kind: 'abandoned' };
      return this.submit(ceremony, call.user, response, call.signal);
    });
  }

  #post(
    ceremony: CeremonyName,
    what: 'options' | 'result',
    body: unknown,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const url = new URL(`${PATHS[ceremony]}/${what}`, this.#base);
    // The body is JSON whatever it is: a text too.
    const headers = { 'content-type': 'application/json' };
    return this.#visitor.send({ method: 'POST', url, headers, body: JSON.stringify(body) }, signal);
  }
}

/** What comes of a ceremony over HTTP: the lack of an answer is one, too. */
export async function answered(ceremony: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ceremony();
  } catch (error) {
    if (error instanceof NoAnswer) return failed(error.message, error.status);
    throw error;
  }
}

/** No options, and why. */
export function withoutOptions(answer: HttpAnswer): Answer {
  if (answer.status >= 500) return failed(`expected options, got ${described(answer)}`, answer.status);
  const said = messageIn(answer.json);
  return noOptions(said ?? `expected options with a challenge, got ${described(answer)}`, answer.status);
}

/** What a status says whatever the body says; undefined where it says nothing. */
export function refusal(answer: HttpAnswer): Answer | undefined {
  const { status } = answer;
  if (status >= 500) return failed(`expected yes or no, got ${described(answer)}`, status);
  if (status === 404 || status === 405 || status === 429)
    return failed(`expected yes or no, got ${described(answer)}`, status);
  return status >= 400 ? rejected(messageIn(answer.json), status) : undefined;
}

export function verdict(answer: HttpAnswer, acceptance: boolean | undefined): Answer {
  if (acceptance === undefined) return failed(`expected yes or no, got ${described(answer)}`, answer.status);
  return acceptance ? accepted(answer.status) : rejected(messageIn(answer.json), answer.status);
}

function described({ status, headers, text }: HttpAnswer): string {
  const type = headers.get('content-type')?.split(';')[0] ?? 'no content type';
  return `status ${status}, ${type}: ${text === '' ? 'nothing' : shown(text)}`;
}
