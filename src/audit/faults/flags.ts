/** Faults of the flags: whether the user was present and verified, and where the credential lives. */
import { AuthenticatorDataFlags } from '../../ctap/authenticator-data.ts';
import { type Fault, NotApplicable } from '../fault.ts';
import { authenticationStep, registrationStep, sectionOf } from '../steps.ts';
import { type AnyDraft, authentications, both } from './define.ts';

const { UP, UV, BE, BS } = AuthenticatorDataFlags;
const DATA = sectionOf('6.1', 'the flags of authenticator data', 'sctn-authenticator-data');

function flags(cleared: number, set = 0): (draft: AnyDraft) => void {
  return (draft) => {
    draft.flags = (draft.flags & ~cleared) | set;
  };
}

/** What the options say of user verification. */
function askedOf(draft: AnyDraft): string | undefined {
  return draft.ceremony === 'registration'
    ? draft.options.authenticatorSelection?.userVerification
    : draft.options.userVerification;
}

/** Only where verification was required: elsewhere its absence is right. */
function unverified(draft: AnyDraft): void {
  if (askedOf(draft) !== 'required') throw new NotApplicable('the options do not require user verification');
  draft.flags &= ~UV;
}

/** Only where the options say so: a server may require more than it was asked for. */
function where(asked: string, change: (draft: AnyDraft) => void): (draft: AnyDraft) => void {
  return (draft) => {
    if (askedOf(draft) !== asked) throw new NotApplicable(`user verification is not ${asked} by the options`);
    change(draft);
  };
}

const presence = { registration: registrationStep(15), authentication: authenticationStep(16) };
const verification = { registration: registrationStep(16), authentication: authenticationStep(17) };
const backup = { registration: registrationStep(17), authentication: authenticationStep(18) };

export const flagFaults: readonly Fault[] = [
  ...both(
    'flags',
    {
      steps: presence,
      severity: 'medium',
      guard: 'user-presence',
      gain: 'Malware that can talk to the key signs in without a touch.',
      check:
        'Refuse authenticator data without flag UP (0x01), unless the registration was asked for as a conditional one.',
    },
    [
      { id: 'user-absent', title: 'the user was not present', change: flags(UP | UV) },
      { id: 'user-absent-but-verified', title: 'verified, but not present', change: flags(UP, UV) },
    ],
  ),
  ...both(
    'flags',
    {
      steps: verification,
      severity: 'high',
      guard: 'user-verification',
      needs: ['user-verification'],
      request: { userVerification: 'required' },
      gain: 'An attacker who has found or stolen the key signs in without its PIN or fingerprint.',
      check:
        'Where your options say `userVerification: "required"`, refuse authenticator data without flag UV (0x04).',
    },
    [{ id: 'user-not-verified', title: 'not verified, though that was required', change: unverified }],
  ),
  ...both(
    'flags',
    {
      steps: verification,
      severity: 'medium',
      kind: 'control',
      request: { userVerification: 'preferred' },
      gain: 'People whose keys have neither PIN nor sensor are locked out, though they were invited.',
      check: 'Where your options say `preferred` or `discouraged`, take authenticator data without flag UV.',
    },
    [
      {
        id: 'user-not-verified-where-preferred',
        title: 'not verified, where that was only preferred',
        change: (draft) => {
          if (askedOf(draft) === 'required') throw new NotApplicable('the options require user verification');
          draft.flags &= ~UV;
        },
      },
    ],
  ),
  ...both(
    'flags',
    {
      steps: verification,
      severity: 'medium',
      kind: 'control',
      gain: 'No attacker gets in, but people whose keys verify them anyway, or cannot, are locked out.',
      check: 'Where your options say `discouraged`, take authenticator data with flag UV and without.',
    },
    [
      {
        id: 'user-verified-where-discouraged',
        title: 'verified, where that was discouraged',
        request: { userVerification: 'discouraged' },
        change: where('discouraged', flags(0, UV)),
      },
      {
        id: 'user-not-verified-where-discouraged',
        title: 'not verified, where that was discouraged',
        request: { userVerification: 'discouraged' },
        change: where('discouraged', flags(UV)),
      },
      {
        id: 'user-verified-where-required',
        title: 'verified, where that was required',
        request: { userVerification: 'required' },
        change: where('required', flags(0, UV)),
      },
    ],
  ),
  ...both(
    'flags',
    {
      steps: backup,
      severity: 'low',
      guard: 'backup-state',
      gain: 'Little: the authenticator contradicts itself, and what is built on its backup flags is built on sand.',
      check: 'Refuse authenticator data with flag BS (0x10) and without flag BE (0x08).',
    },
    [
      {
        id: 'backed-up-but-not-eligible',
        title: 'backed up, though not eligible for it',
        change: flags(BE, BS),
      },
    ],
  ),
  ...both(
    'flags',
    {
      steps: { registration: DATA, authentication: DATA },
      severity: 'info',
      kind: 'observation',
      guard: 'auth-data.reserved-flags',
      gain: 'The bits are zero today; what a server does with one that is not, the specification leaves open.',
      check: 'Nothing has to be done about it.',
    },
    [
      { id: 'reserved-flag-1', title: 'reserved bit 1 of the flags set', change: flags(0, 0x02) },
      { id: 'reserved-flag-5', title: 'reserved bit 5 of the flags set', change: flags(0, 0x20) },
    ],
  ),
  ...both(
    'flags',
    {
      steps: { registration: registrationStep(18), authentication: authenticationStep(19) },
      severity: 'medium',
      kind: 'control',
      gain: 'No attacker gets in, but passkeys that are backed up, which most are, are locked out.',
      check: 'Take any backup state of a credential that is eligible for it, unless your policy is another.',
    },
    [
      {
        id: 'backed-up',
        title: 'eligible for backup, and backed up',
        policy: { backup: { eligible: true, state: true } },
      },
    ],
  ),
  ...authentications(
    'flags',
    {
      step: authenticationStep(19),
      severity: 'info',
      kind: 'observation',
      guard: 'backup-eligible',
      gain: 'Eligibility never changes. That it did shows another authenticator, or one that lies; the check is for servers that use the flag.',
      check: 'Where backup flags mean something to you, compare BE with what was registered.',
    },
    [
      {
        id: 'backup-eligibility-gained',
        title: 'eligible for backup, and was not when it was registered',
        policy: { backup: { eligible: false, state: false } },
        change: flags(0, BE),
      },
      {
        id: 'backup-eligibility-lost',
        title: 'not eligible for backup, and was when it was registered',
        policy: { backup: { eligible: true, state: false } },
        change: flags(BE | BS),
      },
    ],
  ),
  ...authentications(
    'flags',
    {
      step: authenticationStep(19),
      severity: 'medium',
      kind: 'control',
      gain: 'Passkeys are locked out once they are backed up, or are not any more.',
      check: 'Backup state may change with every sign-in; store it, and take it as it comes.',
    },
    [
      {
        id: 'backup-state-gained',
        title: 'backed up since it was registered',
        policy: { backup: { eligible: true, state: false } },
        change: flags(0, BS),
      },
      {
        id: 'backup-state-lost',
        title: 'not backed up any more',
        policy: { backup: { eligible: true, state: true } },
        change: flags(BS),
      },
    ],
  ),
];
