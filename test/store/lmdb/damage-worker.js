// A process that damages a store's file in many ways, one after the other, and reads and writes each: it says what it begins, so
// that the process that started it knows which one ended it. Run on what was built.
import { mkdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { checkStore, openStore, salvageStore } from 'stuntkey/store';
import { chanceOf, damages } from './damages.js';

const [folder, sealed, from, count] = /** @type {[string, string, string, string]} */ (process.argv.slice(2));
const key = sealed === 'sealed' ? { passphrase: 'correct horse' } : {};
const options = sealed === 'sealed' ? { ...key, passphraseCost: 10 } : {};
const say = (/** @type {unknown} */ line) => writeSync(1, `${JSON.stringify(line)}\n`);

/** 32 bytes, others for each number. @param {number} number */
const bytes = (number, length = 32) => {
  const chance = chanceOf(number);
  return Uint8Array.from({ length }, () => chance(256));
};
/** @param {number} number */
const record = (number, signCount = 0) => ({
  id: bytes(number),
  rpId: `site-${number % 5}.example`,
  rpIdHash: new Uint8Array(32).fill(number % 5),
  algorithm: -7,
  privateKey: bytes(number + 10_000),
  publicKey: bytes(number + 20_000, 64),
  discoverable: number % 3 !== 0,
  userId: bytes(number + 30_000, 16),
  userName: `user-${number}`,
  signCount,
  backupEligible: false,
  backupState: false,
  credProtect: /** @type {1} */ (1),
  ...(number % 25 === 0 && { largeBlob: bytes(number, 6000) }),
});
const device = {
  pinRetries: 5,
  uvRetries: 3,
  uvCountSinceLastPinEntry: 0,
  forcePinChange: false,
  minPinLength: 4,
  minPinLengthRpIds: [],
  pinComplexityPolicy: false,
  alwaysUv: false,
  enterpriseAttestation: false,
  longTouchForReset: false,
  deviceIdentifier: bytes(1, 16),
  credentialStoreState: bytes(2, 16),
  wrappingSecret: bytes(3),
  globalSignCount: 7,
  largeBlobArray: bytes(4, 17),
  fingerprints: [],
};
const settings = { model: 'yubikey-5' };
const RECORDS = 150;

/** Makes the store, and what its file was some transactions before the end. */
async function makeStore() {
  const path = `${folder}/whole`;
  const store = await openStore({ path, ...options });
  await store.putSettings(settings);
  store.transaction((transaction) => {
    transaction.putDevice(device);
    for (let number = 0; number < RECORDS + 30; number++) transaction.put(record(number));
  });
  for (let number = RECORDS; number < RECORDS + 30; number++) {
    store.transaction((transaction) => transaction.delete(record(number).id));
  }
  const older = readFileSync(`${path}/data.mdb`);
  for (let number = 0; number < 20; number++) {
    store.transaction((transaction) => transaction.updateSignCount(record(number * 7).id, () => number + 1));
  }
  await store.close();
  return { file: readFileSync(`${path}/data.mdb`), older };
}

/** @type {Map<number, ReturnType<typeof record>>} */
const expected = new Map();
for (let number = 0; number < RECORDS; number++) {
  expected.set(number, record(number, number % 7 === 0 && number / 7 < 20 ? number / 7 + 1 : 0));
}

class Wrong extends Error {}

/** What `work` gives, or 'damaged' where it says so. @template T @param {() => T} work */
function orDamaged(work) {
  try {
    return work();
  } catch (error) {
    return isDamaged(error);
  }
}

/** @param {unknown} error */
function isDamaged(error) {
  const { code, message } = /** @type {{ code?: string, message?: string }} */ (error);
  if (code === 'store-damaged') return /** @type {const} */ ('damaged');
  throw new Wrong(`${code} ${message}`);
}

/** Reads all there is, in every way there is. @param {import('stuntkey/store').LmdbStore} store */
function readAll(store) {
  let hurt = 0;
  const same = (/** @type {string} */ what, /** @type {unknown} */ got, /** @type {unknown} */ wanted) => {
    if (got === 'damaged') hurt++;
    else if (!isDeepStrictEqual(got, wanted)) throw new Wrong(`${what} is another: believed`);
  };
  const all = [...expected.values()];
  same(
    'the count',
    orDamaged(() => store.count()),
    RECORDS,
  );
  for (const one of all) {
    same(
      'a credential',
      orDamaged(() => store.read((reader) => reader.get(one.id))),
      one,
    );
    if (one.discoverable) {
      same(
        'of a user',
        orDamaged(() => store.read((reader) => reader.ofUser(one.rpIdHash, one.userId))),
        one,
      );
    }
  }
  const listed = orDamaged(() => store.read((reader) => [...reader.all()]));
  same('the list', listed, all);
  same(
    'the page',
    orDamaged(() => store.page({ limit: 1000 }).records),
    all,
  );
  for (let rp = 0; rp < 5; rp++) {
    const hash = new Uint8Array(32).fill(rp);
    const wanted = all.filter(({ rpIdHash, discoverable }) => discoverable && rpIdHash[0] === rp).reverse();
    same(
      'of an RP',
      orDamaged(() => store.read((reader) => [...reader.discoverable(hash)])),
      wanted,
    );
    same(
      'count of an RP',
      orDamaged(() => store.read((reader) => reader.countDiscoverable(hash))),
      wanted.length,
    );
  }
  same(
    'RPs',
    orDamaged(() => store.read((reader) => [...reader.relyingParties()].length)),
    5,
  );
  same(
    'the state',
    orDamaged(() => store.read((reader) => reader.device())),
    device,
  );
  same(
    'the settings',
    orDamaged(() => store.settings()),
    settings,
  );
  return hurt;
}

/** Writes in every way there is, and sees what became of it. @param {import('stuntkey/store').LmdbStore} store @param {number} hurt */
function writeAll(store, hurt) {
  const added = record(9000);
  const put = orDamaged(() => store.transaction((transaction) => transaction.put(added)));
  if (put !== 'damaged') {
    const got = orDamaged(() => store.read((reader) => reader.get(added.id)));
    if (!isDeepStrictEqual(got, added)) throw new Wrong('what was put is not what is there');
  } else if (hurt === 0) throw new Wrong('nothing is hurt, and nothing can be put');
  const counted = [1, 2, 3].map((number) =>
    orDamaged(() =>
      store.transaction((transaction) => transaction.updateSignCount(record(number).id, () => 99)),
    ),
  );
  const deleted = orDamaged(() => store.transaction((transaction) => transaction.delete(record(4).id)));
  if (counted.some((value) => value !== 99 && value !== 'damaged')) throw new Wrong('a counter is another');
  if (deleted !== true && deleted !== 'damaged') throw new Wrong('a credential is not found');
  return { put, deleted };
}

/** @param {number} number @param {string} kind @param {Buffer} file @param {Buffer} older */
async function one(number, kind, file, older) {
  const path = `${folder}/${number}`;
  mkdirSync(path);
  const damage = /** @type {NonNullable<(typeof damages)[string]>} */ (damages[kind]);
  writeFileSync(`${path}/data.mdb`, damage(Buffer.from(file), chanceOf(number * 7919 + 1), older));
  try {
    const check = await checkStore({ path, ...key }).catch(isDamagedOrEmpty);
    if (typeof check === 'object') {
      /** @type {Uint8Array[]} */
      const pieces = [];
      await salvageStore({ path, ...key }, (piece) => pieces.push(piece)).catch(isDamagedOrEmpty);
    }
    let hurt;
    let store;
    try {
      store = await openStore({ path, create: false, ...options });
    } catch (error) {
      isDamagedOrEmpty(error);
      if (typeof check === 'object' && check.whole)
        throw new Wrong('the check finds it whole, and it does not open');
      return 'refused';
    }
    try {
      hurt = readAll(store);
      if (typeof check === 'object' && check.whole !== (hurt === 0)) {
        throw new Wrong(
          `the check says ${check.whole ? 'whole' : `hurt: ${check.problems[0]}`}, readers say ${hurt}`,
        );
      }
      const { put, deleted } = writeAll(store, hurt);
      await store.close();
      store = await openStore({ path, create: false, ...options });
      const wanted = RECORDS + (put === 'damaged' ? 0 : 1) - (deleted === 'damaged' ? 0 : 1);
      if (store.count() !== wanted) throw new Wrong(`${store.count()} of ${wanted} are there after writing`);
      const left = store.page({ limit: 1 }).records.length;
      if (left !== 1) throw new Wrong('nothing is listed after writing');
    } catch (error) {
      if (error instanceof Wrong) throw error;
      // (What is hurt may be the very first one; and what was hurt stays so.)
      isDamaged(error);
      if (hurt === 0) throw error;
    } finally {
      await store.close();
    }
    return hurt === 0 ? 'whole' : 'by record';
  } finally {
    rmSync(path, { recursive: true });
  }
}

/** (Of a file without a byte there is no store.) @param {unknown} error */
function isDamagedOrEmpty(error) {
  return /** @type {{ code?: string }} */ (error).code === 'store-missing' ? 'missing' : isDamaged(error);
}

const { file, older } = await makeStore();
const kinds = Object.keys(damages);
for (let number = Number(from); number < Number(from) + Number(count); number++) {
  const kind = /** @type {string} */ (kinds[number % kinds.length]);
  say({ begins: number, kind });
  try {
    say({ ends: await one(number, kind, file, older), number, kind });
  } catch (error) {
    const { name, message, stack } = /** @type {Error} */ (error);
    say({ wrong: `${name}: ${message}`, number, kind, stack: error instanceof Wrong ? undefined : stack });
  }
}
