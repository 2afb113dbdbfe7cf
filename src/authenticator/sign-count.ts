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
  const record = transaction.get(id);
  const stored = record !== undefined;
  if (!stored && ownCredential(transaction, policy, id, rpIdHash) === undefined) return undefined;
  switch (policy.signCounter) {
    case 'zero':
      // One that came from elsewhere and counts goes on: a relying party takes a counter that goes back for a copy.
      return record !== undefined && record.signCount > 0 ? transaction.updateSignCount(id, successor) : 0;
    case 'global': {
      const signCount = advanceGlobal(transaction, record?.signCount);
      return stored ? transaction.updateSignCount(id, () => signCount) : signCount;
    }
    case 'per-credential':
      // A credential that is not stored has nowhere to count.
      return stored ? transaction.updateSignCount(id, successor) : advanceGlobal(transaction);
  }
}

/** @param least where a credential that came from elsewhere is already */
function advanceGlobal(transaction: StoreTransaction, least = 0): number {
  const state = deviceState(transaction);
  const globalSignCount = successor(Math.max(state.globalSignCount, least));
  transaction.putDevice({ ...state, globalSignCount });
  return globalSignCount;
}
