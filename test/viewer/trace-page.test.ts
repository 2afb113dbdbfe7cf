import { describe, expect, it } from 'vitest';
import type { TraceFile } from '../../src/decode/trace/file.ts';
import { LONGEST_FILE, readTraceFile } from '../../src/decode/trace/read-file.ts';
import { dataBlock, withData } from '../../src/viewer/trace-page.ts';

/** What would end a script element, begin a comment in it, be a pattern of `replace`, or break a line of JavaScript. */
const HOSTILE =
  '</script><script>alert(1)</script><!-- <script> --> $& $1 $` \u2028\u2029 \u202e " \\ ]]> \u0000 &lt;';

const ceremony = {
  ceremony: 'get',
  origin: `https://${HOSTILE}.example`,
  options: { rpId: HOSTILE, [HOSTILE]: [HOSTILE] },
  exchanges: [],
  outcome: { refused: `NotAllowedError: ${HOSTILE}`, step: HOSTILE, reason: HOSTILE },
} as const;
const file: TraceFile = { stuntkey: 'trace', version: 1, title: HOSTILE, traces: [{ at: 0, ceremony }] };
const viewer =
  '<!doctype html><title>viewer</title><body><script type="application/json" id="stuntkey-traces"></script><script>1</script>';

describe('the page of a trace', () => {
  it('has the ceremonies as data that cannot break out of its element, whatever they say', () => {
    const block = dataBlock(file);
    expect(block).not.toMatch(/[<\u2028\u2029]/);
    expect(JSON.parse(block)).toEqual(file);
    const page = withData(viewer, file);
    expect(page.match(/<\/?script/g)).toEqual(['<script', '</script', '<script', '</script']);
    expect(page.match(/<!--/g)).toBeNull();
    expect(readTraceFile(page)).toEqual(file);
  });

  it('takes one viewer, with one place for them', () => {
    for (const wrong of ['<!doctype html>', viewer + viewer])
      expect(() => withData(wrong, file)).toThrow('expected a viewer with one place for ceremonies');
  });
});

describe('a file of ceremonies', () => {
  it.each([
    ['that were written', file],
    ['one that the door saved', { number: 3, at: 5, loaded: false, source: 'http', text: 'get', ceremony }],
    ['a record in JSON', ceremony],
  ])('can be %s', (_, value) => {
    const { traces } = readTraceFile(`\ufeff${JSON.stringify(value)}\n`);
    expect(traces.map((one) => one.ceremony)).toEqual([ceremony]);
  });

  const text = JSON.stringify(file);
  it.each([
    ['', 'the file is empty'],
    [text.slice(0, -5), 'breaks off in the middle'],
    [withData(viewer, file).slice(0, 200), 'breaks off in the middle'],
    ['<!doctype html><p>a report', 'it is a page without ceremonies'],
    ['%PDF-1.7', 'expected JSON, got something else'],
    ['[]', 'it is no object'],
    ['{"log":{"version":"1.2","entries":[]}}', 'it has no ceremony, and no list of traces'],
    ['{"version":2,"title":"","traces":[]}', 'expected a file of version 1, got 2'],
    ['{"version":1,"title":"","traces":[]}', 'there is no ceremony in the file'],
    ['{"version":1,"title":"","traces":[7]}', 'one of its traces has no ceremony'],
    ['{"ceremony":{"ceremony":"sign"}}', 'ceremony is neither create nor get'],
    [JSON.stringify({ ...ceremony, exchanges: [1] }), 'exchanges is no list of messages'],
    [JSON.stringify({ ...ceremony, outcome: {} }), 'outcome is neither a credential nor a refusal'],
    [' '.repeat(LONGEST_FILE + 1), 'expected a file of at most 16 MiB, got 17 MiB'],
  ])('says what is wrong with %.40j', (wrong, message) => {
    expect(() => readTraceFile(wrong)).toThrow(
      expect.objectContaining({ code: 'bad-trace', message: expect.stringContaining(message) }),
    );
  });
});
