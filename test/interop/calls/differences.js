/**
 * Where a call ends otherwise here than in Chromium with its virtual authenticator, and the paragraph that says so.
 * docs/differences.md is made of this.
 *
 * @typedef {object} Difference
 * @property {string} about what is different
 * @property {boolean} [byRule] whether it is calls by rule that show it, and not those written by hand
 * @property {string} ours
 * @property {string} theirs
 * @property {string} because the paragraph
 * @property {(call: string, member: string, here: unknown, there: unknown) => boolean} covers
 */

/** @param {string} name @param {string} ours @param {string} theirs */
const ends =
  (name, ours, theirs) =>
  /** @type {Difference['covers']} */
  (call, member, here, there) =>
    call === name && member === 'end' && here === ours && there === theirs;

const L3 = 'https://www.w3.org/TR/webauthn-3/';
const CTAP =
  'https://fidoalliance.org/specs/fido-v2.3-ps-20260226/fido-client-to-authenticator-protocol-v2.3-ps-20260226.html';
const CREDMAN = 'https://w3c.github.io/webappsec-credential-management/';

/** @type {readonly Difference[]} */
export const DIFFERENCES = [
  {
    about: 'an empty user handle',
    ours: 'TypeError',
    theirs: 'a credential',
    because: `[Level 3, 5.1.3, step 5](${L3}#sctn-createCredential): 1 to 64 bytes`,
    covers: (call, member, here, there) =>
      ends('create(): with a user handle of 0 bytes', 'TypeError', 'ok')(call, member, here, there) ||
      (/^create\(\): publicKey\.user\.id is (?:no bytes|detached memory)$/.test(call) &&
        here === 'rejects TypeError' &&
        /^gives a credential/.test(String(there))),
  },
  {
    about: 'an empty user handle, and the RP ID of another site',
    ours: 'TypeError',
    theirs: 'SecurityError',
    because: `[Level 3, 5.1.3](${L3}#sctn-createCredential): step 5 comes before step 8`,
    covers: ends("create(): with another site's RP ID and no user handle", 'TypeError', 'SecurityError'),
  },
  {
    about: 'the RP ID in capitals',
    ours: 'a credential',
    theirs: 'SecurityError',
    because:
      '[HTML, "is a registrable domain suffix of or is equal to"](https://html.spec.whatwg.org/multipage/browsers.html#is-a-registrable-domain-suffix-of-or-is-equal-to), step 2: the text is parsed as a host, which lowers its case',
    covers: ends('create(): with its own RP ID in capitals', 'ok', 'SecurityError'),
  },
  {
    about: 'more than 64 credentials in a list',
    ours: 'asked of the device in parts',
    theirs: 'RangeError',
    because: `[Level 3, 5.1.3, step 22](${L3}#sctn-createCredential) and [5.1.4](${L3}#sctn-discover-from-external-source): lists have no limit`,
    covers: (call, member, _, there) =>
      call.endsWith('sixty-five strangers') && member === 'end' && there === 'RangeError',
  },
  {
    about: 'credProtect that was not asked for',
    ours: 'not asked of the device',
    theirs: 'level 2 or 3 for discoverable credentials',
    because: `[CTAP 2.3, 12.1](${CTAP}#sctn-credProtect-extension): the platform's input is the RP's credentialProtectionPolicy; the default is the device's`,
    covers: (_, member, here, there) =>
      member === 'signed.credProtect' && here === undefined && (there === 2 || there === 3),
  },
  {
    about: 'credentialProtectionPolicy beside a userVerification of another strength',
    ours: 'passed on to the device',
    theirs: 'NotSupportedError',
    because: `[CTAP 2.3, 12.1](${CTAP}#sctn-credProtect-extension): the client refuses only what is enforced on a device without credProtect`,
    covers: (call, member, here, there) =>
      /credProtect/.test(call) &&
      member === 'end' &&
      (here === 'ok' || here === 'NotAllowedError') &&
      there === 'NotSupportedError',
  },
  {
    about: 'an appid or appidExclude that is no URL',
    ours: 'SecurityError',
    theirs: 'SyntaxError',
    because: `[Level 3, 10.1.1](${L3}#sctn-appid-extension), client extension processing, step 2: what the AppID algorithm rejects is a SecurityError`,
    covers: (call, member, here, there) =>
      /appid/i.test(call) &&
      member === 'end' &&
      /SecurityError$/.test(String(here)) &&
      /SyntaxError$/.test(String(there)),
  },
  {
    about: 'credBlob for a credential that is not discoverable',
    ours: 'not stored',
    theirs: 'stored',
    because: `[CTAP 2.3, 12.2](${CTAP}#sctn-credBlob-extension): for discoverable credentials; others may have false`,
    covers: (call, member, here, there) =>
      (call === 'create() and extensions: credBlob, not discoverable' &&
        /credBlob$/.test(member) &&
        here === false) ||
      (/^create\(\): publicKey\.extensions\.credBlob is /.test(call) &&
        String(here) === String(there).replace('"credBlob":true', '"credBlob":false')),
  },
  {
    about: 'mediation: "silent"',
    ours: 'null',
    theirs: 'a dialog, and a credential',
    because: `[Credential Management, 2.5.1](${CREDMAN}#algorithm-request), step 10: silent mediation ends with null`,
    covers: (call) => call === 'get() and mediation: silent',
  },
  {
    about: 'mediation: "conditional" in a browser without a window',
    ours: 'pending until it is aborted',
    theirs: 'NotAllowedError at once',
    because: `[Level 3, 5.1.4.2](${L3}#sctn-discover-from-external-source), step 20: the ceremony ends with a credential or an abort`,
    covers: ends('get() and mediation: conditional, with nothing there', 'AbortError', 'NotAllowedError'),
  },
  {
    about: 'a timeout of 0',
    byRule: true,
    ours: 'a second',
    theirs: 'NotAllowedError at once',
    because: `[Level 3, 5.1.3, step 4](${L3}#sctn-createCredential): the closest value of a reasonable range`,
    covers: (call, member, here, there) =>
      /publicKey\.timeout is /.test(call) &&
      member === 'end' &&
      (/^gives a credential/.test(String(here)) || /^rejects NotAllowedError$/.test(String(here))) &&
      there === 'rejects NotAllowedError',
  },
  {
    about: 'an allow list in which no entry has a known type',
    byRule: true,
    ours: 'NotAllowedError',
    theirs: 'as if there were no list',
    because: `[Level 3, 5.8.2](${L3}#enum-credentialType): if all elements are ignored, it is an error, for an empty list has another meaning`,
    covers: (call, member, here, there) =>
      /^get\(\): publicKey\.allowCredentials\.0\.type is /.test(call) &&
      member === 'end' &&
      here === 'rejects NotAllowedError' &&
      /^gives a credential/.test(String(there)),
  },
  {
    about: 'an evalByCredential with nothing in it, without an allow list',
    byRule: true,
    ours: 'a credential',
    theirs: 'NotSupportedError',
    because: `[Level 3, 10.1.4](${L3}#prf-extension), client extension processing (authentication), step 1: only one that is not empty is refused`,
    covers: (call, member, here, there) =>
      /^get\(\): publicKey\.extensions\.prf\.evalByCredential is /.test(call) &&
      member === 'end' &&
      /^gives a credential/.test(String(here)) &&
      there === 'rejects NotSupportedError',
  },
  {
    about: 'base64url with bits left over at its end',
    byRule: true,
    ours: 'TypeError (signals), EncodingError (parsing)',
    theirs: 'taken',
    because:
      '[RFC 4648, 3.5](https://www.rfc-editor.org/rfc/rfc4648#section-3.5): a decoder may refuse them; two texts that are one ID are a trap for servers',
    covers: (call, member, here, there) =>
      /^(?:signal|parse)/.test(call) &&
      member === 'end' &&
      /^(?:rejects TypeError|throws EncodingError)$/.test(String(here)) &&
      /^gives /.test(String(there)),
  },
  {
    about: 'a list of more than 65,536 elements',
    byRule: true,
    ours: 'TypeError',
    theirs: 'read to its end',
    because:
      '[Web IDL, 3.2.21](https://webidl.spec.whatwg.org/#es-sequence) has no limit, and some iterators have no end: a page must not fill the memory of the test',
    covers: (call, member, here) =>
      / is an enormous array$/.test(call) && member === 'end' && / TypeError$/.test(String(here)),
  },
  {
    about: 'half a surrogate pair as an appid in options that were parsed from JSON, by `install`',
    byRule: true,
    ours: 'kept',
    theirs: 'replaced',
    because: `[Level 3, 10.1.1](${L3}#sctn-appid-extension): a DOMString`,
    covers: (call, member) => /^parse.*appid.* is half a surrogate pair$/.test(call) && member === 'end',
  },
  {
    about: 'options that were parsed from JSON, by `install`',
    byRule: true,
    ours: 'attestationFormats, userVerification and uvm as Level 3 has them, and no defaults for extensions',
    theirs: 'without attestationFormats and uvm; credProps and enforceCredentialProtectionPolicy are false',
    because: `[Level 3, 5.4](${L3}#dictionary-makecredentialoptions) and [5.7](${L3}#sctn-extensions-inputs-outputs): the dictionaries' own members and defaults`,
    covers: (call, member, here, there) =>
      /^parse/.test(call) && member === 'end' && withoutDefaults(here) === withoutDefaults(there),
  },
];

/** What was parsed, without what only one of the two has. @param {unknown} end */
function withoutDefaults(end) {
  const text = String(end);
  if (!text.startsWith('gives {')) return text;
  const { attestationFormats: _, extensions, authenticatorSelection, ...rest } = JSON.parse(text.slice(6));
  const { credProps, enforceCredentialProtectionPolicy, uvm: __, ...inputs } = extensions ?? {};
  const { userVerification, ...selection } = authenticatorSelection ?? {};
  return JSON.stringify(
    sorted({
      ...rest,
      ...(extensions && {
        extensions: {
          ...inputs,
          ...(credProps && { credProps }),
          ...(enforceCredentialProtectionPolicy && { enforceCredentialProtectionPolicy }),
        },
      }),
      ...(authenticatorSelection && {
        authenticatorSelection: {
          ...selection,
          ...(userVerification !== 'preferred' && { userVerification }),
        },
      }),
    }),
  );
}

/** @param {any} value @returns {any} */
function sorted(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
