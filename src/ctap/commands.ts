import { once } from '../base/once.ts';

/** Command bytes, CTAP 2.3 section 6 "Authenticator API" and section 8.1 "Commands". */
export const CtapCommand = {
  authenticatorMakeCredential: 0x01,
  authenticatorGetAssertion: 0x02,
  authenticatorGetInfo: 0x04,
  authenticatorClientPIN: 0x06,
  authenticatorReset: 0x07,
  authenticatorGetNextAssertion: 0x08,
  authenticatorBioEnrollment: 0x09,
  authenticatorCredentialManagement: 0x0a,
  authenticatorSelection: 0x0b,
  authenticatorLargeBlobs: 0x0c,
  authenticatorConfig: 0x0d,
  /** Prototypes of before CTAP 2.1, with the messages of their successors. */
  authenticatorBioEnrollmentPreview: 0x40,
  authenticatorCredentialManagementPreview: 0x41,
} as const;

/** The name of a command, as the specification spells it. */
export type CtapCommandName = keyof typeof CtapCommand;

const names = once<ReadonlyMap<number, CtapCommandName>>(
  () => new Map(Object.entries(CtapCommand).map(([name, byte]) => [byte, name as CtapCommandName])),
);

/** The name of a command byte, or `undefined`. */
export function commandName(byte: number): CtapCommandName | undefined {
  return names().get(byte);
}
