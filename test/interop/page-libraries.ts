/** What pages use on top of `navigator.credentials`, unmodified; run in whatever page the test file asks vitest for. */
import * as githubJson from '@github/webauthn-json';
import * as githubPonyfill from '@github/webauthn-json/browser-ponyfill';
import {
  browserSupportsWebAuthn,
  platformAuthenticatorIsAvailable,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
} from '@simplewebauthn/browser';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Stage } from '../../src/testing/stage.ts';

const origin = 'https://login.example.com';
const rpID = 'example.com';
const expected = { expectedOrigin: origin, expectedRPID: rpID };

type Registration = Parameters<typeof verifyRegistrationResponse>[0]['response'];
type Authentication = Parameters<typeof verifyAuthenticationResponse>[0]['response'];

/** Options as a page gets them: what is undefined is not there. */
const overTheWire = <T>(options: T): T => JSON.parse(JSON.stringify(options));

/** Runs the suite. @param environment what the globals are expected to be */
export function libraries(environment: 'jsdom' | 'happy-dom'): void {
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage();
    stage.install();
  });
  afterEach(() => stage.close());

  it(`the globals are ${environment}'s, and its origin is taken`, () => {
    const page = globalThis as unknown as { location: { origin: string }; happyDOM?: unknown };
    expect(page.location.origin).toBe(origin);
    expect('happyDOM' in page).toBe(environment === 'happy-dom');
  });

  /** A server, real; a page's library in between. */
  async function signUpAndIn(
    register: (options: Awaited<ReturnType<typeof generateRegistrationOptions>>) => Promise<unknown>,
    authenticate: (options: Awaited<ReturnType<typeof generateAuthenticationOptions>>) => Promise<unknown>,
    named: boolean,
  ): Promise<void> {
    const creation = await generateRegistrationOptions({
      rpName: 'Example',
      rpID,
      userName: 'ada',
      authenticatorSelection: { residentKey: 'required' },
    });
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      ...expected,
      response: (await register(overTheWire(creation))) as Registration,
      expectedChallenge: creation.challenge,
    });
    expect(verified).toBe(true);
    const credential = registrationInfo?.credential as NonNullable<typeof registrationInfo>['credential'];
    const request = await generateAuthenticationOptions({
      rpID,
      ...(named && { allowCredentials: [{ id: credential.id, transports: ['usb'] }] }),
    });
    const authentication = await verifyAuthenticationResponse({
      ...expected,
      response: (await authenticate(overTheWire(request))) as Authentication,
      expectedChallenge: request.challenge,
      credential,
    });
    expect(authentication.verified).toBe(true);
  }

  describe('@simplewebauthn/browser', () => {
    it.each([true, false])('signs up and in (credential named: %s)', (named) =>
      signUpAndIn(
        (optionsJSON) => startRegistration({ optionsJSON }),
        (optionsJSON) => startAuthentication({ optionsJSON }),
        named,
      ),
    );

    it('finds what a browser has', async () => {
      expect(browserSupportsWebAuthn()).toBe(true);
      expect(await platformAuthenticatorIsAvailable()).toBe(false);
      stage.close();
      expect(browserSupportsWebAuthn()).toBe(false);
    });

    const attempt = async (changes: object): Promise<unknown> => {
      const options = await generateRegistrationOptions({ rpName: 'Example', rpID, userName: 'ada' });
      return startRegistration({ optionsJSON: { ...options, ...changes } }).catch((error) => error);
    };

    it('knows our refusals by name', async () => {
      expect(await attempt({ rp: { name: 'Example', id: 'other.example' } })).toMatchObject({
        name: 'SecurityError',
        code: 'ERROR_INVALID_RP_ID',
      });
      expect(await attempt({ pubKeyCredParams: [{ type: 'other', alg: -7 }] })).toMatchObject({
        name: 'NotSupportedError',
        code: 'ERROR_MALFORMED_PUBKEYCREDPARAMS',
      });
      expect(await attempt({ user: { id: '', name: 'a', displayName: 'b' } })).toMatchObject({
        name: 'TypeError',
        code: 'ERROR_INVALID_USER_ID_LENGTH',
      });
      const first = (await attempt({})) as { id: string };
      const excludeCredentials = [{ type: 'public-key', id: first.id }];
      expect(await attempt({ excludeCredentials })).toMatchObject({
        name: 'InvalidStateError',
        code: 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED',
      });
      stage.user.next({ presence: 'decline' });
      expect(await attempt({})).toMatchObject({ name: 'NotAllowedError' });
    });

    it('aborts a ceremony when it begins another', async () => {
      stage.user.next({ presence: 'ignore' });
      const first = attempt({});
      await new Promise((resolve) => setTimeout(resolve));
      const second = attempt({});
      expect(await first).toMatchObject({ code: 'ERROR_CEREMONY_ABORTED' });
      expect(await second).toMatchObject({ type: 'public-key' });
      WebAuthnAbortService.cancelCeremony();
    });
  });

  describe('@github/webauthn-json', () => {
    it('signs up and in', () =>
      signUpAndIn(
        (publicKey) => githubJson.create({ publicKey } as Parameters<typeof githubJson.create>[0]),
        (publicKey) => githubJson.get({ publicKey } as Parameters<typeof githubJson.get>[0]),
        true,
      ));

    it('signs up and in as a ponyfill', () => {
      const { create, get, parseCreationOptionsFromJSON, parseRequestOptionsFromJSON } = githubPonyfill;
      type Creation = Parameters<typeof parseCreationOptionsFromJSON>[0];
      type Request = Parameters<typeof parseRequestOptionsFromJSON>[0];
      expect(githubPonyfill.supported()).toBe(true);
      return signUpAndIn(
        async (publicKey) => (await create(parseCreationOptionsFromJSON({ publicKey } as Creation))).toJSON(),
        async (publicKey) => (await get(parseRequestOptionsFromJSON({ publicKey } as Request))).toJSON(),
        false,
      );
    });
  });
}
