/** A device in the page, and the door's routes in front of it. */
import { Authenticator } from '../authenticator/authenticator.ts';
import { type ModelName, models } from '../authenticator/models/registry.ts';
import { policyFromJson } from '../authenticator/policy/json.ts';
import { policyJsonShape } from '../authenticator/policy/schema.ts';
import { check } from '../base/shape.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { type PageDoor, pageDoor } from '../http/in-page.ts';
import { Source } from '../inspector/source.ts';
import { inPageWire } from '../inspector/wire/in-page.ts';
import { ScriptedUser } from '../person/user.ts';

/** What a visitor chooses of it. */
export interface DeviceChoice {
  /** Empty: a device of no product, which can do everything. */
  readonly model: ModelName | '';
  /** What else its maker decided: JSON, or nothing. */
  readonly policy: string;
}

export const modelNames: readonly (readonly [ModelName, string])[] = Object.entries(models).map(
  ([name, { title }]) => [name as ModelName, title],
);

export class Device {
  readonly source: Source;
  readonly door: PageDoor;

  /** @throws StuntkeyError `bad-policy` */
  constructor({ model, policy }: DeviceChoice) {
    const given = policy.trim() === '' ? {} : policyFromJson({ ...policyIn(policy) });
    const authenticator = new Authenticator({
      user: new ScriptedUser(),
      policy: given,
      ...(model !== '' && { model }),
    });
    this.door = pageDoor(authenticator);
    this.source = new Source(inPageWire(this.door));
  }
}

/** @throws StuntkeyError `bad-policy` */
function policyIn(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new StuntkeyError('bad-policy', `policy: expected JSON: ${(cause as Error).message}`, { cause });
  }
  return check(policyJsonShape, value, 'bad-policy', 'policy');
}
