/**
 * A file that describes a server with any interface over HTTP. Its schema is docs/audit-target.schema.json, made from what is here.
 * Texts may hold placeholders: `{username}`, `{displayName}`, `{userVerification}`, `{residentKey}`, `{attestation}`, `{extensions}`,
 * in answers to options `{challenge}`, `{response}` and `{responseText}`, and what `take` has named. A text that is nothing but one of them
 * becomes its value, and a member whose value is not there is left out.
 */
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { isPointer } from './pointer.ts';
import { shown } from './words.ts';

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

export interface DescribedCeremony {
  readonly options: DescribedRequest & {
    /** JSON Pointer to the options in the answer. Default: the answer itself, or its `publicKey`. */
    readonly pointer?: string;
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
};

export interface TargetDescription {
  /** For reports. Default: the URL. */
  readonly name?: string;
  /** What paths are relative to. */
  readonly url: string;
  /** Where its pages are. Default: the origin of `url`. */
  readonly origin?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What comes before the first request of a visitor, whoever that is. */
  readonly before?: readonly DescribedStep[];
  /** How one comes to an account, where a registration needs one. */
  readonly account?: {
    /** Makes it, and is in it: before an account's first registration. */
    readonly create: readonly DescribedStep[];
    /** Enters it otherwise than by a passkey: before a registration in another visit. */
    readonly enter?: readonly DescribedStep[];
  };
  readonly csrf?: DescribedCsrf;
  readonly registration: DescribedCeremony;
  readonly authentication: DescribedCeremony;
  /** Tells whom the server takes a visitor for: what stands at `pointer`, or nobody where nothing does. */
  readonly whoami?: DescribedRequest & { readonly pointer: string };
  /** Removes a credential whose ID is `{credentialId}`. */
  readonly remove?: DescribedRequest;
  /** Whether it trusts the audit's attestation authority, and no other. */
  readonly trustsAuthority?: boolean;
  /** Whether it expects to be framed by other sites. */
  readonly framed?: boolean;
}

/** What a member may be: enough of JSON Schema to say it, and to check it. */
export interface Schema {
  readonly type?: 'object' | 'string' | 'boolean' | 'integer' | 'number' | 'array';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false | Schema;
  readonly items?: Schema;
  readonly format?: 'uri' | 'json-pointer';
  /** What a text has to look like, and what to call that. */
  readonly pattern?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
}

/** Where a value is taken from. */
const TAKEN = '^(/.*|(header|cookie|field):[^\\s]+|match:.+)$';

const texts: Schema = { type: 'object', additionalProperties: { type: 'string' } };
const pointer: Schema = { type: 'string', format: 'json-pointer' };

const request = {
  method: { type: 'string', default: 'POST' },
  path: { type: 'string', description: 'Relative to the url.' },
  headers: texts,
  body: { description: 'JSON with placeholders such as "{username}" and "{response}".' },
  form: { ...texts, description: 'Members of a form, sent instead of a body.' },
  take: {
    type: 'object',
    additionalProperties: { type: 'string', pattern: TAKEN, examples: ['/flow/id', 'header:x-csrf-token'] },
    description:
      'Values of the answer for later placeholders, by name: a JSON Pointer, header:name, cookie:name, field:name (of an HTML form), match:regular-expression.',
  },
} as const satisfies Record<string, Schema>;

const success: Schema = {
  type: 'object',
  description: 'How yes is told from no: all that is given has to hold. By default a status from 200 to 299.',
  properties: {
    status: { type: 'integer' },
    pointer,
    equals: { description: 'What has to be there. By default anything but false, null, 0 or "".' },
    location: { type: 'string', description: 'Where a redirect has to lead: the beginning of its path.' },
    contains: { type: 'string', description: 'A text that has to be in the answer.' },
  },
  additionalProperties: false,
};

function requestWith(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return {
    type: 'object',
    properties: { ...request, ...properties },
    required: ['path', ...required],
    additionalProperties: false,
  };
}

const ceremony: Schema = {
  type: 'object',
  properties: {
    options: requestWith({ pointer: { ...pointer, description: 'To the options in the answer.' } }),
    result: requestWith({ success }),
  },
  required: ['options', 'result'],
  additionalProperties: false,
};

const step: Schema = requestWith({
  success,
  within: { type: 'number', description: 'Seconds for which it is repeated until it succeeds.' },
});

/** The schema of a description, as it is published. */
export const descriptionSchema: Schema & { readonly $schema: string; readonly title: string } = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'What stuntkey audit is told of a server',
  type: 'object',
  properties: {
    $schema: { type: 'string' },
    name: { type: 'string', description: 'For reports. By default the url.' },
    url: { type: 'string', format: 'uri', description: 'What paths are relative to.' },
    origin: {
      type: 'string',
      format: 'uri',
      description: 'Where its pages are. By default the origin of the url.',
    },
    headers: { ...texts, description: 'Sent with every request.' },
    before: {
      type: 'array',
      items: step,
      description: 'What comes before the first request of a visitor, whoever that is.',
    },
    account: {
      type: 'object',
      properties: {
        create: {
          type: 'array',
          items: step,
          description: 'Makes an account, and is in it: before its first registration.',
        },
        enter: {
          type: 'array',
          items: step,
          description: 'Enters it otherwise than by a passkey: before a registration in another visit.',
        },
      },
      required: ['create'],
      additionalProperties: false,
    },
    csrf: {
      type: 'object',
      properties: {
        header: { type: 'string', description: 'Carries the token; without it, requests name it as {csrf}.' },
        cookie: { type: 'string' },
        request: requestWith({ pointer }),
        once: { type: 'boolean', description: 'Whether a token is good for one request.', default: false },
      },
      additionalProperties: false,
    },
    registration: ceremony,
    authentication: ceremony,
    whoami: {
      ...requestWith({ pointer }, ['pointer']),
      description:
        'Tells whom the server takes a visitor for: what stands at the pointer; nobody where nothing does.',
    },
    remove: { ...requestWith({}), description: 'Removes the credential whose ID is {credentialId}.' },
    trustsAuthority: {
      type: 'boolean',
      description: "Whether it trusts the audit's attestation authority, and no other.",
    },
    framed: { type: 'boolean', description: 'Whether it expects to be framed by other sites.' },
  },
  required: ['url', 'registration', 'authentication'],
  additionalProperties: false,
};

/**
 * Checks a description.
 *
 * @throws StuntkeyError `bad-target` that says where, what was expected, and what is there
 */
export function readDescription(json: unknown): TargetDescription {
  check(json, descriptionSchema, '');
  const { csrf } = json as TargetDescription;
  if (csrf !== undefined && (csrf.cookie === undefined) === (csrf.request === undefined))
    throw bad('/csrf', 'either cookie or request', csrf);
  if (
    csrf?.request !== undefined &&
    csrf.request.pointer === undefined &&
    csrf.request.take?.csrf === undefined
  )
    throw bad('/csrf/request', 'a pointer, or a take that names csrf', csrf.request);
  return json as TargetDescription;
}

function check(value: unknown, schema: Schema, at: string): void {
  const {
    type,
    properties = {},
    required = [],
    additionalProperties,
    items,
    format,
    pattern,
    examples,
  } = schema;
  if (type !== undefined && !isOf(type, value)) throw bad(at, article(type), value);
  if (format === 'uri' && !/^https?:\/\//.test(value as string))
    throw bad(at, 'a URL with http or https', value);
  if (format === 'uri' && !URL.canParse(value as string)) throw bad(at, 'a URL', value);
  if (format === 'json-pointer' && !isPointer(value as string))
    throw bad(at, 'a JSON Pointer such as /options', value);
  if (pattern !== undefined && !new RegExp(pattern).test(value as string))
    throw bad(at, `a text such as ${(examples ?? []).join(' or ')}`, value);
  if (items !== undefined) {
    for (const [place, item] of (value as unknown[]).entries()) check(item, items, `${at}/${place}`);
  }
  if (type !== 'object') return;
  for (const name of required) {
    if (!Object.hasOwn(value as object, name))
      throw bad(`${at}/${name}`, expectation(properties[name]), undefined);
  }
  for (const [name, member] of Object.entries(value as object)) {
    const own = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (own === false) throw bad(`${at}/${name}`, `one of ${Object.keys(properties).join(', ')}`, name);
    if (own !== undefined) check(member, own, `${at}/${name}`);
  }
}

function isOf(type: NonNullable<Schema['type']>, value: unknown): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number' && value >= 0;
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
  }
}

function article(type: string): string {
  return /^[aio]/.test(type) ? `an ${type}` : `a ${type}`;
}

function expectation(schema: Schema | undefined): string {
  return schema?.type === undefined ? 'a value' : article(schema.type);
}

function bad(at: string, expected: string, got: unknown): StuntkeyError {
  return new StuntkeyError(
    'bad-target',
    `${at === '' ? 'the description' : at}: expected ${expected}, got ${shown(got)}`,
  );
}
