/**
 * The caller's own sessions on a page with Chromium's devices. The end of one removes the devices from the page. So that they are
 * there again when `detach()` resolves, it waits for them.
 */

/** The part of a driver's session that is needed. */
interface OwnSession {
  send(method: never, ...rest: never[]): Promise<unknown>;
  detach(): Promise<void>;
}

/** Commands of the domain after which devices may be gone. */
const TAKING: readonly string[] = ['WebAuthn.disable'];

/** @param check resolves when the devices were seen, or are made again */
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
