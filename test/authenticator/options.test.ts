import { describe, expect, it } from 'vitest';
import {
  Authenticator,
  defaultPolicy,
  ManualClock,
  MemoryStore,
  ScriptedUser,
} from '../../src/entries/index.ts';
import { refusalOf } from '../refusal.ts';

const OPTIONS: readonly (readonly [object, string])[] = [
  ['yubikey-5-nfc' as never, 'expected options, such as { model: \'yubikey-5-nfc\' }, got "yubikey-5-nfc"'],
  [{ polcy: {} }, 'polcy: there is no such member; did you mean policy?'],
  [{ usr: new ScriptedUser() }, 'usr: there is no such member; did you mean user?'],
  [{ person: new ScriptedUser() }, 'person: there is no such member; did you mean user?'],
  [{ clock: {} }, 'clock: expected a clock, such as new ManualClock(), got an object without now()'],
  [
    { user: {} },
    'user: expected an object with answer(), such as new ScriptedUser(), got an object without answer()',
  ],
  [
    { user: Promise.resolve() },
    'user: expected an object with answer(), such as new ScriptedUser(), got a promise (is an await missing?)',
  ],
  [
    { store: new Map() },
    'store: expected a store, such as new MemoryStore(), got an instance of Map without read()',
  ],
  [{ store: '/tmp/keys' }, 'store: expected a store, such as new MemoryStore(), got "/tmp/keys"'],
  [{ model: 'yubikey-5' }, 'model: expected one of yubikey-5-nfc, '],
  [{ model: 'yubikey-5-nfs' }, 'got "yubikey-5-nfs"; did you mean yubikey-5-nfc?'],
  [{ seed: 42 }, 'seed: expected a text or bytes, got 42'],
  [{ seed: 'a', random: () => new Uint8Array() }, 'expected seed or random, got both'],
  [{ random: Math.random() }, 'random: expected a function that gives random bytes, got 0.'],
  [{ repeatable: 'yes' }, 'repeatable: expected true or false, got "yes"'],
  [{ attestation: {} }, 'attestation: expected a source of attestation identities'],
  [{ generateKey: {} }, 'generateKey: expected a function, got an object'],
  [{ wrappingSecret: new Uint8Array(31) }, 'wrappingSecret: expected 32 bytes (a Uint8Array), got 31 bytes'],
];

const POLICIES: readonly (readonly [object, string])[] = [
  [{ singCounter: 'zero' }, 'policy.singCounter: there is no such member; did you mean signCounter?'],
  [
    { userVerification: 'nope' },
    'policy.userVerification: expected one of none, built-in, fingerprint, got "nope"; did you mean none?',
  ],
  [{ pinUvAuthProtocols: [3] }, 'policy.pinUvAuthProtocols[0]: expected one of 1, 2, got 3'],
  [{ maxPinLength: 500 }, 'policy.maxPinLength: expected a whole number from 8 to 63, got 500'],
  [
    { userActionTimeout: Number.NaN },
    'policy.userActionTimeout: expected a whole number from 1 to 2147483647, got NaN',
  ],
  [
    { userActionTimeout: 1e12 },
    'policy.userActionTimeout: expected a whole number from 1 to 2147483647, got 1000000000000',
  ],
  [{ extensions: ['nonsense'] }, 'policy.extensions[0]: expected one of hmac-secret, credProtect, '],
  [{ algorithms: [-7777] }, 'policy.algorithms[0]: expected one of -7, -8, '],
  [{ algorithms: [] }, 'policy.algorithms: expected an array of COSE numbers, got an empty array'],
  [{ algorithms: ['ES256'] }, '-50, got "ES256"; did you mean -7?'],
  [
    { transports: ['bluetooth'] },
    'policy.transports[0]: expected one of usb, nfc, ble, smart-card, hybrid, internal, got "bluetooth"; did you mean ble?',
  ],
  [{ transports: 'usb' }, 'policy.transports: expected an array of transports, got "usb"'],
  [
    { minPinLengthRpIds: 'example.com' },
    'policy.minPinLengthRpIds: expected an array of RP IDs, got "example.com"',
  ],
  [{ backup: true }, 'policy.backup: expected an object, got true'],
  [
    { backup: { eligible: false, state: true } },
    'policy.backup: expected no backup state without eligibility',
  ],
  [{ backup: { eligible: true } }, 'policy.backup.state: expected a value, got none'],
  [
    { aaguid: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd' },
    'policy.aaguid: expected 16 bytes (a Uint8Array), got "fbfc',
  ],
  [{ ctap: 2.1 }, 'policy.ctap: expected one of U2F, 2.0, 2.1, 2.2, 2.3, got 2.1'],
  [{ u2f: 'false' }, 'policy.u2f: expected true or false, got "false"'],
  [
    { discoverableCapacity: -1 },
    'policy.discoverableCapacity: expected a whole number of at least 0, or Infinity, got -1',
  ],
  [
    { discoverableCapacity: 2.5 },
    'policy.discoverableCapacity: expected a whole number of at least 0, or Infinity, got 2.5',
  ],
  [{ fingerprints: { samples: 0 } }, 'policy.fingerprints.'],
  [
    { tpm: { manufacturer: 'AMD', model: 'x', version: 'id:00000001' } },
    'policy.tpm.manufacturer: expected "id:" and eight hex digits, got "AMD"',
  ],
  [
    { certifications: { FIDO: '2' } },
    'policy.certifications.FIDO: expected a whole number of at least 0, got "2"',
  ],
  [
    { vendorConfigCommands: [{ id: -1, run: () => {} }] },
    'policy.vendorConfigCommands[0].id: expected a number of at most 64 bits, got -1',
  ],
  [{ alwaysUv: true }, 'policy.alwaysUv: expected one of unsupported, off, on, forced, got true'],
  [{ attestationFormats: ['none'] }, 'policy.attestationFormats[0]: expected one of packed, '],
  [
    { attestationFormats: ['packed', 'packed'] },
    'policy.attestationFormats: expected an array of formats, each once',
  ],
  [{ maxMsgSize: 1023 }, 'policy.maxMsgSize: expected a whole number from 1024 to 7609, got 1023'],
  [[], 'policy: expected an object, got an empty array'],
  [new Uint8Array(3), 'policy: expected an object, got 3 bytes'],
];

describe('the options of an authenticator', () => {
  it.each(OPTIONS)('%o are refused by name', (options, message) => {
    const refusal = refusalOf(() => new Authenticator(options));
    expect(refusal).toMatch(/^bad-options /);
    expect(refusal).toContain(message);
  });

  it.each(POLICIES)('a policy of %o is refused by name, alone and over a model', (policy, message) => {
    for (const model of [undefined, 'yubikey-5-nfc'] as const) {
      const refusal = refusalOf(() => new Authenticator({ policy, ...(model && { model }) }));
      expect(refusal).toMatch(/^bad-policy /);
      expect(refusal).toContain(message);
    }
  });

  it('that are undefined count as absent, in the policy, too', () => {
    const { policy } = new Authenticator({
      clock: undefined,
      user: undefined,
      policy: { ctap: undefined, signCounter: undefined },
    } as object);
    expect(policy).toEqual(defaultPolicy);
  });

  it('are taken as they are documented', () => {
    const random = (length: number): Uint8Array => new Uint8Array(length);
    const parts = { clock: new ManualClock(), user: new ScriptedUser(), store: new MemoryStore(), random };
    const { policy, user } = new Authenticator({ ...parts, model: 'windows-hello', policy: defaultPolicy });
    expect(user).toBe(parts.user);
    expect(policy.transports).toEqual(['usb']);
  });

  it('can be those of an object whose members are inherited, or a user who is a function with a method', () => {
    const user = Object.assign(() => {}, { answer: () => 'approve' as const });
    class Options {
      get policy(): object {
        return { signCounter: 'zero' };
      }
      readonly user = user;
    }
    expect(new Authenticator(new Options()).policy.signCounter).toBe('zero');
  });

  it('do not follow what their owner changes afterwards', () => {
    const algorithms = [-7];
    const { policy } = new Authenticator({ policy: { algorithms } });
    algorithms.push(-8);
    expect(policy.algorithms).toEqual([-7]);
  });
});
