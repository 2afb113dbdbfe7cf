/** Checks of the JSON that a client sent: that it is of the right shape, before anything in it is believed. */

import { isBase64url } from '../../base/base64url.ts';
import type { CeremonyKind } from '../../webauthn/steps.ts';
import { type AnyOptions, type CeremonyContext, isObject, own } from '../context.ts';
import type { Expected } from '../expected.ts';
import { type Guard, shown, unless } from '../guard.ts';

type AnyContext = CeremonyContext<AnyOptions, Expected>;

/** Members of the response that are base64url, by the guard that sees to it that they are texts. */
const TEXTS: Readonly<Record<CeremonyKind, Readonly<Record<string, string>>>> = {
  registration: {
    clientDataJSON: 'response.client-data-json',
    attestationObject: 'response.attestation-object',
  },
  authentication: {
    clientDataJSON: 'response.client-data-json',
    authenticatorData: 'response.authenticator-data',
    signature: 'response.signature',
  },
};

/** The member that only a response of the other kind has. */
const FOREIGN: Readonly<Record<CeremonyKind, string>> = {
  registration: 'signature',
  authentication: 'attestationObject',
};

const MOST_TRANSPORTS = 32;
const DEEPEST = 64;
const POLLUTING: readonly string[] = ['__proto__', 'constructor', 'prototype'];

export function responseGuards(kind: CeremonyKind): readonly Guard<AnyContext>[] {
  return [
    {
      name: 'response.object',
      step: 3,
      title: 'the credential and its response are objects',
      run: ({ input }) =>
        unless(
          isObject(input) && isObject(own(input, 'response')),
          'an object with an object "response"',
          () => shown(isObject(input) ? own(input, 'response') : input),
        ),
    },
    {
      name: 'response.prototype-keys',
      step: 3,
      title: 'no member is named as something that every object inherits',
      run({ input }) {
        const found = pollutingName(input);
        return unless(found === undefined, 'ordinary names', () => String(found));
      },
    },
    {
      name: 'response.nesting',
      step: 3,
      title: `the response is at most ${DEEPEST} levels deep`,
      run({ input }) {
        const depth = depthOf(input);
        return unless(depth <= DEEPEST, `at most ${DEEPEST} levels`, () => String(depth));
      },
    },
    {
      name: 'response.type',
      step: 3,
      title: 'type is "public-key"',
      run: ({ credential }) =>
        unless(own(credential, 'type') === 'public-key', 'public-key', () => shown(own(credential, 'type'))),
    },
    {
      name: 'response.id',
      step: 3,
      title: 'id is a text',
      run: ({ credential }) =>
        unless(typeof own(credential, 'id') === 'string', 'a text', () => shown(own(credential, 'id'))),
    },
    {
      name: 'response.raw-id',
      step: 3,
      title: 'rawId is id',
      run(context) {
        const { credential } = context;
        const id = own(credential, 'id');
        // An id that is none has been let through: then there is nothing to be the same as.
        if (typeof id !== 'string') return 'skipped';
        return unless(own(credential, 'rawId') === id, shown(id), () => shown(own(credential, 'rawId')));
      },
    },
    {
      name: 'response.kind',
      step: 3,
      title: kind === 'registration' ? 'it is an attestation response' : 'it is an assertion response',
      run: ({ response }) =>
        unless(own(response, FOREIGN[kind]) === undefined, `no "${FOREIGN[kind]}"`, () =>
          shown(own(response, FOREIGN[kind])),
        ),
    },
    ...Object.entries(TEXTS[kind]).map(
      ([member, name]): Guard<AnyContext> => ({
        name,
        step: 3,
        title: `${member} is a text`,
        run(context) {
          const { response } = context;
          const value = own(response, member);
          if (value === undefined && isForeign(context)) return 'skipped';
          return unless(typeof value === 'string', 'a text', () => shown(value));
        },
      }),
    ),
    {
      name: 'response.base64url',
      step: 3,
      title: 'bytes are spelled in base64url without padding',
      run(context) {
        const { credential, response } = context;
        const texts: readonly unknown[] = [
          own(credential, 'id'),
          own(credential, 'rawId'),
          ...Object.keys(TEXTS[kind]).map((member) => own(response, member)),
          ...(kind === 'authentication' ? [own(response, 'userHandle')] : []),
        ];
        const odd = texts.find((text) => typeof text === 'string' && !isBase64url(text));
        return unless(odd === undefined, 'base64url without padding', () => shown(odd));
      },
    },
    {
      name: 'response.authenticator-attachment',
      step: 3,
      title: 'authenticatorAttachment is a text, if present',
      run: ({ credential }) =>
        unless(isTextOrAbsent(own(credential, 'authenticatorAttachment')), 'a text or nothing', () =>
          shown(own(credential, 'authenticatorAttachment')),
        ),
    },
    ...(kind === 'registration' ? [transports] : [userHandle]),
    {
      name: 'response.client-extension-results',
      step: 4,
      title: 'clientExtensionResults is an object',
      run: ({ credential }) =>
        unless(isObject(own(credential, 'clientExtensionResults')), 'an object', () =>
          shown(own(credential, 'clientExtensionResults')),
        ),
    },
  ];
}

/** Whether a response is of the other kind, which has been let through. */
export function isForeign(context: AnyContext): boolean {
  return context.isOff('response.kind') && own(context.response, FOREIGN[context.kind]) !== undefined;
}

const transports: Guard<AnyContext> = {
  name: 'response.transports',
  step: 3,
  title: 'transports are a few texts, if present',
  run({ response }) {
    const value = own(response, 'transports');
    const right =
      value === undefined ||
      (Array.isArray(value) &&
        value.length <= MOST_TRANSPORTS &&
        value.every((one) => typeof one === 'string'));
    return unless(right, `at most ${MOST_TRANSPORTS} texts`, () => shown(value));
  },
};

const userHandle: Guard<AnyContext> = {
  name: 'response.user-handle',
  step: 3,
  title: 'userHandle is a text, if present',
  run: ({ response }) =>
    unless(isTextOrAbsent(own(response, 'userHandle')), 'a text or nothing', () =>
      shown(own(response, 'userHandle')),
    ),
};

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'string';
}

/** How many objects and arrays are in one another. Not recursive: bodies may be deep. */
function depthOf(input: unknown): number {
  let level: unknown[] = [input];
  for (let depth = 0; ; depth++) {
    level = level.filter((value) => typeof value === 'object' && value !== null).flatMap(Object.values);
    if (level.length === 0) return depth;
  }
}

/** The first name, at any depth, that could change what every object inherits. Not recursive: bodies may be deep. */
function pollutingName(input: unknown): string | undefined {
  const waiting: unknown[] = [input];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const name of Object.getOwnPropertyNames(value)) {
      if (POLLUTING.includes(name)) return name;
      waiting.push((value as Record<string, unknown>)[name]);
    }
  }
  return undefined;
}
