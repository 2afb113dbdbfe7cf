// What a browser does for a page besides WebAuthn: posts JSON, and keeps the session's cookie.

/** A visitor of the login server. @param {string} url */
export function visit(url) {
  let cookie = '';
  return {
    /** @param {string} path @param {unknown} [body] @returns {Promise<any>} the answer; throws the error of the server */
    async post(path, body = {}) {
      const response = await fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(cookie && { cookie }) },
        body: JSON.stringify(body),
      });
      cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
      const answer = /** @type {any} */ (await response.json());
      if (!response.ok) throw new Error(answer.error);
      return answer;
    },
  };
}
