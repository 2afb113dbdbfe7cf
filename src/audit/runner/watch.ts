/** Whom the server takes the audit for, and whose key was used: what an answer alone does not say. */
import { NotApplicable } from '../fault.ts';
import type { Effect } from '../verdict.ts';
import type { Actor } from './actor.ts';

export class Watch {
  /** How the server calls them, by user name. */
  readonly #identities = new Map<string, string>();
  /** Whose session it is that does what is wrong. */
  #acting: Actor | undefined;
  #signer: string | undefined;
  /** Whether anything was done by which one signs in. */
  #signed = false;

  knows(userName: string): boolean {
    return this.#identities.has(userName);
  }

  learn(userName: string, identity: string | undefined): void {
    if (identity !== undefined) this.#identities.set(userName, identity);
  }

  follow(actor: Actor): void {
    this.#acting = actor;
  }

  /** @param userName undefined where the key is none of the known users' */
  signedBy(userName: string | undefined): void {
    this.#signer = userName;
    this.#signed = true;
  }

  /** What came of it; undefined where that cannot be told. */
  async effect(): Promise<Effect | undefined> {
    if (!this.#signed || this.#acting === undefined || this.#identities.size === 0) return undefined;
    let who: string | undefined;
    try {
      who = await this.#acting.whoAmI();
    } catch (error) {
      if (error instanceof NotApplicable) return undefined;
      throw error;
    }
    if (who === undefined) return 'nobody';
    const [account] = [...this.#identities].find(([, identity]) => identity === who) ?? [];
    if (account !== undefined) return account === this.#signer ? 'owner' : 'takeover';
    // The account of no known user: another's account, if the signer's identity is known, or if there is no signer.
    const told = this.#signer === undefined || this.#identities.has(this.#signer);
    return told ? 'takeover' : undefined;
  }
}
