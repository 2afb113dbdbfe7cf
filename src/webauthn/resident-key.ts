/** residentKey and requireResidentKey (https://www.w3.org/TR/webauthn-3/#dom-authenticatorselectioncriteria-residentkey) as one. */
import type { AuthenticatorSelectionCriteria } from './types.ts';

/** What is asked for: where `residentKey` is absent or unknown, `requireResidentKey` says it. */
export function residentKeyOf({
  residentKey,
  requireResidentKey,
}: AuthenticatorSelectionCriteria): 'required' | 'preferred' | 'discouraged' {
  if (residentKey === 'required' || residentKey === 'preferred' || residentKey === 'discouraged')
    return residentKey;
  return requireResidentKey === true ? 'required' : 'discouraged';
}
