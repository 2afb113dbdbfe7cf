// A route handler with a device whose credentials are on the disk.
import { Authenticator, WebAuthnClient } from 'stuntkey';
import { openStore } from 'stuntkey/store';

/** @type {Promise<WebAuthnClient> | undefined} */
let opened;

// (When it is asked for: `next build` loads every route.)
async function open() {
  const store = await openStore({ path: /** @type {string} */ (process.env.PASSKEYS) });
  return new WebAuthnClient({ origin: 'https://example.com', authenticator: new Authenticator({ store }) });
}

/** @param {Request} request */
export async function POST(request) {
  const { create, get } = /** @type {any} */ (await request.json());
  opened ??= open();
  const client = await opened;
  return Response.json(await (create === undefined ? client.get(get) : client.create(create)));
}
