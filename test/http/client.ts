/** A client of the door that holds every answer against the door's own description. */
import { request } from 'node:http';
import { type RequestOptions, request as requestOverTls } from 'node:https';
import { connect, type Socket } from 'node:net';
import { expect } from 'vitest';
import type { JsonSchema } from '../../src/base/json-schema.ts';
import type { HttpServer } from '../../src/http/serve.ts';
import type { Components } from '../../src/http/shapes.ts';
import { judgedByAjv } from '../json-schema.ts';

export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it as they like.
  readonly json: any;
}

interface Description {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Components };
}

interface Operation {
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: JsonSchema }> }>;
}

/** What was answered by which schema, to be judged by others. */
export interface Sample {
  readonly schema: JsonSchema;
  readonly value: unknown;
}

/** Of the first door that was asked: but for its address, it is every door's. */
let described: Description | undefined;

export class DoorClient {
  readonly samples: Sample[] = [];
  readonly #server: HttpServer;
  readonly #how: RequestOptions;
  #description: Description | undefined;

  /** @param how what requests take beside: a certificate to trust, a socket */
  constructor(server: HttpServer, how: RequestOptions = {}) {
    this.#server = server;
    this.#how = how;
  }

  get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#server.token}` };
  }

  async description(): Promise<Description> {
    this.#description ??= JSON.parse((await this.raw('GET', '/openapi.json', this.headers)).text);
    return this.#description as Description;
  }

  /** Any request at all. */
  raw(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Told> {
    return new Promise((resolve, reject) => {
      const { url } = this.#server;
      const send = url.startsWith('https:') ? requestOverTls : request;
      const sent = send(`${url}${path}`, { method, headers, agent: false, ...this.#how }, (response) => {
        const chunks: Uint8Array[] = [];
        response.on('data', (chunk) => chunks.push(chunk)).on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = response.headers['content-type'] === 'application/json';
          const json = isJson && text !== '' ? JSON.parse(text) : undefined;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
        });
      });
      sent.on('error', reject).end(body);
    });
  }

  /** A request with token and JSON, whose answer has to be as described. */
  async call(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Told> {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const text = body === undefined ? '' : JSON.stringify(body);
    const told = await this.raw(method, path, { ...this.headers, ...type, ...more }, text);
    await this.check(method, path, told);
    return told;
  }

  /** Holds an answer against the description. */
  async check(method: string, path: string, told: Told): Promise<void> {
    described ??= await this.description();
    const { paths, components } = described;
    const [bare = ''] = path.split('?');
    const template = Object.keys(paths).find((one) =>
      new RegExp(`^${one.replace(/\{\w+\}/g, '[^/]+')}$`).test(bare),
    );
    const operation = paths[template ?? '']?.[method.toLowerCase()];
    const { responses }: Operation = operation ?? { responses: { default: errorResponse } };
    const response = responses[told.status] ?? responses.default;
    if (told.status < 400) expect(Object.keys(responses)).toContain(String(told.status));
    const schema = response?.content?.['application/json']?.schema;
    if (schema === undefined) {
      expect(told.text).toBe('');
      return;
    }
    expect(told.headers['content-type']).toBe('application/json');
    expect(judgedByAjv(schema, told.json, components.schemas)).toBeUndefined();
    this.samples.push({ schema, value: told.json });
  }

  /** Events of a stream, as they come. */
  async events(path: string, headers: Record<string, string> = {}): Promise<EventReader> {
    const abort = new AbortController();
    const response = await fetch(`${this.#server.url}${path}`, {
      headers: { ...this.headers, ...headers },
      signal: abort.signal,
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    return new EventReader(response, abort);
  }

  /** A connection, for what no HTTP client would send. */
  open(): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.#server.port, '127.0.0.1', () => resolve(new Connection(socket)));
      socket.on('error', reject);
    });
  }
}

export interface EventRead {
  readonly id?: number;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it as they like.
  readonly data: any;
}

/** A stream of events, by the HTML specification. */
export class EventReader {
  readonly #abort: AbortController;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = '';

  constructor(response: Response, abort: AbortController) {
    this.#abort = abort;
    if (response.body === null) throw new Error('expected a body');
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next event; undefined at the end. Signs of life are passed over. */
  async next(): Promise<EventRead | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end >= 0) {
        const lines = this.#text.slice(0, end).split('\n');
        this.#text = this.#text.slice(end + 2);
        const event = eventIn(lines);
        if (event !== undefined) return event;
        continue;
      }
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      this.#text += value;
    }
  }

  close(): void {
    this.#reader.cancel().catch(() => {});
    this.#abort.abort();
  }
}

export function eventIn(lines: readonly string[]): EventRead | undefined {
  const fields = new Map(lines.map((line) => line.split(/: (.*)/s, 2) as [string, string]));
  const [id, event, data] = [fields.get('id'), fields.get('event'), fields.get('data')];
  if (event === undefined || data === undefined) return undefined;
  return { event, data: JSON.parse(data), ...(id !== undefined && { id: Number(id) }) };
}

const errorResponse = {
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } as JsonSchema } },
};

export class Connection {
  readonly socket: Socket;
  #text = '';
  readonly #ended: Promise<void>;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.#text += chunk.toString();
    });
    socket.on('error', () => {});
    this.#ended = new Promise((resolve) => socket.on('close', () => resolve()));
  }

  write(text: string): void {
    this.socket.write(text);
  }

  /** All that came, once the door has hung up. */
  async rest(): Promise<string> {
    await this.#ended;
    return this.#text;
  }
}
