/**
 * A file that describes a server with any interface over HTTP. Its shape is in description-shape.ts, and docs/audit-target.schema.json is made from that.
 * Texts may hold placeholders: `{username}`, `{displayName}`, `{userVerification}`, `{residentKey}`, `{attestation}`, `{extensions}`,
 * in answers to options `{challenge}`, `{response}` and `{responseText}`, and what `take` has named; `{response/rawId}` is a member of a value.
 * A text that is nothing but one of them becomes its value, and a member whose value is not there is left out.
 */
import type { AppOptions } from '../../client/app.ts';

/** One request. */
export interface DescribedRequest {
  /** Default: POST. */
  readonly method?: string;
  /** Beside the description's `url`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON with placeholders. Default: none for the options, the response itself for the result. */
  readonly body?: unknown;
  /** Instead of a body: the members of a form, sent as application/x-www-form-urlencoded. */
  readonly form?: Readonly<Record<string, string>>;
  /**
   * Values to be kept of the answer, by name, for placeholders of this visitor's later requests: a JSON Pointer, `header:name`,
   * `cookie:name`, `field:name` for an input of an HTML form, or `match:` and a regular expression whose first group it is.
   */
  readonly take?: Readonly<Record<string, string>>;
}

/** How yes is told from no. All that is given has to hold; by default a status from 200 to 299. */
export interface DescribedSuccess {
  readonly status?: number;
  /** JSON Pointer into the answer. */
  readonly pointer?: string;
  /** What has to be there. Default: anything but false, null, 0 or "". */
  readonly equals?: unknown;
  /** Where a redirect has to lead: the beginning of its path. The redirect is not followed then. */
  readonly location?: string;
  /** A text that has to be in the answer. */
  readonly contains?: string;
}

/** The two requests of a ceremony: one for its options, and one with its result. */
export interface DescribedCeremony {
  readonly options: DescribedRequest & {
    /** JSON Pointer to the options in the answer. Default: the answer itself, or its `publicKey`. */
    readonly pointer?: string;
    /**
     * The options as WebAuthn has them, put together from the answer where the server names things otherwise: `{answer/pub_key_cred_params}`
     * is a member of what is at `pointer`.
     */
    readonly as?: Readonly<Record<string, unknown>>;
  };
  readonly result: DescribedRequest & { readonly success?: DescribedSuccess };
}

/** How a request shows that it comes from the server's own pages. */
export interface DescribedCsrf {
  /** The header that carries the token; without one, requests name it as `{csrf}`. */
  readonly header?: string;
  /** The cookie that has it … */
  readonly cookie?: string;
  /** … or the request whose answer does: at a JSON Pointer, or as `take` has it. */
  readonly request?: DescribedRequest & { readonly pointer?: string };
  /** Whether a token is good for one request. Default: for the visit. */
  readonly once?: boolean;
}

/** A request that has to succeed before others make sense. */
export type DescribedStep = DescribedRequest & {
  readonly success?: DescribedSuccess;
  /** Seconds for which it is repeated until it succeeds, as for a mail that has to come in. Default: once. */
  readonly within?: number;
  /** Leaves the step out where this request succeeds: what it would do is done. */
  readonly unless?: DescribedRequest & { readonly success?: DescribedSuccess };
};

/**
 * A server described by its requests: the JSON that `stuntkey audit audit.json` reads. Its schema is
 * `stuntkey/schemas/audit-target.schema.json`.
 */
export interface TargetDescription {
  /** For editors. */
  readonly $schema?: string;
  /** For reports. Default: the URL. */
  readonly name?: string;
  /** What paths are relative to. */
  readonly url: string;
  /** Where its pages are, or an app's origin. Default: the origin of `url`. */
  readonly origin?: string;
  /** What lets an app or an extension use the RP ID, where the origin is one's. */
  readonly app?: AppOptions;
  /** How bytes are spelled in options and responses. Default: `base64url`, as in WebAuthn's JSON; `base64` has padding. */
  readonly encoding?: 'base64url' | 'base64';
  /** Sent with every request; without what has a placeholder whose value is not known yet. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What comes before the first request of any visitor. */
  readonly before?: readonly DescribedStep[];
  /** How one comes to an account, where a registration needs one. */
  readonly account?: {
    /** Makes it, and is in it: before an account's first registration. */
    readonly create: readonly DescribedStep[];
    /** Enters it otherwise than by a passkey: before a registration in another visit. */
    readonly enter?: readonly DescribedStep[];
  };
  /**
   * Two accounts or more that are there, where none can be made: `username`, and whatever else `account.enter` needs for placeholders.
   * Then one fault is played at a time, and `remove` keeps them from filling up.
   */
  readonly accounts?: readonly Readonly<Record<string, string>>[];
  readonly csrf?: DescribedCsrf;
  readonly registration: DescribedCeremony;
  readonly authentication: DescribedCeremony;
  /** Tells whom the server takes a visitor for: the value at `pointer`; without a value there, the visitor is not signed in. */
  readonly whoami?: DescribedRequest & { readonly pointer: string };
  /** Removes a credential whose ID is `{credentialId}`. */
  readonly remove?: DescribedRequest;
  /** Whether it trusts the audit's attestation authority, and no other. */
  readonly trustsAuthority?: boolean;
  /** Seconds after which a challenge is to have expired: the audit waits as long, once for each ceremony. Default: it does not. */
  readonly challengeLifetime?: number;
  /** Whether it has loaded the metadata on trial (stuntkey mds trial). */
  readonly metadata?: boolean;
  /** Whether it expects to be framed by other sites. */
  readonly framed?: boolean;
}
