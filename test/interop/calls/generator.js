// @ts-nocheck: runs in several globals, none of them typed.
/**
 * Calls by rule: every member of every dictionary, times every kind of value. A call is text; a document of its own runs it, with the kit
 * below, which is also sent to browsers as text.
 */

/** Values, as expressions. What throws has its own error, by which one sees whose it is. */
const KINDS = {
  undefined: 'undefined',
  null: 'null',
  true: 'true',
  false: 'false',
  'a number': '7',
  'a negative number': '-7',
  'a number that is none': 'NaN',
  'a number in text': "'12'",
  'a number object': 'new Number(-7)',
  'a bigint': '1n',
  'a text': "'text'",
  'an empty text': "''",
  'base64url with padding': "'AA=='",
  'a text object': "new String('text')",
  'an enormous text': "'x'.repeat(100000)",
  'half a surrogate pair': "'\\ud800'",
  'a symbol': "Symbol('s')",
  'an object': '({})',
  'an object with toString': "({ toString: () => 'text' })",
  'an object that has no text': '({ toString: null, valueOf: null })',
  'an object without a prototype': 'Object.create(null)',
  'a function': '(() => {})',
  'an array': '[]',
  'an array of a number': '[7]',
  'an array of a text': "['text']",
  'an array of null': '[null]',
  'an array with a hole': '[,]',
  'an enormous array': 'Array(100000).fill(0)',
  'a set': "new Set(['text'])",
  'a generator': "(function* () { yield 'text'; })()",
  'an iterator that throws': "({ [Symbol.iterator]() { throw new RangeError('mine'); } })",
  'an iterator that is none': '({ [Symbol.iterator]: () => 7 })',
  'a date': 'new Date(0)',
  'an object that throws as text': "({ toString() { throw new RangeError('mine'); } })",
  'a proxy': "new Proxy({}, { get() { throw new RangeError('mine'); } })",
  bytes: 'new Uint8Array([1, 2, 3])',
  'an ArrayBuffer': 'new Uint8Array([1, 2, 3]).buffer',
  'a DataView': 'new DataView(new ArrayBuffer(8), 2, 3)',
  'no bytes': 'new Uint8Array()',
  'bytes of another realm': 'foreign.bytes()',
  'an array of another realm': 'foreign.array()',
  'shared memory':
    'new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer, 0, 3)',
  'resizable memory': 'new Uint8Array(new ArrayBuffer(3, { maxByteLength: 8 }))',
  'detached memory': 'detached()',
  'what looks like bytes': 'Object.setPrototypeOf({}, Uint8Array.prototype)',
};

const ENTITY = ['name'];
const DESCRIPTORS = (list) => [
  list,
  `${list}.0`,
  `${list}.0.id`,
  `${list}.0.transports`,
  `${list}.0.transports.0`,
  `${list}.0.type`,
];
const PRF = [
  'prf',
  'prf.eval',
  'prf.eval.first',
  'prf.eval.second',
  'prf.evalByCredential',
  'prf.evalByCredential.AAAA',
];
const INPUTS = [
  'appid',
  'appidExclude',
  'credBlob',
  'credProps',
  'credentialProtectionPolicy',
  'enforceCredentialProtectionPolicy',
  'getCredBlob',
  'hmacCreateSecret',
  'largeBlob',
  'largeBlob.read',
  'largeBlob.support',
  'largeBlob.write',
  'minPinLength',
  ...PRF,
  'uvm',
].map((name) => `extensions.${name}`);
const CREATION = [
  'attestation',
  'authenticatorSelection',
  'authenticatorSelection.authenticatorAttachment',
  'authenticatorSelection.requireResidentKey',
  'authenticatorSelection.residentKey',
  'authenticatorSelection.userVerification',
  'challenge',
  ...DESCRIPTORS('excludeCredentials'),
  'extensions',
  ...INPUTS,
  'hints',
  'hints.0',
  'pubKeyCredParams',
  'pubKeyCredParams.0',
  'pubKeyCredParams.0.alg',
  'pubKeyCredParams.0.type',
  'rp',
  'rp.id',
  ...ENTITY.map((name) => `rp.${name}`),
  'timeout',
  'user',
  'user.displayName',
  'user.id',
  ...ENTITY.map((name) => `user.${name}`),
];
const REQUEST = [
  ...DESCRIPTORS('allowCredentials'),
  'challenge',
  'extensions',
  ...INPUTS,
  'hints',
  'hints.0',
  'rpId',
  'timeout',
  'userVerification',
];
const OUTER = (members) => [
  'mediation',
  'publicKey',
  'signal',
  ...members.map((member) => `publicKey.${member}`),
];

/** What is called, and the members of its argument. `''` is the argument itself. */
const METHODS = {
  create: ['', ...OUTER(CREATION)],
  get: ['', ...OUTER(REQUEST), 'uiMode'],
  signalUnknownCredential: ['', 'credentialId', 'rpId'],
  signalAllAcceptedCredentials: [
    '',
    'allAcceptedCredentialIds',
    'allAcceptedCredentialIds.0',
    'rpId',
    'userId',
  ],
  signalCurrentUserDetails: ['', 'displayName', 'name', 'rpId', 'userId'],
  parseCreationOptionsFromJSON: ['', ...CREATION],
  parseRequestOptionsFromJSON: ['', ...REQUEST],
};

/** All of them: [name, method, member, expression]. */
export const GENERATED = Object.entries(METHODS).flatMap(([method, members]) =>
  members.flatMap((member) =>
    Object.entries(KINDS)
      // A list beside what only a test of the mediation needs waits for a person.
      .filter(([kind]) => !(member === 'signal' && kind === 'absent'))
      .map(([kind, value]) => [`${method}(): ${member || 'the argument'} is ${kind}`, method, member, value]),
  ),
);

/** Runs calls one after the other, in a document of its own each where there are documents. @returns their ends */
export async function play(calls, milliseconds) {
  const inDocument = typeof document !== 'undefined';
  const source = (method, member, value) => `(async () => {
    const bytes = (...values) => Uint8Array.from(values);
    const detached = () => { const view = bytes(1, 2, 3); structuredClone(view.buffer, { transfer: [view.buffer] }); return view; };
    const json = ${/JSON$/.test(method)};
    const raw = (...values) => (json ? btoa(String.fromCharCode(...values)).replace(/=/g, '') : bytes(...values));
    const creation = { rp: { name: 'Example' }, user: { id: raw(1, 2, 3), name: 'ada', displayName: 'Ada' },
      challenge: raw(9, 8, 7), pubKeyCredParams: [{ type: 'public-key', alg: -7 }], timeout: 3000 };
    const request = { challenge: raw(7, 8, 9), timeout: 3000 };
    const arguments_ = {
      create: () => ({ publicKey: creation }),
      get: () => ({ publicKey: request }),
      signalUnknownCredential: () => ({ rpId: 'localhost', credentialId: 'AAAA' }),
      signalAllAcceptedCredentials: () => ({ rpId: 'localhost', userId: 'BBBB', allAcceptedCredentialIds: ['AAAA'] }),
      signalCurrentUserDetails: () => ({ rpId: 'localhost', userId: 'BBBB', name: 'a', displayName: 'A' }),
      parseCreationOptionsFromJSON: () => creation,
      parseRequestOptionsFromJSON: () => request,
    };
    const descriptor = { type: 'public-key', id: raw(4, 5, 6), transports: ['usb'] };
    const filled = { excludeCredentials: [descriptor], allowCredentials: [descriptor], hints: ['hybrid'],
      'transports': ['usb'], pubKeyCredParams: creation.pubKeyCredParams, eval: { first: raw(1) } };
    let argument = arguments_[${JSON.stringify(method)}]();
    const path = ${JSON.stringify(member)}.split('.');
    const plain = (value, depth = 0) => {
      if (ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === '[object ArrayBuffer]') return value.byteLength + ' bytes';
      if (typeof value === 'string' && value.length > 100) return value.length + ' characters';
      if (typeof value !== 'object' || value === null || depth > 9) return value;
      if (Array.isArray(value)) return value.map((one) => plain(one, depth + 1));
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one, depth + 1)]));
    };
    let returned;
    try {
      const value = ${value};
      if (path[0] === '') argument = value;
      else {
        let holder = argument;
        path.slice(0, -1).forEach((key, at) => {
          if (holder[key] === undefined) holder[key] = filled[key] ?? {};
          holder = holder[key];
        });
        holder[path.at(-1)] = value;
      }
      const target = /^(create|get)$/.test(${JSON.stringify(method)}) ? navigator.credentials : PublicKeyCredential;
      returned = target[${JSON.stringify(method)}](argument);
    } catch (error) {
      return 'throws ' + (error?.name ?? String(error));
    }
    try {
      const value = await returned;
      if (!(value instanceof PublicKeyCredential)) return 'gives ' + JSON.stringify(plain(value));
      const data = JSON.parse(new TextDecoder().decode(value.response.clientDataJSON));
      return 'gives a credential for ' + data.challenge + ' with ' + JSON.stringify(plain(value.getClientExtensionResults()));
    } catch (error) {
      return 'rejects ' + (error?.name ?? String(error));
    }
  })()`;
  const ends = [];
  for (const [, method, member, value] of calls) {
    let frame;
    if (inDocument) {
      frame = document.createElement('iframe');
      document.body.append(frame);
    }
    const where = frame?.contentWindow ?? globalThis;
    where.foreign = inDocument
      ? { bytes: () => new Uint8Array([1, 2, 3]), array: () => ['text'] }
      : globalThis.foreign;
    let timer;
    const limit = new Promise((resolve) => {
      timer = setTimeout(resolve, milliseconds, 'pending');
    });
    ends.push(await Promise.race([where.eval(source(method, member, value)), limit]));
    clearTimeout(timer);
    frame?.remove();
  }
  return ends;
}
