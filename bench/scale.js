// `npm run build && node bench/scale.js [count]`: what a device with very many credentials costs, in a durable store and in memory.
// `--write` puts the figures into docs/scale.md, with the commit and the Node that they are of.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authenticator, WebAuthnClient } from 'stuntkey';
import { openStore } from 'stuntkey/store';
import { table } from '../scripts/markdown.js';
import { median } from './measure.js';
import { bytesPerCredential } from './processes.js';

const PAGE = new URL('../docs/scale.md', import.meta.url);
const PLACE = /([<]!-- scale -->\n)[\s\S]*?\n([<]!-- end of scale -->)/;

const AT_ONCE = 10_000;
const ACCOUNTS = 10_000;
const [CROWDED, LONELY] = ['crowded.example', 'lonely.example'];
const ROUNDS = 201;

const bytes = (/** @type {number} */ length) => crypto.getRandomValues(new Uint8Array(length));
const hashOf = (/** @type {string} */ rpId) => new Uint8Array(createHash('sha256').update(rpId).digest());

/** One RP has ten thousand accounts and one has a single account; the others are of a thousand RPs. @param {number} i */
function rpOf(i) {
  if (i === 0) return LONELY;
  return i <= ACCOUNTS ? CROWDED : `shop-${i % 1000}.example`;
}

/** @param {import('stuntkey/store').LmdbStore} store @param {number} count */
export function fillStore(store, count) {
  const hashes = new Map();
  for (let done = 0; done < count; done += AT_ONCE) {
    store.transaction((transaction) => {
      for (let i = done; i < Math.min(done + AT_ONCE, count); i++) {
        const rpId = rpOf(i);
        if (!hashes.has(rpId)) hashes.set(rpId, hashOf(rpId));
        transaction.put({
          id: bytes(32),
          rpId,
          rpIdHash: hashes.get(rpId),
          algorithm: -7,
          privateKey: bytes(32),
          publicKey: bytes(64),
          discoverable: true,
          userId: bytes(16),
          userName: `customer-${i}@example.com`,
          signCount: 0,
          backupEligible: false,
          backupState: false,
          credProtect: 1,
        });
      }
    });
  }
}

/** The median of many, in milliseconds. @param {() => unknown} work @param {number} [rounds] */
async function milliseconds(work, rounds = ROUNDS) {
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const result = work();
    if (result instanceof Promise) await result;
    times.push(performance.now() - start);
  }
  return median(times);
}

/** The newest account of an RP, and how many there are: what a sign-in without an allow list reads. */
const newest = (/** @type {string} */ rpId) => (/** @type {import('stuntkey').StoreReader} */ reader) => {
  const rpIdHash = hashOf(rpId);
  for (const { id } of reader.discoverable(rpIdHash)) return [id, reader.countDiscoverable(rpIdHash)];
  throw new Error(`expected an account of ${rpId}`);
};

/** @param {number} count */
async function durableScale(count) {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-scale-'));
  try {
    const path = join(folder, 'key');
    const filled = await openStore({ path });
    const start = performance.now();
    fillStore(filled, count);
    const fill = (performance.now() - start) / 1000;
    const ids = filled.page({ limit: ROUNDS }).records.map(({ id }) => id);
    await filled.close();

    const open = await milliseconds(async () => (await openStore({ path })).close(), 9);
    const store = await openStore({ path });
    let next = 0;
    const byId = await milliseconds(() =>
      store.read((reader) => reader.get(ids[next++ % ids.length] ?? bytes(32))),
    );
    const lonely = await milliseconds(() => store.read(newest(LONELY)));
    const crowded = await milliseconds(() => store.read(newest(CROWDED)));
    const client = new WebAuthnClient({
      origin: 'https://example.com',
      authenticator: new Authenticator({ store }),
    });
    const create = await milliseconds(
      () =>
        client.create({
          rp: { id: 'example.com', name: 'Example' },
          user: { id: bytes(16), name: 'ada', displayName: 'Ada' },
          challenge: bytes(32),
          pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
          authenticatorSelection: { residentKey: 'required' },
        }),
      51,
    );
    await store.close();
    const megabytes = statSync(join(path, 'data.mdb')).size / 1e6;
    return { fill, open, byId, lonely, crowded, create, megabytes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} page @param {string[][]} rows */
function withScale(page, rows) {
  if (!PLACE.test(page))
    throw new Error('expected <!-- scale --> and <!-- end of scale --> in docs/scale.md');
  return page.replace(PLACE, (_, begin, end) => `${begin}${table(rows)}\n${end}`);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const count = Number(process.argv.slice(2).find((argument) => /^\d+$/.test(argument)) ?? 1_000_000);
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const { fill, open, byId, lonely, crowded, create, megabytes } = await durableScale(count);
  const each = bytesPerCredential(count);
  const thin = (/** @type {number} */ value) => `${Number(value.toPrecision(2))} ms`;
  const rows = [
    [
      `${count.toLocaleString('en')} credentials, commit ${commit}, Node ${process.version}, ${availableParallelism()} cores`,
      '',
    ],
    ['filling a durable store, 10,000 in a transaction', `${fill.toFixed(0)} s`],
    ['its file', `${megabytes.toFixed(0)} MB`],
    ['opening and closing it', thin(open)],
    ['reading a credential by its ID', thin(byId)],
    ['finding the newest account of an RP that has one', thin(lonely)],
    ['the same of an RP that has ten thousand', thin(crowded)],
    ['a registration, on disk when it is answered', thin(create)],
    ['memory that a credential takes in a store in memory', `${each.toFixed(0)} bytes`],
  ];
  console.log(table(rows));
  if (process.argv.includes('--write')) writeFileSync(PAGE, withScale(readFileSync(PAGE, 'utf8'), rows));
}
