/** The door's description, judged by others: a validator, and a client that a generator makes of it. */
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpServer, serveHttp } from '../../src/entries/http.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { named } from '../interop/debian.ts';
import { importFrom, judgesFile, whyNoJudge } from '../judges/install.ts';
import { withoutTime } from '../slow.ts';
import { DoorClient } from './client.ts';

const missing = withoutTime ?? whyNoJudge('openapi');

const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
};

describe.skipIf(missing)(named('the description of the door', missing), () => {
  let server: HttpServer;
  beforeAll(async () => {
    server = await serveHttp(new Authenticator());
  });
  afterAll(() => server.close(0));

  it('is OpenAPI 3.1, says a validator of others, which sees what is wrong with another', async () => {
    const { Validator } = (await importFrom('openapi', '@seriousme/openapi-schema-validator/index.js')) as {
      Validator: new () => { validate(description: object): Promise<{ valid: boolean; errors?: unknown }> };
    };
    const description = await new DoorClient(server).description();
    expect(await new Validator().validate(description)).toEqual({ valid: true });
    const { paths: _, ...without } = description;
    const wrong = { ...without, paths: { nowhere: { get: {} } } };
    expect((await new Validator().validate(wrong)).valid).toBe(false);
  });

  it('makes a client by a generator of others, which registers, signs in and is refused', async () => {
    const { createClient } = (await importFrom('openapi', '@hey-api/openapi-ts/dist/index.mjs')) as {
      createClient(options: object): Promise<unknown>;
    };
    const folder = mkdtempSync(join(tmpdir(), 'stuntkey-openapi-'));
    symlinkSync(judgesFile('openapi', ''), join(folder, 'node_modules'));
    const input = (await new DoorClient(server).description()) as object;
    await createClient({ input, output: { path: join(folder, 'client') }, logs: { level: 'silent' } });
    const made = (file: string) =>
      import(/* @vite-ignore */ pathToFileURL(join(folder, 'client', file)).href);
    const sdk = await made('sdk.gen.ts');
    const { client } = await made('client.gen.ts');
    client.setConfig({ baseUrl: server.url, auth: server.token });
    const body = { origin: 'https://example.com', options: creation };
    const { data } = await sdk.postCreate({ body });
    const options = { challenge: 'Y2hhbGxlbmdl', allowCredentials: [{ type: 'public-key', id: data.id }] };
    const signedIn = await sdk.postGet({ body: { ...body, options } });
    expect(signedIn.data.id).toBe(data.id);
    await sdk.postUserNext({ body: { presence: 'decline' } });
    const { error } = await sdk.postGet({ body: { ...body, options } });
    expect(error.error).toMatchObject({ name: 'NotAllowedError', status: 'CTAP2_ERR_OPERATION_DENIED' });
  });
});
