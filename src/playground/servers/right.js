// A relying party: four functions and a memory. Change it, and audit it again.
import { verifyAuthentication, verifyRegistration } from 'stuntkey/verify';

const origin = 'https://example.com';
const rpId = 'example.com';
// What it remembers: user handles by user name, and records with their owners by credential ID.
const handles = new Map();
const decoys = new Map();
const credentials = new Map();

export const relyingParty = {
  origin,
  registration: {
    options({ username, authenticatorSelection, attestation = 'none', extensions }, { session }) {
      mayRegister(username, session);
      return issued(session, 'registration', username, {
        rp: { id: rpId, name: 'Example' },
        user: { id: madeOnce(handles, username), name: username, displayName: username },
        challenge: random(),
        pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key', alg })),
        excludeCredentials: credentialsOf(username),
        attestation,
        ...(authenticatorSelection && { authenticatorSelection }),
        ...(extensions && { extensions }),
      });
    },
    async verify(response, { session, headers }) {
      onlyJson(headers);
      const { options, username } = taken(session, 'registration');
      const { verified, failed, credential } = await verifyRegistration(response, {
        options,
        origins: [origin],
        isRegistered: (id) => credentials.has(id),
      });
      if (!verified) throw refusal(failed);
      // Another registration may have come meanwhile.
      mayRegister(username, session);
      if (credentials.has(credential.id)) throw new Error('this credential is registered already');
      const record = { ...credential, userHandle: madeOnce(handles, username) };
      credentials.set(credential.id, { record, username });
      session.signedInAs = username;
      return true;
    },
  },
  authentication: {
    options({ username, userVerification = 'preferred', extensions }, { session }) {
      if (username !== undefined) checkName(username);
      return issued(session, 'authentication', username, {
        rpId,
        challenge: random(),
        allowCredentials: username === undefined ? [] : allowed(username),
        userVerification,
        ...(extensions && { extensions }),
      });
    },
    async verify(response, { session, headers }) {
      onlyJson(headers);
      const { options, username } = taken(session, 'authentication');
      const { verified, failed, credential } = await verifyAuthentication(response, {
        options,
        origins: [origin],
        credential: (id) => credentials.get(id)?.record,
        user: username === undefined ? 'from-response' : { handle: madeOnce(handles, username) },
      });
      if (!verified) throw refusal(failed);
      const stored = credentials.get(credential.id);
      // Another sign-in may have come meanwhile.
      const { signCount } = stored.record;
      if (signCount > 0 && credential.signCount <= signCount) throw new Error('the counter did not go up');
      stored.record = credential;
      session.signedInAs = stored.username;
      return true;
    },
  },
  whoAmI: ({ session }) => session.signedInAs,
};

/** A form of another site can send anything but JSON. */
function onlyJson({ 'content-type': type = 'application/json' }) {
  if (!type.startsWith('application/json')) throw new Error(`expected application/json, got ${type}`);
}

/** An account gets another credential only from the user who is signed in to it. */
function mayRegister(username, session) {
  checkName(username);
  if (credentialsOf(username).length > 0 && session.signedInAs !== username)
    throw new Error(`sign in as ${username} first, and then add another credential`);
}

function checkName(username) {
  if (typeof username !== 'string' || username === '') throw new Error('username: expected a text');
}

function issued(session, ceremony, username, options) {
  session[ceremony] = { options, username };
  return options;
}

/** The options that are answered: once, and in the session that has asked for them. */
function taken(session, ceremony) {
  const pending = session[ceremony];
  if (pending === undefined) throw new Error('there are no options to answer');
  delete session[ceremony];
  return pending;
}

function credentialsOf(username) {
  const own = [...credentials.values()].filter((one) => one.username === username);
  return own.map(({ record: { id, transports } }) => ({ type: 'public-key', id, transports }));
}

/** A name that has no credentials looks like any other. */
function allowed(username) {
  const own = credentialsOf(username);
  if (own.length > 0) return own;
  return [{ type: 'public-key', id: madeOnce(decoys, username), transports: ['usb', 'internal'] }];
}

/** Something that has nothing to do with its name, and stays the same. */
function madeOnce(map, name) {
  if (!map.has(name)) map.set(name, random());
  return map.get(name);
}

/** 32 bytes that are hard to guess, in base64url. */
function random() {
  const text = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function refusal({ name, expected, got }) {
  return new Error(`${name}: expected ${expected}, got ${got}`);
}
