/** Ways into another user's account that go around the signature: whose options, whose account, whose session it is. */

import { base64url, fromBase64url } from '../../base/base64url.ts';
import { type Fault, NotApplicable } from '../fault.ts';
import type { AssertionDraft, RegistrationDraft } from '../forge/draft.ts';
import type { PageOrigin } from '../page-origin.ts';
import { authenticationStep, registrationStep, sectionOf } from '../steps.ts';
import { authentications, both, registrations } from './define.ts';

const EVIL = 'stuntkey.example';

const intoAccount = {
  step: registrationStep(29),
  severity: 'critical',
  gain: "An attacker adds a passkey of their own to another user's account, and signs in with it.",
  check:
    'Let only a signed-in user add a credential to an account that has one, and take the account from the session.',
  needs: ['second-session', 'named-sign-in'],
} as const;

function wrongSignature(draft: AssertionDraft): void {
  draft.signature = (signature) => {
    const changed = new Uint8Array(signature);
    changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
    return changed;
  };
}

/** The other credential's ID with one letter in the other case, where base64url keeps it. */
function otherCase(draft: RegistrationDraft): void {
  const text = base64url(idOfOther(draft));
  const at = text.slice(0, -1).search(/[a-z]/i);
  if (at < 0) throw new NotApplicable('the ID has no letter');
  const letter = text[at] as string;
  const swapped = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
  draft.credentialId = fromBase64url(text.slice(0, at) + swapped + text.slice(at + 1));
}

function idOfOther({ given }: RegistrationDraft): Uint8Array {
  if (given.credential === undefined)
    throw new NotApplicable('it needs another credential, and none was given');
  return given.credential.id;
}

export const takeoverFaults: readonly Fault[] = [
  ...registrations('account', intoAccount, [
    {
      id: 'account-of-other-by-stranger',
      title: "a registration for another user's name, by a visitor who is not signed in",
      scene: 'stranger-registers',
      guard: 'account.signed-in',
    },
    {
      id: 'account-of-other-by-user',
      title: "a registration for another user's name, by a visitor who is signed in",
      scene: 'other-registers',
      guard: 'account.signed-in',
    },
    {
      id: 'registration-for-sign-in-options',
      title: "a registration that answers another user's sign-in options",
      scene: 'registration-for-sign-in',
      needs: ['second-session', 'named-sign-in', 'submit'],
      guard: 'pending.ceremony',
      check:
        'Keep with every challenge which ceremony it is for and whose, and take nothing else for an answer to it.',
    },
  ]),
  ...registrations(
    'overwrite',
    {
      step: registrationStep(26),
      severity: 'high',
      scene: 'then-other-honest',
      needs: ['second-session'],
      gain: "A stranger's credential takes the place of a user's, who is locked out.",
      check: 'Store and compare credential IDs whole, as bytes: up to 1023 of them, in a binary column.',
    },
    [
      {
        id: 'credential-id-same-beginning',
        title: "an ID whose first 255 bytes are those of another user's",
        policy: { credentialIdLength: 300 },
        guard: 'credential-id.whole',
        change(draft) {
          const id = new Uint8Array(idOfOther(draft));
          if (id.length < 300) throw new NotApplicable('the device makes shorter IDs');
          id[id.length - 1] = (id.at(-1) as number) ^ 1;
          draft.credentialId = id;
        },
      },
      {
        id: 'credential-id-other-case',
        title: "an ID that differs from another user's in the case of one letter of base64url",
        guard: 'credential-id.case',
        change: otherCase,
      },
    ],
  ),
  ...authentications(
    'account',
    {
      step: authenticationStep(6),
      severity: 'critical',
      gain: 'An attacker signs in with a credential of their own, and as another user.',
      check:
        'Find the account first, and then the credential in that account; take both, and the key, from one record.',
      needs: ['second-session'],
    },
    [
      {
        id: 'account-without-credentials',
        title: 'any credential, where the account that was named has none',
        scene: 'without-credentials',
        needs: ['second-session', 'named-sign-in'],
        guard: 'account.without-credentials',
        change(draft) {
          draft.userHandle = draft.credential.userId;
        },
      },
      {
        id: 'raw-id-of-own-credential',
        title: "another user's ID, and the own one as rawId",
        scene: 'other-user-discoverable',
        needs: ['second-session', 'discoverable-sign-in', 'json'],
        baseline: 'discoverable',
        guard: 'account.one-id',
        change(draft) {
          const { credential } = draft.given;
          if (credential === undefined)
            throw new NotApplicable('it needs another credential, and none was given');
          draft.response = (json) => {
            json.id = base64url(credential.id);
            return json;
          };
        },
      },
      {
        id: 'sign-in-for-registration-options',
        title: 'a sign-in that answers the options of a registration in another name',
        scene: 'sign-in-for-registration',
        needs: ['second-session', 'submit'],
        guard: 'pending.ceremony',
      },
    ],
  ),
  ...authentications(
    'session',
    {
      step: authenticationStep(25),
      severity: 'critical',
      needs: ['who-am-i'],
      gain: "An attacker who knows a user's name or credential ID is in that user's account, whatever the answer says.",
      check: 'Change the session only when every check has passed.',
    },
    [
      {
        id: 'signed-in-before-verification',
        title: 'a wrong signature, after which the session is signed in all the same',
        scene: 'then-who',
        guard: 'session.verified-first',
        change: wrongSignature,
      },
      {
        id: 'session-not-renewed',
        title: 'the session ID of before the sign-in, which is signed in afterwards',
        step: sectionOf(
          '13.4',
          'security considerations for relying parties',
          'sctn-security-considerations-rp',
        ),
        severity: 'high',
        scene: 'session-kept',
        guard: 'session.renewed',
        gain: 'An attacker who can plant a session ID in a browser is signed in as soon as its owner is.',
        check: 'Give the session a new ID at every sign-in.',
      },
    ],
  ),
  ...authentications(
    'removal',
    {
      step: sectionOf(
        '13.4',
        'security considerations for relying parties',
        'sctn-security-considerations-rp',
      ),
      severity: 'high',
      scene: 'removes-other',
      needs: ['second-session', 'removal'],
      guard: 'credential.own',
      gain: "Anybody who is signed in removes anybody's passkey, and locks them out.",
      check: 'Look the credential up among those of the account that is signed in.',
    },
    [{ id: 'removal-of-other', title: "another user's credential, removed by a visitor who is signed in" }],
  ),
  ...both(
    'origin',
    {
      steps: { registration: registrationStep(9), authentication: authenticationStep(12) },
      severity: 'high',
      needs: ['json'],
      gain: 'A page of the attacker can be where the person touched the key: the protection against phishing is gone.',
      check:
        'Compare the origin with those that are configured, and never with what the request says of itself.',
    },
    (
      [
        ['origin', 'the header Origin', (page: PageOrigin) => ({ origin: `${page.protocol}//${EVIL}` })],
        ['host', 'the header Host', () => ({ host: EVIL })],
        [
          'forwarded-host',
          'the header X-Forwarded-Host',
          (page: PageOrigin) => ({
            'x-forwarded-host': EVIL,
            'x-forwarded-proto': page.protocol.slice(0, -1),
          }),
        ],
      ] as const
    ).map(([name, title, headers]) => ({
      id: `origin-of-header-${name}`,
      title: `the origin of another site, which ${title} names too`,
      guard: `origin.configured.${name}`,
      headers,
      change: (draft: { origin: PageOrigin; clientData: Record<string, unknown> }) => {
        draft.clientData.origin = `${draft.origin.protocol}//${EVIL}`;
      },
    })),
  ),
  ...both(
    'challenge',
    {
      steps: { registration: registrationStep(8), authentication: authenticationStep(11) },
      severity: 'high',
      guard: 'challenge.by-session',
      scene: 'other-session-same-user',
      needs: ['second-session', 'submit'],
      gain: 'A response that was recorded in one browser signs in another: challenges are kept by user, and the body says which.',
      check: 'Keep the challenge in the session that asked for it.',
    },
    [
      {
        id: 'challenge-of-same-user-elsewhere',
        title: "the challenge of the same user's other session",
      },
    ],
  ),
  ...authentications(
    'request',
    {
      step: sectionOf(
        '13.4',
        'security considerations for relying parties',
        'sctn-security-considerations-rp',
      ),
      severity: 'medium',
      guard: 'request.content-type',
      needs: ['json'],
      gain: "A form on any page signs its visitor in to the attacker's account, who then sees what is done there.",
      check: 'Take only `application/json`, and compare the header Origin with your own; or ask for a token.',
    },
    [
      {
        id: 'request-as-form',
        title: 'a request as a form of another site can send it',
        headers: () => ({
          'content-type': 'text/plain',
          origin: `https://${EVIL}`,
          'sec-fetch-site': 'cross-site',
        }),
      },
      {
        id: 'request-as-form-fields',
        title: 'the fields of a form of another site, instead of JSON',
        headers: () => ({
          'content-type': 'application/x-www-form-urlencoded',
          origin: `https://${EVIL}`,
          'sec-fetch-site': 'cross-site',
        }),
      },
    ],
  ),
];
