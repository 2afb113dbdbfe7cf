/** What the inspector reads and reckons without a page: files, formats, refusals, rows, events. */
import { describe, expect, it } from 'vitest';
import { traceFile } from '../../src/decode/trace/file.ts';
import type { CeremonyRecord } from '../../src/decode/trace/record.ts';
import { Authenticator, TracedClient } from '../../src/entries/index.ts';
import { exportCredentials, PORTABLE_FORMATS } from '../../src/entries/portable.ts';
import type { CeremonyJson } from '../../src/inspector/answers.ts';
import { checksOf } from '../../src/inspector/checks.ts';
import { closedAtFirst, flattened, nodesOf } from '../../src/inspector/flat-tree.ts';
import { guessFormat } from '../../src/inspector/guess-format.ts';
import { causesOf, exchangeOf, linkOf, partsOf } from '../../src/inspector/refusal.ts';
import { fragmentOf, placeIn, tokenIn } from '../../src/inspector/route.ts';
import { changed, found } from '../../src/inspector/state/credential-list.ts';
import { readTraceFile } from '../../src/inspector/trace-file.ts';
import { rowByKey, scrollTo, windowOf } from '../../src/inspector/virtual.ts';
import { EventText } from '../../src/inspector/wire/event-text.ts';

const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required' },
};

async function recorded(origin: string): Promise<CeremonyRecord> {
  const records: CeremonyRecord[] = [];
  const authenticator = new Authenticator({ seed: 'inspector' });
  const client = new TracedClient({ origin, authenticator, trace: (record) => records.push(record) });
  await client.create(creation).catch(() => {});
  return records[0] as CeremonyRecord;
}

describe('a file of ceremonies', () => {
  it('opens as it was written, one ceremony or several, and says what is wrong with another', async () => {
    const record = await recorded('https://example.com');
    const file = traceFile('a test', [record, record], [1, 2]);
    expect(readTraceFile(JSON.stringify(file))).toEqual({ title: 'a test', traces: file.traces });
    const { traces } = readTraceFile(JSON.stringify({ ceremony: record, number: 7 }));
    expect(traces).toEqual([{ number: 7, ceremony: record.toJSON() }]);

    const text = JSON.stringify(file);
    for (const [wrong, message] of [
      [text.slice(0, -400), 'breaks off in the middle'],
      ['', 'empty'],
      ['<html>', 'it is a page without ceremonies'],
      ['{"cookies":[]}', 'no trace of stuntkey'],
      ['[]', 'no trace of stuntkey'],
      ['{"version":2,"traces":[{}]}', 'expected a file of version 1, got 2'],
      ['{"version":1,"traces":[]}', 'no ceremony'],
      [
        '{"ceremony":{"ceremony":"create","origin":"x","exchanges":[],"outcome":{}}}',
        'neither a credential nor',
      ],
      ['{"ceremony":{"ceremony":"create","origin":"x","exchanges":[1],"outcome":{}}}', 'no list of messages'],
      [' '.repeat(17 * 1024 * 1024), 'at most 16 MiB, got 17 MiB'],
    ] as const)
      expect(() => readTraceFile(wrong)).toThrow(message);
  });
});

describe('a refusal', () => {
  it('shows what was expected and what came, and where that is written', () => {
    expect(partsOf('rp.id: expected a domain, got "a b", which is none')).toEqual({
      subject: 'rp.id',
      expected: 'a domain',
      got: '"a b", which is none',
    });
    expect(partsOf('the person said no')).toBeUndefined();
    const parts = partsOf(
      'not its suffix: expected a.example, got "b. Example". Subsequently, a fetch failed.',
    );
    expect(parts).toMatchObject({ subject: 'not its suffix', got: '"b. Example"' });
    expect(causesOf(parts, ['ENOTFOUND', 7])).toEqual(['Subsequently, a fetch failed.', 'ENOTFOUND']);
    expect(causesOf(undefined, 'a text')).toEqual([]);
    expect(linkOf('origin and RP ID (5.1.3, steps 6 to 8)')).toBe(
      'https://www.w3.org/TR/webauthn-3/#sctn-createCredential',
    );
    expect(linkOf('authenticatorMakeCredential (exchange 2 of 3)')).toMatch(/#authenticatorMakeCredential$/);
    expect(linkOf('the page aborted')).toBeUndefined();
    expect(exchangeOf('authenticatorMakeCredential (exchange 2 of 3)')).toBe(1);
  });

  it('is one of the client’s checks: those before it passed, those behind it were not reached', async () => {
    const states = async (origin: string) =>
      checksOf((await recorded(origin)).toJSON() as unknown as CeremonyJson).map(({ state }) => state);
    expect(await states('https://example.com')).toEqual(Array(5).fill('passed'));
    expect(await states('https://evil.test')).toEqual([
      'passed',
      'passed',
      'refused',
      'not reached',
      'not reached',
    ]);
  });
});

describe('a file of credentials', () => {
  it('has its format guessed, whichever of all it is', async () => {
    const authenticator = new Authenticator({ seed: 'formats', policy: { signCounter: 'zero' } });
    const client = new TracedClient({ origin: 'https://example.com', authenticator, trace() {} });
    await client.create(creation);
    for (const format of PORTABLE_FORMATS) {
      const { value } = await exportCredentials(authenticator.credentials.list(), format);
      const content = format === 'pem' ? (value as string[])[0] : value;
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      expect([format, guessFormat(text as string).format]).toEqual([format, format]);
    }
    expect(guessFormat('{"a":1}\n{"a":2}')).toEqual({ format: undefined, value: [{ a: 1 }, { a: 2 }] });
    expect(() => guessFormat('nothing of it')).toThrow(SyntaxError);
    expect(() => guessFormat('{"format":"stuntkey store export","version":1}\nS…')).toThrow(
      'stuntkey import FILE --store FOLDER',
    );
  });
});

describe('a list of any length', () => {
  it('has the rows that are seen, and some beyond', () => {
    expect(windowOf(20_000, 36, 0, 720)).toEqual({ first: 0, end: 28 });
    expect(windowOf(20_000, 36, 360_000, 720)).toEqual({ first: 9992, end: 10_028 });
    // The list has become shorter than it was scrolled.
    expect(windowOf(10, 36, 360_000, 720)).toEqual({ first: 0, end: 10 });
    expect(windowOf(0, 36, 0, 720)).toEqual({ first: 0, end: 0 });
  });

  it('goes where keys lead, and no further than its ends', () => {
    const to = (key: string, row: number) => rowByKey(key, row, 100, 10);
    expect(
      ['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End', 'x'].map((key) => to(key, 95)),
    ).toEqual([96, 94, 99, 86, 0, 99, undefined]);
    expect(to('ArrowUp', 0)).toBe(0);
    expect(rowByKey('Home', 0, 0, 10)).toBeUndefined();
    expect([scrollTo(0, 10, 50, 100), scrollTo(20, 10, 50, 100), scrollTo(8, 10, 50, 100)]).toEqual([
      0, 110, 50,
    ]);
  });

  it('of twenty thousand credentials is found by words, ordered and changed', () => {
    const list = Array.from({ length: 20_000 }, (_, index) => ({
      id: `id${index}`,
      rpId: `rp${index % 7}.example`,
      rpIdHash: '',
      userName: `user${index}`,
      algorithm: -7,
      publicKey: '',
      discoverable: true,
      signCount: index % 1000,
      backupEligible: false,
      backupState: false,
      credProtect: 1 as const,
      extensions: [],
    }));
    const order = { column: 'signCount', descending: true } as const;
    const hits = found(list, 'RP3 user12', order);
    expect(hits.every(({ rpId, userName }) => rpId === 'rp3.example' && userName?.includes('user12'))).toBe(
      true,
    );
    expect(hits[0]?.signCount).toBe(Math.max(...hits.map(({ signCount }) => signCount)));
    const [first] = list;
    const now = changed(
      list.slice(0, 3),
      new Map([
        ['id1', undefined],
        ['id2', { ...(first as (typeof list)[0]), id: 'id2', signCount: 9 }],
        ['new', { ...(first as (typeof list)[0]), id: 'new' }],
      ]),
    );
    expect(now.map(({ id, signCount }) => `${id} ${signCount}`)).toEqual(['id0 0', 'id2 9', 'new 0']);
  });

  it('of a tree has the rows of what is open', () => {
    const nodes = nodesOf({ a: 1, b: { c: [1, 2], d: { e: 'x' } } });
    const names = (closed: ReadonlySet<(typeof nodes)[number]>) =>
      flattened(nodes, closed).map(({ node, level }) => `${level}${node.name}`);
    expect(names(closedAtFirst(nodes))).toEqual(['0a', '0b', '1c', '1d', '2e']);
    expect(names(new Set(nodes.slice(1)))).toEqual(['0a', '0b']);
    expect(closedAtFirst(nodesOf(Array.from({ length: 500 }, () => ({ a: 1 })))).size).toBe(500);
  });
});

describe('the page’s URL', () => {
  it('says which pane is open, and brings the token once', () => {
    expect(placeIn('#ceremonies/12')).toEqual({ pane: 'ceremonies', number: 12 });
    expect(placeIn('#credentials/12')).toEqual({ pane: 'credentials' });
    expect(placeIn('#javascript:alert(1)')).toEqual({ pane: 'ceremonies' });
    expect(fragmentOf({ pane: 'ceremonies', number: 12 })).toBe('#ceremonies/12');
    expect(tokenIn('#token=a%2Bb&pane=decode')).toEqual({ token: 'a+b', pane: 'decode' });
    expect(tokenIn('#decode')).toBeUndefined();
    // A page may have panes of its own, and opens with the first of them.
    expect(placeIn('#audit', ['try', 'audit'])).toEqual({ pane: 'audit' });
    expect(placeIn('#person', ['try', 'audit'])).toEqual({ pane: 'person' });
    expect(placeIn('', ['try', 'audit'])).toEqual({ pane: 'try' });
  });
});

describe('a stream of events', () => {
  it('is read whichever way it is cut, and signs of life are passed over', () => {
    const text =
      'event: stream\ndata: {"after":3}\n\n:\n\nid: 4\nevent: user\ndata: {"change":\ndata: "use"}\n\n';
    const whole = new EventText().push(text);
    expect(whole).toEqual([
      { event: 'stream', data: { after: 3 } },
      { event: 'user', id: 4, data: { change: 'use' } },
    ]);
    const reader = new EventText();
    expect([...text].flatMap((character) => reader.push(character))).toEqual(whole);
    expect(() => new EventText().push('x'.repeat(5 * 1024 * 1024))).toThrow(RangeError);
  });
});
