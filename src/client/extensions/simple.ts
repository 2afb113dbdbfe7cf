/** Extensions that say something to the device, or of the ceremony, and little else. */
import { base64url } from '../../base/base64url.ts';
import type { GetInfoResponse } from '../../ctap/messages/get-info.ts';
import { webAuthnError } from '../../webauthn/errors.ts';
import type { ClientExtension } from './extension.ts';
import { supports, Unusable } from './extension.ts';
import { bytesOf, flag } from './inputs.ts';

/** credProps (https://www.w3.org/TR/webauthn-3/#sctn-authenticator-credential-properties-extension). */
export const credProps: ClientExtension = {
  id: 'credProps',
  onCreate: (input) =>
    flag(input)
      ? {
          // (A device of CTAP 2.0 may make a discoverable credential though it was not asked for one: then it is not known.)
          output: ({ discoverable, session }) =>
            !discoverable && isOfCtap20(session.info) ? {} : { rk: discoverable },
        }
      : undefined,
};

function isOfCtap20({ versions }: GetInfoResponse): boolean {
  const editions = versions.filter((version) => version.startsWith('FIDO_2_'));
  return editions.length === 1 && editions[0] === 'FIDO_2_0';
}

/** minPinLength (CTAP 2.3 section 12.5): the device answers in the authenticator data. */
export const minPinLength: ClientExtension = {
  id: 'minPinLength',
  onCreate: (input) => (flag(input) ? passed('minPinLength', true) : undefined),
};

/** pinComplexityPolicy (CTAP 2.3 section 12.6). */
export const pinComplexityPolicy: ClientExtension = {
  id: 'pinComplexityPolicy',
  onCreate: (input) => (flag(input) ? passed('pinComplexityPolicy', true) : undefined),
};

/** payment (https://www.w3.org/TR/secure-payment-confirmation/#sctn-payment-extension-registration): CTAP's thirdPartyPayment. */
export const payment: ClientExtension = {
  id: 'payment',
  onCreate: (input) => (isPayment(input) ? passed('thirdPartyPayment', true) : undefined),
  onGet: (input) => (isPayment(input) ? passed('thirdPartyPayment', true) : undefined),
};

function isPayment(input: unknown): boolean {
  return typeof input === 'object' && input !== null && flag((input as { isPayment?: unknown }).isPayment);
}

/** credBlob (CTAP 2.3 section 12.2): a few bytes kept with a credential. */
export const credBlob: ClientExtension = {
  id: 'credBlob',
  onCreate(input) {
    const blob = bytesOf(input, 'credBlob');
    return {
      ask(request) {
        const { maxCredBlobLength = 32 } = request.session.info;
        if (supports(request, 'credBlob') && blob.length <= maxCredBlobLength)
          request.inputs.set('credBlob', blob);
      },
      output: ({ signed }) => signed.get('credBlob') === true,
    };
  },
};

/** getCredBlob: the bytes again. */
export const getCredBlob: ClientExtension = {
  id: 'getCredBlob',
  onGet: (input) =>
    flag(input)
      ? {
          ...passed('credBlob', true),
          output({ signed }) {
            const blob = signed.get('credBlob');
            return blob instanceof Uint8Array ? base64url(blob) : undefined;
          },
        }
      : undefined,
};

const LEVELS: ReadonlyMap<unknown, 1 | 2 | 3> = new Map([
  ['userVerificationOptional', 1],
  ['userVerificationOptionalWithCredentialIDList', 2],
  ['userVerificationRequired', 3],
]);

/** credentialProtectionPolicy and enforceCredentialProtectionPolicy (CTAP 2.3 section 12.1). */
export const credentialProtectionPolicy: ClientExtension = {
  id: 'credentialProtectionPolicy',
  onCreate(input, { extensions }) {
    const level = LEVELS.get(input);
    if (level === undefined) {
      // Section 12.1 declares a USVString, which any text is; the error is Chromium's.
      throw webAuthnError(
        'NotSupportedError',
        `The provided value '${String(input)}' is not a valid credentialProtectionPolicy.`,
      );
    }
    const enforced = flag(extensions.enforceCredentialProtectionPolicy) && level > 1;
    return {
      ask(request) {
        if (supports(request, 'credProtect')) request.inputs.set('credProtect', level);
        else if (enforced) throw new Unusable('the authenticator does not protect credentials, and must');
      },
    };
  },
};

/** Asks the device, if it has the extension. */
function passed(
  id: string,
  value: boolean,
): Required<Pick<NonNullable<ReturnType<NonNullable<ClientExtension['onGet']>>>, 'ask'>> {
  return {
    ask(request) {
      if (supports(request, id)) request.inputs.set(id, value);
    },
  };
}
