/** The HID report descriptor by which platforms know a security key, CTAP 2.3 section 11.2.8.1. */

/** The report descriptor, 34 bytes: usage page 0xF1D0, usage 1, one input and one output report of 64 bytes, no report number. */
// biome-ignore format: one item a line, as descriptors are read
export const REPORT_DESCRIPTOR: Uint8Array = Uint8Array.of(
  0x06, 0xd0, 0xf1, // usage page: FIDO alliance
  0x09, 0x01, //       usage: CTAPHID
  0xa1, 0x01, //       collection: application
  0x09, 0x20, //         usage: data in
  0x15, 0x00, //         logical minimum: 0
  0x26, 0xff, 0x00, //   logical maximum: 255
  0x75, 0x08, //         report size: 8 bits
  0x95, 0x40, //         report count: 64
  0x81, 0x02, //         input: data, variable, absolute
  0x09, 0x21, //         usage: data out
  0x15, 0x00, //         logical minimum: 0
  0x26, 0xff, 0x00, //   logical maximum: 255
  0x75, 0x08, //         report size: 8 bits
  0x95, 0x40, //         report count: 64
  0x91, 0x02, //         output: data, variable, absolute
  0xc0, //             end of collection
);
