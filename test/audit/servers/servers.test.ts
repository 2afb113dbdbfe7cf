/** The servers that the audit is run against do their job: an honest user gets in. */
import { describe, expect, it } from 'vitest';
import { Authenticator, WebAuthnClient } from '../../../src/entries/index.ts';
import { named } from '../../interop/debian.ts';
import { REAL_SERVERS } from './registry.ts';

describe.each(REAL_SERVERS)('$name', ({ name, missing, start }) => {
  it.skipIf(missing !== undefined)(named('lets in who is honest', missing), async () => {
    const { origin, visitor } = await start();
    const { creationOptions, register, requestOptions, signIn } = visitor();
    const client = new WebAuthnClient({ origin, authenticator: new Authenticator() });
    const options = await creationOptions('ada');
    await register(await client.create(options));
    const discoverable = options.authenticatorSelection?.residentKey !== undefined;
    for (const user of discoverable ? ['ada', undefined] : ['ada'])
      expect(await signIn(await client.get(await requestOptions(user))), name).toBe('ada');
  });
});
