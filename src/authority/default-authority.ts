/** The authority that every device has unless told otherwise: one, so that its keys are made once. */
import { AttestationAuthority } from './authority.ts';

let authority: AttestationAuthority | undefined;

/** The one authority for all. */
export function defaultAuthority(): AttestationAuthority {
  authority ??= new AttestationAuthority();
  return authority;
}
