/** Lets a wrapper around an authenticator change the response of a ceremony at its end. */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '../webauthn/types.ts';

/** A ceremony that succeeded. */
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

/** An authenticator that may change responses. */
export interface Finisher {
  /**
   * Called at the end of every ceremony of the client: the caller gets what it returns. For wrappers that make
   * ceremonies wrong on purpose; authenticators do not have it.
   */
  finished?(ceremony: FinishedCeremony): Promise<RegistrationResponseJSON | AuthenticationResponseJSON>;
}

/** The response that the caller gets. */
export function finished<Ceremony extends FinishedCeremony>(
  finishers: readonly Finisher[],
  ceremony: Ceremony,
): Ceremony['response'] | Promise<Ceremony['response']> {
  const finishes = finishers.some((finisher) => finisher.finished !== undefined);
  return finishes ? changed(finishers, ceremony) : ceremony.response;
}

async function changed<Ceremony extends FinishedCeremony>(
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
