/** The names of the profiles, apart from what they include: lists of commands and tools do not load the catalogue. */

export const profileNames = ['passkey', 'attested', 'strict', 'fido-server', 'post-quantum'] as const;

export type ProfileName = (typeof profileNames)[number];
