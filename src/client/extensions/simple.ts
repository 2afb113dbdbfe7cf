/** Simple extensions: they tell the device, or the page, one thing. */

import { base64url } from '../../base/base64url.ts';
import { isBytes } from '../../base/bytes.ts';
import type { GetInfoResponse } from '../../ctap/messages/get-info.ts';
import { webAuthnError } from '../../webauthn/errors.ts';
import { residentKeyOf } from '../../webauthn/resident-key.ts';
import type { ClientExtension } from './extension.ts';
import { supports, Unusable } from './extension.ts';
import { bytesOf, flag } from './inputs.ts';

/** credProps (https://www.w3.org/TR/webauthn-3/#sctn-authenticator-credential-properties-extension). */
export const credProps: ClientExtension = {
  id: 'credProps',
  onCreate: (input) =>
    flag(input)
      ? {
          // (A device of CTAP 2.0 may make a discoverable credential that was not asked for: then the client does not know.)
          output: ({ discoverable, session }) =>
            !discoverable && isOfCtap20(session.info) ? {} : { rk: discoverable },
        }
      : undefined,
  onGet(input) {
    // Level 3 section 9 can be read as "ignored"; browsers refuse it.
    if (!flag(input)) return undefined;
    throw webAuthnError(
      'NotSupportedError',
      "The 'credProps' extension is only valid when creating a credential.",
    );
  },
};

/** appid (https://www.w3.org/TR/webauthn-3/#sctn-appid-extension), which get() has in its own steps. */
export const appid: ClientExtension = {
  id: 'appid',
  onCreate() {
    throw webAuthnError(
      'NotSupportedError',
      "The 'appid' extension is only valid when requesting an assertion.",
    );
  },
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
  onCreate(input, { authenticatorSelection }) {
    if (!isPayment(input)) return undefined;
    // Client extension processing (registration): a passkey of the platform, for a verified user. The error is Chromium's.
    const { authenticatorAttachment, userVerification } = authenticatorSelection;
    const discoverable = residentKeyOf(authenticatorSelection) !== 'discouraged';
    if (authenticatorAttachment !== 'platform' || !discoverable || userVerification !== 'required')
      throw webAuthnError(
        'NotSupportedError',
        "A user verifying platform authenticator with resident key support is required for 'payment' extension.",
      );
    return passed('thirdPartyPayment', true);
  },
  onGet: (input) => (isPayment(input) ? passed('thirdPartyPayment', true) : undefined),
};

function isPayment(input: unknown): boolean {
  return typeof input === 'object' && input !== null && flag((input as { isPayment?: unknown }).isPayment);
}

/** credBlob (CTAP 2.3 section 12.2): a few bytes stored with a credential. */
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
            return isBytes(blob) ? base64url(blob) : undefined;
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

/** enforceCredentialProtectionPolicy without a policy to enforce: browsers refuse it, and CTAP 2.3 section 12.1 does not say. */
export const enforceCredentialProtectionPolicy: ClientExtension = {
  id: 'enforceCredentialProtectionPolicy',
  onCreate(input, { extensions }) {
    if (!flag(input) || extensions.credentialProtectionPolicy !== undefined) return undefined;
    throw webAuthnError(
      'NotSupportedError',
      'enforceCredentialProtectionPolicy: there is no credentialProtectionPolicy.',
    );
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
