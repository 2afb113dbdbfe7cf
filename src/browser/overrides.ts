/** Of `WebAuthn.setResponseOverrideBits`. */
export interface ResponseOverrides {
  readonly bogusSignature?: boolean;
  /** Flag UV is cleared. */
  readonly badUV?: boolean;
  /** Flag UP is cleared. */
  readonly badUP?: boolean;
}
