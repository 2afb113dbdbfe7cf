/** Verifies the user of a device for one request: by the device itself, by a token, or not at all. */
import { CtapError } from '../../ctap/status.ts';
import { shown, type Token } from './agreement.ts';
import { hasBuiltInUv } from './authenticator-choice.ts';
import type { DeviceSession } from './session.ts';

/** What a request needs. */
export interface Need {
  /** `required` fails without it, `wanted` asks for it if possible. */
  readonly verification: 'required' | 'wanted' | 'no';
  /** Permissions of a token for it (bits). */
  readonly permissions: number;
  /** Whether a token is needed even if the device verifies its user itself. */
  readonly token: boolean;
  readonly rpId: string;
  readonly clientDataHash: Uint8Array;
}

/** The members of the request for it. */
export interface Verification {
  /** The option "uv". */
  readonly uv: boolean;
  readonly token?: Token;
  /** pinUvAuthParam and pinUvAuthProtocol. */
  readonly members: { readonly pinUvAuthParam?: Uint8Array; readonly pinUvAuthProtocol?: number };
}

const NONE: Verification = { uv: false, members: {} };

/** Whether the device can verify its user, with the person that was handed in. */
export function canVerify(session: DeviceSession, verification: Need['verification']): boolean {
  // A PIN is set up only for an RP that requires verification.
  return hasBuiltInUv(session.info) || session.hasPin || (verification === 'required' && session.canUsePin);
}

/** Prepares the verification. */
function verify(session: DeviceSession, need: Need): Verification | Promise<Verification> {
  if (need.verification === 'no' || !canVerify(session, need.verification)) return NONE;
  if (!hasBuiltInUv(session.info)) return byPin(session, need);
  const givesTokens = session.info.options?.get('pinUvAuthToken') === true;
  if (!need.token || !givesTokens) return { uv: true, members: {} };
  return byBuiltInUv(session, need);
}

/** Runs a request, and runs it again with a PIN if the device requires one. */
export async function verified<T>(
  session: DeviceSession,
  need: Need,
  run: (verification: Verification) => Promise<T>,
): Promise<{ response: T; token: Token | undefined }> {
  let verification: Verification | undefined;
  try {
    const prepared = verify(session, need);
    verification = prepared instanceof Promise ? await prepared : prepared;
    return { response: await run(verification), token: verification.token };
  } catch (error) {
    const byItself = verification?.token === undefined;
    if (
      !(error instanceof CtapError) ||
      !byItself ||
      !session.hasPin ||
      !FALLS_BACK.includes(error.code ?? '')
    ) {
      throw error;
    }
    const withPin = await byPin(session, need);
    return { response: await run(withPin), token: withPin.token };
  }
}

/** The statuses of a device whose own verification has failed, or is not enough. */
const FALLS_BACK: readonly string[] = [
  'CTAP2_ERR_PUAT_REQUIRED',
  'CTAP2_ERR_UV_BLOCKED',
  'CTAP2_ERR_UV_INVALID',
];

async function byBuiltInUv(session: DeviceSession, need: Need): Promise<Verification> {
  return withToken(await session.tokenByBuiltInUv(need.permissions, need.rpId), need);
}

async function byPin(session: DeviceSession, need: Need): Promise<Verification> {
  return withToken(await session.tokenByPin(need.permissions, need.rpId), need);
}

function withToken(token: Token, { clientDataHash }: Need): Verification {
  return { uv: false, token, members: shown(token, clientDataHash) };
}
