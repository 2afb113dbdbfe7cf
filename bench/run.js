// `npm run bench`: ratios, measured side by side in one run. `-- --json` prints an object of name to ratio, `-- --short` takes
// a tenth of the time.
import { IN_A_ROW, inBrowser } from './browser.js';
import { ours, rawSignature, theirs } from './ceremonies.js';
import { commandCost } from './command.js';
import { median, race, ratio } from './measure.js';
import { bytesPerCredential, importCost } from './processes.js';
import { wire } from './wire.js';

const json = process.argv.includes('--json');
const short = process.argv.includes('--short');
const effort = short ? { rounds: 3, milliseconds: 60 } : { rounds: 9, milliseconds: 250 };
const AT_ONCE = 64;

/** @type {[name: string, value: number, unit: string, what: string][]} */
const results = [];

const one = await ours();
const creating = await ours();
const peer = theirs();
const raw = rawSignature();
const rates = await race(
  { raw, get: one.get, create: creating.create, nidGet: peer.get, nidCreate: peer.create },
  effort,
);
const crowd = await race({ raw, together: () => one.getAtOnce(AT_ONCE) }, effort);

const { close, ...doors } = await wire();
const bytes = await race({ raw, ...doors }, effort);
await close();

const browser = await inBrowser();
const pages = browser && (await race(browser.contenders, effort));
await browser?.close();

// Large heaps slow everything down a little: they come last.
const thousand = await ours(1_000);
const many = await ours(short ? 10_000 : 100_000);
const stored = await race(
  {
    get: one.get,
    create: creating.create,
    get1000: thousand.get,
    getMany: many.get,
    getDiscoverableMany: many.getDiscoverable,
    createMany: many.create,
  },
  effort,
);

results.push(
  ['get/raw', ratio(rates, 'get', 'raw'), '×', 'assertions, to raw signatures'],
  ['create/raw', ratio(rates, 'create', 'raw'), '×', 'registrations, to raw signatures'],
  ['get/nid', ratio(rates, 'get', 'nidGet'), '×', 'assertions, to nid-webauthn-emulator’s'],
  ['create/nid', ratio(rates, 'create', 'nidCreate'), '×', 'registrations, to nid-webauthn-emulator’s'],
  [
    'get@1000/get@1',
    ratio(stored, 'get1000', 'get'),
    '×',
    'assertions with 1,000 credentials stored, to one',
  ],
  [
    short ? 'get@10000/get@1' : 'get@100000/get@1',
    ratio(stored, 'getMany', 'get'),
    '×',
    'assertions with that many stored, to one',
  ],
  [
    'getDiscoverable@many/get@1',
    ratio(stored, 'getDiscoverableMany', 'get'),
    '×',
    'the same without an allow list',
  ],
  [
    'create@many/create@1',
    ratio(stored, 'createMany', 'create'),
    '×',
    'registrations with that many stored, to one',
  ],
  [
    'get64/raw',
    AT_ONCE * ratio(crowd, 'together', 'raw'),
    '×',
    '64 assertions at once, to raw synchronous signatures',
  ],
  ['transact getInfo/raw', ratio(bytes, 'getInfo', 'raw'), '×', 'getInfo in bytes, to raw signatures'],
  [
    'transact makeCredential/raw',
    ratio(bytes, 'makeCredential', 'raw'),
    '×',
    'makeCredential in bytes, to raw signatures',
  ],
  [
    'transact getAssertion/raw',
    ratio(bytes, 'getAssertion', 'raw'),
    '×',
    'getAssertion in bytes, to raw signatures',
  ],
  ['transact getInfo', median(bytes.getInfo ?? []), '/s', 'the same, a second'],
  ['transact makeCredential', median(bytes.makeCredential ?? []), '/s', ''],
  ['transact getAssertion', median(bytes.getAssertion ?? []), '/s', ''],
  ['udp getInfo', 1e6 / median(bytes.udpGetInfo ?? []), 'µs', 'there and back over loopback UDP'],
  ['udp getAssertion', 1e6 / median(bytes.udpGetAssertion ?? []), 'µs', 'there and back, with a signature'],
  [
    'import_ms',
    importCost('stuntkey', short ? 3 : 11),
    'ms',
    'importing the main entry, over an empty start',
  ],
  [
    'bytes/credential',
    bytesPerCredential(short ? 10_000 : 100_000),
    'B',
    'resident memory per stored credential',
  ],
);

const command = commandCost(short ? 5 : 21);
results.push(
  ['stuntkey get/bare start', command.ratio, '×', 'in a shell, to a program that imports commander and lmdb'],
  ['stuntkey get', command.milliseconds, 'ms', 'the same, process start included'],
);

if (pages !== undefined) {
  const each = (/** @type {string} */ name) => 1e6 / (IN_A_ROW * median(pages[name] ?? []));
  results.push(
    [
      'page get/bare trip',
      1 / ratio(pages, 'pageGet', 'bare'),
      '×',
      'in a page, mode page: to a bare trip out and back',
    ],
    ['page get/chromium', ratio(pages, 'pageGet', 'chromiumGet'), '×', 'to Chromium’s virtual authenticator'],
    ['page create/chromium', ratio(pages, 'pageCreate', 'chromiumCreate'), '×', ''],
    ['cdp get/chromium', ratio(pages, 'cdpGet', 'chromiumGet'), '×', 'mode cdp, to the same without us'],
    ['cdp create/chromium', ratio(pages, 'cdpCreate', 'chromiumCreate'), '×', ''],
    ['bare trip', each('bare'), 'µs', 'out of a page and back'],
    ['page get', each('pageGet'), 'µs', 'an assertion in a page, mode page'],
    ['cdp get', each('cdpGet'), 'µs', 'the same, mode cdp'],
    ['chromium get', each('chromiumGet'), 'µs', 'the same, Chromium alone'],
  );
}

if (json) {
  console.log(
    JSON.stringify(
      Object.fromEntries(results.map(([name, value]) => [name, Number(value.toFixed(3))])),
      undefined,
      2,
    ),
  );
} else {
  console.log(
    `Node ${process.version}; raw P-256 signatures: ${Math.round(median(rates.raw ?? []))}/s; medians of ${effort.rounds} interleaved rounds\n`,
  );
  for (const [name, value, unit, what] of results) {
    console.log(
      `${name.padEnd(28)} ${value.toFixed(unit === '×' ? 3 : 1).padStart(9)} ${unit.padEnd(2)}  ${what}`,
    );
  }
}
