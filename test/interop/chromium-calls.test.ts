import { runInThisContext } from 'node:vm';
import { decode, decodeMultiple } from 'cbor-x';
import type { CDPSession, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { install } from '../../src/page/install.ts';
import { withoutChromium } from '../browser/chromium.ts';
import { sampled, slow } from '../slow.ts';
import { CALLS } from './calls/calls.js';
import { type Kind, ownDevice, VIRTUAL } from './calls/devices.ts';
import { DIFFERENCES } from './calls/differences.js';
import { ceremony } from './calls/kit.js';
import { openPage } from './chromium.ts';
import { named } from './debian.ts';

type Outcome = Record<string, unknown>;

/** What has to be the same, out of what has not: chance, and what makes of devices are called. */
function comparable(outcome: Outcome): Outcome {
  const { authenticatorData, attestation, clientData, ...rest } = outcome;
  if (typeof authenticatorData !== 'string') return rest;
  const bytes = Buffer.from(authenticatorData, 'hex');
  const flags = bytes.readUInt8(32);
  const counted = bytes.readUInt32BE(33) > 0;
  let after = bytes.subarray(37);
  let idLength: number | undefined;
  if (flags & 0x40) {
    idLength = after.readUInt16BE(16);
    after = after.subarray(18 + idLength);
  }
  const items: unknown[] = after.length > 0 ? [decodeMultiple(after)].flat() : [];
  const [signed] = (flags & 0x40 ? items.slice(1) : items) as unknown[];
  return {
    ...rest,
    // ED says that there are extension data, which are compared themselves.
    flags: (flags & 0x7f).toString(2).padStart(7, '0'),
    // Where a counter begins is the device's affair.
    ...(typeof attestation !== 'string' && { counted }),
    ...(signed !== undefined && { signed: JSON.parse(JSON.stringify(signed, bytesAsLength)) }),
    clientData: withoutNoise(JSON.parse(String(clientData))),
    ...(typeof attestation === 'string' && { fmt: formatOf(attestation) }),
  };
}

/** Chromium adds a member now and then, to see that servers bear it. */
function withoutNoise({ other_keys_can_be_added_here: _, ...members }: Record<string, unknown>): object {
  return members;
}

const bytesAsLength = (_: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && (value as { type?: unknown }).type === 'Buffer'
    ? { bytes: (value as { data: unknown[] }).data.length }
    : value;

function formatOf(attestation: string): unknown {
  const object = decode(Buffer.from(attestation, 'hex')) as {
    fmt?: unknown;
    attStmt?: object;
  };
  return [object.fmt, Object.keys(object.attStmt ?? {})];
}

/** The members that are not the same, by their paths; `end` where one of the two was refused, or both otherwise. */
function differences(here: Outcome, there: Outcome): [member: string, here: unknown, there: unknown][] {
  const [our, their] = [here.error ?? 'ok', there.error ?? 'ok'];
  if (our !== their) return [['end', our, their]];
  const [ours, theirs] = [leaves(here), leaves(there)];
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .filter((path) => JSON.stringify(ours.get(path)) !== JSON.stringify(theirs.get(path)))
    .map((path) => [path, ours.get(path), theirs.get(path)]);
}

function leaves(value: unknown, path: readonly string[] = []): Map<string, unknown> {
  const isNode =
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
  if (!isNode) return new Map([[path.join('.'), value]]);
  return new Map(Object.entries(value).flatMap(([key, member]) => [...leaves(member, [...path, key])]));
}

describe.skipIf(withoutChromium)(named('what comes of calls in Chromium, and here', withoutChromium), () => {
  let page: Page;
  let cdp: CDPSession;
  let close: () => Promise<void>;
  const seen = new Set<string>();
  beforeAll(async () => {
    ({ page, close } = await openPage());
    cdp = await page.createCDPSession();
    await cdp.send('WebAuthn.enable');
  });
  afterAll(async () => close?.());

  async function theirs(kind: Kind, call: string): Promise<Outcome> {
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: VIRTUAL[kind],
    });
    try {
      return comparable((await page.evaluate(`(${ceremony})(${call}, 10_000)`)) as Outcome);
    } finally {
      await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
    }
  }

  async function ours(kind: Kind, call: string): Promise<Outcome> {
    const { origin, host } = new URL(page.url());
    const { uninstall } = install(globalThis, { origin, authenticator: ownDevice(kind) });
    Object.assign(globalThis, { location: { origin, host } });
    try {
      return comparable(await runInThisContext(`(${ceremony})(${call}, 20)`));
    } finally {
      uninstall();
      Reflect.deleteProperty(globalThis, 'location');
    }
  }

  describe.each(Object.entries(CALLS as Record<string, Record<string, string>>))('%s', (about, calls) => {
    const kind = (/"(\w+)"$/.exec(about)?.[1] ?? 'key') as Kind;
    it.each(sampled(Object.entries(calls), 8))('%s', async (name, call) => {
      const [here, there] = [await ours(kind, call), await theirs(kind, call)];
      const unexplained = differences(here, there).filter(([member, our, their]) => {
        const known = DIFFERENCES.find(({ covers }) => covers(`${about}: ${name}`, member, our, their));
        if (known !== undefined) seen.add(known.about);
        return known === undefined;
      });
      expect(unexplained).toEqual([]);
    });
  });

  slow('shows every difference that is explained', () => {
    const byHand = DIFFERENCES.filter(({ byRule }) => !byRule);
    expect([...seen].sort()).toEqual(byHand.map(({ about }) => about).sort());
  });
});
