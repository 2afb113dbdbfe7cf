// The code of a page, as for any browser.
// @ts-nocheck: it is compiled without the DOM's types here.

/** Asks the server for options, the browser for a passkey, and the server to keep it. */
export async function signUp(server, username) {
  const options = await server.post('/register/options', { username });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const credential = await navigator.credentials.create({ publicKey });
  return server.post('/register/verify', credential.toJSON());
}

/** Signs in with any passkey that the visitor picks. */
export async function signIn(server) {
  const options = await server.post('/login/options');
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = await navigator.credentials.get({ publicKey });
  return server.post('/login/verify', credential.toJSON());
}
