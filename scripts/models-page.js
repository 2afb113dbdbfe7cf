// docs/models.md: the models there are, from their registry and from devices asked.
import { Authenticator, defaultPolicy, models } from '../build/entries/index.js';
import { table } from './markdown.js';
import { shown } from './policy-page.js';

/** COSE algorithms by their names. @type {Record<number, string>} */
const ALGORITHMS = {
  '-7': 'ES256',
  '-8': 'EdDSA',
  '-35': 'ES384',
  '-48': 'ML-DSA-44',
  '-49': 'ML-DSA-65',
  '-50': 'ML-DSA-87',
  '-257': 'RS256',
};

/** @param {Uint8Array} bytes */
function uuid(bytes) {
  const hex = Buffer.from(bytes).toString('hex');
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}

/** Where a policy differs from that of a device without a model: what JSON has of both. @param {import('../build/entries/index.js').Policy} policy */
function differences(policy) {
  const [usual, own] = /** @type {Record<string, unknown>[]} */ (
    /** @type {unknown} */ ([defaultPolicy, policy])
  );
  return Object.keys({ ...usual, ...own })
    .map((name) => [name, shown(usual?.[name]), shown(own?.[name])])
    .filter(([name, before, now]) => name !== 'aaguid' && before !== now)
    .map(([name, before = '', now = '']) => [`\`${name}\``, before || 'nothing', now || 'nothing']);
}

/** The page, as Markdown. */
export function modelsPage() {
  const names = /** @type {(keyof typeof models)[]} */ (Object.keys(models));
  const devices = names.map((model) => ({ model, ...models[model], device: new Authenticator({ model }) }));
  const overview = devices.map(({ model, title, what, device: { policy } }) => [
    `\`${model}\``,
    title,
    what,
    policy.ctap,
    policy.transports.join(', '),
    policy.algorithms.map((id) => ALGORITHMS[id] ?? id).join(', '),
    policy.attestationFormats.join(', ') || 'none',
  ]);
  const behavior = devices.map(({ model, device: { policy } }) => [
    `\`${model}\``,
    policy.userVerification === 'none' ? '' : policy.userVerification,
    policy.clientPin ? 'yes' : '',
    policy.backup.eligible ? (policy.backup.state ? 'BE, BS' : 'BE') : '',
    policy.signCounter,
    Number.isFinite(policy.discoverableCapacity) ? String(policy.discoverableCapacity) : 'any number',
    policy.extensions.join(', '),
  ]);
  const sources = devices.map(({ model, aaguidSource, device: { policy } }) => [
    `\`${model}\``,
    `\`${uuid(policy.aaguid)}\``,
    aaguidSource ?? 'stuntkey',
  ]);
  return `# Models

\`new Authenticator({ model: 'yubikey-5-nfc' })\` behaves as the product does, as far as a server can see; \`policy\` overrules single
members. The AAGUIDs of products are facts that their makers or public lists publish; each is named here with its source. Keys,
certificates and roots are always stuntkey's own and say "stuntkey test": no server that trusts a maker's root trusts these. What
products do beyond what is published (such as the length of credential IDs) was seen from outside, and changes with their versions.

\`npm run docs\` makes this page from the registry, and the tests check the page.

${table([['model', 'as', 'what it is', 'CTAP', 'transports', 'algorithms', 'attestation'], ...overview])}

## How they behave

${table([['model', 'verifies by itself', 'PIN', 'backup', 'counter', 'discoverable credentials', 'extensions'], ...behavior])}

## What each does differently

Beside a device without a model, by the members of [the policy](policy.md):

${devices
  .map(
    ({ model, device: { policy } }) =>
      `### ${model}\n\n${table([['member', 'without a model', model], ...differences(policy)])}`,
  )
  .join('\n\n')}

## Where the AAGUIDs are from

${table([['model', 'AAGUID', 'source'], ...sources])}
`;
}
