/** A session of the Chrome DevTools Protocol, as little of it as is needed, so that any driver's will do. */

/** What an event brings. */
export type CdpEvent = Readonly<Record<string, unknown>>;

export interface CdpSession {
  send(method: string, parameters?: object): Promise<unknown>;
  on(event: string, listener: (event: never) => void): unknown;
  off(event: string, listener: (event: never) => void): unknown;
  /** The session below this one that `Target.attachedToTarget` told of. */
  child(sessionId: string): CdpSession | undefined;
  detach(): Promise<void>;
  /** Calls back when any session of the same connection has ended, where a driver tells. @returns what ends that */
  onSessionEnd?(listener: () => void): () => void;
}

/** https://chromedevtools.github.io/devtools-protocol/tot/Target/#type-TargetInfo */
export interface TargetInfo {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
  readonly browserContextId?: string;
}
