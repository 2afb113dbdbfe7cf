/** The names of the profiles, apart from what they include: lists of commands and tools do not load the catalogue. */

/** The names of the profiles. */
export const profileNames = ['passkey', 'attested', 'strict', 'fido-server', 'post-quantum'] as const;

/** The name of a profile, as `stuntkey audit --profile` takes it. */
export type ProfileName = (typeof profileNames)[number];
