/** Signature counters (https://www.w3.org/TR/webauthn-3/#sctn-sign-counter). */
import type { CredentialRecord } from '../store/record.ts';
import type { StoreTransaction } from '../store/store.ts';
import { ownCredential } from './credential-source.ts';
import type { Policy, SignCounterPolicy } from './policy/type.ts';
import { deviceState } from './state.ts';

/** What comes after a counter's last value; at the end of its four bytes it stays, rather than going back. */
function successor(signCount: number): number {
  return Math.min(signCount + 1, 0xffff_ffff);
}

/** The counter in a new credential's authenticator data: zero, or the device's own, counted up. */
export function initialSignCount(policy: SignCounterPolicy, transaction: StoreTransaction): number {
  return policy === 'global' ? advanceGlobal(transaction) : 0;
}

/**
 * The counter in an assertion's authenticator data, counted up and stored.
 *
 * @returns undefined if the credential is no longer there
 */
export function nextSignCount(
  policy: Policy,
  transaction: StoreTransaction,
  { id, rpIdHash }: CredentialRecord,
): number | undefined {
  const stored = transaction.get(id) !== undefined;
  if (!stored && ownCredential(transaction, policy, id, rpIdHash) === undefined) return undefined;
  switch (policy.signCounter) {
    case 'zero':
      return 0;
    case 'global': {
      const signCount = advanceGlobal(transaction);
      return stored ? transaction.updateSignCount(id, () => signCount) : signCount;
    }
    case 'per-credential':
      // A credential that is not stored has nowhere to count.
      return stored ? transaction.updateSignCount(id, successor) : advanceGlobal(transaction);
  }
}

function advanceGlobal(transaction: StoreTransaction): number {
  const state = deviceState(transaction);
  const globalSignCount = successor(state.globalSignCount);
  transaction.putDevice({ ...state, globalSignCount });
  return globalSignCount;
}
