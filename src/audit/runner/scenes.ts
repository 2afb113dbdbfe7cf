/** How a ceremony is played, where it takes more than one. */
export type SceneName =
  /** An honest sign-in comes first. */
  'signed-in-before' | 'discoverable';
