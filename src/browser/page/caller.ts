/** Who asks: the document behind an execution context, as the browser knows it, never as the page says. */
import type { AppOptions } from '../../client/app.ts';
import type { CdpSession } from '../cdp-session.ts';

/** An origin as CDP writes it: opaque ones as `://`, or as the scheme they came from. Pages of extensions have their own. */
export function originFromCdp(origin: string): string {
  return /^(?:https?|chrome-extension|moz-extension):\/\/[^/]+$/.test(origin) ? origin : 'null';
}

/** https://chromedevtools.github.io/devtools-protocol/tot/Page/#type-FrameTree */
interface FrameTree {
  readonly frame: { readonly id: string; readonly parentId?: string; readonly securityOrigin: string };
  readonly childFrames?: readonly FrameTree[];
}

/** The frames that one session reaches, by ID. */
export type Frames = ReadonlyMap<string, FrameTree['frame']>;

export async function framesOf(session: CdpSession): Promise<Frames> {
  const frames = new Map<string, FrameTree['frame']>();
  const add = ({ frame, childFrames = [] }: FrameTree): void => {
    frames.set(frame.id, frame);
    for (const child of childFrames) add(child);
  };
  add(((await session.send('Page.getFrameTree')) as { frameTree: FrameTree }).frameTree);
  return frames;
}

/** The permissions policy of a document, for WebAuthn. */
export interface Permissions {
  readonly create: boolean;
  readonly get: boolean;
  /** Whether the browser has checked that the origin may use the RP ID. */
  readonly rpIdChecked?: boolean;
}

/** https://www.w3.org/TR/webauthn-3/#sctn-permissions-policy, as it is in a frame. */
export async function permissionsOf(session: CdpSession, frameId: string): Promise<Permissions> {
  const { states } = (await session.send('Page.getPermissionsPolicyState', { frameId })) as {
    states: readonly { readonly feature: string; readonly allowed: boolean }[];
  };
  const allowed = (feature: string): boolean =>
    states.some((state) => state.feature === feature && state.allowed);
  return {
    create: allowed('publickey-credentials-create'),
    get: allowed('publickey-credentials-get'),
  };
}

/** A document that may ask. */
export interface Caller {
  readonly origin: string;
  /** Origins of the frames around it, the nearest first. */
  readonly ancestors: readonly string[];
  readonly permissions: Permissions;
  /** Whether it is in a frame of another origin that the browser does not name. */
  readonly crossOrigin?: true;
  /** What lets a page of an extension use an RP ID. */
  readonly app?: AppOptions;
}

/** Whether some frame around it is of another origin; an opaque origin is like no other. */
export function isCrossOrigin({ origin, ancestors, crossOrigin }: Caller): boolean {
  return crossOrigin ?? ancestors.some((ancestor) => ancestor !== origin || ancestor === 'null');
}
