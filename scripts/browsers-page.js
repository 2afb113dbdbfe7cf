// The tables of docs/browsers.md about mode cdp, from what was seen of Chromium's virtual authenticator; the rest of the page is written by hand.
import { readFileSync } from 'node:fs';
import { lossesOf } from '../build/browser/cdp/losses.js';
import { SEEN } from '../build/browser/cdp/seen.js';
import { Authenticator, models } from '../build/entries/index.js';
import { between, table } from './markdown.js';

const page = new URL('../docs/browsers.md', import.meta.url);

function seen() {
  const { browser, algorithms, transports, extensions, members, counters, attestation, prf } = SEEN;
  const told = Object.entries(transports).map(([own, there]) => `${own}: ${there.join(', ')}`);
  return [
    ['browser', browser],
    ['algorithms (COSE)', algorithms.join(', ')],
    ['transports that a page sees of a device with one', told.join('; ')],
    ['extensions', extensions.join(', ')],
    ['members of a credential that are copied', members.map((name) => `\`${name}\``).join(', ')],
    [
      'the counter of a registration, and of the sign-in after it',
      `${counters.registered}, ${counters.used}`,
    ],
    [
      'attestation',
      `${attestation.format}, ${attestation.certified ? 'certified by' : 'of'} Chromium; AAGUID ${attestation.aaguid}`,
    ],
    ['bytes of a credential ID', String(SEEN.credentialIdLength)],
    [
      'PRF secrets',
      `${prf.made ? 'of credentials made in the page' : 'none'}${prf.brought ? ', and of those brought' : ''}`,
    ],
  ];
}

async function losses() {
  const names = /** @type {(keyof typeof models)[]} */ (Object.keys(models));
  return Promise.all(
    names.map(async (model) => {
      const lost = await lossesOf([new Authenticator({ model })]);
      return [`\`${model}\``, [...new Set(lost.map(({ name }) => `\`${name}\``))].join(', ')];
    }),
  );
}

/** The page as it is, with the tables as they ought to be. */
export async function browsersPage() {
  const made = [
    table([['Chromium’s virtual authenticator', 'as seen'], ...seen()]),
    '`passkeys.losses` then has, by model:',
    table([['model', 'losses'], ...(await losses())]),
  ];
  return between(page, readFileSync(page, 'utf8'), made.join('\n\n'));
}
