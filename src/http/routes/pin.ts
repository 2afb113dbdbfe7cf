/** What protects the device: its PIN. */
import { DeviceManager } from '../../client/platform/management.ts';
import type { House } from '../house.ts';
import type { PinChange } from '../requests/device.ts';
import type { Asked, Route } from '../route.ts';
import { ref } from '../shapes.ts';

const REFUSED = {
  description:
    'The device refused, as it does with a wrong PIN; `status` says what it said, and the message how many attempts are left.',
  schema: ref('Error'),
};

/** The device as its owner manages it. A command that waits ends when the client goes away. */
export function managerOf({ authenticator }: House, { visit }: Asked): DeviceManager {
  return new DeviceManager(authenticator, { user: authenticator.user, signal: visit.signal });
}

export const pin: readonly Route[] = [
  {
    method: 'GET',
    path: '/pin',
    summary: 'Says whether there is a PIN, and how many attempts are left',
    responses: { 200: { description: 'So it is.', schema: ref('Pin') } },
    async handle(house, asked) {
      if (!house.authenticator.ctap2) return { status: 200, body: { supported: false, set: false } };
      const manager = managerOf(house, asked);
      const { options, minPINLength = 4, forcePINChange = false } = await manager.info();
      const { pin, uv } = await manager.retries();
      const supported = options?.has('clientPin') === true;
      return {
        status: 200,
        body: {
          supported,
          set: options?.get('clientPin') === true,
          ...(supported && { minimum: minPINLength, mustChange: forcePINChange }),
          ...(pin !== undefined && { retries: pin }),
          ...(uv !== undefined && { verificationRetries: uv }),
        },
      };
    },
  },
  {
    method: 'PUT',
    path: '/pin',
    summary: 'Sets the first PIN; or another, with the one that is set',
    description: 'What the person enters from then on is for /user to say.',
    body: 'PinChange',
    responses: { 204: { description: 'It is set.' }, 403: REFUSED },
    async handle(house, asked) {
      const { newPin, pin } = asked.body as PinChange;
      const manager = managerOf(house, asked);
      await (pin === undefined ? manager.setPin(newPin) : manager.changePin(pin, newPin));
      house.events.add('device', { change: 'pin' });
      return { status: 204 };
    },
  },
  {
    method: 'POST',
    path: '/pin/verify',
    summary: 'Tries a PIN, which takes one of its attempts when it is wrong',
    body: 'PinAttempt',
    responses: { 204: { description: 'That is the PIN.' }, 403: REFUSED },
    async handle(house, asked) {
      await managerOf(house, asked).verifyPin((asked.body as { readonly pin: string }).pin);
      return { status: 204 };
    },
  },
];
