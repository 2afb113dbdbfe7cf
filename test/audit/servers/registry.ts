/** Servers of others, each in its documented configuration. */

import { withoutFido2Lib } from '../../interop/fido2-lib.ts';
import { whyNoJudge } from '../../judges/install.ts';
import { withoutTime } from '../../slow.ts';
import { application, type RealServer } from './application.ts';
import { betterAuthServer } from './better-auth.ts';
import { fido2Lib } from './fido2-lib.ts';
import { LANGUAGES } from './languages.ts';
import { passport } from './passport.ts';
import { passwordlessId } from './passwordless-id.ts';
import { simplewebauthn } from './simplewebauthn.ts';

interface Entry {
  readonly name: string;
  /** Why it cannot be had on this machine. */
  readonly missing: string | undefined;
  start(): Promise<RealServer>;
  /** What it says, now and then, of a response that is right: such a verdict counts only where it says so every time. */
  readonly whim?: RegExp;
}

const of = (name: string, start: () => RealServer): Entry => ({
  name,
  missing: undefined,
  start: async () => start(),
});

export const REAL_SERVERS: readonly Entry[] = [
  of(simplewebauthn.name, () => application(simplewebauthn)),
  { ...of(fido2Lib.name, () => application(fido2Lib)), missing: withoutFido2Lib },
  {
    ...of(passwordlessId.name, () => application(passwordlessId)),
    // Its reader of DER takes r and s for 32 bytes each, which one of a hundred signatures has not.
    whim: /Invalid signature/,
  },
  { ...of(passport.name, () => application(passport)), missing: withoutTime ?? whyNoJudge('passport') },
  { name: 'better-auth', missing: withoutTime ?? whyNoJudge('better-auth'), start: betterAuthServer },
  ...LANGUAGES,
];
