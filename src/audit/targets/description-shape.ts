/** What a description of a server may be. */
import type { JsonSchema } from '../../base/json-schema.ts';
import {
  amount,
  anything,
  check,
  described,
  type Exactly,
  exactly,
  flag,
  listOf,
  type Members,
  maybe,
  oneOf,
  recordOf,
  type Shape,
  such,
  text,
  whole,
} from '../../base/shape.ts';
import { jsonSchemaOf } from '../../base/shape-schema.ts';
import { appShape } from '../../client/app.ts';
import type {
  DescribedCeremony,
  DescribedCsrf,
  DescribedRequest,
  DescribedStep,
  DescribedSuccess,
  TargetDescription,
} from './description.ts';

/** RFC 6901. */
const pointer = described(
  text({ pattern: /^(\/([^~/]|~[01])*)*$/, what: 'a JSON Pointer such as /options' }),
  { format: 'json-pointer' },
);

/** What a URL looks like, and what the parser takes. */
const url = described(
  such(
    text({ pattern: /^https?:\/\/[^\s/?#]/, what: 'a URL with http or https' }),
    (one) => URL.canParse(one),
    'a URL with http or https',
  ),
  { format: 'uri' },
);

const origin = text({
  pattern:
    /^(https?:\/\/[^\s/?#]|android:apk-key-hash:[A-Za-z0-9_-]{43}$|chrome-extension:\/\/[a-p]{32}\/?$|moz-extension:\/\/[0-9a-f-]{36}\/?$)/,
  what: 'an origin such as https://example.com or android:apk-key-hash:…',
});

const texts = recordOf(text(), 'an object of texts');

const TAKEN = described(
  such(
    text({
      pattern: /^(\/.*|(header|cookie|field):[^\s]+|match:.+)$/,
      what: 'a text such as /flow/id or header:x-csrf-token',
    }),
    (where) => !where.startsWith('match:') || hasGroup(where.slice('match:'.length)),
    'a regular expression with a group, such as match:code is (\\d+)',
  ),
  { examples: ['/flow/id', 'header:x-csrf-token'] },
);

/** Whether a text is a regular expression that has something to keep. */
function hasGroup(source: string): boolean {
  try {
    // The alternative that matches nothing shows how many groups there are.
    return (new RegExp(`${source}|`).exec('')?.length ?? 0) > 1;
  } catch {
    return false;
  }
}

const REQUEST = {
  method: maybe(
    described(text({ pattern: /^[A-Za-z]+$/, what: 'a method such as POST' }), { default: 'POST' }),
  ),
  path: described(text(), 'Relative to the url.'),
  headers: maybe(texts),
  body: maybe(described(anything, 'JSON with placeholders such as "{username}" and "{response}".')),
  form: maybe(described(texts, 'Members of a form, sent instead of a body.')),
  take: maybe(
    described(
      recordOf(TAKEN, 'an object of places'),
      'Values of the answer for later placeholders, by name: a JSON Pointer, header:name, cookie:name, field:name (of an HTML form), match:regular-expression.',
    ),
  ),
} as const satisfies Members;

/** A request with more members: what is sent is said once, and as the method takes it. @param usual the method where none is named */
function requestOf<const E extends Members>(more: E, usual = 'POST'): Shape<Exactly<typeof REQUEST & E>> {
  const members = exactly({ ...REQUEST, ...more }, 'a request');
  const once = such(members, (one) => !('body' in one && 'form' in one), 'either body or form', {
    not: { required: ['body', 'form'] },
  });
  return such(
    once,
    (one) =>
      !/^(get|head)$/i.test((one as DescribedRequest).method ?? usual) || !('body' in one || 'form' in one),
    'no body and no form with GET',
  ) as Shape<Exactly<typeof REQUEST & E>>;
}

const request: Shape<DescribedRequest> = requestOf({});

const success: Shape<DescribedSuccess> = described(
  such(
    exactly({
      status: maybe(whole(100, 599)),
      pointer: maybe(pointer),
      equals: maybe(
        described(anything, 'What has to be there. By default anything but false, null, 0 or "".'),
      ),
      location: maybe(described(text(), 'Where a redirect has to lead: the beginning of its path.')),
      contains: maybe(described(text(), 'A text that has to be in the answer.')),
    }),
    (one) => one.equals === undefined || one.pointer !== undefined,
    'a pointer beside equals',
    { dependentRequired: { equals: ['pointer'] } },
  ),
  'How yes is told from no: all that is given has to hold. By default a status from 200 to 299.',
);

const ceremony: Shape<DescribedCeremony> = exactly(
  {
    options: requestOf({
      pointer: maybe(described(pointer, 'To the options in the answer.')),
      as: maybe(
        described(
          recordOf(anything, 'an object of options'),
          'The options as WebAuthn has them, with placeholders such as "{answer/user_id}" for what the answer has.',
        ),
      ),
    }),
    result: requestOf({ success: maybe(success) }),
  },
  'a ceremony of two requests, { options, result }',
);

const steps: Shape<DescribedStep[]> = listOf(
  requestOf({
    success: maybe(success),
    within: maybe(described(amount(0), 'Seconds for which it is repeated until it succeeds.')),
    unless: maybe(
      described(requestOf({ success: maybe(success) }), 'Leaves the step out where this request succeeds.'),
    ),
  }),
  'an array of requests',
);

const csrf: Shape<DescribedCsrf> = such(
  exactly({
    header: maybe(described(text(), 'Carries the token; without it, requests name it as {csrf}.')),
    cookie: maybe(text()),
    request: maybe(
      such(
        requestOf({ pointer: maybe(pointer) }, 'GET'),
        (one) => one.pointer !== undefined || Object.hasOwn(one.take ?? {}, 'csrf'),
        'a pointer, or a take that names csrf',
        {
          anyOf: [
            { required: ['pointer'] },
            { required: ['take'], properties: { take: { required: ['csrf'] } } },
          ],
        },
      ),
    ),
    once: maybe(described(flag, { description: 'Whether a token is good for one request.', default: false })),
  }),
  (one) => (one.cookie === undefined) !== (one.request === undefined),
  'either cookie or request',
  { oneOf: [{ required: ['cookie'] }, { required: ['request'] }] },
);

const account: Shape<NonNullable<TargetDescription['account']>> = exactly({
  create: described(steps, 'Makes an account, and is in it: before its first registration.'),
  enter: maybe(
    described(steps, 'Enters it otherwise than by a passkey: before a registration in another visit.'),
  ),
});

const shape: Shape<TargetDescription> = exactly(
  {
    $schema: maybe(text()),
    name: maybe(described(text(), 'For reports. By default the url.')),
    url: described(url, 'What paths are relative to.'),
    origin: maybe(
      described(origin, 'Where its pages are, or an app’s origin. By default the origin of the url.'),
    ),
    app: maybe(
      described(
        appShape,
        'What lets an app or an extension use the RP ID, where the origin is one’s; see docs/apps.md.',
      ),
    ),
    encoding: maybe(
      described(oneOf(['base64url', 'base64']), {
        description: 'How bytes are spelled in options and responses.',
        default: 'base64url',
      }),
    ),
    headers: maybe(described(texts, 'Sent with every request.')),
    before: maybe(described(steps, 'What comes before the first request of any visitor.')),
    account: maybe(account),
    accounts: maybe(
      described(
        listOf(
          such(
            recordOf(text(), 'an object of texts'),
            (one) => Object.hasOwn(one, 'username'),
            'a username',
            {
              required: ['username'],
            },
          ),
          'an array of two accounts or more',
          2,
        ),
        'Accounts that are there, where none can be made: username, and what account.enter needs.',
      ),
    ),
    csrf: maybe(csrf),
    registration: ceremony,
    authentication: ceremony,
    whoami: maybe(
      described(
        requestOf({ pointer }, 'GET'),
        'Tells whom the server takes a visitor for: the value at the pointer; without a value there, the visitor is not signed in.',
      ),
    ),
    remove: maybe(described(request, 'Removes the credential whose ID is {credentialId}.')),
    trustsAuthority: maybe(
      described(flag, "Whether it trusts the audit's attestation authority, and no other."),
    ),
    challengeLifetime: maybe(
      described(amount(0), 'Seconds after which a challenge is to have expired: the audit waits as long.'),
    ),
    metadata: maybe(described(flag, 'Whether it has loaded the metadata on trial (stuntkey mds trial).')),
    framed: maybe(described(flag, 'Whether it expects to be framed by other sites.')),
  },
  'a description of a server, { url, registration, authentication }',
);

/** The schema of a description, as it is published. */
export const descriptionSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'How stuntkey audit reaches a server',
  ...jsonSchemaOf(shape),
};

/**
 * Checks a description.
 *
 * @throws StuntkeyError `bad-target` that says where, what was expected, and what is there
 */
export function readDescription(json: unknown): TargetDescription {
  return check(shape, json, 'bad-target');
}
