// @ts-nocheck: runs in two globals, neither of them typed.
/**
 * Calls of a page, by what they are about. Each runs as text in a browser and here, with what `kit.js` hands in; the device is
 * "key" (a security key that recognizes its user) unless the name says otherwise.
 */
const SIX = ['usb', 'nfc', 'ble', 'internal', 'hybrid', 'smart-card'];
const numbers = (values, name, text) => values.map((value) => [name(value), text(value)]);

/** For a call for which there is no device: Chromium waits for one as long as the call lets it. */
const NOBODY_COMES = 'timeout: 50';

export const CALLS = {
  'create()': {
    'as plain as can be': '({ create }) => create()',
    ...Object.fromEntries(
      numbers(
        [-7, -8, -257, -35, -36, -47, -37, -65535, 0, 7],
        (alg) => `with algorithm ${alg} alone`,
        (alg) => `({ create }) => create({ pubKeyCredParams: [{ type: 'public-key', alg: ${alg} }] })`,
      ),
    ),
    'without any algorithm': '({ create }) => create({ pubKeyCredParams: [] })',
    'with ES256 after an unknown one':
      "({ create }) => create({ pubKeyCredParams: [{ type: 'public-key', alg: -99 }, { type: 'public-key', alg: -7 }] })",
    'with an unknown type before ES256':
      "({ create }) => create({ pubKeyCredParams: [{ type: 'other', alg: -7 }, { type: 'public-key', alg: -7 }] })",
    'with only an unknown type': "({ create }) => create({ pubKeyCredParams: [{ type: 'other', alg: -7 }] })",
    'with Ed25519 preferred':
      "({ create }) => create({ pubKeyCredParams: [{ type: 'public-key', alg: -8 }, { type: 'public-key', alg: -7 }] })",
    ...Object.fromEntries(
      numbers(
        [0, 1, 64, 65],
        (length) => `with a user handle of ${length} bytes`,
        (length) =>
          `({ create }) => create({ user: { id: new Uint8Array(${length}), name: 'a', displayName: 'A' } })`,
      ),
    ),
    'with empty names':
      "({ create, bytes }) => create({ user: { id: bytes(1), name: '', displayName: '' } })",
    'with an empty challenge': '({ create, bytes }) => create({ challenge: bytes() })',
    'with a long challenge': '({ create }) => create({ challenge: new Uint8Array(1000) })',
    'with bytes in a DataView':
      '({ create }) => create({ challenge: new DataView(new ArrayBuffer(8), 2, 4) })',
    'with an empty RP ID': "({ create }) => create({ rp: { name: 'x', id: '' } })",
    'with its own RP ID': "({ create }) => create({ rp: { name: 'x', id: 'localhost' } })",
    'with its own RP ID in capitals': "({ create }) => create({ rp: { name: 'x', id: 'LOCALHOST' } })",
    "with another site's RP ID": "({ create }) => create({ rp: { name: 'x', id: 'example.com' } })",
    'with a subdomain as RP ID': "({ create }) => create({ rp: { name: 'x', id: 'login.localhost' } })",
    'with a port in the RP ID': "({ create }) => create({ rp: { name: 'x', id: location.host } })",
    'with an origin as RP ID': '({ create }) => create({ rp: { name: "x", id: location.origin } })',
    'with a dot after the RP ID': "({ create }) => create({ rp: { name: 'x', id: 'localhost.' } })",
    "with another site's RP ID and no user handle":
      "({ create, bytes }) => create({ rp: { name: 'x', id: 'example.com' }, user: { id: bytes(), name: 'a', displayName: 'A' } })",
    'without a timeout': '({ create }) => create({ timeout: undefined })',
    'with a timeout that is too large': '({ create }) => create({ timeout: 4294967295 })',
    'with a negative timeout': '({ create }) => create({ timeout: -1 })',
    'with hints': "({ create }) => create({ hints: ['security-key', 'nobody-knows'] })",
    'with attestation formats': "({ create }) => create({ attestationFormats: ['tpm', 'nobody-knows'] })",
    'a second time for the same user': '({ resident }) => resident().then(() => resident())',
    'with a signal that stays quiet': '({ create }) => create({}, { signal: new AbortController().signal })',
  },
  'create() and attestation': {
    ...Object.fromEntries(
      numbers(
        ['none', 'indirect', 'direct', 'enterprise', 'nobody-knows', ''],
        (conveyance) => `"${conveyance}"`,
        (conveyance) => `({ create }) => create({ attestation: '${conveyance}' })`,
      ),
    ),
  },
  'create() and the choice of an authenticator': {
    ...Object.fromEntries(
      ['platform', 'cross-platform', 'nobody-knows'].map((attachment) => [
        `attachment "${attachment}"`,
        `({ select }) => select({ authenticatorAttachment: '${attachment}' }, { ${attachment === 'platform' ? NOBODY_COMES : ''} })`,
      ]),
    ),
    ...Object.fromEntries(
      ['required', 'preferred', 'discouraged', 'nobody-knows'].flatMap((value) => [
        [`residentKey "${value}"`, `({ select }) => select({ residentKey: '${value}' })`],
        [`userVerification "${value}"`, `({ select }) => select({ userVerification: '${value}' })`],
      ]),
    ),
    requireResidentKey: '({ select }) => select({ requireResidentKey: true })',
    'requireResidentKey against residentKey':
      "({ select }) => select({ requireResidentKey: true, residentKey: 'discouraged' })",
  },
  'create() and excludeCredentials': {
    'a stranger':
      "({ create, bytes }) => create({ excludeCredentials: [{ type: 'public-key', id: bytes(1, 2) }] })",
    'its own':
      '({ create, listed }) => create().then((made) => create({ excludeCredentials: listed(made) }))',
    'its own, discoverable':
      '({ resident, create, listed }) => resident().then((made) => create({ excludeCredentials: listed(made) }))',
    'its own, with transports of others':
      "({ create, listed }) => create().then((made) => create({ excludeCredentials: [{ ...listed(made)[0], transports: ['ble'] }] }))",
    'its own, of an unknown type':
      "({ create, listed }) => create().then((made) => create({ excludeCredentials: [{ ...listed(made)[0], type: 'other' }] }))",
    'its own, among strangers':
      "({ create, listed, bytes }) => create().then((made) => create({ excludeCredentials: [{ type: 'public-key', id: bytes(5) }, ...listed(made)] }))",
    'an empty ID':
      "({ create, bytes }) => create({ excludeCredentials: [{ type: 'public-key', id: bytes() }] })",
    'sixty-four strangers':
      "({ create, bytes }) => create({ excludeCredentials: Array.from({ length: 64 }, (_, at) => ({ type: 'public-key', id: bytes(at, 1) })) })",
    'sixty-five strangers':
      "({ create, bytes }) => create({ excludeCredentials: Array.from({ length: 65 }, (_, at) => ({ type: 'public-key', id: bytes(at, 1) })) })",
  },
  'create() and extensions': {
    'none known': '({ create }) => create({ extensions: { nobodyKnows: 1 } })',
    credProps: '({ create }) => create({ extensions: { credProps: true } })',
    'credProps, false': '({ create }) => create({ extensions: { credProps: false } })',
    'credProps, discoverable': '({ resident }) => resident({ extensions: { credProps: true } })',
    ...Object.fromEntries(
      [
        'userVerificationOptional',
        'userVerificationOptionalWithCredentialIDList',
        'userVerificationRequired',
      ].flatMap((policy) => [
        [
          `credProtect ${policy}`,
          `({ create }) => create({ extensions: { credentialProtectionPolicy: '${policy}' } })`,
        ],
        [
          `credProtect ${policy}, enforced`,
          `({ resident }) => resident({ extensions: { credentialProtectionPolicy: '${policy}', enforceCredentialProtectionPolicy: true } })`,
        ],
        [
          `credProtect ${policy}, with verification`,
          `({ select }) => select({ userVerification: 'required' }, { extensions: { credentialProtectionPolicy: '${policy}' } })`,
        ],
      ]),
    ),
    'credProtect of an unknown kind':
      "({ create }) => create({ extensions: { credentialProtectionPolicy: 'nobody-knows' } })",
    minPinLength: '({ create }) => create({ extensions: { minPinLength: true } })',
    credBlob: '({ resident, bytes }) => resident({ extensions: { credBlob: bytes(1, 2, 3) } })',
    'credBlob, not discoverable':
      '({ create, bytes }) => create({ extensions: { credBlob: bytes(1, 2, 3) } })',
    'credBlob, too long': '({ resident }) => resident({ extensions: { credBlob: new Uint8Array(33) } })',
    'largeBlob preferred':
      "({ resident }) => resident({ extensions: { largeBlob: { support: 'preferred' } } })",
    'largeBlob required':
      "({ resident }) => resident({ extensions: { largeBlob: { support: 'required' } } })",
    'largeBlob required, not discoverable':
      "({ create }) => create({ extensions: { largeBlob: { support: 'required' } } })",
    'largeBlob of an unknown support':
      "({ resident }) => resident({ extensions: { largeBlob: { support: 'nobody-knows' } } })",
    'largeBlob without support': '({ resident }) => resident({ extensions: { largeBlob: {} } })',
    'largeBlob read': '({ resident }) => resident({ extensions: { largeBlob: { read: true } } })',
    'largeBlob write':
      '({ resident, bytes }) => resident({ extensions: { largeBlob: { write: bytes(1) } } })',
    prf: '({ resident }) => resident({ extensions: { prf: {} } })',
    'prf with one input':
      '({ resident, bytes }) => resident({ extensions: { prf: { eval: { first: bytes(1) } } } })',
    'prf with two inputs':
      '({ resident, bytes }) => resident({ extensions: { prf: { eval: { first: bytes(1), second: bytes(2) } } } })',
    'prf by credential':
      '({ resident, bytes }) => resident({ extensions: { prf: { evalByCredential: { AQ: { first: bytes(1) } } } } })',
    'prf with verification':
      "({ select, bytes }) => select({ residentKey: 'required', userVerification: 'required' }, { extensions: { prf: { eval: { first: bytes(1) } } } })",
    hmacCreateSecret: '({ create }) => create({ extensions: { hmacCreateSecret: true } })',
    appid: "({ create }) => create({ extensions: { appid: 'https://localhost/appid' } })",
    'appidExclude of another site':
      "({ create }) => create({ extensions: { appidExclude: 'https://example.com/appid' } })",
    'appidExclude that is no URL': "({ create }) => create({ extensions: { appidExclude: 'x' } })",
    getCredBlob: '({ create }) => create({ extensions: { getCredBlob: true } })',
    'payment, as a sign-in': '({ create }) => create({ extensions: { payment: { isPayment: false } } })',
    'everything at once':
      "({ resident, bytes }) => resident({ extensions: { credProps: true, credBlob: bytes(1), minPinLength: true, prf: {}, largeBlob: { support: 'preferred' } } })",
  },
  'get()': {
    'with nothing there': '({ get }) => get()',
    'with a stranger in the list':
      "({ get, bytes }) => get({ allowCredentials: [{ type: 'public-key', id: bytes(1, 2) }] })",
    'with its own in the list':
      '({ create, get, listed }) => create().then((made) => get({ allowCredentials: listed(made) }))',
    'with its own among strangers':
      "({ create, get, listed, bytes }) => create().then((made) => get({ allowCredentials: [{ type: 'public-key', id: bytes(1) }, ...listed(made)] }))",
    'with two of its own':
      '({ create, get, listed, user }) => create().then(async (made) => get({ allowCredentials: listed(await create({ user: user(9) }), made) })).then(({ type }) => type)',
    'with its own of an unknown type':
      "({ create, get, listed }) => create().then((made) => get({ allowCredentials: [{ ...listed(made)[0], type: 'other' }] }))",
    'with an unknown type beside its own':
      "({ create, get, listed, bytes }) => create().then((made) => get({ allowCredentials: [{ type: 'other', id: bytes(1) }, ...listed(made)] }))",
    'with transports of others': `({ create, get, listed }) => create().then((made) => get({ allowCredentials: [{ ...listed(made)[0], transports: ['ble'] }], ${NOBODY_COMES} }))`,
    'with unknown transports':
      "({ create, get, listed }) => create().then((made) => get({ allowCredentials: [{ ...listed(made)[0], transports: ['nobody-knows'] }] }))",
    ...Object.fromEntries(
      SIX.map((transport) => [
        `with the transport "${transport}"`,
        `({ create, get, listed }) => create().then((made) => get({ allowCredentials: [{ ...listed(made)[0], transports: ['${transport}'] }]${transport === 'usb' ? '' : `, ${NOBODY_COMES}`} }))`,
      ]),
    ),
    'without a list, one that is discoverable': '({ resident, get }) => resident().then(() => get())',
    'without a list, one that is not': '({ create, get }) => create().then(() => get())',
    'without a list, two that are discoverable':
      '({ resident, get, user }) => resident().then(() => resident({ user: user(9) })).then(() => get()).then(({ type }) => type)',
    'with the list naming one that is discoverable':
      '({ resident, get, listed }) => resident().then((made) => get({ allowCredentials: listed(made) }))',
    'with its own RP ID': "({ resident, get }) => resident().then(() => get({ rpId: 'localhost' }))",
    'with an empty RP ID': "({ resident, get }) => resident().then(() => get({ rpId: '' }))",
    "with another site's RP ID": "({ resident, get }) => resident().then(() => get({ rpId: 'example.com' }))",
    'with an empty challenge':
      '({ resident, get, bytes }) => resident().then(() => get({ challenge: bytes() }))',
    ...Object.fromEntries(
      ['required', 'preferred', 'discouraged', 'nobody-knows'].map((value) => [
        `userVerification "${value}"`,
        `({ create, get, listed }) => create().then((made) => get({ allowCredentials: listed(made), userVerification: '${value}' }))`,
      ]),
    ),
    'with hints': "({ resident, get }) => resident().then(() => get({ hints: ['client-device'] }))",
    twice: '({ resident, get }) => resident().then(() => get()).then(() => get())',
    'with sixty-five strangers':
      "({ get, bytes }) => get({ allowCredentials: Array.from({ length: 65 }, (_, at) => ({ type: 'public-key', id: bytes(at, 1) })) })",
    'with an empty ID':
      "({ get, bytes }) => get({ allowCredentials: [{ type: 'public-key', id: bytes() }] })",
  },
  'get() and mediation': {
    silent: "({ resident, get }) => resident().then(() => get({}, { mediation: 'silent' }))",
    required: "({ resident, get }) => resident().then(() => get({}, { mediation: 'required' }))",
    'conditional, with nothing there':
      "({ get, patience }) => { const end = new AbortController(); const got = get({}, { mediation: 'conditional', signal: end.signal }); setTimeout(() => end.abort(), patience); return got; }",
  },
  'get() and extensions': {
    'none known': '({ resident, get }) => resident().then(() => get({ extensions: { nobodyKnows: 1 } }))',
    credProps: '({ resident, get }) => resident().then(() => get({ extensions: { credProps: true } }))',
    'largeBlob read where nothing is':
      "({ resident, get }) => resident({ extensions: { largeBlob: { support: 'required' } } }).then(() => get({ extensions: { largeBlob: { read: true } } }))",
    'largeBlob write':
      "({ resident, get, listed, bytes }) => resident({ extensions: { largeBlob: { support: 'required' } } }).then((made) => get({ allowCredentials: listed(made), userVerification: 'required', extensions: { largeBlob: { write: bytes(1, 2, 3) } } }))",
    'largeBlob read of what was written':
      "({ resident, get, listed, bytes }) => resident({ extensions: { largeBlob: { support: 'required' } } }).then(async (made) => { await get({ allowCredentials: listed(made), userVerification: 'required', extensions: { largeBlob: { write: bytes(1, 2, 3) } } }); return get({ extensions: { largeBlob: { read: true } } }); })",
    'largeBlob read and write':
      '({ resident, get, bytes }) => resident().then(() => get({ extensions: { largeBlob: { read: true, write: bytes(1) } } }))',
    'largeBlob support':
      "({ resident, get }) => resident().then(() => get({ extensions: { largeBlob: { support: 'preferred' } } }))",
    'largeBlob write without a list':
      '({ resident, get, bytes }) => resident().then(() => get({ extensions: { largeBlob: { write: bytes(1) } } }))',
    'largeBlob write with a list of two':
      '({ resident, get, listed, bytes, user }) => resident().then(async (made) => get({ allowCredentials: listed(made, await resident({ user: user(9) })), extensions: { largeBlob: { write: bytes(1) } } }))',
    'largeBlob read of a credential without':
      '({ resident, get }) => resident().then(() => get({ extensions: { largeBlob: { read: true } } }))',
    'prf with one input':
      '({ resident, get, bytes }) => resident({ extensions: { prf: {} } }).then(() => get({ extensions: { prf: { eval: { first: bytes(1) } } } }))',
    'prf with two inputs':
      '({ resident, get, bytes }) => resident({ extensions: { prf: {} } }).then(() => get({ extensions: { prf: { eval: { first: bytes(1), second: bytes(2) } } } }))',
    'prf with verification':
      "({ resident, get, bytes }) => resident({ extensions: { prf: {} } }).then(() => get({ userVerification: 'required', extensions: { prf: { eval: { first: bytes(1) } } } }))",
    'prf without input':
      '({ resident, get }) => resident({ extensions: { prf: {} } }).then(() => get({ extensions: { prf: {} } }))',
    'prf by credential':
      '({ resident, get, listed, bytes }) => resident({ extensions: { prf: {} } }).then((made) => get({ allowCredentials: listed(made), extensions: { prf: { evalByCredential: { [made.id]: { first: bytes(1) } } } } }))',
    'prf by credential without a list':
      '({ resident, get, bytes }) => resident({ extensions: { prf: {} } }).then((made) => get({ extensions: { prf: { evalByCredential: { [made.id]: { first: bytes(1) } } } } }))',
    'prf by a credential that is not in the list':
      '({ resident, get, listed, bytes }) => resident({ extensions: { prf: {} } }).then((made) => get({ allowCredentials: listed(made), extensions: { prf: { evalByCredential: { AQ: { first: bytes(1) } } } } }))',
    'prf by an empty credential':
      "({ resident, get, listed, bytes }) => resident({ extensions: { prf: {} } }).then((made) => get({ allowCredentials: listed(made), extensions: { prf: { evalByCredential: { '': { first: bytes(1) } } } } }))",
    'prf by what is not base64url':
      "({ resident, get, listed, bytes }) => resident({ extensions: { prf: {} } }).then((made) => get({ allowCredentials: listed(made), extensions: { prf: { evalByCredential: { '*': { first: bytes(1) } } } } }))",
    'prf of a credential without':
      '({ create, get, listed, bytes }) => create().then((made) => get({ allowCredentials: listed(made), extensions: { prf: { eval: { first: bytes(1) } } } }))',
    getCredBlob:
      '({ resident, get, bytes }) => resident({ extensions: { credBlob: bytes(1, 2, 3) } }).then(() => get({ extensions: { getCredBlob: true } }))',
    'getCredBlob of a credential without':
      '({ resident, get }) => resident().then(() => get({ extensions: { getCredBlob: true } }))',
    'getCredBlob, false':
      '({ resident, get }) => resident().then(() => get({ extensions: { getCredBlob: false } }))',
    'appid of another site':
      "({ resident, get }) => resident().then(() => get({ extensions: { appid: 'https://example.com/appid' } }))",
    'appid that is no URL':
      "({ resident, get }) => resident().then(() => get({ extensions: { appid: 'x' } }))",
    appidExclude:
      "({ resident, get }) => resident().then(() => get({ extensions: { appidExclude: 'https://localhost/x' } }))",
    payment:
      '({ resident, get }) => resident().then(() => get({ extensions: { payment: { isPayment: true } } }))',
    credProtect:
      "({ resident, get }) => resident({ extensions: { credentialProtectionPolicy: 'userVerificationRequired', enforceCredentialProtectionPolicy: true } }).then(() => get({ userVerification: 'discouraged' }))",
    'credProtect with a list':
      "({ select, get, listed }) => select({ residentKey: 'required', userVerification: 'required' }, { extensions: { credentialProtectionPolicy: 'userVerificationOptionalWithCredentialIDList' } }).then((made) => get({ allowCredentials: listed(made), userVerification: 'discouraged' }))",
  },
};

const LATER =
  'const end = new AbortController(); const { signal } = end; setTimeout(() => end.abort(REASON), 20);';
const later = (reason, text) =>
  `async ({ create, get }) => { ${LATER.replace('REASON', reason)} return ${text}; }`;

/** With a person who never answers. */
CALLS['on the device "patient"'] = {
  'create() aborted under way': later('', 'create({}, { signal })'),
  'create() aborted under way with a reason': later("new RangeError('mine')", 'create({}, { signal })'),
  'create() aborted under way with a text as reason': later("'mine'", 'create({}, { signal })'),
  'get() aborted under way': later('', 'get({}, { signal })'),
  'get() aborted under way with a reason': later("new RangeError('mine')", 'get({}, { signal })'),
  'create() timed out': '({ create }) => create({ timeout: 50 })',
  'get() timed out': '({ get }) => get({ timeout: 50 })',
  'a second create() while one is pending':
    'async ({ create }) => { const end = new AbortController(); create({}, { signal: end.signal }).catch(() => {}); await new Promise((go) => setTimeout(go, 20)); return create().finally(() => end.abort()); }',
  'a get() after an aborted create()':
    'async ({ create, get }) => { const end = new AbortController(); const first = create({}, { signal: end.signal }).catch(() => {}); end.abort(); await first; return get({ timeout: 50 }); }',
};

/** The same for devices of other kinds. */
const everywhere = (kind) => ({
  'create() as plain as can be': '({ create }) => create()',
  'create() without the defaults': '({ create }) => create({ pubKeyCredParams: [] })',
  'create() with credProps': '({ create }) => create({ extensions: { credProps: true } })',
  'create() with prf': '({ create }) => create({ extensions: { prf: {} } })',
  'create() with a largeBlob preferred':
    "({ create }) => create({ extensions: { largeBlob: { support: 'preferred' } } })",
  'create() with a largeBlob required':
    "({ create }) => create({ extensions: { largeBlob: { support: 'required' } } })",
  ...Object.fromEntries(
    ['required', 'preferred', 'discouraged'].flatMap((value) => [
      [
        `create() with residentKey "${value}"`,
        `({ select }) => select({ residentKey: '${value}' }, { extensions: { credProps: true } })`,
      ],
      [
        `create() with userVerification "${value}"`,
        `({ select }) => select({ userVerification: '${value}' })`,
      ],
      [
        `get() with userVerification "${value}"`,
        `({ select, get, listed }) => select({ userVerification: 'discouraged' }).then((made) => get({ allowCredentials: listed(made), userVerification: '${value}' }))`,
      ],
    ]),
  ),
  'create() on a platform': `({ select }) => select({ authenticatorAttachment: 'platform' }, { ${kind === 'platform' ? '' : NOBODY_COMES} })`,
  'create() on a key': `({ select }) => select({ authenticatorAttachment: 'cross-platform' }, { ${kind === 'platform' ? NOBODY_COMES : ''} })`,
  'create() with direct attestation': "({ create }) => create({ attestation: 'direct' })",
  'create() with its own excluded':
    "({ select, create, listed }) => select({ userVerification: 'discouraged' }).then((made) => create({ excludeCredentials: listed(made) }))",
  'get() with a stranger':
    "({ get, bytes }) => get({ allowCredentials: [{ type: 'public-key', id: bytes(1, 2) }] })",
  'get() with its own':
    "({ select, get, listed }) => select({ userVerification: 'discouraged' }).then((made) => get({ allowCredentials: listed(made) }))",
  'get() without a list':
    "({ select, get }) => select({ userVerification: 'discouraged', residentKey: 'preferred' }).then(() => get())",
  'the platform verifies':
    '() => PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().then((is) => ({ is }))',
});

for (const kind of ['platform', 'simple', 'stranger', 'u2f'])
  CALLS[`on the device "${kind}"`] = everywhere(kind);
