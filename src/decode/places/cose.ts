/** What the members of a COSE key mean. */
import { coseMember } from '../cose.ts';
import type { Meaning } from './cbor.ts';

/** For one key: what follows depends on its type, which comes first (in canonical order). */
export function coseMeaning(): Meaning {
  let type = 2;
  return {
    member(key) {
      const { name, text } = coseMember(type, Number(key));
      return {
        name,
        meaning: {
          text(value) {
            if (typeof value !== 'number') return undefined;
            if (key === 1) type = value;
            return text(value);
          },
        },
      };
    },
  };
}
