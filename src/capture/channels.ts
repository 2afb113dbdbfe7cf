/** Channels for a recording: callers are told apart by name, and a caller that asks twice at once by a channel for each. */

/** Names that are remembered; a caller from longer ago gets a channel anew. */
const MAX_NAMES = 1024;

interface Channel {
  readonly cid: number;
  busy: boolean;
}

export class Channels {
  readonly #ofName = new Map<string, Channel[]>();
  #last = 0;
  /** The name that is the last in the map already. */
  #newest: string | undefined;

  /** A channel that is free, until it is released. `fresh` says that it was not taken before. */
  take(name: string): { readonly cid: number; readonly fresh: boolean; release(): void } {
    const known = this.#ofName.get(name) ?? [];
    if (name !== this.#newest) {
      this.#newest = name;
      this.#ofName.delete(name);
      this.#ofName.set(name, known);
      if (this.#ofName.size > MAX_NAMES) this.#ofName.delete(this.#ofName.keys().next().value as string);
    }
    let channel = known.find(({ busy }) => !busy);
    const fresh = channel === undefined;
    if (channel === undefined) {
      channel = { cid: ++this.#last, busy: true };
      known.push(channel);
    }
    const taken = channel;
    taken.busy = true;
    return {
      cid: taken.cid,
      fresh,
      release() {
        taken.busy = false;
      },
    };
  }
}
