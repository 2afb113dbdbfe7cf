// The server's page: a name, two buttons, and their outcome in an <output>, with @simplewebauthn/browser as it is on npm.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const library = createRequire(import.meta.url)
  .resolve('@simplewebauthn/browser')
  .replace(/\/(?:esm|script|dist)\/.*$/, '/dist/bundle/index.umd.min.js');

/** The page as HTML, the library in it. */
export const loginPage = () => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Login</title>
<style>body { font: 16px system-ui; margin: 4rem auto; max-width: 24rem } input, button { font: inherit; padding: .3rem .6rem } output { display: block; margin-top: 1rem }</style>
<label>Name <input id="name" value="ada" autocomplete="username webauthn"></label>
<button id="register">Register</button>
<button id="login">Log in</button>
<output></output>
<script>${readFileSync(library, 'utf8')}</script>
<script>
  const { startRegistration, startAuthentication } = SimpleWebAuthnBrowser;
  const post = async (path, body = {}) => {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return response.json();
  };
  const show = async (work) => {
    const output = document.querySelector('output');
    output.textContent = '';
    const { registered, welcome, error } = await work().catch((error) => ({ error: error.name }));
    output.textContent = registered ? registered + ' is registered' : welcome ? 'welcome, ' + welcome : error;
  };
  document.querySelector('#register').onclick = () => show(async () => {
    const optionsJSON = await post('/register/options', { username: document.querySelector('#name').value });
    return post('/register/verify', await startRegistration({ optionsJSON }));
  });
  document.querySelector('#login').onclick = () => show(async () => {
    const optionsJSON = await post('/login/options');
    return post('/login/verify', await startAuthentication({ optionsJSON }));
  });
</script>
</html>
`;
