/** What the inspector asks of a device, over any wire. */
import type { CredentialChanges } from '../authenticator/credentials.ts';
import type { UserScriptJson } from '../person/script.ts';
import type { PortableFormat } from '../portable/convert.ts';
import type {
  Credential,
  CredentialPage,
  DeviceInfo,
  ExportResult,
  Fault,
  Fingerprint,
  ImportResult,
  NamedDevice,
  Person,
  PinState,
  Prompt,
  Trace,
  TraceLine,
} from './answers.ts';
import type { Method, Wire, WireEvent } from './wire/wire.ts';

/** What cannot be read from a file of credentials, and what to do with those that are there. */
export interface ImportChoices {
  readonly existing?: 'refuse' | 'replace' | 'keep';
  readonly rpId?: string;
  readonly userId?: string;
  readonly userName?: string;
  readonly id?: string;
}

/** A fault for the next ceremony, with what some of them need. */
export interface NextFault {
  readonly fault: string;
  readonly challenge?: string;
  readonly userName?: string;
  readonly signCount?: number;
}

/** Ceremonies that are read at once, and credentials the first time; later more of them, since a store is read from its beginning each time. */
const PAGE = 1000;
const LARGE_PAGE = 10_000;

/** One device of a door. */
export class Source {
  readonly #wire: Wire;
  readonly #before: string;
  /** The device's name; undefined for the one that the door was opened for. */
  readonly device: string | undefined;

  constructor(wire: Wire, device?: string) {
    this.#wire = wire;
    this.device = device;
    this.#before = device === undefined ? '' : `/authenticators/${device}`;
  }

  /** Another device of the same door. */
  of(device: string | undefined): Source {
    return new Source(this.#wire, device);
  }

  devices(): Promise<readonly NamedDevice[]> {
    return this.#door<{ readonly authenticators: NamedDevice[] }>('GET', '/authenticators').then(
      ({ authenticators }) => authenticators,
    );
  }

  info(): Promise<DeviceInfo> {
    return this.#ask('GET', '/info');
  }

  powerCycle(): Promise<void> {
    return this.#ask('POST', '/power-cycle');
  }

  reset(): Promise<void> {
    return this.#ask('POST', '/reset');
  }

  pin(): Promise<PinState> {
    return this.#ask('GET', '/pin');
  }

  /** @param pin the one that is set, where there is one */
  setPin(newPin: string, pin?: string): Promise<void> {
    return this.#ask('PUT', '/pin', { newPin, ...(pin !== undefined && { pin }) });
  }

  fingerprints(): Promise<readonly Fingerprint[]> {
    return this.#ask<{ readonly fingerprints: Fingerprint[] }>('GET', '/fingerprints').then(
      ({ fingerprints }) => fingerprints,
    );
  }

  enroll(name: string): Promise<Fingerprint> {
    return this.#ask('POST', '/fingerprints', name === '' ? {} : { name });
  }

  renameFingerprint(id: string, name: string): Promise<Fingerprint> {
    return this.#ask('PATCH', `/fingerprints/${id}`, { name });
  }

  removeFingerprint(id: string): Promise<void> {
    return this.#ask('DELETE', `/fingerprints/${id}`);
  }

  /** All credentials, page by page. */
  async *credentials(signal?: AbortSignal): AsyncGenerator<readonly Credential[]> {
    let after = '';
    do {
      const { credentials, next = '' }: CredentialPage = await this.#ask(
        'GET',
        `/credentials?limit=${after === '' ? PAGE : LARGE_PAGE}${after && `&after=${after}`}`,
        undefined,
        signal,
      );
      yield credentials;
      after = next;
    } while (after !== '');
  }

  credential(id: string): Promise<Credential> {
    return this.#ask('GET', `/credentials/${id}`);
  }

  changeCredential(id: string, changes: CredentialChanges): Promise<Credential> {
    return this.#ask('PATCH', `/credentials/${id}`, changes);
  }

  deleteCredential(id: string): Promise<void> {
    return this.#ask('DELETE', `/credentials/${id}`);
  }

  /** Brings back the one that was deleted last. */
  restoreCredential(id: string): Promise<Credential> {
    return this.#ask('POST', `/credentials/${id}/restore`);
  }

  importCredentials(
    format: PortableFormat,
    value: unknown,
    choices: ImportChoices = {},
  ): Promise<ImportResult> {
    return this.#ask('POST', '/credentials', { format, value, ...choices });
  }

  exportCredential(id: string, format: PortableFormat): Promise<ExportResult> {
    return this.#ask('GET', `/credentials/${id}/export?format=${format}`);
  }

  /** All credentials as one file's content: pages of a list are put together, a file of another form has ten thousand at most. */
  async exportCredentials(format: PortableFormat): Promise<ExportResult> {
    let after = '';
    let whole: ExportResult | undefined;
    do {
      const part: ExportResult = await this.#ask(
        'GET',
        `/export?format=${format}&limit=${LARGE_PAGE}${after && `&after=${after}`}`,
      );
      whole = whole === undefined ? part : joined(whole, part);
      after = part.next ?? '';
    } while (after !== '' && Array.isArray(whole.value));
    return whole;
  }

  /** The last ceremonies, the newest first. @param before those with lower numbers only */
  traces(before?: number): Promise<readonly TraceLine[]> {
    const rest = before === undefined ? '' : `&before=${before}`;
    return this.#ask<{ readonly traces: TraceLine[] }>('GET', `/traces?limit=${PAGE}${rest}`).then(
      ({ traces }) => traces,
    );
  }

  trace(number: number): Promise<Trace> {
    return this.#ask('GET', `/traces/${number}`);
  }

  loadTrace(trace: Trace): Promise<TraceLine> {
    return this.#ask('POST', '/traces', trace);
  }

  forgetTraces(): Promise<void> {
    return this.#ask('DELETE', '/traces');
  }

  person(): Promise<Person> {
    return this.#ask('GET', '/user');
  }

  /** From now on; what is left out stays. */
  changePerson(script: UserScriptJson): Promise<void> {
    return this.#ask('PATCH', '/user', script);
  }

  /** At the next prompt of each kind. */
  nextPerson(script: UserScriptJson): Promise<void> {
    return this.#ask('POST', '/user/next', script);
  }

  resetPerson(): Promise<void> {
    return this.#ask('DELETE', '/user');
  }

  prompts(): Promise<readonly Prompt[]> {
    return this.#ask<{ readonly prompts: Prompt[] }>('GET', '/prompts').then(({ prompts }) => prompts);
  }

  answer(prompt: number, answer: string): Promise<void> {
    return this.#ask('POST', `/prompts/${prompt}`, { answer });
  }

  faults(): Promise<readonly Fault[]> {
    return this.#door<{ readonly faults: Fault[] }>('GET', '/faults').then(({ faults }) => faults);
  }

  waitingFaults(): Promise<number> {
    return this.#ask<{ readonly waiting: number }>('GET', '/faults/next').then(({ waiting }) => waiting);
  }

  nextFault(fault: NextFault): Promise<void> {
    return this.#ask('POST', '/faults/next', fault);
  }

  forgetFaults(): Promise<void> {
    return this.#ask('DELETE', '/faults/next');
  }

  events(after: number | undefined, signal: AbortSignal): AsyncIterable<WireEvent> {
    return this.#wire.events(`${this.#before}/events`, after, signal);
  }

  #ask<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    return this.#wire.ask(method, this.#before + path, body, signal) as Promise<T>;
  }

  /** Of the door, whichever the device. */
  #door<T>(method: Method, path: string): Promise<T> {
    return this.#wire.ask(method, path) as Promise<T>;
  }
}

function joined(whole: ExportResult, part: ExportResult): ExportResult {
  return {
    ...whole,
    value: [...(whole.value as unknown[]), ...(part.value as unknown[])],
    warnings: [...whole.warnings, ...part.warnings],
  };
}
