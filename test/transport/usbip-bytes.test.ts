import { describe, expect, it } from 'vitest';
import { fromHex, hex } from '../../src/base/bytes.ts';
import { ControlEndpoint } from '../../src/transport/usbip/control.ts';
import {
  decodeDevice,
  decodeOperation,
  decodeText,
  devidOf,
  encodeDeviceList,
  encodeImport,
  encodeImportReply,
  encodeOperation,
} from '../../src/transport/usbip/operations.ts';
import {
  decodeRequest,
  decodeResult,
  encodeRequest,
  encodeResult,
  type Submit,
} from '../../src/transport/usbip/urbs.ts';

/** As the protocol's document prints it. */
const words = (text: string): Uint8Array => fromHex(text.replace(/\s/g, ''));
/** A text behind which there are zeros. */
const text = (value: string, size: number): string => hex(Buffer.from(value)).padEnd(2 * size, '0');

describe('the example of the protocol’s document', () => {
  const intrIn = words(
    '00000001 00000d05 0001000f 00000001 00000001 00000200 00000040 ffffffff 00000000 00000004 00000000 00000000',
  );
  // (The document's line has number_of_packets in the place of start_frame; its table, and Linux, have it one word later.)
  const byTable = words(
    '00000001 00000d05 0001000f 00000001 00000001 00000200 00000040 00000000 ffffffff 00000004 00000000 00000000',
  );
  const submit: Submit = {
    command: 'submit',
    seqnum: 0xd05,
    devid: 0x1000f,
    direction: 'in',
    endpoint: 1,
    flags: 0x200,
    length: 64,
    isochronous: false,
    interval: 4,
    setup: new Uint8Array(8),
  };

  it('is read as what it says', () => {
    expect(decodeRequest(intrIn)).toEqual(submit);
    expect(decodeRequest(byTable)).toEqual(submit);
    const packet = words(`ffffffff860008a784ce5ae2123763${'00'.repeat(49)}`);
    expect(packet).toHaveLength(64);
    const out = words(
      '00000001 00000d06 0001000f 00000000 00000001 00000000 00000040 ffffffff 00000000 00000004 00000000 00000000',
    );
    expect(decodeRequest(out)).toMatchObject({ seqnum: 0xd06, direction: 'out', endpoint: 1, length: 64 });
    expect(
      decodeResult(
        words(
          '00000003 00000d06 00000000 00000000 00000000 00000000 00000040 ffffffff 00000000 00000000 00000000 00000000',
        ),
      ),
    ).toEqual({ command: 'submitted', seqnum: 0xd06, status: 0, actualLength: 64 });
  });

  it('is what a client writes', () => {
    expect(encodeRequest(submit)).toEqual(byTable);
    const data = new Uint8Array(64).fill(7);
    const out = encodeRequest({ ...submit, seqnum: 0xd06, direction: 'out', flags: 0 }, data);
    expect(hex(out)).toBe(
      hex(
        words(
          `00000001 00000d06 0001000f 00000000 00000001 00000000 00000040 00000000 ffffffff 00000004 00000000 00000000 ${'07'.repeat(64)}`,
        ),
      ),
    );
  });
});

describe('a transfer', () => {
  it('is isochronous only with a number of packets', () => {
    const header = new Uint8Array(48);
    header[3] = 1;
    expect(decodeRequest(header)).toMatchObject({ isochronous: false });
    header[0x23] = 1;
    expect(decodeRequest(header)).toMatchObject({ isochronous: true });
  });

  it('ends with a status, its length and what came in', () => {
    const result = { command: 'submitted', seqnum: 7, status: 0, actualLength: 2 } as const;
    expect(encodeResult(result, Uint8Array.of(0xab, 0xcd))).toEqual(
      words(
        '00000003 00000007 00000000 00000000 00000000 00000000 00000002 00000000 ffffffff 00000000 00000000 00000000 abcd',
      ),
    );
    const stalled = encodeResult({ command: 'submitted', seqnum: 8, status: -32, actualLength: 0 });
    expect(hex(stalled.subarray(0x14, 0x18))).toBe('ffffffe0');
    expect(decodeResult(stalled)).toMatchObject({ status: -32 });
  });

  it('is unlinked by its number', () => {
    const unlink = { command: 'unlink', seqnum: 9, devid: 0x10002, unlinked: 7 } as const;
    const bytes = words(`00000002 00000009 00010002 00000000 00000000 00000007 ${'00'.repeat(24)}`);
    expect(encodeRequest(unlink)).toEqual(bytes);
    expect(decodeRequest(bytes)).toEqual(unlink);
    const unlinked = { command: 'unlinked', seqnum: 9, status: -104 } as const;
    const result = words(`00000004 00000009 00000000 00000000 00000000 ffffff98 ${'00'.repeat(24)}`);
    expect(encodeResult(unlinked)).toEqual(result);
    expect(decodeResult(result)).toEqual(unlinked);
  });

  it('is neither where the command is another', () => {
    expect(decodeRequest(new Uint8Array(48))).toBeUndefined();
    expect(decodeResult(new Uint8Array(48))).toBeUndefined();
  });
});

const device = {
  path: '/sys/devices/pci0000:00/0000:00:1d.1/usb3/3-2',
  busid: '3-2',
  busnum: 3,
  devnum: 2,
  speed: 2,
  vendor: 0x1234,
  product: 0x5678,
  release: 0x0100,
  class: [0, 0, 0],
  configuration: 1,
  configurations: 1,
  interfaces: [[3, 0, 0]],
} as const;
const described =
  `${text(device.path, 256)}${text('3-2', 32)}00000003000000020000000212345678010000000001 0101`.replace(
    ' ',
    '',
  );

describe('an operation', () => {
  it('lists devices, each with its interfaces, at the offsets of the document', () => {
    const list = encodeDeviceList([device]);
    expect(hex(list)).toBe(`011100050000000000000001${described}03000000`);
    expect(list).toHaveLength(0x148);
    expect(hex(encodeDeviceList([]))).toBe('011100050000000000000000');
    expect(decodeDevice(list.subarray(0x0c, 0x144))).toEqual({
      ...device,
      interfaces: [],
      interfaceCount: 1,
    });
  });

  it('imports a device by its bus ID', () => {
    expect(hex(encodeImport('3-2'))).toBe(`0111800300000000${text('3-2', 32)}`);
    expect(hex(encodeImportReply(device))).toBe(`0111000300000000${described}`);
    expect(hex(encodeImportReply(4))).toBe('0111000300000004');
    expect(devidOf(device)).toBe(0x30002);
    expect(decodeOperation(encodeOperation(0x8005))).toEqual({ version: 0x0111, code: 0x8005, status: 0 });
  });

  it('has texts that end with a zero, and nothing else in them', () => {
    expect(decodeText(Uint8Array.of(0x31, 0x2d, 0x31, 0, 0x39))).toBe('1-1');
    expect(decodeText(Uint8Array.of(0x1b, 0x5b, 0x41))).toBe('?[A');
  });
});

describe('endpoint 0', () => {
  const identity = {
    manufacturer: 'stuntkey',
    name: 'key',
    serial: '1',
    vendor: 0x1234,
    product: 0x5678,
    version: 0x0100,
  };
  const asked = (endpoint: ControlEndpoint, setup: string): string | undefined => {
    const data = endpoint.answer(words(setup));
    return data && hex(data);
  };

  it('describes a security key, as long as it is asked for', () => {
    const endpoint = new ControlEndpoint(identity);
    const device = '12010002000000403412785600010102 0301'.replace(' ', '');
    expect(asked(endpoint, '80 06 0001 0000 4000')).toBe(device);
    expect(asked(endpoint, '80 06 0001 0000 0800')).toBe(device.slice(0, 16));
    expect(asked(endpoint, '80 06 0002 0000 ff00')).toBe(
      '090229000101008032' +
        '0904000002030000 00'.replace(' ', '') +
        '092111010001222200' +
        '07058103400005' +
        '07050103400005',
    );
    expect(asked(endpoint, '80 06 0003 0000 ff00')).toBe('04030904');
    expect(asked(endpoint, '80 06 0203 0904 ff00')).toBe('08036b0065007900');
    expect(asked(endpoint, '80 06 0403 0904 ff00')).toBeUndefined();
    expect(asked(endpoint, '81 06 0022 0000 2200')).toMatch(/^06d0f10901a101.{52}c0$/);
    expect(asked(endpoint, '81 06 0021 0000 0900')).toBe('092111010001222200');
    // No other speed, no BOS: they stall.
    expect(asked(endpoint, '80 06 0006 0000 0a00')).toBeUndefined();
    expect(asked(endpoint, '80 06 000f 0000 0500')).toBeUndefined();
  });

  it('has one configuration, and packets only once that is set', () => {
    const endpoint = new ControlEndpoint(identity);
    expect(endpoint.serves(0x81)).toBe(false);
    expect(asked(endpoint, '80 08 0000 0000 0100')).toBe('00');
    expect(asked(endpoint, '00 09 0200 0000 0000')).toBeUndefined();
    expect(asked(endpoint, '00 09 0100 0000 0000')).toBe('');
    expect(asked(endpoint, '80 08 0000 0000 0100')).toBe('01');
    expect([0x81, 0x01, 0x82, 0x02].map((address) => endpoint.serves(address))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(asked(endpoint, '81 0a 0000 0000 0100')).toBe('00');
    expect(asked(endpoint, '01 0b 0000 0000 0000')).toBe('');
    expect(asked(endpoint, '01 0b 0100 0000 0000')).toBeUndefined();
  });

  it('halts an endpoint, and lets it go on', () => {
    const endpoint = new ControlEndpoint(identity);
    asked(endpoint, '00 09 0100 0000 0000');
    expect(asked(endpoint, '02 03 0000 8100 0000')).toBe('');
    expect(asked(endpoint, '82 00 0000 8100 0200')).toBe('0100');
    expect(endpoint.serves(0x81)).toBe(false);
    expect(asked(endpoint, '02 01 0000 8100 0000')).toBe('');
    expect(asked(endpoint, '82 00 0000 8100 0200')).toBe('0000');
    expect(endpoint.serves(0x81)).toBe(true);
    expect(asked(endpoint, '02 01 0000 8300 0000')).toBeUndefined();
  });

  it('takes SET_IDLE, as every host sends it, and has no reports but those of the other endpoints', () => {
    const endpoint = new ControlEndpoint(identity);
    expect(asked(endpoint, '21 0a 007d 0000 0000')).toBe('');
    expect(asked(endpoint, 'a1 02 0000 0000 0100')).toBe('7d');
    expect(asked(endpoint, 'a1 01 0001 0000 4000')).toBeUndefined();
    expect(asked(endpoint, '21 09 0002 0000 4000')).toBeUndefined();
    expect(asked(endpoint, 'c0 00 0000 0000 0100')).toBeUndefined();
  });
});
