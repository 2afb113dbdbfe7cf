/** Signature counters (https://www.w3.org/TR/webauthn-3/#sctn-sign-counter). */
import type { CredentialRecord } from '../store/record.ts';
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

/** The counter in an assertion's authenticator data, counted up and stored. */
export function nextSignCount(
  policy: SignCounterPolicy,
  transaction: StoreTransaction,
  credential: CredentialRecord,
): number {
  if (policy === 'zero') return 0;
  const signCount = policy === 'global' ? advanceGlobal(transaction) : successor(credential.signCount);
  transaction.setSignCount(credential.id, signCount);
  return signCount;
}

function advanceGlobal(transaction: StoreTransaction): number {
  const state = deviceState(transaction);
  const globalSignCount = successor(state.globalSignCount);
  transaction.putDevice({ ...state, globalSignCount });
  return globalSignCount;
}
