/** Tools for what is on the key. None has a private key in its answer. */
import { base64url, fromBase64url, isBase64url } from '../../base/base64url.ts';
import { described, maybe, oneOf, text } from '../../base/shape.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { uuid } from '../../decode/structures.ts';
import type { Agent } from '../agent.ts';
import { type Tool, tool } from '../tool.ts';
import { attachedTo } from './browser.ts';

type CredentialRecord = ReturnType<Agent['device']['credentials']['list']>[number];

/** More are not listed in one answer. */
const MOST_LISTED = 200;

const ALGORITHMS = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  EdDSA: { name: 'Ed25519' },
} as const;

const rpId = described(text({ least: 1, most: 253 }), 'An RP ID, such as localhost or login.example.com.');
const id = described(text({ least: 1, most: 2000 }), 'A credential ID in base64url.');

export const credentialTools: readonly Tool[] = [
  tool(
    'key_status',
    'The key itself',
    'Says what key this is (its AAGUID marks it as made for an agent), for which RP IDs it signs, whether it has a PIN, how many credentials are on it, and which browser it is attached to.',
    'reads',
    {},
    async (agent) => {
      const { options } = await agent.device.getInfo();
      return {
        aaguid: uuid(agent.device.policy.aaguid),
        madeForAgents: true,
        allowedRpIds: agent.allowed.rpIds,
        pinIsSet: options?.get('clientPin') === true,
        credentials: agent.device.credentials.list().length,
        ...attachedTo(agent),
      };
    },
  ),
  tool(
    'credentials_list',
    'List credentials',
    'Lists the passkeys on this key: IDs, RP IDs, users and counters. Private keys are never shown.',
    'reads',
    { rpId: maybe(rpId) },
    async (agent, { rpId: wanted }) => {
      const all = agent.device.credentials
        .list()
        .filter((one) => wanted === undefined || one.rpId === wanted);
      return { credentials: all.slice(0, MOST_LISTED).map(shown), total: all.length };
    },
  ),
  tool(
    'credential_make',
    'Make a credential',
    'Makes a passkey on this key without a server, for a server whose database is prepared with its ID and public key. To register at a server, use register, or the page.',
    'adds',
    {
      rpId,
      userName: described(text({ least: 1, most: 64 }), 'The name of the account.'),
      userId: maybe(
        described(text({ least: 1, most: 86 }), 'The user handle in base64url. Default: random.'),
      ),
      algorithm: maybe(described(oneOf(['ES256', 'EdDSA']), { default: 'ES256' })),
    },
    async (agent, { rpId: wanted, userName, userId, algorithm = 'ES256' }) => {
      agent.allowed.require(wanted);
      const handle =
        userId === undefined ? crypto.getRandomValues(new Uint8Array(16)) : bytes(userId, 'userId');
      const pair = await crypto.subtle.generateKey(ALGORITHMS[algorithm] as never, true, ['sign', 'verify']);
      const { privateKey, publicKey } = pair as unknown as { privateKey: never; publicKey: never };
      const record = await agent.device.credentials.import({
        rpId: wanted,
        userId: handle,
        userName,
        privateKey: new Uint8Array(await crypto.subtle.exportKey('pkcs8', privateKey)),
      });
      const spki = new Uint8Array(await crypto.subtle.exportKey('spki', publicKey));
      return { ...shown(record), publicKey: base64url(spki) };
    },
  ),
  tool(
    'credential_delete',
    'Delete a credential',
    'Deletes a passkey from this key. The server is not told.',
    'removes',
    { id },
    async (agent, given) => {
      const wanted = bytes(given.id, 'id');
      const record = agent.device.credentials.get(wanted);
      if (record === undefined)
        throw new StuntkeyError(
          'no-such-credential',
          `id: expected one of credentials_list, got ${given.id.slice(0, 100)}`,
        );
      await agent.device.credentials.delete(wanted);
      return { deleted: base64url(wanted), ...(record.rpId !== undefined && { rpId: record.rpId }) };
    },
  ),
];

/** What may be known of a credential: each member by its name, so that no other comes along. */
function shown(record: CredentialRecord): Readonly<Record<string, unknown>> {
  const { rpId, userId, userName, userDisplayName, discoverable, signCount, algorithm } = record;
  return {
    id: base64url(record.id),
    ...(rpId !== undefined && { rpId }),
    ...(userId !== undefined && { userId: base64url(userId) }),
    ...(userName !== undefined && { userName }),
    ...(userDisplayName !== undefined && { userDisplayName }),
    discoverable,
    signCount,
    algorithm,
  };
}

function bytes(given: string, at: string): Uint8Array {
  if (isBase64url(given)) return fromBase64url(given);
  throw new StuntkeyError(
    'bad-options',
    `${at}: expected base64url without padding, got ${JSON.stringify(given.slice(0, 100))}`,
  );
}
