/** Options of Spring, Symfony and .NET servers at the three doors: the client, HTTP, the command. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveHttp } from '../../src/entries/http.ts';
import { Authenticator, WebAuthnClient } from '../../src/entries/index.ts';
import { shell } from '../cli/command.ts';
import { DoorClient } from '../http/client.ts';
import { slow } from '../slow.ts';
import { RP_ID, type Sample, samples, USER } from './frameworks.ts';

const origin = `https://${RP_ID}`;
const FIRST = {
  rp: { name: 'Example', id: RP_ID },
  user: { id: USER, name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required' },
};

/** A device with the credential that the samples know. */
async function device(): Promise<{ authenticator: Authenticator; client: WebAuthnClient; id: string }> {
  const authenticator = new Authenticator();
  const client = new WebAuthnClient({ origin, authenticator });
  const { id } = await client.create(FIRST);
  return { authenticator, client, id };
}

const TABLE = samples.map((sample) => [sample.by, sample.ceremony, sample.title, sample] as const);

describe('options of servers in other languages, at the client', () => {
  it.each(TABLE)('%s, %s: %s', async (_by, _ceremony, _title, { ceremony, text, outcome }) => {
    const { client, id } = await device();
    // (As a page has them of fetch.)
    const options = (await new Response(text.replaceAll('"ID"', JSON.stringify(id))).json()) as never;
    const came: Promise<{ type: string } | null> =
      ceremony === 'create' ? client.create(options) : client.get(options);
    if (outcome === 'credential') {
      expect((await came)?.type).toBe('public-key');
      return;
    }
    const error = await came.then(
      () => new Error('no refusal'),
      (refused: Error) => refused,
    );
    expect(error.name).toBe(outcome[0]);
    expect(`${error.message} ${(error.cause as Error | undefined)?.message}`).toContain(outcome[1]);
  });
});

describe('options of servers in other languages, over HTTP', () => {
  const open: { close(grace?: number): Promise<void> }[] = [];
  let door: DoorClient;
  let known: string;
  beforeAll(async () => {
    const { authenticator, id } = await device();
    const server = await serveHttp(authenticator);
    open.push(server);
    door = new DoorClient(server);
    known = id;
  });
  afterAll(async () => {
    for (const server of open) await server.close(0);
  });

  it.each(TABLE)('%s, %s: %s', async (_by, _ceremony, _title, { ceremony, text, outcome }) => {
    const bare = text.replace('\uFEFF', '').replaceAll('"ID"', JSON.stringify(known));
    const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
    const body = `${mark}{"origin":"${origin}","options":${bare}}`;
    const headers = { ...door.headers, 'content-type': 'application/json' };
    const { status, json } = await door.raw('POST', `/${ceremony}`, headers, body);
    if (outcome === 'credential') {
      expect([status, json.type], JSON.stringify(json)).toEqual([200, 'public-key']);
      // A registration of the same user takes the place of the one before.
      if (ceremony === 'create') known = json.id;
      return;
    }
    expect([status >= 400, json.error.name]).toEqual([true, outcome[0]]);
    expect(`${json.error.message} ${json.error.reason}`).toContain(outcome[1]);
  });
});

describe('options of servers in other languages, at the command', () => {
  const { run, done, folder } = shell();
  const at = ['--origin', origin, '--store', `${folder}/frameworks`];

  slow('come to the same', async () => {
    const first = JSON.parse(await done(['create', ...at], { input: JSON.stringify(FIRST) }));
    let known: string = first.id;
    const came: unknown[] = [];
    const wanted: unknown[] = [];
    for (const { by, title, ceremony, text, outcome } of samples satisfies readonly Sample[]) {
      const input = text.replaceAll('"ID"', JSON.stringify(known));
      const { code, stdout, stderr } = await run([ceremony, ...at], { input });
      const name = `${by}: ${title}`;
      if (outcome === 'credential') {
        came.push([name, code, stderr]);
        wanted.push([name, 0, '']);
        if (ceremony === 'create' && code === 0) known = JSON.parse(stdout).id;
      } else {
        came.push([name, code !== 0, stderr.includes(outcome[1])]);
        wanted.push([name, true, true]);
      }
    }
    expect(came).toEqual(wanted);
  });
});
