/** Tools for the simulated person, and for the PIN. */
import { described, maybe, oneOf, text } from '../../base/shape.ts';
import { DeviceManager } from '../../client/platform/management.ts';
import { type Tool, tool } from '../tool.ts';

const pin = (what: string) => described(text({ least: 1, most: 63, secret: true }), what);

export const personTools: readonly Tool[] = [
  tool(
    'decline_next',
    'Decline the next prompt',
    'Makes the simulated person decline, fail at, or ignore the next prompt, once: to see what a page does then. Afterwards the person approves again.',
    'adds',
    {
      how: maybe(
        described(oneOf(['decline', 'fail', 'ignore']), {
          default: 'decline',
          description:
            'decline: the person says no. fail: the fingerprint is not recognized. ignore: nothing happens until the page gives up.',
        }),
      ),
    },
    async (agent, { how = 'decline' }) => {
      agent.user.next(how === 'fail' ? { verification: 'fail' } : { presence: how });
      return { next: how, waiting: agent.user.queued };
    },
  ),
  tool(
    'pin_set',
    'Set a PIN',
    'Sets the first PIN of this key, or another one in place of the one that is set; the simulated person enters it from then on. For a key without a fingerprint reader, and for tests of PINs.',
    'adds',
    {
      newPin: pin('At least 4 characters.'),
      pin: maybe(pin('The PIN that is set, if there is one.')),
    },
    async (agent, { newPin, pin: current }, signal) => {
      const manager = new DeviceManager(agent.device, { user: agent.user, signal });
      await (current === undefined ? manager.setPin(newPin) : manager.changePin(current, newPin));
      agent.user.use({ pin: newPin });
      return { pinIsSet: true };
    },
  ),
];
