/** Origins as faults look at them. */
import { parseOrigin } from '../../webauthn/origin.ts';
import { NotApplicable } from '../fault.ts';
import type { PageOrigin } from '../page-origin.ts';

/** Of an app's or an extension's origin the host is NotApplicable to ask for: it has none. */
export function pageOriginOf(origin: string): PageOrigin {
  const { app, serialized } = parseOrigin(origin);
  if (app === undefined) return new URL(origin);
  const none = (): never => {
    throw new NotApplicable(`${serialized} is not a page's origin: it has no host`);
  };
  return {
    origin: serialized,
    get protocol() {
      return none();
    },
    get host() {
      return none();
    },
    get hostname() {
      return none();
    },
    get port() {
      return none();
    },
  };
}
