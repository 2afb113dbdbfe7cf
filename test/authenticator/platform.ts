/** A platform for tests: asks an authenticator over its bytes door and reads its answers. */
import { Authenticator, type AuthenticatorOptions } from '../../src/authenticator/authenticator.ts';
import { hex, utf8 } from '../../src/base/bytes.ts';
import { ManualClock } from '../../src/base/clock.ts';
import { CtapCommand } from '../../src/ctap/commands.ts';
import { decodeResponse, encodeMessage } from '../../src/ctap/message.ts';
import {
  type GetAssertionRequest,
  type GetAssertionResponse,
  getAssertionRequest,
  getAssertionResponse,
} from '../../src/ctap/messages/get-assertion.ts';
import { type GetInfoResponse, getInfoResponse } from '../../src/ctap/messages/get-info.ts';
import {
  type MakeCredentialRequest,
  type MakeCredentialResponse,
  makeCredentialRequest,
  makeCredentialResponse,
} from '../../src/ctap/messages/make-credential.ts';
import { CtapError, CtapStatus } from '../../src/ctap/status.ts';
import { ScriptedUser } from '../../src/person/user.ts';
import { MemoryStore } from '../../src/store/memory.ts';

export interface Bench {
  readonly authenticator: Authenticator;
  readonly user: ScriptedUser;
  readonly clock: ManualClock;
  readonly store: MemoryStore;
  make(changes?: Partial<MakeCredentialRequest>): Promise<MakeCredentialResponse>;
  assert(changes?: Partial<GetAssertionRequest>): Promise<GetAssertionResponse>;
  next(): Promise<GetAssertionResponse>;
  info(): Promise<GetInfoResponse>;
  /** Everything stored, in a form that can be compared. */
  contents(): unknown;
}

export const clientDataHash: Uint8Array = new Uint8Array(32).fill(0xcd);

/** A seeded authenticator, its user, its clock and its store. */
export function bench(options: AuthenticatorOptions = {}): Bench {
  const user = new ScriptedUser();
  const clock = new ManualClock();
  const store = new MemoryStore();
  const authenticator = new Authenticator({ seed: 'bench', user, clock, store, ...options });
  const make = async (changes: Partial<MakeCredentialRequest> = {}): Promise<MakeCredentialResponse> =>
    decodeResponse(
      await authenticator.transact(
        encodeMessage(CtapCommand.authenticatorMakeCredential, makeCredentialRequest, {
          clientDataHash,
          rp: { id: 'example.com', name: 'Example' },
          user: { id: utf8('ada'), name: 'ada', displayName: 'Ada' },
          pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
          ...changes,
        }),
      ),
      makeCredentialResponse,
    );
  const assert = async (changes: Partial<GetAssertionRequest> = {}): Promise<GetAssertionResponse> =>
    decodeResponse(
      await authenticator.transact(
        encodeMessage(CtapCommand.authenticatorGetAssertion, getAssertionRequest, {
          rpId: 'example.com',
          clientDataHash,
          ...changes,
        }),
      ),
      getAssertionResponse,
    );
  return {
    authenticator,
    user,
    clock,
    store,
    make,
    assert,
    next: async () =>
      decodeResponse(
        await authenticator.transact(Uint8Array.of(CtapCommand.authenticatorGetNextAssertion)),
        getAssertionResponse,
      ),
    info: async () =>
      decodeResponse(
        await authenticator.transact(Uint8Array.of(CtapCommand.authenticatorGetInfo)),
        getInfoResponse,
      ),
    contents: () =>
      store.read((reader) => ({
        device: reader.device(),
        credentials: [...reader.all()].map((record) => [hex(record.id), { ...record }]),
      })),
  };
}

/** The name of the status a command ends with. */
export async function statusOf(command: Promise<unknown>): Promise<string> {
  try {
    await command;
  } catch (error) {
    if (error instanceof CtapError) return error.code ?? String(error.status);
    throw error;
  }
  return 'CTAP2_OK';
}

/** The name of a response's status byte. */
export function nameOf(response: Uint8Array): string | undefined {
  return Object.entries(CtapStatus).find(([, status]) => status === response[0])?.[0];
}
