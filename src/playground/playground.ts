/** What a visitor has: a device, a server, and the page between them that asks one and then the other. */
import { isAcceptance, messageIn, optionsIn, shown } from '../audit/targets/words.ts';
import type { Clock } from '../base/clock.ts';
import type { Trace } from '../inspector/answers.ts';
import { Cell } from '../inspector/state/cell.ts';
import { Device, type DeviceChoice } from './device.ts';
import { Server } from './server.ts';

/** What the page says, and what the visitor may change of it. */
export interface Form {
  readonly userName: string;
  /** Where the page is. */
  readonly origin: string;
  /** In place of the server's; empty: as the server says. */
  readonly rpId: string;
  readonly userVerification: string;
  /** Whether a sign-in says whose it is. */
  readonly isNamed: boolean;
}

/** What one ceremony came to. */
export interface Ended {
  readonly ceremony: 'create' | 'get';
  /** What the server said: yes, or why not; undefined where it was not asked. */
  readonly server?: { readonly accepts: boolean; readonly says?: string };
  /** What the client refused with. */
  readonly refused?: { readonly name: string; readonly reason: string };
  /** What went wrong before any device was asked. */
  readonly problem?: string;
  readonly trace?: Trace;
}

type Ceremony = Ended['ceremony'];

const NAMES = { create: 'registration', get: 'authentication' } as const;

interface Refusal {
  readonly error: {
    readonly name: string;
    readonly message: string;
    readonly reason?: string;
    /** Under which number the ceremony is kept; absent where there was none. */
    readonly trace?: number;
  };
}

export class Playground {
  readonly device: Cell<Device>;
  readonly choice: Cell<DeviceChoice>;
  readonly form: Cell<Form> = new Cell<Form>({
    userName: 'ada',
    origin: 'https://example.com',
    rpId: '',
    userVerification: 'preferred',
    isNamed: false,
  });
  /** The server's text. */
  readonly text: Cell<string>;
  /** Whom the server takes the visitor for. */
  readonly signedInAs: Cell<string | undefined> = new Cell<string | undefined>(undefined);
  readonly last: Cell<Ended | undefined> = new Cell<Ended | undefined>(undefined);
  /** What ends the ceremony that is under way. */
  readonly underWay: Cell<AbortController | undefined> = new Cell<AbortController | undefined>(undefined);
  readonly #clock: Clock;
  #server: Promise<Server> | undefined;
  #running = '';
  #visitor = 1;
  /** Names that the server has a credential of. */
  readonly #known = new Set<string>();

  constructor(text: string, clock: Clock) {
    this.#clock = clock;
    this.text = new Cell(text);
    const choice: DeviceChoice = { model: '', policy: '' };
    this.choice = new Cell(choice);
    this.device = new Cell(new Device(choice));
  }

  /** Another device, with nothing on it, and a server that knows no account. @throws StuntkeyError `bad-policy`, and nothing is changed */
  plugIn(choice: DeviceChoice): void {
    const device = new Device(choice);
    const { door } = this.device.value;
    this.choice.set(choice);
    this.device.set(device);
    door.close();
    this.restart();
  }

  change(part: Partial<Form>): void {
    this.form.update((form) => ({ ...form, ...part }));
  }

  /** Another visitor, whom the server does not know. */
  leave(): void {
    this.#visitor += 1;
    this.signedInAs.set(undefined);
  }

  /** A server that knows no account: the same text, from its beginning. */
  restart(): void {
    void this.#server?.then(
      (server) => server.end(),
      () => {},
    );
    this.#server = undefined;
    this.#known.clear();
    this.leave();
  }

  /** Sees to it that there is something to sign in with: on this device, and at this server. */
  async register(): Promise<void> {
    const { userName } = this.form.value;
    let isHere = false;
    for await (const page of this.device.value.source.credentials())
      isHere ||= page.some((one) => one.userName === userName);
    const isKnown = this.#known.has(userName) && this.#running === this.text.value;
    if (isHere && isKnown) return;
    // (An account whose key is on another device would have to sign in with that one first.)
    if (isKnown) this.restart();
    await this.run('create', { origin: 'https://example.com', rpId: '' });
  }

  /** Registers or signs in, as the form says, and what is different this time. */
  async run(ceremony: Ceremony, different: Partial<Form> = {}): Promise<Ended> {
    this.underWay.value?.abort();
    const abort = new AbortController();
    this.underWay.set(abort);
    let ended: Ended;
    try {
      ended = await this.#ceremony(ceremony, { ...this.form.value, ...different }, abort.signal);
    } catch (error) {
      ended = { ceremony, problem: error instanceof Error ? error.message : String(error) };
    }
    if (this.underWay.value === abort) this.underWay.set(undefined);
    this.last.set(ended);
    return ended;
  }

  async #ceremony(ceremony: Ceremony, form: Form, signal: AbortSignal): Promise<Ended> {
    const server = await this.#started();
    const name = NAMES[ceremony];
    // 1. The page asks the server for options.
    const given = await server.call(`${name}.options`, this.#visitor, requestOf(ceremony, form));
    const asked = optionsIn<object>(given);
    if (asked === undefined)
      return {
        ceremony,
        problem: `expected options with a challenge, got ${messageIn(given) ?? shown(given)}`,
      };
    // 2. It hands them to navigator.credentials, that is, to the client and the device.
    const options = withRpId(ceremony, asked, form.rpId);
    const { door, source } = this.device.value;
    const answer = await door.request('POST', `/page/${ceremony}`, { options }, signal, form.origin);
    if (answer.status >= 400) {
      const { name, message, reason = message, trace } = (answer.body as Refusal).error;
      const kept = trace === undefined ? undefined : await source.trace(trace);
      return { ceremony, refused: { name, reason }, ...(kept && { trace: kept }) };
    }
    const [newest] = await source.traces();
    const trace = newest && (await source.trace(newest.number));
    // 3. It takes the response to the server.
    const verdict = await this.#verdict(server, name, answer.body);
    if (verdict.accepts && ceremony === 'create') this.#known.add(form.userName);
    if (server.knowsUser) {
      const user = await server.call('whoAmI', this.#visitor);
      this.signedInAs.set(typeof user === 'string' ? user : undefined);
    }
    return { ceremony, server: verdict, ...(trace && { trace }) };
  }

  async #verdict(
    server: Server,
    name: 'registration' | 'authentication',
    response: unknown,
  ): Promise<{ readonly accepts: boolean; readonly says?: string }> {
    try {
      const result = await server.call(`${name}.verify`, this.#visitor, response);
      const accepts = isAcceptance(result);
      if (accepts === undefined)
        return { accepts: false, says: `expected true or false, got ${shown(result)}` };
      const says = messageIn(result);
      return { accepts, ...(says !== undefined && { says }) };
    } catch (error) {
      return { accepts: false, says: (error as Error).message };
    }
  }

  /** The server with the text that there is now: another text is another server, which knows no account. */
  #started(): Promise<Server> {
    const text = this.text.value;
    if (this.#server !== undefined && this.#running === text) return this.#server;
    this.restart();
    const starting = Server.start(text, this.#clock);
    this.#running = text;
    this.#server = starting;
    const forget = (): void => {
      if (this.#server === starting) this.#server = undefined;
    };
    starting.then(({ over }) => over.addEventListener('abort', forget, { once: true }), forget);
    return starting;
  }
}

/** What the page asks the server's options with. */
function requestOf(ceremony: Ceremony, { userName, userVerification, isNamed }: Form): object {
  if (ceremony === 'get') return { ...(isNamed && { username: userName }), userVerification };
  return {
    username: userName,
    displayName: userName,
    authenticatorSelection: { residentKey: 'preferred', userVerification },
  };
}

/** The options as a page changes them that means another RP ID. */
function withRpId(ceremony: Ceremony, options: object, rpId: string): object {
  if (rpId === '') return options;
  if (ceremony === 'get') return { ...options, rpId };
  const { rp } = options as { readonly rp?: object };
  return { ...options, rp: { ...rp, id: rpId } };
}
