// What bodies say: of options, and of responses before they are verified.

/** The flags of an assertion's authenticator data, unverified. @param {any} body @returns {number} */
export function flagsIn(body) {
  const data = body?.response?.authenticatorData;
  return typeof data === 'string' ? (Buffer.from(data, 'base64url')[32] ?? 0) : 0;
}

/** A body as it would come over HTTP, so that nothing of the caller's own is touched; and how long that is. @param {unknown} response */
export function overTheWire(response) {
  try {
    const text = JSON.stringify(response) ?? 'null';
    return { body: JSON.parse(text), length: text.length };
  } catch {
    // Too deep to be spelled, but not to be refused.
    return { body: response, length: 0 };
  }
}

/** The challenge that a response claims to answer, if it can be read at all. @param {any} body @returns {string | undefined} */
export function challengeIn(body) {
  try {
    const text = Buffer.from(body.response.clientDataJSON, 'base64url')
      .toString('utf8')
      .replace(/^\uFEFF/, '');
    const { challenge } = JSON.parse(text);
    return typeof challenge === 'string' ? challenge : undefined;
  } catch {
    return undefined;
  }
}

/** @param {Pick<import('stuntkey/verify').RelyingPartyCredential, 'id' | 'transports'>} credential */
export function descriptor({ id, transports }) {
  return { type: 'public-key', id, ...(transports.length > 0 && { transports }) };
}
