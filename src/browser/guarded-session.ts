/**
 * Sessions of the caller's own on a page with Chromium's devices in it. The end of one takes the devices out of the page: so that they are
 * there again when `detach()` has come to its end, that waits for them.
 */

/** As much of a driver's session as is needed. */
interface OwnSession {
  send(method: never, ...rest: never[]): Promise<unknown>;
  detach(): Promise<void>;
}

/** Commands of the domain after which devices may be gone. */
const TAKING: readonly string[] = ['WebAuthn.disable'];

/** @param check resolves when the devices were seen to be there, or are there again */
export function guarded<Session extends OwnSession>(session: Session, check: () => Promise<void>): Session {
  const { detach, send } = session;
  session.detach = async () => {
    await detach.call(session);
    await check();
  };
  session.send = (async (method: never, ...rest: never[]) => {
    const answer = await send.call(session, method, ...rest);
    if (TAKING.includes(method)) await check();
    return answer;
  }) as Session['send'];
  return session;
}
