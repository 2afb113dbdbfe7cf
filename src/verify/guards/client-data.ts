/** Checks of the client data: what the client says about who asked for what, and where. */
import type { CeremonyKind } from '../../webauthn/steps.ts';
import type { AnyOptions, CeremonyContext } from '../context.ts';
import { isObject } from '../context.ts';
import type { Expected } from '../expected.ts';
import { type Guard, shown, unless } from '../guard.ts';

type AnyContext = CeremonyContext<AnyOptions, Expected>;

const DEEPEST = 32;

const TYPES: Readonly<Record<CeremonyKind, string>> = {
  registration: 'webauthn.create',
  authentication: 'webauthn.get',
};

/** @param first the number of the step that decodes the client data; the others follow one by one */
export function clientDataGuards(kind: CeremonyKind, first: number): readonly Guard<AnyContext>[] {
  return [
    {
      name: 'client-data.utf8',
      step: first,
      title: 'clientDataJSON is UTF-8',
      run: ({ clientDataIsUtf8 }) => unless(clientDataIsUtf8, 'valid UTF-8', () => 'other bytes'),
    },
    {
      name: 'client-data.json',
      step: first + 1,
      title: 'clientDataJSON is JSON',
      run: ({ clientData }) => unless(clientData.found, 'a JSON text', () => 'none'),
    },
    {
      name: 'client-data.trailing-bytes',
      step: first + 1,
      title: 'nothing follows the JSON text',
      run: ({ clientData }) =>
        unless(clientData.trailing === '', 'the end', () => shown(clientData.trailing)),
    },
    {
      name: 'client-data.object',
      step: first + 1,
      title: 'the client data is an object',
      run: ({ clientData: { found, value } }) =>
        found ? unless(isObject(value), 'an object', () => shown(value)) : 'skipped',
    },
    {
      name: 'client-data.duplicate-names',
      step: first + 1,
      title: 'no member of the client data appears twice',
      run: ({ clientData: { duplicates } }) =>
        unless(duplicates.length === 0, 'each name once', () => `${duplicates.join(', ')} twice`),
    },
    {
      name: 'client-data.nesting',
      step: first + 1,
      title: `the client data is at most ${DEEPEST} levels deep`,
      run: ({ clientData: { depth } }) =>
        unless(depth <= DEEPEST, `at most ${DEEPEST} levels`, () => `${depth}`),
    },
    {
      name: 'client-data.prototype-names',
      step: first + 1,
      title: 'no member of the client data is named __proto__',
      run: ({ clientData: { names } }) =>
        unless(!names.has('__proto__'), 'ordinary names', () => '__proto__'),
    },
    {
      name: 'type',
      step: first + 2,
      title: `type is ${TYPES[kind]}`,
      section: 'dom-collectedclientdata-type',
      run: (context) =>
        unless(context.collected('type') === TYPES[kind], TYPES[kind], () =>
          shown(context.collected('type')),
        ),
    },
    {
      name: 'challenge',
      step: first + 3,
      title: "challenge is the options' challenge",
      section: 'sctn-cryptographic-challenges',
      run: (context) =>
        unless(context.collected('challenge') === context.options.challenge, context.options.challenge, () =>
          shown(context.collected('challenge')),
        ),
    },
    {
      name: 'origin',
      step: first + 4,
      title: 'origin is one that is expected',
      section: 'sctn-validating-origin',
      run(context) {
        const { origins } = context.expected;
        const origin = context.collected('origin');
        return unless(origins.includes(origin as string), origins.join(' or '), () => shown(origin));
      },
    },
    {
      name: 'cross-origin.type',
      step: first + 5,
      title: 'crossOrigin is a boolean, if present',
      run(context) {
        const crossOrigin = context.collected('crossOrigin');
        const right = crossOrigin === undefined || typeof crossOrigin === 'boolean';
        return unless(right, 'true, false or nothing', () => shown(crossOrigin));
      },
    },
    {
      name: 'cross-origin',
      step: first + 5,
      title: 'crossOrigin is true only where framing is expected',
      run(context) {
        if (context.collected('crossOrigin') !== true) return undefined;
        // Where any topOrigin is let through, so is the frame that it stands for.
        if (context.isOff('top-origin') && context.collected('topOrigin') !== undefined) return 'skipped';
        return unless(context.framed, 'no frame of another origin', () => 'crossOrigin: true');
      },
    },
    {
      name: 'top-origin',
      step: first + 6,
      title: 'topOrigin is that of a page expected to hold the frame',
      section: 'sctn-validating-origin',
      run(context) {
        const topOrigin = context.collected('topOrigin');
        if (topOrigin === undefined) return undefined;
        const framed = context.framed && context.collected('crossOrigin') === true;
        const { topOrigins } = context.expected;
        const known = topOrigins === undefined || topOrigins.includes(topOrigin as string);
        const expected = context.framed
          ? `crossOrigin: true, and ${topOrigins?.join(' or ') ?? 'any origin'}`
          : 'no frame of another origin';
        return unless(framed && known && typeof topOrigin === 'string', expected, () => shown(topOrigin));
      },
    },
  ];
}
