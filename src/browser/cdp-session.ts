/** A session of the Chrome DevTools Protocol, only the part that is needed, so that every driver has it. */

/** The parameters of an event. */
export type CdpEvent = Readonly<Record<string, unknown>>;

export interface CdpSession {
  send(method: string, parameters?: object): Promise<unknown>;
  on(event: string, listener: (event: never) => void): unknown;
  off(event: string, listener: (event: never) => void): unknown;
  /** The session below this one that `Target.attachedToTarget` reported. */
  child(sessionId: string): CdpSession | undefined;
  detach(): Promise<void>;
  /** Calls back when any session of the same connection has ended, if a driver reports it. @returns a function that ends that */
  onSessionEnd?(listener: () => void): () => void;
}

/** https://chromedevtools.github.io/devtools-protocol/tot/Target/#type-TargetInfo */
export interface TargetInfo {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
  readonly browserContextId?: string;
}
