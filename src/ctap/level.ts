/** Editions of the protocol. What came with one is unknown to a device of an older one. */

/**
 * `U2F` is CTAP1 alone. CTAP 2.2 has no version string of its own: such a device says `FIDO_2_1` and has more features
 * (CTAP 2.3 section 6.4, "versions").
 */
export type CtapLevel = 'U2F' | '2.0' | '2.1' | '2.2' | '2.3';

/** All of them, oldest first. */
export const ctapLevels: readonly CtapLevel[] = ['U2F', '2.0', '2.1', '2.2', '2.3'];

/** Whether a device of one level knows what came with another. */
export function knows(level: CtapLevel, since: CtapLevel): boolean {
  return ctapLevels.indexOf(level) >= ctapLevels.indexOf(since);
}
