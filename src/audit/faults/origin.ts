/** Faults of the origin, crossOrigin and topOrigin: on which page it happened. */
import { type Fault, NotApplicable } from '../fault.ts';
import type { PageOrigin } from '../page-origin.ts';
import { authenticationStep, registrationStep } from '../steps.ts';
import { type AnyDraft, both } from './define.ts';
import { parentOf } from './hosts.ts';

function says(origin: (page: PageOrigin) => unknown): (draft: AnyDraft) => void {
  return (draft) => {
    const wrong = origin(draft.origin);
    if (wrong === draft.origin.origin) throw new NotApplicable(`${wrong} is the same either way`);
    draft.clientData.origin = wrong;
  };
}

const port = (page: PageOrigin): string => (page.port === '' ? '' : `:${page.port}`);
const at = (page: PageOrigin, host: string): string => `${page.protocol}//${host}${port(page)}`;

/** A Cyrillic letter for a Latin one that looks the same. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  a: 'а',
  c: 'с',
  e: 'е',
  o: 'о',
  p: 'р',
  x: 'х',
  i: 'і',
};

function lookalike(host: string): string {
  const changed = host.replace(/[aceopxi]/, (letter) => LOOKALIKES[letter] as string);
  if (changed === host) throw new NotApplicable(`no letter of ${host} has a double`);
  return changed;
}

/** Every dot of the host another character, as a pattern whose dots are not escaped would have it. */
function undotted(host: string): string {
  if (!host.includes('.')) throw new NotApplicable(`${host} has no dots`);
  return host.replaceAll('.', 'x');
}

export const originFaults: readonly Fault[] = both(
  'origin',
  {
    steps: { registration: registrationStep(9), authentication: authenticationStep(12) },
    severity: 'high',
    guard: 'origin',
    gain: 'A page of the attacker can be where the person touched the key: the protection against phishing is gone.',
    check:
      'Compare `origin` of the client data, whole and as text, with a list of the origins that you serve.',
  },
  [
    {
      id: 'origin-other-site',
      title: 'the origin of another site',
      change: says(() => 'https://stuntkey.example'),
    },
    {
      id: 'origin-prefix',
      title: 'an origin that begins with the right one',
      change: says((page) => `${page.origin}.stuntkey.example`),
    },
    {
      id: 'origin-suffix',
      title: 'a host that ends with the right one',
      change: says((page) => at(page, `stuntkey-${page.hostname}`)),
    },
    {
      id: 'origin-subdomain',
      title: 'a subdomain',
      change: says((page) => at(page, `sub.${page.hostname}`)),
    },
    {
      id: 'origin-parent',
      title: 'the parent domain',
      needs: ['parent-domain'],
      change: says((page) => at(page, parentOf(page.hostname))),
    },
    {
      id: 'origin-scheme',
      title: 'another scheme',
      change: says((page) => `${page.protocol === 'https:' ? 'http' : 'https'}://${page.host}`),
    },
    {
      id: 'origin-port',
      title: 'another port',
      change: says((page) => `${page.protocol}//${page.hostname}:${page.port === '8444' ? 8445 : 8444}`),
    },
    {
      id: 'origin-no-port',
      title: 'no port where there is one',
      change: says((page) => `${page.protocol}//${page.hostname}`),
    },
    {
      id: 'origin-case',
      title: 'the origin in capitals',
      severity: 'low',
      gain: 'Nothing by itself, for no browser spells it so; but what is compared so loosely may take more.',
      change: says((page) => page.origin.toUpperCase()),
    },
    {
      id: 'origin-trailing-dot',
      title: 'the host with a dot at its end',
      severity: 'medium',
      change: says((page) => at(page, `${page.hostname}.`)),
    },
    {
      id: 'origin-trailing-slash',
      title: 'the origin with a path',
      severity: 'low',
      gain: 'Nothing by itself, for no browser spells it so; but what is compared so loosely may take more.',
      change: says((page) => `${page.origin}/`),
    },
    {
      id: 'origin-whitespace',
      title: 'the origin with a space before it',
      severity: 'low',
      gain: 'Nothing by itself, for no browser spells it so; but what is compared so loosely may take more.',
      change: says((page) => ` ${page.origin}`),
    },
    {
      id: 'origin-userinfo',
      title: 'another host behind the right one and an @',
      change: says((page) => `${page.origin}@stuntkey.example`),
    },
    {
      id: 'origin-nul',
      title: 'the origin, a NUL, and more',
      change: says((page) => `${page.origin}\u0000.stuntkey.example`),
    },
    {
      id: 'origin-lookalike',
      title: 'a host that looks the same, with a letter of another alphabet',
      change: says((page) => at(page, lookalike(page.hostname))),
    },
    {
      id: 'origin-punycode',
      title: 'a host that looks the same, as browsers write it',
      change: says((page) => at(page, new URL(`https://${lookalike(page.hostname)}`).hostname)),
    },
    {
      id: 'origin-dots-as-letters',
      title: 'a host with letters in place of its dots',
      change: says((page) => at(page, undotted(page.hostname))),
    },
    {
      id: 'origin-host-only',
      title: 'the host without a scheme',
      severity: 'medium',
      change: says((page) => page.host),
    },
    { id: 'origin-null', title: 'the text "null", as of a sandboxed frame', change: says(() => 'null') },
    { id: 'origin-json-null', title: 'null for an origin', change: says(() => null) },
    { id: 'origin-empty', title: 'an empty origin', change: says(() => '') },
    {
      id: 'origin-missing',
      title: 'client data without an origin',
      change: ({ clientData }) => {
        delete clientData.origin;
      },
    },
    {
      id: 'origin-array',
      title: 'the right origin in an array',
      severity: 'medium',
      change: says((page) => [page.origin]),
    },
    {
      id: 'origin-android-app',
      title: 'the origin of an Android app',
      change: says(() => 'android:apk-key-hash:c3R1bnRrZXkgdGVzdCBhcGsga2V5IGhhc2ggMDAwMDE'),
    },
    {
      id: 'origin-ios-app',
      title: 'the origin of an iOS app',
      change: says(() => 'ios:bundle-id:example.stuntkey'),
    },
  ],
);

const framing = {
  severity: 'medium',
  gain: 'A page of the attacker can hold yours in a frame, and have the person sign in there without knowing where they are.',
} as const;

export const crossOriginFaults: readonly Fault[] = both(
  'cross-origin',
  {
    ...framing,
    steps: { registration: registrationStep(10), authentication: authenticationStep(13) },
    guard: 'cross-origin',
    check: 'Refuse client data with `crossOrigin` true, unless you mean to be framed by other sites.',
  },
  [
    {
      id: 'cross-origin',
      title: 'in a frame of another site',
      change: ({ clientData }) => {
        clientData.crossOrigin = true;
      },
    },
    {
      id: 'cross-origin-text',
      title: 'the text "true" for crossOrigin',
      severity: 'low',
      guard: 'cross-origin.type',
      change: ({ clientData }) => {
        clientData.crossOrigin = 'true';
      },
    },
    {
      id: 'cross-origin-number',
      title: '1 for crossOrigin',
      severity: 'low',
      guard: 'cross-origin.type',
      change: ({ clientData }) => {
        clientData.crossOrigin = 1;
      },
    },
    {
      id: 'cross-origin-absent',
      title: 'client data without crossOrigin',
      kind: 'control',
      severity: 'medium',
      gain: 'Browsers that do not know the member are locked out.',
      check: 'Take an absent `crossOrigin` for false.',
      change: ({ clientData }) => {
        delete clientData.crossOrigin;
      },
    },
  ],
);

function framedBy(topOrigin: (page: PageOrigin) => unknown): (draft: AnyDraft) => void {
  return (draft) => {
    draft.clientData.topOrigin = topOrigin(draft.origin);
  };
}

export const topOriginFaults: readonly Fault[] = both(
  'top-origin',
  {
    ...framing,
    steps: { registration: registrationStep(11), authentication: authenticationStep(14) },
    guard: 'top-origin',
    check:
      'Compare `topOrigin`, where there is one, with a list of the sites that may frame you; if there are none, refuse it.',
  },
  [
    {
      id: 'top-origin-other-site',
      title: 'a top-level page of another site',
      change: framedBy(() => 'https://stuntkey.example'),
    },
    {
      id: 'top-origin-subdomain',
      title: 'a top-level page of a subdomain',
      change: framedBy((page) => at(page, `sub.${page.hostname}`)),
    },
    {
      id: 'top-origin-parent',
      title: 'a top-level page of the parent domain',
      needs: ['parent-domain'],
      change: framedBy((page) => at(page, parentOf(page.hostname))),
    },
    {
      id: 'top-origin-prefix',
      title: 'a top-level page whose origin begins with the right one',
      change: framedBy((page) => `${page.origin}.stuntkey.example`),
    },
    { id: 'top-origin-null', title: 'the text "null" for topOrigin', change: framedBy(() => 'null') },
    { id: 'top-origin-empty', title: 'an empty topOrigin', severity: 'low', change: framedBy(() => '') },
    {
      id: 'top-origin-array',
      title: 'topOrigin in an array',
      severity: 'low',
      change: framedBy(() => ['https://stuntkey.example']),
    },
  ],
);
