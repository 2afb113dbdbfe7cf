// @ts-nocheck: Storybook's types are where Storybook is.
// A story for each situation in which a visitor can be. `storybook build` makes a static site of them, which needs no key beside it.
import { signInForm } from './sign-in.js';

const press = ({ canvasElement }) => canvasElement.querySelector('button').click();

export default { title: 'Sign in', render: () => signInForm({ known: () => false }), play: press };

export const Cancelled = { parameters: { passkey: 'cancelled' } };
export const Waiting = { parameters: { passkey: 'waiting' } };
export const WrongAccount = { parameters: { passkey: 'wrongAccount' } };
export const Locked = { parameters: { passkey: 'locked' } };

export const SignedIn = {
  parameters: { passkey: 'ready' },
  async play(context) {
    await navigator.credentials.create({
      publicKey: {
        rp: { name: 'Home' },
        user: { id: Uint8Array.of(1), name: 'ada', displayName: 'Ada' },
        challenge: new Uint8Array(32),
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        authenticatorSelection: { residentKey: 'required' },
      },
    });
    press(context);
  },
  render: () => signInForm({ known: () => true }),
};
