/** Servers of others, each in its documented configuration. */
import { application, type RealServer } from './application.ts';
import { betterAuthServer, withoutBetterAuth } from './better-auth.ts';
import { fido2Lib } from './fido2-lib.ts';
import { passport } from './passport.ts';
import { passwordlessId } from './passwordless-id.ts';
import { simplewebauthn } from './simplewebauthn.ts';

interface Entry {
  readonly name: string;
  /** Why it cannot be had on this machine. */
  readonly missing: string | undefined;
  start(): Promise<RealServer>;
}

const of = (name: string, start: () => RealServer): Entry => ({
  name,
  missing: undefined,
  start: async () => start(),
});

export const REAL_SERVERS: readonly Entry[] = [
  of(simplewebauthn.name, () => application(simplewebauthn)),
  of(fido2Lib.name, () => application(fido2Lib)),
  of(passwordlessId.name, () => application(passwordlessId)),
  of(passport.name, () => application(passport)),
  { name: 'better-auth', missing: withoutBetterAuth(), start: betterAuthServer },
];
