/** The last word about a ceremony, which a wrapper round an authenticator may have. */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '../webauthn/types.ts';

/** A ceremony that came to a credential. */
export type FinishedCeremony =
  | {
      readonly ceremony: 'create';
      readonly origin: string;
      readonly options: PublicKeyCredentialCreationOptionsJSON;
      readonly response: RegistrationResponseJSON;
    }
  | {
      readonly ceremony: 'get';
      readonly origin: string;
      readonly options: PublicKeyCredentialRequestOptionsJSON;
      readonly response: AuthenticationResponseJSON;
    };

/** Who may have the last word. */
export interface Finisher {
  /**
   * Has the last word about every ceremony of the client: what it returns is what the caller gets. For wrappers that make
   * ceremonies wrong on purpose; no authenticator has it.
   */
  finished?(ceremony: FinishedCeremony): Promise<RegistrationResponseJSON | AuthenticationResponseJSON>;
}

/** The response that the caller gets. */
export async function finished<Ceremony extends FinishedCeremony>(
  finishers: readonly Finisher[],
  ceremony: Ceremony,
): Promise<Ceremony['response']> {
  let response: Ceremony['response'] = ceremony.response;
  for (const finisher of finishers) {
    if (finisher.finished === undefined) continue;
    response = (await finisher.finished({ ...ceremony, response } as FinishedCeremony)) as typeof response;
  }
  return response;
}
