// What it takes to attach a device that has many credentials: in mode cdp each of them goes into Chromium's own.
import { existsSync } from 'node:fs';
import puppeteer from 'puppeteer-core';
import { Authenticator } from 'stuntkey';
import { attach } from 'stuntkey/puppeteer';
import { median } from './measure.js';

const CHROMIUM = '/usr/bin/chromium';

/** Milliseconds, the median. @param {number} credentials @param {number} rounds */
export async function attaching(credentials, rounds) {
  if (!existsSync(CHROMIUM)) return undefined;
  const authenticator = new Authenticator({ policy: { discoverableCapacity: credentials } });
  for (let i = 0; i < credentials; i++)
    await authenticator.makeCredential({
      clientDataHash: new Uint8Array(32),
      rp: { id: 'localhost' },
      user: { id: new TextEncoder().encode(`user ${i}`), name: `user ${i}` },
      pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
      options: { rk: true, uv: true },
    });
  const browser = await puppeteer.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage();
    const taken = [];
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      const passkeys = await attach(page, authenticator, { mode: 'cdp' });
      taken.push(performance.now() - start);
      await passkeys.detach();
    }
    return median(taken);
  } finally {
    await browser.close();
  }
}
