/** A device in the page itself, behind the door's own routes. */
import type { PageDoor } from '../../http/in-page.ts';
import { DoorError, type Refused, type Wire } from './wire.ts';

export function inPageWire(door: PageDoor): Wire {
  return {
    async ask(method, path, body, signal) {
      const answer = await door.request(method, path, body, signal);
      if (answer.status < 400) return answer.body;
      throw new DoorError(answer.status, (answer.body as { readonly error: Refused }).error);
    },
    events: (path, after, signal) => door.events(path, after, signal),
  };
}
