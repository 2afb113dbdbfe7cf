/** Says where in the ceremony an error came from, and why: for testers, not for pages. */
import { wayOutOf } from '../../ctap/way-out.ts';
import { commandOf } from '../ctap.ts';
import { failureOf, textOf } from './failure.ts';
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
  signal: AbortSignal | undefined,
): Refusal {
  const { name, message } = failureOf(error);
  const told = { name: textOf(name ?? 'Error'), message: textOf(message ?? error), error };
  if (signal?.aborted && error === signal.reason) {
    return { ...told, step: 'the page aborted', reason: textOf(error) };
  }
  const causes = causesOf(error);
  const deepest = causes.at(-1);
  const reason = deepest === undefined ? told.message : textOf(failureOf(deepest).message ?? deepest);
  const wayOut = wayOutOf(failureOf(deepest).status);
  return {
    ...told,
    step: stepOf(ceremony, told.name, causes, exchanges),
    reason,
    // (Some errors say it themselves.)
    ...(wayOut !== undefined && !reason.includes(wayOut) && { wayOut }),
  };
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

/** The chain of causes, outermost first; an error that has none has an empty chain. */
function causesOf(error: unknown): unknown[] {
  const causes: unknown[] = [];
  for (let at = failureOf(error).cause; at !== undefined && causes.length < 10; at = failureOf(at).cause)
    causes.push(at);
  return causes;
}
