/** What is asked of a device beside ceremonies. */
import { type ModelName, models } from '../../authenticator/models/registry.ts';
import { type PolicyJson, policyJsonShape } from '../../authenticator/policy/schema.ts';
import { described, exactly, maybe, oneOf, type Shape, text, whole } from '../../base/shape.ts';
import { type UserAnswer, userAnswers } from '../../person/answers.ts';
import { type UserScriptJson, userScriptJsonShape } from '../../person/script.ts';
import { base64urlText } from './common.ts';

/** What a device with a name is made with. */
export interface AuthenticatorRequest {
  readonly name?: string;
  readonly model?: ModelName;
  readonly policy?: PolicyJson;
  readonly user?: UserScriptJson;
  readonly seed?: string;
}

const pin: Shape<string> = text({ least: 1, most: 1000, secret: true });

/** A first PIN, or another one. */
export interface PinChange {
  readonly newPin: string;
  readonly pin?: string;
}

/** A fault of the catalogue for the next ceremony. */
export interface FaultRequest {
  readonly fault: string;
  readonly challenge?: string;
  readonly userName?: string;
  readonly signCount?: number;
}

export const userScript: Shape<UserScriptJson> = described(userScriptJsonShape, 'How the person behaves.');

export const promptAnswer: Shape<{ readonly answer: UserAnswer }> = exactly(
  {
    answer: described(oneOf(userAnswers), 'What the person does; which words there are depends on the kind.'),
  },
  'an answer such as { "answer": "approve" }',
);

export const authenticatorRequest: Shape<AuthenticatorRequest> = exactly(
  {
    name: maybe(
      described(
        text({
          pattern: /^[A-Za-z0-9][\w.-]{0,63}$/,
          what: 'a name of 1 to 64 letters, digits and _ . -, with a letter or digit first',
        }),
        'Default: 16 hex digits by chance.',
      ),
    ),
    model: maybe(
      described(oneOf(Object.keys(models) as ModelName[]), 'The product to behave as; docs/models.md.'),
    ),
    policy: maybe(described(policyJsonShape, 'What else its maker decided; docs/policy.md.')),
    user: maybe(described(userScriptJsonShape, 'How its person behaves; what is left out is approved.')),
    seed: maybe(
      described(text({ least: 1, most: 1000, secret: true }), 'Makes all that it does the same each time.'),
    ),
  },
  'what an authenticator is made with, such as { "name": "ada", "model": "yubikey-5-nfc" }, or {}',
) as Shape<AuthenticatorRequest>;

export const pinChange: Shape<PinChange> = exactly(
  {
    newPin: pin,
    pin: maybe(described(pin, 'The one that is set; without it the PIN is the device’s first.')),
  },
  'a PIN to set: { "newPin": … }, with the one that is set as pin',
);

export const pinAttempt: Shape<{ readonly pin: string }> = exactly({ pin }, 'a PIN to try: { "pin": … }');

export const fingerprintName: Shape<{ readonly name?: string }> = exactly(
  { name: maybe(text({ least: 1, most: 64 })) },
  'a name: { "name": "left thumb" }, or {}',
);

export const faultRequest: Shape<FaultRequest> = exactly(
  {
    fault: described(text({ least: 1, most: 100 }), 'Its ID, such as signature-from-other-key; see /faults.'),
    challenge: maybe(
      described(base64urlText(), 'A challenge of another ceremony, for faults that need one.'),
    ),
    userName: maybe(described(text({ most: 1000 }), 'Another user’s name, for faults that need one.')),
    signCount: maybe(
      described(whole(0, 0xffff_ffff), 'The counter of the last sign-in, for faults that need it.'),
    ),
  },
  'a fault such as { "fault": "signature-from-other-key" }',
);
