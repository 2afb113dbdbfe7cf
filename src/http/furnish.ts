/** Devices that requests ask for: each with a store in memory, and a person who does as told. */
import { Authenticator } from '../authenticator/authenticator.ts';
import { policyFromJson } from '../authenticator/policy/json.ts';
import type { Clock } from '../base/clock.ts';
import { userScriptOf } from '../person/script.ts';
import { ScriptedUser } from '../person/user.ts';
import type { Fetch } from '../webauthn/related-origins.ts';
import { House } from './house.ts';
import type { AuthenticatorRequest } from './requests/device.ts';

/** What is kept of one device among many. */
const MOST_TRACES = 20;
const MOST_EVENTS = 100;

export interface Furnishing {
  readonly clock: Clock;
  readonly fetch: Fetch | undefined;
  readonly traces: number;
  readonly events: number;
}

/** @throws StuntkeyError `bad-policy`, `bad-script` */
export function furnisher({ clock, fetch, traces, events }: Furnishing): (request: object) => House {
  return (request) => {
    const { model, policy, user, seed } = request as AuthenticatorRequest;
    const authenticator = new Authenticator({
      clock,
      user: new ScriptedUser(user && userScriptOf(user), { clock }),
      ...(model !== undefined && { model }),
      ...(policy !== undefined && { policy: policyFromJson(policy) }),
      ...(seed !== undefined && { seed }),
    });
    return new House({
      authenticator,
      clock,
      fetch,
      traces: Math.min(traces, MOST_TRACES),
      events: Math.min(events, MOST_EVENTS),
    });
  };
}
