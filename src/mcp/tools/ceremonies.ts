/** Tools that register and sign in by a server's options, as a page would. */
import { anything, described, flag, maybe, recordOf, text } from '../../base/shape.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { clientFor } from '../../decode/trace/traced-client.ts';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../webauthn/types.ts';
import type { Agent } from '../agent.ts';
import { type Tool, tool } from '../tool.ts';

const origin = described(
  text({ least: 1, most: 300 }),
  'The origin of the page, such as http://localhost:3000 or https://login.example.com.',
);
const options = (what: string) =>
  described(recordOf(anything, 'an object'), `${what}, as the server sent it.`);

export const ceremonyTools: readonly Tool[] = [
  tool(
    'register',
    'Register by options',
    'Registers a passkey by a server’s options, as a page at that origin would, and answers the RegistrationResponseJSON to send to the server.',
    'adds',
    { origin, options: options('PublicKeyCredentialCreationOptionsJSON') },
    async (agent, given, signal) => {
      const wanted = unwrapped(given.options) as unknown as PublicKeyCredentialCreationOptionsJSON;
      agent.allowed.require(rpIdIn(wanted.rp?.id, given.origin));
      return { response: await clientOf(agent, given.origin).create(wanted, { signal }) };
    },
  ),
  tool(
    'sign_in',
    'Sign in by options',
    'Signs in with a passkey of this key by a server’s options, as a page at that origin would, and answers the AuthenticationResponseJSON to send to the server.',
    'adds',
    { origin, options: options('PublicKeyCredentialRequestOptionsJSON') },
    async (agent, given, signal) => {
      const wanted = unwrapped(given.options) as unknown as PublicKeyCredentialRequestOptionsJSON;
      agent.allowed.require(rpIdIn(wanted.rpId, given.origin));
      return { response: await clientOf(agent, given.origin).get(wanted, { signal }) };
    },
  ),
  tool(
    'explain_refusal',
    'Explain the last refusal',
    'Says why the last ceremony was refused: which step refused, the reason that a page does not learn, and what to do.',
    'reads',
    { whole: maybe(described(flag, 'Whether to tell every message to the device, too.')) },
    async (agent, { whole }) => {
      const { refusal } = agent;
      if (refusal === undefined) return { refused: null };
      const { record, notListed } = refusal;
      if (!('refused' in record.outcome)) return { refused: null };
      const { name, step, reason, wayOut, causes } = record.outcome.refused;
      return {
        refused: {
          ceremony: record.ceremony,
          origin: record.origin,
          name,
          step,
          reason: notListed === undefined ? reason : agent.allowed.refusal(JSON.stringify(notListed)).message,
          ...(notListed === undefined && wayOut !== undefined && { wayOut }),
          ...(notListed === undefined && causes !== undefined && { causes }),
          ...(whole && { record: record.toJSON() }),
        },
      };
    },
  ),
];

const clientOf = (agent: Agent, at: string) =>
  clientFor({ origin: at, authenticator: agent.guarded, trace: (record) => agent.ended(record) });

/** Servers wrap options, or do not. */
function unwrapped(given: Record<string, unknown>): Record<string, unknown> {
  const { publicKey } = given;
  return typeof publicKey === 'object' && publicKey !== null ? (publicKey as Record<string, unknown>) : given;
}

function rpIdIn(given: unknown, at: string): string {
  if (typeof given === 'string') return given;
  if (URL.canParse(at)) return new URL(at).hostname;
  throw new StuntkeyError(
    'bad-origin',
    `origin: expected an origin such as http://localhost:3000, got ${JSON.stringify(at.slice(0, 100))}`,
  );
}
