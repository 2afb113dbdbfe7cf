// @ts-nocheck: Storybook's types are where Storybook is.
import { openPageDevice } from 'stuntkey/inject';

export default {
  // A story says in which situation its visitor is: `parameters: { passkey: 'cancelled' }`.
  beforeEach({ parameters }) {
    if (parameters.passkey === undefined) return undefined;
    const device = openPageDevice({ state: parameters.passkey });
    return () => device.close();
  },
};
