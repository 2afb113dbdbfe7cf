/**
 * Ends the calls that a page waits for. A call that was under way when Chromium dropped the page's virtual authenticators is not taken over by new
 * ones, and would wait without end. Chromium has one call for each frame, and an abort ends that call, from any world
 * (AuthenticatorCommonImpl::Cancel). So a call of ours in another world, which is aborted at once, ends the page's call with AbortError.
 */
import type { CdpSession } from '../cdp-session.ts';
import { ifStillThere } from '../gone.ts';

/** The name of that world, which the page's scripts cannot reach. */
const WORLD = 'stuntkey';

/** A call for a credential that no device has, so that nothing can be signed. */
const END = `(() => {
  const controller = new AbortController();
  const id = crypto.getRandomValues(new Uint8Array(32));
  const publicKey = { challenge: id, allowCredentials: [{ type: 'public-key', id }] };
  navigator.credentials?.get({ publicKey, signal: controller.signal }).catch(() => undefined);
  controller.abort();
})()`;

interface FrameTree {
  readonly frame: { readonly id: string };
  readonly childFrames?: readonly FrameTree[];
}

/** Ends the calls of a session's page or frame, and of the frames in it that have no process of their own. */
export async function endCeremonies(session: CdpSession): Promise<void> {
  const { frameTree } = (await session.send('Page.getFrameTree')) as { frameTree: FrameTree };
  await Promise.all(framesIn(frameTree).map((frameId) => ifStillThere(endIn(session, frameId))));
}

async function endIn(session: CdpSession, frameId: string): Promise<void> {
  const world = { frameId, worldName: WORLD };
  const { executionContextId } = (await session.send('Page.createIsolatedWorld', world)) as {
    executionContextId: number;
  };
  await session.send('Runtime.evaluate', { contextId: executionContextId, expression: END });
}

function framesIn({ frame, childFrames = [] }: FrameTree): string[] {
  return [frame.id, ...childFrames.flatMap(framesIn)];
}
