/**
 * Reads captures, block by block: pcapng in either byte order, and pcap, which tcpdump writes. What is in a packet is not looked
 * at here. Holds one block at a time.
 */
import { fromUtf8 } from '../../base/bytes.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { BlockReader } from '../../transport/blocks.ts';

/** A packet as it was captured. */
export interface Packet {
  /** What the bytes are (https://www.tcpdump.org/linktypes.html). */
  readonly linkType: number;
  /** Milliseconds since 1970; 0 where the file does not say. */
  readonly at: number;
  /** What was captured of it. */
  readonly data: Uint8Array;
  /** The byte order of the machine that captured, which some link types have inside. */
  readonly little: boolean;
}

/** What a capture says of itself besides. */
export interface CaptureNotes {
  /** Its comments. */
  readonly comment: (text: string) => void;
  /** It ends in the middle of a block. */
  readonly cut: () => void;
}

const Block = { SECTION: 0x0a0d0d0a, INTERFACE: 1, PACKET: 2, SIMPLE: 3, ENHANCED_PACKET: 6 } as const;
const MAGIC = 0x1a2b3c4d;
const Option = { COMMENT: 1, RESOLUTION: 9, OFFSET: 14 } as const;

/** Longer blocks are no captures of USB: bytes. */
const MAX_BLOCK = 16 * 1024 * 1024;
/** The most interfaces that a capture may describe. */
const MAX_INTERFACES = 4096;

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  /** Ticks in a millisecond, and what is added: milliseconds. */
  readonly ticks: number;
  readonly offset: number;
}

interface Section {
  readonly little: boolean;
  readonly interfaces: Interface[];
}

const bad = (message: string): StuntkeyError => new StuntkeyError('bad-capture', `capture: ${message}`);

/**
 * The packets of a capture, in order.
 *
 * @throws StuntkeyError `bad-capture` for what is neither pcapng nor pcap, or breaks off making sense
 */
export async function* readPackets(
  chunks: AsyncIterable<Uint8Array>,
  notes: CaptureNotes,
): AsyncGenerator<Packet> {
  const reader = new BlockReader(chunks);
  const first = await reader.read(4);
  const magic = first === undefined ? 0 : viewOf(first).getUint32(0, true);
  if (magic === Block.SECTION) yield* readPcapng(reader, notes);
  else if (first !== undefined && CLASSIC.has(magic)) yield* readPcap(reader, magic, notes);
  else throw bad(`expected a file of pcapng or pcap, got ${first === undefined ? 'nothing' : 'another'}`);
}

async function* readPcapng(reader: BlockReader, notes: CaptureNotes): AsyncGenerator<Packet> {
  let section: Section | undefined;
  // The type of the first block was read already.
  for (let type: number = Block.SECTION; ; ) {
    const head = await reader.read(type === Block.SECTION ? 8 : 4);
    if (head === undefined) return notes.cut();
    if (type === Block.SECTION) {
      // Its byte order is known only by what comes behind the length.
      const little = viewOf(head).getUint32(4, true) === MAGIC;
      if (!little && viewOf(head).getUint32(4, false) !== MAGIC)
        throw bad('expected a section with its magic');
      section = { little, interfaces: [] };
    }
    const { little } = section as Section;
    const length = viewOf(head).getUint32(0, little);
    const read = 4 + head.length;
    if (length < read + 4 || length % 4 !== 0 || length > MAX_BLOCK)
      throw bad(`expected a block of at most ${MAX_BLOCK} bytes, a multiple of 4, got ${length}`);
    const body = await reader.read(length - read - 4);
    const trailer = await reader.read(4);
    if (body === undefined || trailer === undefined) return notes.cut();
    if (viewOf(trailer).getUint32(0, little) !== length)
      throw bad('expected the length behind a block again');
    const packet = takeBlock(type, body, section as Section, notes);
    if (packet !== undefined) yield packet;
    const next = await reader.read(4);
    if (next === undefined) return;
    type = viewOf(next).getUint32(0, little);
  }
}

function takeBlock(
  type: number,
  body: Uint8Array,
  section: Section,
  notes: CaptureNotes,
): Packet | undefined {
  const { little, interfaces } = section;
  const view = viewOf(body);
  switch (type) {
    case Block.SECTION:
      // Behind the magic: versions and the section's length.
      for (const [code, value] of optionsOf(body.subarray(12), little))
        if (code === Option.COMMENT) notes.comment(textOf(value));
      return undefined;
    case Block.INTERFACE:
      if (body.length < 8) throw bad('expected an interface of 8 bytes at least');
      if (interfaces.length >= MAX_INTERFACES) throw bad(`expected at most ${MAX_INTERFACES} interfaces`);
      interfaces.push(interfaceOf(body, little));
      return undefined;
    case Block.ENHANCED_PACKET:
    case Block.PACKET: {
      if (body.length < 20) throw bad('expected a packet with its head');
      const place = type === Block.PACKET ? view.getUint16(0, little) : view.getUint32(0, little);
      const of = interfaces[place];
      if (of === undefined) throw bad(`expected an interface that was described, got ${place}`);
      const length = view.getUint32(12, little);
      if (length > body.length - 20) throw bad('expected a packet as long as it says');
      const ticks = view.getUint32(4, little) * 2 ** 32 + view.getUint32(8, little);
      const data = body.subarray(20, 20 + length);
      return { linkType: of.linkType, at: ticks / of.ticks + of.offset, data, little };
    }
    case Block.SIMPLE: {
      const [of] = interfaces;
      if (of === undefined || body.length < 4) throw bad('expected an interface before a packet');
      const original = view.getUint32(0, little);
      const length = Math.min(original, body.length - 4, of.snapLength || original);
      return { linkType: of.linkType, at: 0, data: body.subarray(4, 4 + length), little };
    }
    default:
      return undefined;
  }
}

function interfaceOf(body: Uint8Array, little: boolean): Interface {
  const view = viewOf(body);
  let ticks = 1000;
  let offset = 0;
  for (const [code, value] of optionsOf(body.subarray(8), little)) {
    if (code === Option.RESOLUTION && value.length === 1) {
      const resolution = value[0] as number;
      const power = resolution & 0x7f;
      ticks = (resolution & 0x80 ? 2 ** power : 10 ** power) / 1000;
    } else if (code === Option.OFFSET && value.length === 8) {
      offset = Number(viewOf(value).getBigInt64(0, little)) * 1000;
    }
  }
  return { linkType: view.getUint16(0, little), snapLength: view.getUint32(4, little), ticks, offset };
}

function* optionsOf(bytes: Uint8Array, little: boolean): Generator<readonly [number, Uint8Array]> {
  const view = viewOf(bytes);
  for (let at = 0; at + 4 <= bytes.length; ) {
    const [code, length] = [view.getUint16(at, little), view.getUint16(at + 2, little)];
    if (code === 0 || at + 4 + length > bytes.length) return;
    yield [code, bytes.subarray(at + 4, at + 4 + length)];
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
}

/** What pcap begins with, read as little-endian: its byte order, and how many of a second's parts its times have. */
const CLASSIC: ReadonlyMap<number, { readonly little: boolean; readonly parts: number }> = new Map([
  [0xa1b2c3d4, { little: true, parts: 1e6 }],
  [0xd4c3b2a1, { little: false, parts: 1e6 }],
  [0xa1b23c4d, { little: true, parts: 1e9 }],
  [0x4d3cb2a1, { little: false, parts: 1e9 }],
]);

async function* readPcap(reader: BlockReader, magic: number, notes: CaptureNotes): AsyncGenerator<Packet> {
  const { little, parts } = CLASSIC.get(magic) as { little: boolean; parts: number };
  const head = await reader.read(20);
  if (head === undefined) return notes.cut();
  const linkType = viewOf(head).getUint32(16, little) & 0xffff;
  for (;;) {
    const record = await reader.read(16);
    if (record === undefined) return;
    const view = viewOf(record);
    const length = view.getUint32(8, little);
    if (length > MAX_BLOCK) throw bad(`expected a packet of at most ${MAX_BLOCK} bytes, got ${length}`);
    const data = await reader.read(length);
    if (data === undefined) return notes.cut();
    const at = view.getUint32(0, little) * 1000 + (view.getUint32(4, little) * 1000) / parts;
    yield { linkType, at, data, little };
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    return '';
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
