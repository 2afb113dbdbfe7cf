/** One virtual authenticator of Chromium, in one page: it has the credentials of our device, and reports what the page did. */
import type { Authenticator } from '../../authenticator/authenticator.ts';
import { base64 } from '../../base/base64url.ts';
import { deflate } from '../../base/deflate.ts';
import { writeBlob } from '../../portable/formats/cdp.ts';
import type { CredentialRecord } from '../../store/record.ts';
import type { CdpSession } from '../cdp-session.ts';
import type { Emitter } from '../events.ts';
import { ifStillThere, isGone } from '../gone.ts';
import { Listeners } from '../listeners.ts';
import { type CdpCredential, fromBase64, fromCdpCredential, keyOf, toCdpCredential } from './credential.ts';
import { isLost } from './lost.ts';
import { virtualAuthenticatorOptions, whyExcluded } from './options.ts';

/** An ID that no credential has. */
const NO_ID = 'AA==';

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
  readonly #lost: () => void;
  /** The credentials in Chromium, as we last sent or received them. */
  readonly #there = new Map<string, CdpCredential>();
  /** Credentials that we are removing: Chromium reports those, too. */
  readonly #removing = new Map<string, number>();
  readonly #work = new Set<Promise<void>>();
  /** Credentials that signed since the last look for blobs: Chromium's ID of the device, and the credential's ID. */
  readonly #unlooked = new Map<string, Uint8Array>();
  /** Chromium's ID for it, and the IDs before it was made again. */
  readonly #ids = new Set<string>();
  /** Events that came before their device was known: a page that waits uses a device as soon as it is made. */
  #early: (readonly [authenticatorId: string, heard: () => void])[] = [];
  #id = '';
  #blobs = false;
  #heard = 0;
  /** The credential that Chromium last refused. */
  #failure: unknown;

  /** @param lost called when Chromium has dropped it */
  constructor(session: CdpSession, authenticator: Authenticator, events: Emitter, lost: () => void) {
    this.#session = session;
    this.#authenticator = authenticator;
    this.#events = events;
    this.#lost = lost;
    this.#listeners = new Listeners(session);
    const on = (name: string, take: (event: DomainEvent) => Promise<void>): void =>
      this.#listeners.on<DomainEvent>(`WebAuthn.credential${name}`, (event) => {
        const heard = (): void => {
          this.#heard++;
          this.#track(take(event));
        };
        if (this.#ids.has(event.authenticatorId)) heard();
        else this.#early.push([event.authenticatorId, heard]);
      });
    on('Added', ({ credential }) => this.#added(credential));
    on('Asserted', ({ credential }) => this.#asserted(credential));
    on('Updated', ({ credential }) => this.#updated(credential));
    on('Deleted', ({ credentialId }) => this.#deleted(credentialId));
  }

  /** How many events came from it. */
  get heard(): number {
    return this.#heard;
  }

  /**
   * Makes it, or makes it again.
   *
   * @param strict whether a credential that Chromium refuses is an error
   * @throws Chromium's error
   */
  async open(strict: boolean): Promise<void> {
    // The page's earlier changes come to the store first.
    await this.settled();
    this.#there.clear();
    this.#removing.clear();
    this.#failure = undefined;
    const options = await virtualAuthenticatorOptions(this.#authenticator);
    this.#blobs = options.hasLargeBlob === true;
    const { authenticatorId } = (await this.#session.send('WebAuthn.addVirtualAuthenticator', {
      options,
    })) as { authenticatorId: string };
    this.#id = authenticatorId;
    this.#ids.add(authenticatorId);
    const early = this.#early;
    this.#early = [];
    for (const [of, heard] of early) if (of === authenticatorId) heard();
    this.push(
      this.#authenticator.credentials.list().map(({ id }) => id),
      false,
    );
    await this.settled();
    if (this.#failure !== undefined && (strict || isLost(this.#failure))) throw this.#failure;
  }

  /** Removes it from the page, to be made again. It may be gone already. */
  async remove(): Promise<void> {
    await this.settled();
    await this.send('removeVirtualAuthenticator', {}).catch((error) => {
      if (!isLost(error)) throw error;
    });
  }

  /** @throws Chromium's error once it has dropped the device, or the page is gone */
  async isThere(): Promise<void> {
    const asked = this.#id;
    try {
      await this.send('getCredential', { credentialId: NO_ID });
    } catch (error) {
      if (isGone(error) || (isLost(error) && asked === this.#id)) throw error;
      // The device exists, but has no such credential, or it was made again meanwhile.
    }
    this.#lookForBlobs();
  }

  /** Updates credentials in the page to those of our store. Everything is sent at once, before any later call. */
  push(ids: readonly Uint8Array[], telling = true): void {
    const records = ids.map((id) => [id, this.#authenticator.credentials.get(id)] as const);
    // A replaced credential is removed first: Chromium, too, has one discoverable credential for each user.
    for (const [id, record] of records) if (record === undefined) this.#remove(keyOf(id));
    for (const [, record] of records) {
      if (record === undefined) continue;
      const reason = whyExcluded(record);
      if (reason === undefined) this.#put(record);
      else if (telling) this.#events.emit('excluded', { ...idsOf(record), reason });
    }
  }

  /** Resolves when all work that was begun is done. */
  async settled(): Promise<void> {
    do {
      while (this.#work.size > 0) await Promise.all(this.#work);
      this.#lookForBlobs();
    } while (this.#work.size > 0);
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
      if (isLost(error)) this.#lost();
    });
    this.#work.add(tracked);
    void tracked.then(() => this.#work.delete(tracked));
  }

  #put(record: CredentialRecord): void {
    const { largeBlob, largeBlobSupported = false } = record;
    if (!this.#blobs) this.#bring(record, this.#written(record));
    // Chromium's device lets a page write a blob only where there is one.
    else if (largeBlob === undefined)
      this.#bring(record, { ...this.#written(record), ...(largeBlobSupported && { largeBlob: '' }) });
    else
      this.#track(
        // A blob that is not compressed is invalid.
        writeBlob(record, base64)
          .catch(() => ({}))
          .then((blob) => this.#bring(record, { ...this.#written(record), ...blob })),
      );
  }

  /** A credential as Chromium's device gets it. If our device does not count, it gets one without a counter, unless it counted before. */
  #written(record: CredentialRecord): CdpCredential {
    const written = toCdpCredential(record);
    const counts = this.#authenticator.policy.signCounter !== 'zero' || record.signCount > 0;
    return counts ? written : { ...written, signCount: -1 };
  }

  #bring(record: CredentialRecord, wanted: CdpCredential): void {
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
    const { credentialId, backupEligibility, backupState } = wanted;
    // Chromium keeps its own flags for a credential with a blob.
    if (wanted.largeBlob !== undefined)
      this.#track(this.send('setCredentialProperties', { credentialId, backupEligibility, backupState }));
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
    this.#there.set(keyOf(record.id), this.#written(record));
    await this.#authenticator.credentials.put(record);
    this.#events.emit('registered', told(credential, record.id));
  }

  async #asserted(credential: CdpCredential): Promise<void> {
    const id = fromBase64(credential.credentialId, 'credentialId');
    const there = this.#there.get(keyOf(id));
    if (there !== undefined) this.#there.set(keyOf(id), { ...there, signCount: credential.signCount });
    const { credentials } = this.#authenticator;
    await credentials.transaction((transaction) => {
      const record = transaction.get(id);
      if (record !== undefined && record.signCount < credential.signCount)
        transaction.updateSignCount(id, () => credential.signCount);
    });
    this.#events.emit('authenticated', told(credential, id));
    if (this.#blobs && credential.isResidentCredential) this.#unlooked.set(credential.credentialId, id);
  }

  /** Looks for blobs that the page may have written since the last look: one look after several sign-ins. */
  #lookForBlobs(): void {
    const unlooked = [...this.#unlooked];
    this.#unlooked.clear();
    for (const [credentialId, id] of unlooked) this.#track(this.#lookForBlob(credentialId, id));
  }

  /** The page may have written a blob, which no event reports. */
  async #lookForBlob(credentialId: string, id: Uint8Array): Promise<void> {
    const { credential } = (await this.send('getCredential', { credentialId })) as {
      credential: CdpCredential;
    };
    const { largeBlob } = credential;
    const there = this.#there.get(keyOf(id));
    if (largeBlob === undefined || there === undefined || there.largeBlob === largeBlob) return;
    this.#there.set(keyOf(id), { ...there, largeBlob });
    const blob = fromBase64(largeBlob, 'largeBlob');
    const stored = { largeBlob: await deflate(blob), largeBlobOriginalSize: blob.length };
    await this.#authenticator.credentials.transaction((transaction) => {
      const record = transaction.get(id);
      if (record !== undefined) transaction.put({ ...record, largeBlobSupported: true, ...stored });
    });
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

/** Chromium's event for a ceremony. */
function told(
  { rpId, signCount }: CdpCredential,
  id: Uint8Array,
): { id: string; rpId?: string; signCount: number } {
  return { id: keyOf(id), ...(rpId !== undefined && { rpId }), signCount: Math.max(0, signCount) };
}

function idsOf({ id, rpId }: CredentialRecord): { id: string; rpId?: string } {
  return { id: keyOf(id), ...(rpId !== undefined && { rpId }) };
}

function same(one: CdpCredential, other: CdpCredential): boolean {
  const text = (credential: CdpCredential): string =>
    JSON.stringify(Object.entries(credential).sort(([a], [b]) => (a < b ? -1 : 1)));
  return text(one) === text(other);
}
