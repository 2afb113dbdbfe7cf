/** Servers that ask to come later, and connections that break for no reason of the request's: asked again, within bounds. */
import { systemClock, wallTime } from '../../base/clock.ts';
import { type HttpAnswer, NoAnswer } from './answer.ts';
import type { Turn } from './target.ts';

/** How often a request is sent at most. */
const MOST_TRIES = 6;
/** How often a connection may break: on the first try it can be one that the server had closed before. */
const MOST_DROPS = 2;
/** Milliseconds before the second try, where the server names no time; twice as long before each further one. */
const FIRST_WAIT = 100;
/** The longest that is waited because a server says so, milliseconds. */
const LONGEST_WAIT = 120_000;

/** Statuses that speak of the server's state, and not of what was asked. */
const LATER: readonly number[] = [429, 502, 503, 504];

/** @throws NoAnswer */
export async function patiently(turn: Turn, send: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  let drops = 0;
  for (let tries = 1; ; tries++) {
    let answer: HttpAnswer;
    try {
      answer = await send();
    } catch (error) {
      if (!(error instanceof NoAnswer) || error.breakage !== 'drop' || turn.signal.aborted) throw error;
      drops += 1;
      if (drops === MOST_DROPS) throw error;
      continue;
    }
    if (!LATER.includes(answer.status) || tries === MOST_TRIES) return answer;
    const wait = retryAfter(answer.headers) ?? FIRST_WAIT * 2 ** (tries - 1);
    if (wait > LONGEST_WAIT) return answer;
    await turn.pause(wait);
    if (turn.signal.aborted) return answer;
  }
}

/** What a header Retry-After says, in milliseconds: seconds, or a date (RFC 9110, section 10.2.3). */
function retryAfter(headers: Headers): number | undefined {
  const text = headers.get('retry-after')?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  if (Number.isNaN(date)) return undefined;
  // Both times are of the server's clock, if it says what time it is.
  const now = Date.parse(headers.get('date') ?? '');
  return Math.max(0, date - (Number.isNaN(now) ? wallTime(systemClock) : now));
}
