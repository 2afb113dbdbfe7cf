// A form to sign in with a passkey, as an application has it: it calls navigator.credentials, and knows nothing of stuntkey.
// @ts-nocheck: it runs in a browser, and this project has no types of the DOM.

/** @param {{ known: (id: string) => boolean }} server */
export function signInForm({ known }) {
  const form = document.createElement('form');
  form.innerHTML = '<button>Sign in with a passkey</button><output></output>';
  const output = form.querySelector('output');
  form.onsubmit = async (event) => {
    event.preventDefault();
    output.textContent = 'Waiting for your passkey …';
    try {
      const publicKey = { challenge: new Uint8Array(32), userVerification: 'required', timeout: 60_000 };
      const credential = await navigator.credentials.get({ publicKey });
      output.textContent = known(credential.id) ? 'Welcome back.' : 'No account here has this passkey.';
    } catch (error) {
      output.textContent =
        error.name === 'NotAllowedError' ? 'Nothing happened. Try again?' : `Unexpected: ${error.message}`;
    }
  };
  return form;
}
