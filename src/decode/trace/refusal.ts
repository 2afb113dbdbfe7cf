/** Says where in the ceremony an error came from, and why: for testers, not for pages. */
import type { CancelSignal } from '../../base/canceler.ts';
import { wayOutOf } from '../../ctap/way-out.ts';
import { commandOf } from '../ctap.ts';
import { failureOf, isForPages, textOf } from './failure.ts';
import type { Exchange, Refusal } from './record.ts';

/** Where errors come from before a device is asked. Sections and steps are WebAuthn Level 3's. */
const STEPS: Readonly<Record<'create' | 'get', Readonly<Record<string, string>>>> = {
  create: {
    TypeError: 'reading the options, or the length of the user handle (5.1.3, step 5)',
    EncodingError: 'reading the options (5.1.8)',
    SecurityError: 'origin and RP ID (5.1.3, steps 6 to 8)',
    NotSupportedError: 'credential types and extensions (5.1.3, steps 9 to 12)',
    SyntaxError: 'extensions (5.1.3, steps 11 and 12)',
    NotAllowedError: 'who calls, and how (5.1.3, steps 2 to 6)',
  },
  get: {
    TypeError: 'reading the options',
    EncodingError: 'reading the options (5.1.9)',
    SecurityError: 'origin and RP ID (5.1.4, steps 5 to 7)',
    NotSupportedError: 'extensions (5.1.4, steps 8 and 9)',
    SyntaxError: 'extensions (5.1.4, steps 8 and 9)',
    NotAllowedError: 'who calls, and how (5.1.4, steps 3 to 5)',
  },
};

/** The loop in which devices are asked. */
const LOOP = {
  create: 'choosing and asking devices (5.1.3, step 22)',
  get: 'choosing and asking devices (5.1.4, step 20)',
};

export function refusalOf(
  ceremony: 'create' | 'get',
  error: unknown,
  exchanges: readonly Exchange[],
  signal: CancelSignal | undefined,
): Refusal {
  const { name, message } = failureOf(error);
  const told = { name: textOf(name ?? 'Error'), message: textOf(message ?? error), error };
  if (signal?.aborted && error === signal.reason) {
    return { ...told, step: 'the page aborted', reason: textOf(error) };
  }
  const causes = causesOf(error);
  const [reason, ...below] = textsFrom([error, ...causes]);
  const wayOut = wayOutIn([error, ...causes]);
  return {
    ...told,
    step: stepOf(ceremony, told.name, causes, exchanges),
    reason: reason ?? told.message,
    // (Some errors say it themselves.)
    ...(wayOut !== undefined && !reason?.includes(wayOut) && { wayOut }),
    ...(below.length > 0 && { causes: below }),
  };
}

/** The refusal's reason, and then what led to it; none twice. */
function textsFrom(chain: readonly unknown[]): string[] {
  const first = Math.max(0, chain.findIndex(saysWhy));
  const texts: string[] = [];
  for (const error of chain.slice(first)) {
    const { errors } = failureOf(error);
    for (const one of [error, ...(Array.isArray(errors) ? errors.slice(0, MOST_CAUSES) : [])]) {
      const text = textOf(failureOf(one).message ?? one);
      // Many messages quote their cause.
      if (text !== '' && !texts.some((said) => said.includes(text))) texts.push(text);
    }
  }
  return texts;
}

/** Whether an error gives the reason. One that is for pages does so only where it says what was expected. */
function saysWhy(error: unknown): boolean {
  return !isForPages(error) || /\bexpected .+, got /s.test(textOf(failureOf(error).message));
}

function wayOutIn(chain: readonly unknown[]): string | undefined {
  for (const error of chain) {
    const { wayOut, status } = failureOf(error);
    const found = typeof wayOut === 'string' ? wayOut : wayOutOf(status);
    if (found !== undefined) return found;
  }
  return undefined;
}

function stepOf(
  ceremony: 'create' | 'get',
  name: string,
  causes: readonly unknown[],
  exchanges: readonly Exchange[],
): string {
  for (const cause of causes) {
    const { step, status } = failureOf(cause);
    if (typeof step === 'string') return step;
    const answered = exchanges.findLastIndex(
      ({ response }) => response !== undefined && response[0] === status,
    );
    if (answered >= 0) return exchangeStep(exchanges, answered);
  }
  const last = exchanges.at(-1);
  if (last !== undefined && last.response === undefined) return exchangeStep(exchanges, exchanges.length - 1);
  if (exchanges.length === 0) return STEPS[ceremony][name] ?? 'before any device was asked';
  return LOOP[ceremony];
}

function exchangeStep(exchanges: readonly Exchange[], place: number): string {
  const { request } = exchanges[place] as Exchange;
  return `${commandOf(request) ?? 'an unknown command'} (exchange ${place + 1} of ${exchanges.length})`;
}

/** Of a chain, and of what one error in it is about. */
const MOST_CAUSES = 10;

/** The chain of causes, outermost first; an error that has none has an empty chain. */
function causesOf(error: unknown): unknown[] {
  const causes: unknown[] = [];
  for (
    let at = failureOf(error).cause;
    at !== undefined && causes.length < MOST_CAUSES;
    at = failureOf(at).cause
  )
    causes.push(at);
  return causes;
}
