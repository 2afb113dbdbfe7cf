// A process of its own on a store that others have, too: a real device, asked over its bytes door. It writes a line of JSON
// before and after everything it does; the process that started it may kill it at any moment.
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { Authenticator } from 'stuntkey';
import { encodeCbor } from 'stuntkey/codec';
import {
  CtapCommand,
  clientPinRequest,
  clientPinResponse,
  credentialManagementRequest,
  credentialManagementResponse,
  decodeAuthenticatorData,
  decodeResponse,
  deleteCredentialParams,
  encodeMessage,
  getAssertionRequest,
  getAssertionResponse,
  CredentialManagementSubCommand as Management,
  makeCredentialRequest,
  makeCredentialResponse,
  ClientPinSubCommand as Pin,
} from 'stuntkey/ctap';
import { openStore } from 'stuntkey/store';
import { authenticate, decrypt, encapsulate, encrypt } from '../../../build/crypto/pin-uv-auth-protocol.js';

const [mode, path, ...rest] = /** @type {[string, string, ...string[]]} */ (process.argv.slice(2));
const store = await openStore({ path });
const say = (/** @type {unknown} */ line) => writeSync(1, `${JSON.stringify(line)}\n`);
const hex = (/** @type {Uint8Array} */ bytes) => Buffer.from(bytes).toString('hex');
const clientDataHash = new Uint8Array(32);
const rpId = 'example.com';

/** @param {Authenticator} device @param {Uint8Array} id */
async function assert(device, id) {
  const request = { rpId, clientDataHash, allowList: [{ id, type: 'public-key' }] };
  const message = encodeMessage(CtapCommand.authenticatorGetAssertion, getAssertionRequest, request);
  const { authData } = decodeResponse(await device.transact(message), getAssertionResponse);
  return decodeAuthenticatorData(authData).signCount;
}

/** Asserts so many times, and says each counter. @param {number} count @param {Uint8Array} id @param {string} signCounter */
async function assertions(count, id, signCounter) {
  const device = new Authenticator({ store, policy: { signCounter: /** @type {never} */ (signCounter) } });
  for (let i = 0; i < count; i++) say(await assert(device, id));
}

/** What a platform does with PINs. @param {Authenticator} device */
function platform(device) {
  const random = (/** @type {number} */ length) => crypto.getRandomValues(new Uint8Array(length));
  const hashOf = (/** @type {string} */ pin) => createHash('sha256').update(pin).digest().subarray(0, 16);
  const send = async (/** @type {import('stuntkey/ctap').ClientPinRequest} */ request) =>
    decodeResponse(
      await device.transact(encodeMessage(CtapCommand.authenticatorClientPIN, clientPinRequest, request)),
      clientPinResponse,
    );
  const agree = async () => {
    const { keyAgreement } = await send({ pinUvAuthProtocol: 2, subCommand: Pin.getKeyAgreement });
    const { platformKeyAgreement, sharedSecret } = encapsulate(
      2,
      /** @type {never} */ (keyAgreement),
      random,
    );
    return { common: { pinUvAuthProtocol: 2, keyAgreement: platformKeyAgreement }, sharedSecret };
  };
  const padded = (/** @type {string} */ pin) => {
    const bytes = new Uint8Array(64);
    bytes.set(Buffer.from(pin));
    return bytes;
  };
  return {
    /** @param {string} pin */
    async set(pin) {
      const { common, sharedSecret } = await agree();
      const newPinEnc = encrypt(2, sharedSecret, padded(pin), random);
      const pinUvAuthParam = authenticate(2, sharedSecret, newPinEnc);
      await send({ ...common, subCommand: Pin.setPIN, newPinEnc, pinUvAuthParam });
    },
    /** @param {string} from @param {string} to */
    async change(from, to) {
      const { common, sharedSecret } = await agree();
      const newPinEnc = encrypt(2, sharedSecret, padded(to), random);
      const pinHashEnc = encrypt(2, sharedSecret, hashOf(from), random);
      const pinUvAuthParam = authenticate(2, sharedSecret, Buffer.concat([newPinEnc, pinHashEnc]));
      await send({ ...common, subCommand: Pin.changePIN, newPinEnc, pinHashEnc, pinUvAuthParam });
    },
    /** @param {string} pin @param {number} permissions */
    async token(pin, permissions) {
      const { common, sharedSecret } = await agree();
      const { pinUvAuthToken } = await send({
        ...common,
        subCommand: Pin.getPinUvAuthTokenUsingPinWithPermissions,
        pinHashEnc: encrypt(2, sharedSecret, hashOf(pin), random),
        permissions,
        rpId,
      });
      return decrypt(2, sharedSecret, /** @type {Uint8Array} */ (pinUvAuthToken));
    },
  };
}

/** Makes, uses and deletes credentials, tries and changes PINs, until it is killed. @param {number} seed @param {string} pin */
async function churn(seed, pin) {
  const device = new Authenticator({ store, policy: { userVerification: 'none' } });
  const pins = platform(device);
  let state = seed;
  // A linear congruential generator: what is done follows from the seed, when it is killed does not.
  const chance = (/** @type {number} */ below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const known = store.page({ limit: 1000 }).records.map(({ id }) => id);
  /** @param {Record<string, unknown>} what @param {() => Promise<Record<string, unknown>>} work */
  const does = async (what, work) => {
    say({ begins: what });
    say({ did: { ...what, ...(await work()) } });
  };

  if (store.read((reader) => reader.device()?.pinHash) === undefined) {
    await does({ kind: 'set-pin', pin }, async () => {
      await pins.set(pin);
      return {};
    });
  }
  for (;;) {
    const kind = chance(known.length > 20 ? 6 : 5);
    const id = known[chance(known.length)];
    if (kind === 0 || id === undefined) {
      await does({ kind: 'create' }, async () => {
        const token = await pins.token(pin, 1);
        const request = {
          clientDataHash,
          rp: { id: rpId },
          user: { id: crypto.getRandomValues(new Uint8Array(16)), name: 'ada' },
          pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
          options: { rk: true },
          pinUvAuthProtocol: 2,
          pinUvAuthParam: authenticate(2, token, clientDataHash),
        };
        const message = encodeMessage(
          CtapCommand.authenticatorMakeCredential,
          makeCredentialRequest,
          request,
        );
        const { authData } = decodeResponse(await device.transact(message), makeCredentialResponse);
        const made = decodeAuthenticatorData(authData).attestedCredentialData?.credentialId;
        known.push(/** @type {Uint8Array} */ (made));
        return { id: hex(/** @type {Uint8Array} */ (made)) };
      });
    } else if (kind < 3) {
      await does({ kind: 'get', id: hex(id) }, async () => ({ signCount: await assert(device, id) }));
    } else if (kind === 3) {
      const to = `${1000 + chance(9000)}`;
      await does({ kind: 'change-pin', from: pin, pin: to }, async () => {
        await pins.change(pin, to);
        return {};
      });
      pin = to;
    } else if (kind === 4) {
      device.powerCycle();
      await does({ kind: 'wrong-pin' }, async () => {
        await pins.token('no such PIN', 1).catch((error) => {
          if (error.name !== 'CtapError') throw error;
        });
        return {};
      });
    } else {
      await does({ kind: 'delete', id: hex(id) }, async () => {
        const token = await pins.token(pin, 4);
        const params = deleteCredentialParams.write({ credentialID: { id, type: 'public-key' } });
        const signed = Buffer.concat([Uint8Array.of(Management.deleteCredential), encodeCbor(params)]);
        const message = encodeMessage(
          CtapCommand.authenticatorCredentialManagement,
          credentialManagementRequest,
          {
            subCommand: Management.deleteCredential,
            subCommandParams: params,
            pinUvAuthProtocol: 2,
            pinUvAuthParam: authenticate(2, token, signed),
          },
        );
        decodeResponse(await device.transact(message), credentialManagementResponse);
        known.splice(known.indexOf(id), 1);
        return {};
      });
    }
  }
}

if (mode === 'assert') {
  const [count, id, signCounter] = /** @type {[string, string, string]} */ (/** @type {unknown} */ (rest));
  await assertions(Number(count), Buffer.from(id, 'hex'), signCounter);
  await store.close();
} else {
  const [seed, pin] = /** @type {[string, string]} */ (/** @type {unknown} */ (rest));
  await churn(Number(seed), pin);
}
