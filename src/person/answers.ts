/** What a person can do when asked. */

/** What can be wrong with a sample of a fingerprint: the sensor's feedback of that name. */
export const sampleFlaws = [
  'too-high',
  'too-low',
  'too-left',
  'too-right',
  'too-fast',
  'too-slow',
  'too-skewed',
  'too-short',
  'merge-failure',
  'exists',
  'no-transition',
] as const;
/** What is wrong with a sample of a fingerprint, by the words of CTAP. */
export type SampleFlaw = (typeof sampleFlaws)[number];

/**
 * What comes of it: `approve` (touched, recognized, a good sample), `decline` (the person says no), `fail` (not
 * recognized, or a poor sample; not for a touch), `ignore` (nothing ever happens, until the device gives up or the platform
 * cancels), or for a sample what is wrong with it.
 */
export type UserAnswer = 'approve' | 'decline' | 'fail' | 'ignore' | SampleFlaw;

/** All of them. */
export const userAnswers: readonly UserAnswer[] = ['approve', 'decline', 'fail', 'ignore', ...sampleFlaws];

/** What the person is asked to do. */
export interface UserPrompt {
  /**
   * Touch (`presence`), be recognized by a built-in method (`verification`), or put a finger on the sensor that is to
   * be enrolled (`fingerprint-sample`).
   */
  readonly kind: 'presence' | 'verification' | 'fingerprint-sample';
  /** The command that asks, by its CTAP byte. */
  readonly command: number;
  /** The RP concerned, where there is one. */
  readonly rpId?: string;
  /** For how many milliseconds the touch has to last, where a short one is not enough. */
  readonly holdFor?: number;
  /** How often in this command the same was asked before. */
  readonly attempt: number;
}

/** An account that the person can choose at a sign-in, as the device described it. */
export interface Account {
  readonly credentialId: Uint8Array;
  readonly userId?: Uint8Array;
  readonly name?: string;
  readonly displayName?: string;
}

/** Which of several accounts: its place, the newest being 0; or who decides it. `undefined` is a canceled dialog. */
export type AccountChoice =
  | number
  | ((accounts: readonly Account[]) => number | undefined | Promise<number | undefined>);

/** Why a client asks for a PIN. */
export interface PinRequest {
  /** To show that one knows it, to set the first one, or to set another because the device wants that. */
  readonly kind: 'enter' | 'set' | 'change';
  /** How often in this ceremony it was asked for before. */
  readonly attempt: number;
  /** How many attempts the device leaves; undefined when there is no PIN yet. */
  readonly attemptsLeft?: number;
  /** Unicode code points of the shortest PIN there may be. */
  readonly minPinLength: number;
}
