/**
 * Mistakes of newcomers who write TypeScript: each line that is expected not to compile is refused by the compiler, which names the mistake. The
 * type check reads it (`npm run check:types`); it is never run.
 */
import { auditRelyingParty, fault } from '../../src/entries/audit.ts';
import { fleet } from '../../src/entries/fleet.ts';
import { serveHttp } from '../../src/entries/http.ts';
import {
  AttestationAuthority,
  Authenticator,
  decode,
  ManualClock,
  ScriptedUser,
  TracedClient,
  WebAuthnClient,
} from '../../src/entries/index.ts';
import { stuntkey } from '../../src/entries/node-test.ts';
import { attach } from '../../src/entries/puppeteer.ts';
import { openStore } from '../../src/entries/store.ts';
import { verifyRegistration } from '../../src/entries/verify.ts';
import { test } from '../../src/entries/vitest.ts';

const origin = 'https://example.com';

/** Everything that is wrong, a line each. */
export function mistakes(authenticator: Authenticator, client: WebAuthnClient): readonly unknown[] {
  return [
    // @ts-expect-error a misspelled option
    () => new Authenticator({ polcy: {} }),
    // @ts-expect-error a model that there is not
    () => new Authenticator({ model: 'yubikey' }),
    // @ts-expect-error a value of the policy that there is not
    () => new Authenticator({ policy: { signCounter: 'none' } }),
    // @ts-expect-error algorithms by name
    () => new Authenticator({ policy: { algorithms: 'ES256' } }),
    // @ts-expect-error a store that is not awaited
    () => new Authenticator({ store: openStore({ path: 'x' }) }),
    // @ts-expect-error a person who answers with a boolean
    () => new Authenticator({ user: { answer: () => true } }),
    // @ts-expect-error an answer that there is not
    () => new ScriptedUser({ presence: 'deny' }),
    // @ts-expect-error a PIN that is a number
    () => new ScriptedUser({ pin: 1234 }),
    // @ts-expect-error no authenticator
    () => new WebAuthnClient({ origin }),
    // @ts-expect-error a misspelled origin
    () => new WebAuthnClient({ orgin: origin, authenticator }),
    // @ts-expect-error no trace
    () => new TracedClient({ origin, authenticator }),
    // @ts-expect-error the options of a sign-in
    () => client.create({ challenge: 'x' }),
    // @ts-expect-error options as a text
    () => client.get('x'),
    // @ts-expect-error a mediation that there is not
    () => client.get({ challenge: 'x' }, { mediation: 'silentt' }),
    // @ts-expect-error a promise that is not awaited
    () => client.get({ challenge: 'x' }).id,
    // @ts-expect-error an ID as a text
    () => authenticator.credentials.get('AAAA'),
    // @ts-expect-error no page
    () => attach(undefined, authenticator),
    // @ts-expect-error a misspelled fixture
    () => test('x', ({ stuntKey }) => void stuntKey),
    // @ts-expect-error no context of node:test
    () => stuntkey({ origin }),
    // @ts-expect-error an expectation of another library
    () => verifyRegistration({}, { expectedOrigin: origin }),
    // @ts-expect-error no device
    () => serveHttp({ port: 8100 }),
    // @ts-expect-error a URL for a relying party
    () => auditRelyingParty('http://localhost:3000'),
    // @ts-expect-error no name of a fault
    () => fault(7),
    // @ts-expect-error no seed
    () => fleet({ rpId: 'example.com' }),
    // @ts-expect-error a time as a text
    () => new ManualClock('now'),
    // @ts-expect-error a flaw that there is not
    () => new AttestationAuthority({ flaw: 'old' }),
    // @ts-expect-error nothing that could be decoded
    () => decode(7),
  ];
}
