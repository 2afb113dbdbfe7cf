/** One virtual authenticator of Chromium, in one page: it holds what our device holds, and tells us what the page did. */
import type { Authenticator } from '../../authenticator/authenticator.ts';
import type { CredentialRecord } from '../../store/record.ts';
import type { CdpSession } from '../cdp-session.ts';
import type { Emitter } from '../events.ts';
import { Listeners } from '../listeners.ts';
import { ifStillThere } from '../targets.ts';
import { type CdpCredential, fromBase64, fromCdpCredential, keyOf, toCdpCredential } from './credential.ts';
import { isPortable, virtualAuthenticatorOptions } from './options.ts';

/** An event of the WebAuthn domain. */
interface DomainEvent {
  readonly authenticatorId: string;
  readonly credential: CdpCredential;
  readonly credentialId: string;
}

export class ChromiumDevice {
  readonly #session: CdpSession;
  readonly #authenticator: Authenticator;
  readonly #events: Emitter;
  readonly #listeners: Listeners;
  /** What Chromium has, as it was last told or told us. */
  readonly #there = new Map<string, CdpCredential>();
  /** Credentials we are taking out: Chromium tells of those, too. */
  readonly #removing = new Map<string, number>();
  readonly #work = new Set<Promise<void>>();
  #id = '';
  /** What Chromium last said no to. */
  #failure: unknown;

  constructor(session: CdpSession, authenticator: Authenticator, events: Emitter) {
    this.#session = session;
    this.#authenticator = authenticator;
    this.#events = events;
    this.#listeners = new Listeners(session);
  }

  /** @throws what Chromium says, where it does not take a credential */
  async open(): Promise<void> {
    const { authenticatorId } = (await this.#session.send('WebAuthn.addVirtualAuthenticator', {
      options: virtualAuthenticatorOptions(this.#authenticator.policy),
    })) as { authenticatorId: string };
    this.#id = authenticatorId;
    const on = (name: string, take: (event: DomainEvent) => Promise<void>): void =>
      this.#listeners.on<DomainEvent>(`WebAuthn.credential${name}`, (event) => {
        if (event.authenticatorId === authenticatorId) this.#track(take(event));
      });
    on('Added', ({ credential }) => this.#added(credential));
    on('Asserted', ({ credential }) => this.#asserted(credential));
    on('Updated', ({ credential }) => this.#updated(credential));
    on('Deleted', ({ credentialId }) => this.#deleted(credentialId));
    this.push(this.#authenticator.credentials.list().map(({ id }) => id));
    await this.settled();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Brings credentials there to what they are here. Everything is sent at once, so that what comes after meets it. */
  push(ids: readonly Uint8Array[]): void {
    const records = ids.map((id) => [id, this.#authenticator.credentials.get(id)] as const);
    // Who makes room goes first: Chromium, too, has one discoverable credential a user.
    for (const [id, record] of records) if (record === undefined) this.#remove(keyOf(id));
    for (const [, record] of records) if (record !== undefined && isPortable(record)) this.#put(record);
  }

  /** Resolves when all that was begun is done. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  send(command: string, parameters: object): Promise<unknown> {
    return this.#session.send(`WebAuthn.${command}`, { authenticatorId: this.#id, ...parameters });
  }

  close(): void {
    this.#listeners.off();
  }

  #track(work: Promise<unknown>): void {
    const tracked = ifStillThere(work).catch((error) => {
      this.#failure = error;
    });
    this.#work.add(tracked);
    void tracked.then(() => this.#work.delete(tracked));
  }

  #put(record: CredentialRecord): void {
    const wanted = toCdpCredential(record);
    const key = keyOf(record.id);
    const there = this.#there.get(key);
    if (there !== undefined && same(there, wanted)) return;
    this.#there.set(key, wanted);
    if (there !== undefined && same({ ...there, signCount: wanted.signCount }, wanted)) {
      const { credentialId, signCount } = wanted;
      this.#track(this.send('setCredentialProperties', { credentialId, signCount }));
      return;
    }
    if (there !== undefined) this.#take(key, there);
    this.#track(this.send('addCredential', { credential: wanted }));
  }

  #remove(key: string): void {
    const there = this.#there.get(key);
    if (there === undefined) return;
    this.#there.delete(key);
    this.#take(key, there);
  }

  #take(key: string, { credentialId }: CdpCredential): void {
    this.#removing.set(key, (this.#removing.get(key) ?? 0) + 1);
    const done = this.send('removeCredential', { credentialId }).finally(() => {
      const left = (this.#removing.get(key) ?? 1) - 1;
      if (left === 0) this.#removing.delete(key);
      else this.#removing.set(key, left);
    });
    this.#track(done);
  }

  async #added(credential: CdpCredential): Promise<void> {
    const record = fromCdpCredential(credential);
    this.#there.set(keyOf(record.id), toCdpCredential(record));
    await this.#authenticator.credentials.put(record);
    this.#events.emit('registered', told(credential, record.id));
  }

  async #asserted(credential: CdpCredential): Promise<void> {
    const id = fromBase64(credential.credentialId, 'credentialId');
    const there = this.#there.get(keyOf(id));
    if (there !== undefined) this.#there.set(keyOf(id), { ...there, signCount: credential.signCount });
    const { credentials } = this.#authenticator;
    const known = credentials.get(id)?.signCount ?? 0;
    await credentials.update(id, { signCount: Math.max(known, credential.signCount) });
    this.#events.emit('authenticated', told(credential, id));
  }

  async #updated(credential: CdpCredential): Promise<void> {
    const { id, userName, userDisplayName, backupEligible, backupState } = fromCdpCredential(credential);
    const there = this.#there.get(keyOf(id));
    if (there !== undefined)
      this.#there.set(keyOf(id), {
        ...there,
        ...(userName !== undefined && { userName }),
        ...(userDisplayName !== undefined && { userDisplayName }),
        backupEligibility: backupEligible,
        backupState,
      });
    await this.#authenticator.credentials.update(id, {
      ...(userName !== undefined && { userName }),
      ...(userDisplayName !== undefined && { userDisplayName }),
      backupEligible,
      backupState,
    });
  }

  async #deleted(credentialId: string): Promise<void> {
    const id = fromBase64(credentialId, 'credentialId');
    if (this.#removing.has(keyOf(id))) return;
    this.#there.delete(keyOf(id));
    await this.#authenticator.credentials.delete(id);
  }
}

/** What Chromium says of a ceremony. */
function told(
  { rpId, signCount }: CdpCredential,
  id: Uint8Array,
): { id: string; rpId?: string; signCount: number } {
  return { id: keyOf(id), ...(rpId !== undefined && { rpId }), signCount };
}

function same(one: CdpCredential, other: CdpCredential): boolean {
  const text = (credential: CdpCredential): string =>
    JSON.stringify(Object.entries(credential).sort(([a], [b]) => (a < b ? -1 : 1)));
  return text(one) === text(other);
}
