/** What a load script says of its people: `config.variables.stuntkey` in Artillery's YAML. */
import { amount, check, either, exactly, maybe, type Shape, text, whole } from '../base/shape.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { systemRandom } from '../crypto/random.ts';
import { type Fleet, fleet } from './fleet/fleet.ts';
import { type FleetOptions, peopleMembers } from './fleet/options.ts';

/** A fleet, and who of it comes. */
export interface LoadSettings
  extends Pick<FleetOptions, 'rpId' | 'origin' | 'algorithm' | 'counter' | 'discoverable'> {
  /** Default: the environment variable STUNTKEY_SEED. */
  readonly seed?: string;
  /** Where the people who come begin. Default: 0. */
  readonly first?: number;
  /** How many people there are. Default: as many as there can be, so that a person picked at random is new. */
  readonly people?: number;
}

const shape: Shape<LoadSettings> = exactly(
  {
    ...peopleMembers,
    // (YAML has numbers where there are no quotes.)
    seed: maybe(either(text(), amount(Number.NEGATIVE_INFINITY), 'a text', 'secret') as Shape<string>),
    first: maybe(whole(0)),
    people: maybe(whole(1)),
  },
  'what a load script says of its people, such as { rpId: example.com }',
);

/** Fleets by what they were made from: every virtual user asks for the same few. */
const fleets = new Map<string, Fleet>();
const MOST_FLEETS = 64;

/** The fleet of a script. @throws StuntkeyError `bad-options` that names the member */
export function fleetOf(settings: LoadSettings | undefined): Fleet {
  const { rpId, origin, algorithm, counter, discoverable, ...rest } = check(
    shape,
    settings,
    'bad-options',
    'config.variables.stuntkey',
  );
  const { seed = process.env.STUNTKEY_SEED } = rest;
  if (seed === undefined || seed === '') {
    throw new StuntkeyError('bad-options', 'seed: expected one, here or in STUNTKEY_SEED');
  }
  const given = { rpId, origin, algorithm, counter, discoverable };
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const key = JSON.stringify([String(seed), options]);
  let found = fleets.get(key);
  if (found === undefined) {
    found = fleet({ ...(options as unknown as FleetOptions), seed: String(seed) });
    if (fleets.size >= MOST_FLEETS) fleets.clear();
    fleets.set(key, found);
  }
  return found;
}

/** A person picked at random: processes that know nothing of each other have to pick. @throws StuntkeyError `bad-options` */
export function pick({ first = 0, people }: LoadSettings): number {
  const most = Number.MAX_SAFE_INTEGER - first + 1;
  const count = people ?? most;
  if (!Number.isSafeInteger(first) || first < 0 || !Number.isInteger(count) || count < 1 || count > most) {
    throw new StuntkeyError(
      'bad-options',
      `first and people: expected a row of people within 0 to 2^53 - 1, got ${first} and ${people}`,
    );
  }
  const [high = 0, low = 0] = new Uint32Array(systemRandom(8, 'person').buffer);
  // 53 bits of chance; what is left over is spread so thin that no load test sees it.
  const fraction = ((high >>> 11) * 2 ** 32 + low) / 2 ** 53;
  return first + Math.min(Math.floor(fraction * count), count - 1);
}
