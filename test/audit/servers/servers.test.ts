/** The servers that the audit is run against do their job: an honest user gets in. */
import { describe, expect, it } from 'vitest';
import { fromBase64url } from '../../../src/base/base64url.ts';
import { Authenticator, WebAuthnClient } from '../../../src/entries/index.ts';
import { named } from '../../interop/debian.ts';
import { REAL_SERVERS } from './registry.ts';

/** Whether both numbers of a DER signature have 32 bytes or more: @passwordless-id/webauthn reads no shorter ones, one in 128. */
const isLong = (signature: string): boolean => {
  const der = fromBase64url(signature);
  const first = der[3] ?? 0;
  return der[0] !== 0x30 || (first >= 32 && (der[5 + first] ?? 0) >= 32);
};

describe.each(REAL_SERVERS)('$name', ({ name, missing, start }) => {
  it.skipIf(missing !== undefined)(named('lets in an honest user', missing), async () => {
    const { origin, visitor, end } = await start();
    const { creationOptions, register, requestOptions, signIn } = visitor();
    const client = new WebAuthnClient({ origin, authenticator: new Authenticator() });
    const options = await creationOptions('ada');
    await register(await client.create(options));
    const discoverable = options.authenticatorSelection?.residentKey !== undefined;
    for (const user of discoverable ? ['ada', undefined] : ['ada']) {
      let response = await client.get(await requestOptions(user));
      while (!isLong(response.response.signature)) response = await client.get(await requestOptions(user));
      expect(await signIn(response), name).toBe('ada');
    }
    await end?.();
  });
});
