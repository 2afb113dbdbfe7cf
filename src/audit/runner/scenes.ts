/** How a ceremony is played, where it takes more than one. */
export type SceneName =
  /** The challenge of the same user's last ceremony, which is over. */
  | 'earlier-challenge'
  /** The challenge of another session, which goes on. */
  | 'other-session'
  /** The challenge of the other ceremony, in the same session. */
  | 'other-ceremony'
  /** The challenge of options that the session asked for before these. */
  | 'superseded'
  /** Time passes between options and response. */
  | 'expired'
  /** What was taken once is handed in again. */
  | 'replayed'
  /** One response is handed in twice at once. */
  | 'raced'
  /** A response is handed in where no options were asked for. */
  | 'without-options'
  /** An honest sign-in comes first. */
  | 'signed-in-before'
  /** Sign-in without naming the account. */
  | 'discoverable'
  /** Another user, whose credential is given. */
  | 'other-user'
  /** The same, without naming the account. */
  | 'other-user-discoverable'
  /** A second credential of the same user, registered after the options were asked for. */
  | 'second-credential'
  /** A credential that was removed since. */
  | 'removed'
  /** After what has to be refused, an honest sign-in has to pass. */
  | 'then-honest'
  /** After the registration, whatever came of it, a sign-in with the credential must fail. */
  | 'then-sign-in'
  /** The same, in the account of another user. */
  | 'then-sign-in-as-other';
