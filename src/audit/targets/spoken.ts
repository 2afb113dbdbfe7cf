/** What an answer of HTTP says: yes, no, later, or nothing that can be understood. */
import { type HttpAnswer, NoAnswer } from './answer.ts';
import type { HttpVisitor } from './http.ts';
import { pointed } from './pointer.ts';
import type { Answer } from './target.ts';
import { accepted, failed, messageIn, noOptions, rejected, shown } from './words.ts';

/** What comes of a ceremony over HTTP: the lack of an answer is one, too. With it goes the request that decided it. */
export async function answered(visitor: HttpVisitor, ceremony: () => Promise<Answer>): Promise<Answer> {
  const answer = await spoken(ceremony);
  const { last } = visitor;
  return last === undefined || answer.kind === 'abandoned' || answer.exchange !== undefined
    ? answer
    : { ...answer, exchange: last };
}

async function spoken(ceremony: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ceremony();
  } catch (error) {
    if (error instanceof NoAnswer) return failed(error.message, error.breakage, error.status);
    throw error;
  }
}

/** No options, and why. */
export function withoutOptions(answer: HttpAnswer): Answer {
  const { status } = answer;
  if (isLater(status)) return later(answer);
  if (status >= 500) return failed(`expected options, got ${described(answer)}`, 'status', status);
  const said = messageIn(answer.json);
  return noOptions(said ?? `expected options with a challenge, got ${described(answer)}`, status);
}

/** What a status says whatever the body says; undefined where it says nothing. */
export function refusal(answer: HttpAnswer): Answer | undefined {
  const { status } = answer;
  if (isLater(status)) return later(answer);
  if (status >= 500) return failed(`expected yes or no, got ${described(answer)}`, 'status', status);
  if (status === 404 || status === 405)
    return failed(`expected yes or no, got ${described(answer)}`, 'unreadable', status);
  return status >= 400 ? rejected(messageIn(answer.json), status) : undefined;
}

/** Whether a status speaks of how much was asked, and not of what. */
function isLater(status: number): boolean {
  return status === 429;
}

function later(answer: HttpAnswer): Answer {
  return {
    kind: 'busy',
    status: answer.status,
    message: `the server asks to come later: ${described(answer)}`,
  };
}

/** Whom an answer names at a JSON Pointer: any text; undefined where it names no one. @throws NoAnswer for a server that breaks */
export function personIn(answer: HttpAnswer, pointer: string): string | undefined {
  const { status, json } = answer;
  if (status >= 500 || isLater(status))
    throw new NoAnswer(`expected who is signed in, got ${described(answer)}`, 'status', status);
  if (status >= 400) return undefined;
  const found = pointed(json, pointer);
  if (found === undefined || found === null || found === '' || found === false) return undefined;
  return typeof found === 'object' ? JSON.stringify(found) : String(found);
}

export function verdict(answer: HttpAnswer, acceptance: boolean | undefined): Answer {
  if (acceptance === undefined)
    return failed(`expected yes or no, got ${described(answer)}`, 'unreadable', answer.status);
  return acceptance ? accepted(answer.status) : rejected(messageIn(answer.json), answer.status);
}

function described({ status, headers, text }: HttpAnswer): string {
  const type = headers.get('content-type')?.split(';')[0] ?? 'no content type';
  return `status ${status}, ${type}: ${text === '' ? 'nothing' : shown(text)}`;
}
