// `node scripts/store-v1.js <folder>`: a store as version 1 of the layout had it, for the test of the way to the next one. What it
// made is in test/store/lmdb/v1.
import { mkdirSync } from 'node:fs';
import { open } from 'lmdb';
import { packDevice, packRecord } from '../build/store/packing.js';

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('expected a folder');
mkdirSync(path, { recursive: true });
const db = open({ path, noSubdir: false, encoding: 'binary', keyEncoding: 'binary', overlappingSync: false });

const bytes = (/** @type {number} */ value, length = 32) => new Uint8Array(length).fill(value);
const key = (/** @type {string} */ letter, /** @type {Uint8Array} */ rest) =>
  Buffer.concat([Buffer.from(letter), rest]);
const place = (/** @type {number} */ number) => {
  const where = Buffer.alloc(8);
  where.writeBigUInt64BE(BigInt(number));
  return where;
};

db.transactionSync(() => {
  db.putSync(Buffer.from('F'), Buffer.from('{"format":"stuntkey store","version":1}'));
  db.putSync(Buffer.from('S'), Buffer.from('{"model":"yubikey-5"}'));
  const device = {
    pinHash: bytes(0xaa, 16),
    pinCodePoints: 4,
    pinRetries: 5,
    uvRetries: 5,
    uvCountSinceLastPinEntry: 0,
    forcePinChange: false,
    minPinLength: 4,
    minPinLengthRpIds: ['example.com'],
    pinComplexityPolicy: false,
    alwaysUv: false,
    enterpriseAttestation: false,
    longTouchForReset: false,
    deviceIdentifier: bytes(1, 16),
    credentialStoreState: bytes(2, 16),
    wrappingSecret: bytes(3),
    globalSignCount: 70,
    largeBlobArray: bytes(4, 17),
    fingerprints: [{ templateId: bytes(5, 2), friendlyName: 'left thumb' }, { templateId: bytes(6, 2) }],
  };
  db.putSync(Buffer.from('D'), packDevice(device));
  for (let number = 1; number <= 12; number++) {
    const record = {
      id: bytes(number),
      rpId: number % 2 === 0 ? 'even.example' : 'odd.example',
      rpIdHash: bytes(number % 2),
      algorithm: -7,
      privateKey: bytes(0x10 + number),
      publicKey: bytes(0x20 + number, 64),
      discoverable: number % 4 !== 0,
      userId: bytes(number, 8),
      userName: `user ${number}`,
      signCount: number * 10,
      backupEligible: false,
      backupState: false,
      credProtect: /** @type {1} */ (1),
    };
    db.putSync(key('c', place(number)), packRecord(record));
    db.putSync(key('i', record.id), place(number));
  }
});
await db.close();
