/** CTAP over ISO 7816-4, as readers of cards carry it: CTAP 2.3 section 11.3. */
import { fromHex } from '../base/bytes.ts';

/** What the FIDO applet is selected by. */
export const FIDO_AID: Uint8Array = fromHex('a0000006472f0001');

/** What a SELECT is answered with: by a device that has U2F, and by one that has CTAP2 alone. */
export const SelectAnswer = { U2F: 'U2F_V2', CTAP2_ONLY: 'FIDO_2_0' } as const;

/** Instructions besides those of U2F: two of ISO 7816-4 (class 0x00), three of CTAP (class 0x80). */
export const NfcInstruction = {
  SELECT: 0xa4,
  GET_RESPONSE: 0xc0,
  NFCCTAP_MSG: 0x10,
  NFCCTAP_GETRESPONSE: 0x11,
  NFCCTAP_CONTROL: 0x12,
} as const;

/** In P1 of NFCCTAP_MSG: the client asks again (NFCCTAP_GETRESPONSE) where the answer takes its time. */
export const SUPPORTS_GETRESPONSE = 0x80;
/** P1 of NFCCTAP_GETRESPONSE: the request is canceled. */
export const CANCEL = 0x11;
/** P1 of NFCCTAP_CONTROL: the applet is deselected. */
export const END_CTAP = 0x01;

/** Classes, and the bit that says that more of the command follows. */
export const ApduClass = { ISO: 0x00, CTAP: 0x80, MORE: 0x10 } as const;

/** Status words. */
export const NfcStatus = {
  OK: 0x9000,
  /** The low byte says how much there still is; 0 for 256 or more. */
  MORE: 0x6100,
  /** The one byte of data says what the request is waiting for: 1 the device, 2 the user. */
  UPDATE: 0x9100,
  WRONG_LENGTH: 0x6700,
  LAST_OF_CHAIN_EXPECTED: 0x6883,
  CONDITIONS_NOT_SATISFIED: 0x6985,
  NOT_FOUND: 0x6a82,
  WRONG_P1_P2: 0x6a86,
  INS_NOT_SUPPORTED: 0x6d00,
  CLA_NOT_SUPPORTED: 0x6e00,
  OTHER: 0x6f00,
} as const;
