/** A door over a device, for one test: it is closed when the test has ended. */
import { onTestFinished } from 'vitest';
import { type HttpOptions, type HttpServer, serveHttp } from '../../src/entries/http.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { DoorClient } from './client.ts';

export async function openServer(
  options: HttpOptions = {},
  authenticator: Parameters<typeof serveHttp>[0] = new Authenticator(),
): Promise<HttpServer> {
  const server = await serveHttp(authenticator, options);
  onTestFinished(() => server.close(0));
  return server;
}

export interface OpenDoor {
  readonly authenticator: Authenticator;
  readonly server: HttpServer;
  readonly client: DoorClient;
  /** The client's method, which can be called by itself. */
  readonly call: DoorClient['call'];
}

export async function openDoor(
  options: HttpOptions = {},
  authenticator: Authenticator = new Authenticator(),
): Promise<OpenDoor> {
  const server = await openServer(options, authenticator);
  const client = new DoorClient(server);
  return { authenticator, server, client, call: client.call.bind(client) };
}
