// `npm run bench`: ratios, measured side by side in one run. `-- --json` prints an object of name to ratio, `-- --short` takes
// a tenth of the time, `-- --readme` writes README's figures, `-- --install` prints what is downloaded and installed, and nothing else.
import { availableParallelism } from 'node:os';
import { attaching } from './attach.js';
import { auditCost } from './audit.js';
import { IN_A_ROW, inBrowser } from './browser.js';
import { ours, rawSignature, theirs } from './ceremonies.js';
import { commandCost } from './command.js';
import { documentCost } from './documents.js';
import { fixtureCost } from './fixture.js';
import { door } from './http.js';
import { inspecting } from './inspector.js';
import { printInstallFigures } from './install.js';
import { manyRate, megabytes, newcomers, newKeySignature, ownShare } from './load.js';
import { firstOnes, median, race, ratio } from './measure.js';
import { bytesPerCredential, importCost } from './processes.js';
import { writeFigures } from './readme.js';
import { durable } from './store.js';
import { wire } from './wire.js';

if (process.argv.includes('--install')) {
  printInstallFigures();
  process.exit();
}
const json = process.argv.includes('--json');
const short = process.argv.includes('--short');
const effort = short ? { rounds: 3, milliseconds: 60 } : { rounds: 9, milliseconds: 250 };
const AT_ONCE = 64;

/** @type {[name: string, value: number, unit: string, what: string][]} */
const results = [];

const one = await ours();
const cold = await firstOnes(one.get, 1000);
const creating = await ours();
const peer = theirs();
const raw = rawSignature();
const rates = await race({ raw, get: one.get, create: creating.create, ...peer.contenders }, effort);
const crowd = await race({ raw, together: () => one.getAtOnce(AT_ONCE) }, effort);

const fleets = await race({ raw, newKey: newKeySignature(), ...newcomers() }, effort);
const manySignIns = short ? 2_000 : 20_000;
const [oneThread, allThreads] = [
  await manyRate(1, manySignIns),
  await manyRate(availableParallelism(), manySignIns),
];
const share = await ownShare(short ? 100 : 1_000);
const population = short ? 5_000 : 100_000;
const [few, million] = [megabytes(1_000, population), megabytes(1_000_000, population)];

const { close, ...doors } = await wire();
const bytes = await race({ raw, ...doors }, effort);
await close();

const http = await door();
const trips = await race(http.contenders, effort);
const named = short ? 100 : 1_000;
const namedMegabytes = await http.devices(named);
const behindDoor = await http.people(manySignIns / 4);
const crowdOfTrips = await http.trips(manySignIns / 4);
// What a bare server leaves of the cores to those who sign.
const cores = availableParallelism();
const leastOfDoor = Math.min(crowdOfTrips, cores / (cores / allThreads + 1 / crowdOfTrips));
await http.close();

const browser = await inBrowser();
const pages = browser.contenders && (await race({ raw, ...browser.contenders }, effort));
await browser.close?.();
const documents = await documentCost(short ? 20 : 200);
const attachable = short ? 200 : 2_000;
const attached = await attaching(attachable, short ? 1 : 5);

const [listed, timeline] = short ? [2_000, 1_000] : [20_000, 10_000];
const inspector = await inspecting(listed, timeline);

const audit = await auditCost(short ? 1 : 5);

const kept = await durable(effort, short ? 20_000 : 1_000_000);

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
  [
    'get/raw',
    ratio(rates, 'get', 'raw'),
    '×',
    'assertions, to raw signatures; a thread makes nonces after 4,096',
  ],
  [
    'create/raw',
    ratio(rates, 'create', 'raw'),
    '×',
    'registrations, to the same; the thread makes keys, too',
  ],
  ['first 1000 gets', cold, 'µs', 'each of the first assertions of a process, before V8 has compiled'],
);
if (peer.contenders !== undefined) {
  results.push(
    ['get/nid', ratio(rates, 'get', 'nidGet'), '×', 'assertions, to nid-webauthn-emulator’s'],
    ['create/nid', ratio(rates, 'create', 'nidCreate'), '×', 'registrations, to nid-webauthn-emulator’s'],
  );
}
results.push(
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
  ['usbip getInfo', 1e6 / median(bytes.usbipGetInfo ?? []), 'µs', 'there and back over USB/IP'],
  [
    'usbip getAssertion',
    1e6 / median(bytes.usbipGetAssertion ?? []),
    'µs',
    'there and back, with a signature',
  ],
  [
    'vpcd getInfo',
    1e6 / median(bytes.vpcdGetInfo ?? []),
    'µs',
    'there and back, as a card at a virtual reader',
  ],
  [
    'recorded/udp getAssertion',
    ratio(bytes, 'udpGetAssertion', 'recordedGetAssertion'),
    '×',
    'time with a recording, to that without',
  ],
  [
    'http get/bare trip',
    ratio(trips, 'trip', 'signIn'),
    '×',
    'the time of a sign-in at the HTTP door, to a bare trip of as many bytes',
  ],
  [
    'http get/(bare trip + get)',
    median(
      (trips.signIn ?? []).map(
        (each, round) => 1 / each / (1 / (trips.trip?.[round] ?? 0) + 1 / (trips.get?.[round] ?? 0)),
      ),
    ),
    '×',
    'the same, to a bare trip and a sign-in in this process',
  ],
  [
    `http ${named} devices`,
    namedMegabytes,
    'MB',
    'that many named authenticators at the door, used once each',
  ],
  ['http fleet', behindDoor, '/s', 'sign-ins by number at the door, 64 at once'],
  ['http fleet/signMany', behindDoor / allThreads, '×', 'the same, to signMany on all cores'],
  ['http trips', crowdOfTrips, '/s', 'bare trips of as many bytes, 64 at once'],
  [
    'http fleet/floor',
    behindDoor / leastOfDoor,
    '×',
    'sign-ins by number, to what these trips leave of signMany',
  ],
  [
    'import_ms',
    importCost('stuntkey', short ? 3 : 11),
    'ms',
    'importing the main entry, over an empty start',
  ],
  ...['webdriver', 'audit', 'verify', 'http', 'store'].map(
    (name) =>
      /** @type {[string, number, string, string]} */ ([
        `import_ms ${name}`,
        importCost(`stuntkey/${name}`, short ? 3 : 11),
        'ms',
        'the same of this entry',
      ]),
  ),
  .../** @type {const} */ ([
    ['puppeteer', 'puppeteer-core'],
    ['playwright', '@playwright/test'],
  ]).map(
    ([name, driver]) =>
      /** @type {[string, number, string, string]} */ ([
        `import_ms ${name}`,
        importCost(`stuntkey/${name}`, short ? 3 : 11, driver),
        'ms',
        "the same of this entry, over its driver's own",
      ]),
  ),
  [
    'vitest fixture_ms',
    fixtureCost(short ? 1 : 5),
    'ms',
    'a test file of vitest with the fixture, over an empty one',
  ],
  [
    'bytes/credential',
    bytesPerCredential(short ? 10_000 : 100_000),
    'B',
    'resident memory per stored credential',
  ],
);

results.push(
  [
    'fleet signIn/raw',
    ratio(fleets, 'signIn', 'raw'),
    '×',
    'sign-ins of a new person each time, to raw signatures',
  ],
  [
    'fleet signIn/new key',
    ratio(fleets, 'signIn', 'newKey'),
    '×',
    'the same, to signatures with a new key each time',
  ],
  ['fleet signIn', median(fleets.signIn ?? []), '/s', 'the same, a second and core'],
  ['fleet derive', median(fleets.derive ?? []), '/s', 'records of people, a second and core'],
  [
    'signMany all/one',
    allThreads / oneThread,
    '×',
    `fleet.signMany on ${availableParallelism()} threads, to one`,
  ],
  ['fleet own share', share, '×', 'of all processor time of registrations and sign-ins at the login server'],
  ['fleet MB@1000', few, 'MB', `resident memory after ${population} sign-ins of 1,000 people`],
  ['fleet MB@1000000/@1000', million / few, '×', 'the same of 1,000,000 people, to that'],
);

if (inspector !== undefined) {
  results.push(
    [
      `inspector ${listed} credentials`,
      inspector.credentials,
      'ms',
      'until the page shows a key that has so many',
    ],
    [`inspector ${timeline} ceremonies`, inspector.ceremonies, 'ms', 'until it shows that many ceremonies'],
  );
}

results.push(
  ['audit', audit.seconds, 's', `all ${audit.faults} faults at the strict server, in this process`],
  ['audit http', audit.http, 's', 'the same over HTTP'],
  ['audit http cpu', audit.cpu, 's', 'of that, processor time of the audit'],
);

const command = commandCost(short ? 5 : 21);
results.push(
  ['stuntkey get/bare start', command.ratio, '×', 'in a shell, to a program that imports commander and lmdb'],
  ['stuntkey get', command.milliseconds, 'ms', 'the same, process start included'],
);
results.push(...kept);

if (pages !== undefined) {
  /** @param {string} name @param {number} round seconds for one ceremony, one trip, one signature */
  const seconds = (name, round) =>
    1 / ((name === 'raw' ? 1 : IN_A_ROW) * (pages[name]?.[round] ?? Number.NaN));
  /** The median of what one costs more than another, in bare trips out of a page and back. @param {string} name @param {string} than */
  const trips = (name, than) =>
    median(
      (pages.bare ?? []).map(
        (_, round) => (seconds(name, round) - seconds(than, round)) / seconds('bare', round),
      ),
    );
  const microseconds = (/** @type {string} */ name) => 1e6 / (IN_A_ROW * median(pages[name] ?? []));
  const ways = /** @type {const} */ (['page', 'cdp', 'proxy', 'playwright']);
  results.push(
    [
      '(page get − raw)/bare trip',
      trips('pageGet', 'raw'),
      '×',
      'in a page, mode page: own cost less the signature, to a bare trip out and back',
    ],
    ['(page create − raw)/bare trip', trips('pageCreate', 'raw'), '×', ''],
  );
  for (const way of ways) {
    const what = way === 'playwright' ? 'Playwright’s context.credentials' : `mode ${way}`;
    results.push(
      [`${way} get/chromium`, ratio(pages, `${way}Get`, 'chromiumGet'), '×', `${what}, to Chromium’s own`],
      [`${way} create/chromium`, ratio(pages, `${way}Create`, 'chromiumCreate'), '×', ''],
      [
        `(${way} get − chromium)/bare`,
        trips(`${way}Get`, 'chromiumGet'),
        '×',
        'what it takes longer, in bare trips',
      ],
      [`(${way} create − chromium)/bare`, trips(`${way}Create`, 'chromiumCreate'), '×', ''],
    );
  }
  for (const way of /** @type {const} */ (['page', 'proxy'])) {
    const what = `mode ${way} with a response that is there already, to Chromium’s own`;
    results.push(
      [`${way} floor get/chromium`, ratio(pages, `${way}FloorGet`, 'chromiumGet'), '×', what],
      [`${way} floor create/chromium`, ratio(pages, `${way}FloorCreate`, 'chromiumCreate'), '×', ''],
    );
  }
  if (attached !== undefined)
    results.push([
      `cdp attach@${attachable}`,
      attached,
      'ms',
      `attaching a device of ${attachable} credentials in mode cdp`,
    ]);
  results.push(['bare trip', microseconds('bare'), 'µs', 'out of a page and back']);
  for (const way of [...ways, 'chromium'])
    results.push(
      [`${way} get`, microseconds(`${way}Get`), 'µs', 'an assertion in a page'],
      [`${way} create`, microseconds(`${way}Create`), 'µs', 'a registration'],
    );
}

if (documents !== undefined)
  results.push(
    ['document +', documents.more, 'ms', 'that a document takes longer in mode page, to load'],
    ['document floor +', documents.floor, 'ms', 'the same with an empty script and a binding'],
    ['document', documents.without, 'ms', 'the same document without it'],
    ['page script', documents.kilobytes, 'KB', 'what runs in each document'],
  );

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
    `${peer.skipped ? `nid-webauthn-emulator: skipped, ${peer.skipped}\n` : ''}${browser.skipped ? `In a browser: skipped, ${browser.skipped}\n` : ''}Node ${process.version}; raw P-256 signatures: ${Math.round(median(rates.raw ?? []))}/s; medians of ${effort.rounds} interleaved rounds\n`,
  );
  for (const [name, value, unit, what] of results) {
    console.log(
      `${name.padEnd(32)} ${value.toFixed(unit === '×' ? 3 : 1).padStart(9)} ${unit.padEnd(2)}  ${what}`,
    );
  }
}
if (process.argv.includes('--readme')) writeFigures(new Map(results.map(([name, value]) => [name, value])));
