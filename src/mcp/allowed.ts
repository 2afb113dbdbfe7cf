/** Which relying parties an agent's key answers: an exact list, and a device that refuses all others, for every tool and page. */
import type { Authenticator } from '../authenticator/authenticator.ts';
import { overlaid } from '../base/overlaid.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { readMessage } from '../decode/ctap.ts';

/** CTAP2_ERR_OPERATION_DENIED: as if the person declined. */
const DENIED = 0x27;
const MAKE_CREDENTIAL = 0x01;
const GET_ASSERTION = 0x02;

/** A domain in lower case: no scheme, no port, no wildcard, no dot at the end. */
const RP_ID = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** @throws StuntkeyError `bad-options` that names the one that is none */
function checkRpIds(given: readonly string[]): readonly string[] {
  for (const id of given)
    if (!RP_ID.test(id) || id.length > 253)
      throw new StuntkeyError(
        'bad-options',
        `rpId: expected RP IDs as servers write them, such as localhost or login.example.com, without wildcards, schemes and ports, got ${JSON.stringify(id)}`,
      );
  return [...new Set(given)];
}

export class AllowList {
  readonly rpIds: readonly string[];

  /** @throws StuntkeyError `bad-options` */
  constructor(rpIds: readonly string[]) {
    this.rpIds = checkRpIds(rpIds);
  }

  /** @throws StuntkeyError `not-authorized` that says how the list is made */
  require(rpId: string): void {
    if (this.rpIds.includes(rpId)) return;
    throw this.refusal(JSON.stringify(rpId.slice(0, 253)));
  }

  /** For what signs without an RP ID of its own: some have to be allowed. @throws StuntkeyError `not-authorized` */
  requireAny(): void {
    if (this.rpIds.length === 0) throw this.refusal('none that could be');
  }

  refusal(got: string): StuntkeyError {
    const listed = this.rpIds.length === 0 ? 'one of an empty list' : `one of ${this.rpIds.join(', ')}`;
    return new StuntkeyError(
      'not-authorized',
      `rpId: expected ${listed}, got ${got}. The person who starts stuntkey mcp allows RP IDs, each by its exact name: --rp-id`,
    );
  }
}

/**
 * The same device, which makes and uses no credential of another RP. CTAP1/U2F names no RP, only a hash, and is left out.
 *
 * @param refused called with the RP ID of a request that was refused
 */
export function guarded(
  device: Authenticator,
  allowed: AllowList,
  refused: (rpId: string) => void,
): Authenticator {
  const transact: Authenticator['transact'] = async (request, options) => {
    const rpId = rpIdOf(request);
    if (rpId === undefined || allowed.rpIds.includes(rpId)) return device.transact(request, options);
    refused(rpId);
    return Uint8Array.of(DENIED);
  };
  return overlaid<Authenticator>(device, { transact, transactU2f: undefined as never });
}

/** The RP of a request that signs; undefined for other commands, and for a request that the device refuses as malformed. */
function rpIdOf(request: Uint8Array): string | undefined {
  const [command] = request;
  if (command !== MAKE_CREDENTIAL && command !== GET_ASSERTION) return undefined;
  try {
    const { body } = readMessage(request);
    const rp = body?.get(command === GET_ASSERTION ? 1 : 2);
    const id = rp instanceof Map ? rp.get('id') : rp;
    // What names no RP is no RP of the list.
    return typeof id === 'string' ? id : '';
  } catch {
    return '';
  }
}
