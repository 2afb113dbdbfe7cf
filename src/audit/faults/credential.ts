/** Faults of whose credential it is: at sign-in, and at registration. */
import { base64url } from '../../base/base64url.ts';
import { utf8 } from '../../base/bytes.ts';
import type { CredentialRecord } from '../../store/record.ts';
import { type Fault, NotApplicable } from '../fault.ts';
import type { AssertionDraft, Given, RegistrationDraft } from '../forge/draft.ts';
import { otherKey, useKey } from '../forge/keys.ts';
import { keyOf } from '../forge/read.ts';
import { authenticationStep, registrationStep } from '../steps.ts';
import { authentications, registrations } from './define.ts';

function givenCredential({ given }: { readonly given: Given }): CredentialRecord {
  if (given.credential === undefined)
    throw new NotApplicable('it needs another credential, and none was given');
  return given.credential;
}

/** Insists on options that name the account: that list its credentials, and not the other. */
function mustBeNamed({ options: { allowCredentials = [] } }: AssertionDraft, other?: CredentialRecord): void {
  if (allowCredentials.length === 0)
    throw new NotApplicable('the options do not say which credentials are wanted');
  if (other !== undefined && allowCredentials.some(({ id }) => id === base64url(other.id)))
    throw new NotApplicable('the options allow the other credential, too');
}

/** Signs in with the given credential, where the account was named, and says nothing of whose it is. */
function signWithOtherThanNamed(draft: AssertionDraft): void {
  mustBeNamed(draft, givenCredential(draft));
  signWithOther(draft);
}

/** Signs in with the given credential, and says nothing of whose it is. */
function signWithOther(draft: AssertionDraft): void {
  const other = givenCredential(draft);
  draft.credentialId = other.id;
  draft.key = keyOf(other);
  draft.signCount = other.signCount + 1;
  draft.userHandle = undefined;
}

function handleOfOther(draft: AssertionDraft): void {
  const { userId } = givenCredential(draft);
  if (userId === undefined) throw new NotApplicable('the other credential has no user handle');
  draft.userHandle = userId;
}

const userHandle = {
  step: authenticationStep(6),
  severity: 'high',
  gain: 'An attacker signs in with a credential of their own, and as another user.',
  check:
    'Find the account first (by the session, or by the user handle where no account was named), and then the credential in that account.',
} as const;

export const credentialFaults: readonly Fault[] = [
  ...authentications(
    'allow-list',
    {
      ...userHandle,
      step: authenticationStep(5),
      severity: 'medium',
      guard: 'allow-list',
      needs: ['named-sign-in'],
      gain: 'A credential signs in where policy had excluded it: one that is weaker, or not yet trusted.',
      check: 'Keep the `allowCredentials` that you sent, and if there were any, refuse every other ID.',
    },
    [
      {
        id: 'credential-not-allowed',
        title: "a credential of the user's that was not in the allow list",
        scene: 'second-credential',
        needs: ['named-sign-in', 'second-session'],
        change: (draft) => {
          const { userHandle: handle } = draft;
          signWithOther(draft);
          draft.userHandle = handle;
        },
      },
    ],
  ),
  ...authentications('credential', userHandle, [
    {
      id: 'credential-of-other-user',
      title: "another user's credential, where the account was named",
      severity: 'critical',
      guard: 'credential.owner',
      scene: 'other-user',
      needs: ['named-sign-in', 'second-session'],
      change: signWithOtherThanNamed,
    },
    {
      id: 'credential-of-other-user-with-own-handle',
      title: "another user's credential, under the named user's handle",
      severity: 'critical',
      guard: 'credential.owner',
      scene: 'other-user',
      needs: ['named-sign-in', 'second-session'],
      change(draft) {
        signWithOtherThanNamed(draft);
        draft.userHandle = draft.credential.userId;
      },
    },
    {
      id: 'credential-unknown',
      title: 'a credential that was never registered',
      severity: 'critical',
      guard: 'credential.known',
      async change(draft) {
        draft.credentialId = utf8('stuntkey test: never registered');
        draft.key = await otherKey(draft.key.algorithm);
      },
    },
    {
      id: 'credential-unknown-discoverable',
      title: 'a credential that was never registered, where no account was named',
      severity: 'critical',
      guard: 'credential.known',
      scene: 'discoverable',
      needs: ['discoverable-sign-in'],
      baseline: 'discoverable',
      async change(draft) {
        draft.credentialId = utf8('stuntkey test: never registered');
        draft.key = await otherKey(draft.key.algorithm);
      },
    },
    {
      id: 'credential-removed',
      title: 'a credential that was removed',
      guard: 'credential.deleted',
      scene: 'removed',
      needs: ['removal'],
      gain: 'A lost or stolen key still signs in after its owner has removed it.',
      check: 'Look credentials up when they are used, and among those that are still there.',
    },
  ]),
  ...authentications('user-handle', userHandle, [
    {
      id: 'user-handle-of-other-user',
      title: "another user's handle, where the account was named",
      guard: 'user-handle.matches',
      scene: 'other-user',
      needs: ['named-sign-in', 'second-session'],
      change(draft) {
        mustBeNamed(draft, givenCredential(draft));
        handleOfOther(draft);
      },
    },
    {
      id: 'user-handle-unknown',
      title: 'an unknown user handle, where the account was named',
      severity: 'medium',
      guard: 'user-handle.matches',
      needs: ['named-sign-in'],
      change(draft) {
        mustBeNamed(draft);
        draft.userHandle = utf8('stuntkey test: unknown');
      },
    },
    {
      id: 'user-handle-of-other-user-discoverable',
      title: "another user's handle, where no account was named",
      severity: 'critical',
      guard: 'user-handle.owner',
      scene: 'other-user-discoverable',
      needs: ['discoverable-sign-in', 'second-session'],
      baseline: 'discoverable',
      change: handleOfOther,
    },
    {
      id: 'user-handle-of-other-credential-discoverable',
      title: "another user's credential under the own handle, where no account was named",
      severity: 'critical',
      guard: 'user-handle.owner',
      scene: 'other-user-discoverable',
      needs: ['discoverable-sign-in', 'second-session'],
      baseline: 'discoverable',
      change(draft) {
        const { userHandle: own } = draft;
        signWithOther(draft);
        draft.userHandle = own;
      },
    },
    {
      id: 'user-handle-absent-discoverable',
      title: 'no user handle, where no account was named',
      severity: 'low',
      guard: 'user-handle.present',
      scene: 'discoverable',
      needs: ['discoverable-sign-in'],
      baseline: 'discoverable',
      change(draft) {
        draft.userHandle = undefined;
      },
      gain: 'Little, as the credential ID names an account too; but the specification has the handle name it.',
      check: 'Where no account was named, insist on a user handle.',
    },
  ]),
  ...authentications(
    'credential',
    {
      ...userHandle,
      kind: 'observation',
      check: 'Offer sign-in without a user name if you like; not everybody does.',
      gain: 'Whether one can sign in without naming an account is up to the server.',
    },
    [
      {
        id: 'discoverable',
        title: 'an honest sign-in without naming the account',
        scene: 'discoverable',
        needs: ['discoverable-sign-in'],
      },
    ],
  ),
  ...authentications(
    'user-handle',
    {
      ...userHandle,
      severity: 'medium',
      kind: 'control',
      gain: 'No attacker gets in, but security keys that keep no user handles are locked out.',
      check: 'Where the account was named, take a response without a user handle.',
    },
    [
      {
        id: 'user-handle-absent',
        title: 'no user handle, where the account was named',
        needs: ['named-sign-in'],
        change(draft) {
          mustBeNamed(draft);
          draft.userHandle = undefined;
        },
      },
    ],
  ),
  ...registrations(
    'overwrite',
    {
      step: registrationStep(26),
      severity: 'critical',
      guard: 'credential-id.unused',
      scene: 'other-user',
      needs: ['second-session'],
      gain: "A stranger's credential takes the place of a user's: the stranger signs in as that user, or locks them out, or has them sign in to an account that is not theirs.",
      check: 'Refuse a credential ID that any account has, by a unique index over all of them.',
    },
    [
      {
        id: 'credential-id-taken',
        title: "another user's credential ID with the attacker's key",
        change(draft) {
          draft.credentialId = givenCredential(draft).id;
        },
      },
      {
        id: 'credential-id-and-key-taken',
        title: "another user's credential ID and public key",
        severity: 'high',
        change(draft) {
          const other = givenCredential(draft);
          draft.credentialId = other.id;
          useKey(draft, keyOf(other));
        },
      },
      {
        id: 'credential-registered-twice',
        title: 'the same credential twice in one account',
        severity: 'medium',
        scene: 'second-credential',
        change(draft) {
          const other = givenCredential(draft);
          draft.credentialId = other.id;
          useKey(draft, keyOf(other));
        },
        gain: 'Little, where the key is the same; with another key, the first is lost.',
      },
      {
        id: 'public-key-taken',
        title: "another user's public key under an ID of the attacker's",
        kind: 'observation',
        guard: undefined,
        change(draft) {
          useKey(draft, keyOf(givenCredential(draft)));
        },
        gain: "Without attestation a registration does not prove who has the private key; the other user could sign in to the attacker's account, if their key knew this ID.",
        check: 'Nothing has to be done about it.',
      },
    ],
  ),
  ...registrations(
    'record',
    {
      step: registrationStep(27),
      severity: 'high',
      guard: 'convenience-members',
      scene: 'then-sign-in',
      gain: 'A key signs in that no authenticator data has vouched for.',
      check:
        'Store the public key, the algorithm and the ID of the attestation object; `publicKey`, `publicKeyAlgorithm` and `authenticatorData` are for those who decode nothing.',
    },
    [
      {
        id: 'record-of-convenience-members',
        title: 'another key beside the attestation object than in it, which then signs in',
        async change(draft) {
          const key = await otherKey(draft.key.algorithm);
          const { toSpki } = await import('../../crypto/formats/spki.ts');
          draft.response = (json) => {
            json.response.publicKey = base64url(toSpki(key.algorithm, key.public));
            json.response.publicKeyAlgorithm = key.algorithm;
            return json;
          };
        },
        async followUp(draft) {
          draft.key = await otherKey(draft.key.algorithm);
        },
      },
      {
        id: 'record-of-refused-registration',
        title: 'a registration that is refused, and then signs in',
        step: registrationStep(29),
        guard: 'verified-first',
        change: refusable,
        gain: 'What is refused is registered all the same.',
        check: 'Store nothing before every check has passed.',
      },
      {
        id: 'record-for-user-in-body',
        title: "a registration that says it is another user's",
        step: registrationStep(29),
        severity: 'critical',
        guard: 'account',
        scene: 'then-sign-in-as-other',
        needs: ['second-session', 'named-sign-in'],
        change(draft) {
          const { userName } = draft.given;
          if (userName === undefined)
            throw new NotApplicable("it needs another user's name, and none was given");
          draft.response = (json) => {
            json.username = json.userName = json.user = userName;
            return json;
          };
        },
        gain: "An attacker adds a credential of their own to another user's account.",
        check:
          'Store the credential in the account for which the options were made, whatever the response says.',
      },
    ],
  ),
];

/** A registration that a right server refuses: its challenge is another. */
function refusable(draft: RegistrationDraft): void {
  draft.clientData.challenge = 'c3R1bnRrZXkgdGVzdCBjaGFsbGVuZ2U';
}
