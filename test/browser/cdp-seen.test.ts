/** Asks Chromium what its virtual authenticator holds, beside the table by which `attach` decides. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Browser, CDPSession, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEEN, type Seen } from '../../src/browser/cdp/seen.ts';
import { algorithmIds } from '../../src/crypto/algorithms.ts';
import { type CdpCredential, CHROMIUM_ALGORITHMS } from '../../src/portable/formats/cdp.ts';
import { named } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';
import { type LoginServer, launch, startHome, withoutChromium } from './chromium.ts';

const FILE = new URL('../../src/browser/cdp/seen.ts', import.meta.url);
const VERIFIED = {
  protocol: 'ctap2',
  ctap2Version: 'ctap2_2',
  transport: 'usb',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
};
const EVERYTHING = {
  ...VERIFIED,
  hasLargeBlob: true,
  hasCredBlob: true,
  hasMinPinLength: true,
  hasHmacSecret: true,
  hasHmacSecretMc: true,
};
const EXTENSIONS = `{ prf: { eval: { first: new Uint8Array(32) } }, largeBlob: { support: 'preferred' }, credBlob: new Uint8Array(8),
  minPinLength: true, credentialProtectionPolicy: 'userVerificationRequired' }`;

/** What a page sees of a registration. */
interface Made {
  readonly refused?: string;
  readonly alg: number;
  readonly transports: string[];
  readonly results: Readonly<Record<string, never>>;
  /** Authenticator data, and the attestation object, as hex. */
  readonly data: string;
  readonly attestation: string;
  readonly idLength: number;
}
interface Used {
  readonly refused?: string;
  readonly counter: number;
  readonly prf: boolean;
}

const MAKE = (alg: number, extensions = '{}'): string => `(async () => {
  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const { publicKey } = creation({ attestation: 'direct', pubKeyCredParams: [{ type: 'public-key', alg: ${alg} }], timeout: 5000,
    extensions: ${extensions}, authenticatorSelection: { residentKey: 'required', userVerification: 'required' } });
  try {
    const made = await navigator.credentials.create({ publicKey });
    return { alg: made.response.getPublicKeyAlgorithm(), transports: made.response.getTransports(), idLength: made.rawId.byteLength,
      results: JSON.parse(JSON.stringify(made.getClientExtensionResults(), (_, value) => value instanceof ArrayBuffer ? 'bytes' : value)),
      data: hex(made.response.getAuthenticatorData()), attestation: hex(made.response.attestationObject) };
  } catch (error) { return { refused: String(error) }; }
})()`;
const USE = `navigator.credentials.get(request({ timeout: 5000, userVerification: 'required',
  extensions: { prf: { eval: { first: new Uint8Array(32) } } } })).then((used) => ({
    counter: new DataView(used.response.authenticatorData).getUint32(33),
    prf: used.getClientExtensionResults().prf?.results !== undefined }), (error) => ({ refused: String(error) }))`;

describe.skipIf(withoutChromium ?? withoutTime)(
  named('the table of what Chromium’s device holds', withoutChromium ?? withoutTime),
  () => {
    let browser: Browser;
    let server: LoginServer;
    let page: Page;
    let session: CDPSession;
    beforeAll(async () => {
      [browser, server] = await Promise.all([launch(), startHome()]);
      page = await browser.newPage();
      await page.goto(`${server.origin}/`);
      session = await page.createCDPSession();
      await session.send('WebAuthn.enable');
    }, 60_000);
    afterAll(async () => {
      await browser?.close();
      await server?.close();
    });

    const send = <T>(command: string, parameters: object): Promise<T> =>
      session.send(`WebAuthn.${command}` as never, parameters as never) as Promise<T>;
    async function on<T>(options: object, look: (authenticatorId: string) => Promise<T>): Promise<T> {
      const { authenticatorId } = await send<{ authenticatorId: string }>('addVirtualAuthenticator', {
        options,
      });
      try {
        return await look(authenticatorId);
      } finally {
        await send('removeVirtualAuthenticator', { authenticatorId });
      }
    }
    const make = (alg = -7, extensions?: string) => page.evaluate(MAKE(alg, extensions)) as Promise<Made>;
    const use = () => page.evaluate(USE) as Promise<Used>;
    const held = async (authenticatorId: string): Promise<CdpCredential[]> =>
      (await send<{ credentials: CdpCredential[] }>('getCredentials', { authenticatorId })).credentials;

    async function algorithms(): Promise<number[]> {
      const taken: number[] = [];
      // In the order in which the table has had them, new ones behind.
      const candidates = [...new Set([...SEEN.algorithms, ...algorithmIds])];
      for (const alg of candidates)
        await on(VERIFIED, async (authenticatorId) => {
          const made = await make(alg);
          const [credential] = await held(authenticatorId);
          if (made.refused !== undefined || made.alg !== alg || credential === undefined) return;
          await send('clearCredentials', { authenticatorId });
          const adding = send('addCredential', { authenticatorId, credential });
          if (
            await adding.then(
              () => true,
              () => false,
            )
          )
            taken.push(alg);
        });
      return taken;
    }

    async function extensions(): Promise<string[]> {
      const { results, data } = await on(EVERYTHING, () => make(-7, EXTENSIONS));
      const { prf, largeBlob, credBlob } = results as Record<
        string,
        { enabled?: true; results?: object; supported?: true }
      >;
      const inData = (id: string): boolean => data.includes(Buffer.from(id).toString('hex'));
      const found: Readonly<Record<string, boolean>> = {
        credProtect: inData('credProtect'),
        credBlob: credBlob !== undefined,
        largeBlob: largeBlob?.supported === true,
        'hmac-secret': prf?.enabled === true,
        'hmac-secret-mc': prf?.results !== undefined,
        minPinLength: inData('minPinLength'),
      };
      return Object.keys(found).filter((id) => found[id]);
    }

    /** Members that come back as they were given. */
    function members(given: CdpCredential, back: CdpCredential | undefined): string[] {
      const called: Readonly<Record<string, string>> = {
        credentialId: 'id',
        userHandle: 'userId',
        isResidentCredential: 'discoverable',
        backupEligibility: 'backupEligible',
      };
      return Object.entries(given)
        .filter(([name, value]) => back?.[name as keyof CdpCredential] === value)
        .map(([name]) => called[name] ?? name);
    }

    async function look(): Promise<Seen> {
      const transports: Record<string, string[]> = {};
      for (const transport of Object.keys(SEEN.transports))
        transports[transport] = (await on({ ...VERIFIED, transport }, () => make())).transports;
      const { made, used, credential } = await on(EVERYTHING, async (authenticatorId) => ({
        made: await make(-7, '{ prf: {} }'),
        used: await use(),
        credential: (await held(authenticatorId))[0] as CdpCredential,
      }));
      const whole: CdpCredential = {
        ...credential,
        signCount: 41,
        largeBlob: 'aGVsbG8=',
        backupEligibility: true,
        backupState: true,
      };
      const bring = (credential: CdpCredential) =>
        on(EVERYTHING, async (authenticatorId) => {
          await send('addCredential', { authenticatorId, credential });
          const [back] = await held(authenticatorId);
          return { back, used: await use() };
        });
      const brought = await bring(whole);
      // With a blob it leaves the backup flags at what its device makes.
      const { largeBlob, ...rest } = whole;
      const withoutBlob = await bring(rest);
      const uncounted = await on(EVERYTHING, async (authenticatorId) => {
        await send('addCredential', { authenticatorId, credential: { ...whole, signCount: -1 } });
        return use();
      });
      const attestation = Buffer.from(made.attestation, 'hex').toString('latin1');
      return {
        browser: (await browser.version()).replace(/^(\w+\/\d+).*/, '$1'),
        algorithms: await algorithms(),
        transports,
        extensions: await extensions(),
        members: [
          ...members(rest, withoutBlob.back),
          ...(brought.back?.largeBlob === largeBlob ? ['largeBlob'] : []),
        ].sort(),
        counters: {
          registered: Number.parseInt(made.data.slice(66, 74), 16),
          used: used.counter,
          uncounted: uncounted.counter,
        },
        attestation: {
          format: /packed|fido-u2f|none/.exec(attestation)?.[0] ?? '',
          certified: attestation.includes('x5c'),
          aaguid: made.data.slice(74, 106).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
        },
        credentialIdLength: made.idLength,
        prf: { made: used.prf, brought: brought.used.prf },
      };
    }

    it('is as Chromium answers now', async () => {
      const seen = await look();
      if (process.env.STUNTKEY_WRITE_DOCS !== undefined) {
        const text = readFileSync(FILE, 'utf8');
        const from = text.indexOf('export const SEEN');
        writeFileSync(
          FILE,
          `${text.slice(0, from)}export const SEEN: Seen = ${JSON.stringify(seen, undefined, 2)};\n`,
        );
      } else expect(SEEN).toEqual(seen);
      expect(CHROMIUM_ALGORITHMS).toEqual(seen.algorithms);
    }, 120_000);
  },
);
