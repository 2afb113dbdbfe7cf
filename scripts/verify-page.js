// docs/verify.md: every check of stuntkey/verify, from the code.

import { authenticationGuards } from '../build/verify/authentication.js';
import { registrationGuards } from '../build/verify/registration.js';
import { urlOf } from '../build/verify/steps.js';
import { guards, titleOf } from '../examples/strict-server/guards.js';

/** @param {'registration' | 'authentication'} kind @param {readonly { name: string, step: number, title: string, section?: string }[]} checks */
function table(kind, checks) {
  const rows = checks.map(
    ({ name, step, title, section }) =>
      `| [${step}](${urlOf(kind, step, section)}) | \`${kind}.${name}\` | ${title} |`,
  );
  return ['| step | check | what holds when it passes |', '| --- | --- | --- |', ...rows].join('\n');
}

function serverTable() {
  const rows = guards.flatMap((name) => {
    const title = titleOf(name);
    return title === undefined ? [] : [`| \`${name}\` | ${title} |`];
  });
  return ['| guard | what holds when it passes |', '| --- | --- |', ...rows].join('\n');
}

const INTRODUCTION = `# Verification

\`stuntkey/verify\` is a relying party's side. It makes the checks that [section 7.1](https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential) and
[section 7.2](https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion) of WebAuthn Level 3 ask of a server, one named check at a time, up to the
first that fails. A bad response never throws: \`failed\` names the check, what was expected and what came.

\`\`\`js
import { Authenticator, WebAuthnClient } from 'stuntkey';
import { verifyAuthentication, verifyRegistration } from 'stuntkey/verify';

const origin = 'https://example.com';
const client = new WebAuthnClient({ origin, authenticator: new Authenticator() });
const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'dXNlci0x', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdlLWZyb20tc2VydmVy',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
};
const response = await client.create(creation);
const registered = await verifyRegistration(response, { options: creation, origins: [origin] });
console.log(registered.verified); // true

const options = {
  rpId: 'example.com',
  challenge: 'YW5vdGhlci1jaGFsbGVuZ2U',
  allowCredentials: [{ type: 'public-key', id: response.id }],
};
const assertion = await client.get(options);
const expected = { options, origins: ['https://example.org'], credential: registered.credential };
const { verified, failed } = await verifyAuthentication(assertion, expected);
console.log(verified, failed.number, failed.name); // false 12 authentication.origin
console.log(failed.got); // "https://example.com"

const off = await verifyAuthentication(assertion, { ...expected, off: ['origin'] });
console.log(off.verified); // true
\`\`\`

\`off\` switches checks off, for tests of tests. The violation of a check that is off has no consequence at all, and the other checks pass over what cannot
be read because of it. A name without its ceremony means both ceremonies.

On the command line, \`stuntkey verify\` ([cli.md](cli.md)) prints every check; it exits with 3 when one fails.

Steps have the numbers of the list items in the specification's source; its own cross-references to "step 21" and "step 22" mean 22 and 23. Where the
specification leaves a choice, [decisions/080-verification.md](decisions/080-verification.md) says what was chosen.

## The strict server

\`examples/strict-server\` is a relying party on top of it, with a memory: sessions, challenges, accounts. It is there to be attacked in tests.

\`\`\`sh
node examples/strict-server/main.js --port 8080 --weak signature,origin
node examples/strict-server/main.js --list-guards
\`\`\`

It speaks the server API of FIDO's conformance tests (\`/attestation/options\`, \`/attestation/result\`, \`/assertion/options\`, \`/assertion/result\`; the
session is in a cookie), on loopback only. \`POST /credentials/delete\` with \`{ id }\` deletes a credential of the person who is signed in.
\`node examples/login-server/main.js\` takes the same options and has the same API beside its own paths. In process, without HTTP:
\`createStrictServer({ rpId, origins, weak, now })\` of \`examples/strict-server/strict-server.js\` returns
\`{ registration: { options, verify }, authentication: { options, verify }, session, delete }\`.

The API has no log-in before registration, so every visitor can register a passkey for any name. Use this server for tests only.
`;

/** The page, as Markdown. */
export function verifyPage() {
  return `${INTRODUCTION}
Besides the checks below, it has these:

${serverTable()}

## Checks of a registration

${table('registration', registrationGuards)}

## Checks of an authentication

${table('authentication', authenticationGuards)}
`;
}
