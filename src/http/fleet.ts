/**
 * People who register and sign in by number: nothing of them is stored, and the work is done on all cores. A share of the sign-ins is wrong, if that
 * is wanted, each in one way of the audit's catalogue.
 */
import { fault } from '../audit/catalogue.ts';
import type { Fault } from '../audit/fault.ts';
import { faulty } from '../audit/forge/faulty.ts';
import type { Clock } from '../base/clock.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { WebAuthnClient } from '../client/client.ts';
import { type Fleet, type FleetCrew, fleet } from '../load/fleet/fleet.ts';
import { reasonOf } from '../load/fleet/reason.ts';
import type { Ceremony, Ended } from '../load/threads/types.ts';
import type { PublicKeyCredentialRequestOptionsJSON } from '../webauthn/types.ts';
import type { FleetDoorOptions } from './fleet-options.ts';

/** What a share of the sign-ins has: a fault, or none. */
interface Share {
  readonly fault: Fault | undefined;
  readonly rate: number;
  /** What is owed to it: the share to which most is owed is the next. */
  due: number;
}

export class FleetDoor {
  readonly #people: Fleet;
  readonly #crew: FleetCrew;
  readonly #clock: Clock;
  readonly #shares: readonly Share[];

  /** @throws StuntkeyError `bad-options`, `bad-origin`, `unknown-fault` */
  constructor({ threads, errors = {}, ...given }: FleetDoorOptions, clock: Clock) {
    this.#people = fleet({ ...given, clock });
    this.#crew = this.#people.crew(threads);
    this.#clock = clock;
    const wrong = Object.entries(errors).map(([id, rate]) => ({ fault: ofSignIn(id), rate, due: 0 }));
    const rest = Math.max(0, 1 - wrong.reduce((sum, { rate }) => sum + rate, 0));
    this.#shares = [{ fault: undefined, rate: rest, due: 0 }, ...wrong];
  }

  /** Registers or signs in, as an honest person does. */
  honest(ceremony: Ceremony): Promise<Ended> {
    return this.#crew.ask(ceremony);
  }

  /** The fault that the next sign-in is to have. Shares are kept exactly: at 0.01 it is every hundredth. */
  nextFault(): Fault | undefined {
    for (const share of this.#shares) share.due += share.rate;
    const chosen = this.#shares.reduce((most, share) => (share.due > most.due + 1e-9 ? share : most));
    chosen.due -= 1;
    return chosen.fault;
  }

  /** Signs in with a fault. */
  async wrong(fault: Fault, { index, options, userHandle }: Ceremony): Promise<Ended> {
    try {
      const { authenticator } = this.#people.person(index, userHandle && { userHandle });
      const device = faulty(authenticator);
      device.next(fault);
      const { origin } = this.#people;
      const client = new WebAuthnClient({ origin, authenticator: device, clock: this.#clock });
      return { response: await client.get(options as PublicKeyCredentialRequestOptionsJSON) };
    } catch (error) {
      return { refused: reasonOf(error) };
    }
  }

  close(): Promise<void> {
    return this.#crew.close();
  }
}

function ofSignIn(id: string): Fault {
  const found = fault(id);
  if (found.ceremony === 'authentication') return found;
  throw new StuntkeyError(
    'bad-options',
    `fleet.errors: expected faults of a sign-in, got ${id}, one of a registration`,
  );
}
