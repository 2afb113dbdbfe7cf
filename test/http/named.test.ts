import { describe, expect, it } from 'vitest';
import type { HttpOptions } from '../../src/entries/http.ts';
import { Authenticator, ManualClock, ScriptedUser } from '../../src/entries/index.ts';
import { slow } from '../slow.ts';
import { openDoor } from './open-door.ts';

const origin = 'https://example.com';
const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required' },
};
const body = { origin, options: creation };

const door = (options: HttpOptions = {}) =>
  openDoor(options, new Authenticator({ user: new ScriptedUser() }));

/**
 * A ceremony whose person does not come, once the door has it.
 *
 * @param least requests that the authenticator has under way by then
 */
async function waiting({ call }: Awaited<ReturnType<typeof door>>, name: string, least = 1) {
  await call('POST', `/authenticators/${name}/user/next`, { presence: 'ignore' });
  const ended = call('POST', `/authenticators/${name}/create`, body);
  const requests = async (): Promise<number> => {
    const { authenticators } = (await call('GET', '/authenticators')).json;
    return authenticators.find((one: { name: string }) => one.name === name).requests;
  };
  await expect.poll(requests, { interval: 1 }).toBeGreaterThanOrEqual(least);
  return { ended };
}

describe('authenticators with names', () => {
  it('have each a store, a person, traces and events of their own, and all paths', async () => {
    const { call, client } = await door();
    const made = await call('POST', '/authenticators', { name: 'ada', model: 'yubikey-5-nfc' });
    expect(made).toMatchObject({ status: 201, json: { name: 'ada', path: '/authenticators/ada' } });
    const { name } = (await call('POST', '/authenticators', {})).json;
    expect(name).toMatch(/^[0-9a-f]{16}$/);
    await call('PUT', `/authenticators/${name}/user`, { presence: 'decline' });
    const { id } = (await call('POST', '/authenticators/ada/create', body)).json;
    expect((await call('POST', `/authenticators/${name}/create`, body)).json.error.status).toBe(
      'CTAP2_ERR_OPERATION_DENIED',
    );
    const ids = async (path: string) =>
      (await call('GET', `${path}/credentials`)).json.credentials.map((one: { id: string }) => one.id);
    expect([await ids('/authenticators/ada'), await ids(`/authenticators/${name}`), await ids('')]).toEqual([
      [id],
      [],
      [],
    ]);
    expect((await call('GET', '/authenticators/ada/info')).json.authenticatorGetInfo.versions).toContain(
      'FIDO_2_1',
    );
    expect((await call('GET', '/trace')).json.ceremonies).toEqual([]);
    expect((await call('GET', `/authenticators/${name}/traces`)).json.traces).toHaveLength(1);
    const events = await client.events('/authenticators/ada/events?after=0');
    await events.next();
    expect(await events.next()).toMatchObject({ event: 'credentials' });
    events.close();
    expect((await call('GET', '/authenticators')).json.authenticators).toMatchObject([
      { name: 'ada', credentials: 1 },
      { name, credentials: 0 },
    ]);
  });

  it('are made as they are described, or not at all', async () => {
    const { call } = await door();
    for (const [given, code, message] of [
      [{ name: '../etc' }, 'bad-body', 'body.name: expected a name'],
      [{ name: '' }, 'bad-body', 'body.name'],
      [{ modell: 'u2f-key' }, 'bad-body', 'did you mean model?'],
      [{ model: 'yubikey-6' }, 'bad-body', 'body.model'],
      [{ policy: { singCounter: 'zero' } }, 'bad-body', 'did you mean signCounter?'],
      [{ policy: { ctap: '2.0', u2f: true, clientPin: true, alwaysUv: 'forced' } }, undefined, ''],
      [{ user: { presence: 'deny' } }, 'bad-body', 'did you mean decline?'],
    ] as const) {
      const { json } = await call('POST', '/authenticators', given);
      expect([json.error?.code, json.error?.message ?? '']).toEqual([code, expect.stringContaining(message)]);
    }
    expect((await call('GET', '/authenticators')).json.authenticators).toHaveLength(1);
    await call('POST', '/authenticators', { name: 'twice' });
    expect(await call('POST', '/authenticators', { name: 'twice' })).toMatchObject({
      status: 409,
      json: { error: { code: 'authenticator-exists' } },
    });
  });

  it('with one seed do the same', async () => {
    const { call } = await door();
    const made = async (name: string) => {
      await call('POST', '/authenticators', { name, seed: 'the same' });
      return (await call('POST', `/authenticators/${name}/create`, body)).json.id;
    };
    expect(await made('one')).toBe(await made('other'));
  });

  it('are as many as the limit says, which the refusal names', async () => {
    const { call } = await door({ maxAuthenticators: 2 });
    for (const name of ['a', 'b']) await call('POST', '/authenticators', { name });
    const refused = await call('POST', '/authenticators', { name: 'c' });
    expect(refused).toMatchObject({ status: 429, json: { error: { code: 'too-many-authenticators' } } });
    expect(refused.json.error.message).toMatch(/at most 2 .* after 30 minutes/);
    await call('DELETE', '/authenticators/a');
    expect((await call('POST', '/authenticators', { name: 'c' })).status).toBe(201);
  });

  it('are forgotten when nothing has used them for as long as was said, by the clock handed in', async () => {
    const clock = new ManualClock();
    const { call, client } = await door({ clock, authenticatorIdle: 1000 });
    const names = async () =>
      (await call('GET', '/authenticators')).json.authenticators.map((one: { name: string }) => one.name);
    for (const name of ['idle', 'used', 'watched']) await call('POST', '/authenticators', { name });
    const events = await client.events('/authenticators/watched/events');
    await events.next();
    clock.advance(600);
    await call('GET', '/authenticators/used/info');
    clock.advance(400);
    expect(await names()).toEqual(['used', 'watched']);
    expect(await call('GET', '/authenticators/idle/info')).toMatchObject({
      status: 404,
      json: { error: { code: 'no-such-authenticator' } },
    });
    clock.advance(600);
    // A reader of events is a use.
    expect(await names()).toEqual(['watched']);
    clock.advance(100_000);
    expect(await names()).toEqual(['watched']);
    events.close();
    // The door hears that the reader is gone before it answers what is asked later on the same machine, or soon after.
    await expect
      .poll(async () => {
        clock.advance(1000);
        return names();
      })
      .toEqual([]);
  });

  it('end what they have under way when they are forgotten', async () => {
    const one = await door();
    await one.call('POST', '/authenticators', { name: 'ada' });
    const events = await one.client.events('/authenticators/ada/events');
    await events.next();
    const { ended } = await waiting(one, 'ada', 2);
    expect((await one.call('DELETE', '/authenticators/ada')).status).toBe(204);
    expect(await ended).toMatchObject({ status: 409, json: { error: { code: 'authenticator-forgotten' } } });
    let last = await events.next();
    while (last !== undefined) last = await events.next();
    expect((await one.call('DELETE', '/authenticators/ada')).status).toBe(404);
  });

  it('are reported by the default device’s events', async () => {
    const { call, client } = await door();
    await call('POST', '/authenticators', { name: 'ada' });
    await call('DELETE', '/authenticators/ada');
    const events = await client.events('/events?after=0');
    await events.next();
    expect([(await events.next())?.data, (await events.next())?.data]).toMatchObject([
      { change: 'made', name: 'ada' },
      { change: 'forgotten', name: 'ada' },
    ]);
    events.close();
  });

  it('have no hold on the door: it closes while many of them wait for their people', async () => {
    const one = await door();
    const names = Array.from({ length: 4 }, (_, n) => `person-${n}`);
    for (const name of names) await one.call('POST', '/authenticators', { name });
    const ceremonies = await Promise.all(names.map((name) => waiting(one, name)));
    const settled = Promise.all(ceremonies.map(({ ended }) => ended));
    await one.server.close(0);
    expect((await settled).map(({ json }) => json.error.code)).toEqual(names.map(() => 'stopping'));
  });
});

describe('a thousand authenticators', () => {
  slow('are made, used and forgotten, and a stop ends what they wait for', async () => {
    const { call, server } = await door();
    const names = Array.from({ length: 1000 }, (_, n) => `person-${n}`);
    const before = process.memoryUsage().rss;
    for (const name of names) await call('POST', '/authenticators', { name });
    for (const name of names) await call('POST', `/authenticators/${name}/create`, body);
    const megabytes = (process.memoryUsage().rss - before) / 2 ** 20;
    console.log(`a thousand authenticators that were used: ${megabytes.toFixed(0)} MB`);
    expect((await call('POST', '/authenticators', {})).status).toBe(429);
    for (const name of names) await call('PUT', `/authenticators/${name}/user`, { presence: 'ignore' });
    const asked = Promise.allSettled(
      names.map((name) => call('POST', `/authenticators/${name}/create`, body)),
    );
    await call('GET', '/info');
    await server.close(0);
    for (const one of await asked) if (one.status === 'fulfilled') expect(one.value.status).toBe(503);
  });
});
