/** Signature counters (https://www.w3.org/TR/webauthn-3/#sctn-sign-counter). */
import type { StoreTransaction } from '../store/store.ts';
import type { SignCounterPolicy } from './policy.ts';
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
  policy: SignCounterPolicy,
  transaction: StoreTransaction,
  credentialId: Uint8Array,
): number | undefined {
  switch (policy) {
    case 'zero':
      return transaction.get(credentialId) && 0;
    case 'global': {
      const signCount = advanceGlobal(transaction);
      return transaction.updateSignCount(credentialId, () => signCount);
    }
    case 'per-credential':
      return transaction.updateSignCount(credentialId, successor);
  }
}

function advanceGlobal(transaction: StoreTransaction): number {
  const state = deviceState(transaction);
  const globalSignCount = successor(state.globalSignCount);
  transaction.putDevice({ ...state, globalSignCount });
  return globalSignCount;
}
