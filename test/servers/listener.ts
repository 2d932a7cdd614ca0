/** The HTTP or HTTPS end of a simulator: hears whole requests, hands them on, keeps connections alive. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Heard } from './exchange.ts';

export interface Address {
  /** Default 127.0.0.1. */
  host?: string | undefined;
  /** 0 or absent = a free one. */
  port?: number | undefined;
  tls?: { cert: string; key: string } | undefined;
}

export interface Listener {
  /** Scheme, host and port. */
  url: string;
  close(): Promise<void>;
}

/** `reset` ends the connection so that the client sees it reset. */
export type Handler = (request: Heard, response: ServerResponse, reset: () => void) => void;

const longestRequest = 16 * 1024 * 1024;

export async function listen(handler: Handler, { host = '127.0.0.1', port = 0, tls }: Address): Promise<Listener> {
  const scheme = tls ? 'https' : 'http';
  const connections = new Connections();
  const hear = (message: IncomingMessage, response: ServerResponse) =>
    receive(message, response, scheme, request => handler(request, response, () => connections.reset(message.socket)));
  const server: Server = tls ? createSecureServer(tls, hear) : createServer(hear);
  server.on('connection', socket => connections.add(socket));
  server.keepAliveTimeout = 75_000;
  server.headersTimeout = 80_000;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return { url: `${scheme}://${host}:${address.port}`, close: () => close(server) };
}

/** Below TLS lies the TCP connection that alone can be reset; both have the client's port. */
class Connections {
  readonly #byPort = new Map<number, Socket>();

  add(socket: Socket): void {
    const { remotePort } = socket;
    if (remotePort === undefined) return;
    this.#byPort.set(remotePort, socket);
    socket.once('close', () => this.#byPort.delete(remotePort));
  }

  reset({ remotePort = -1 }: Socket): void {
    this.#byPort.get(remotePort)?.resetAndDestroy();
  }
}

function receive(
  message: IncomingMessage,
  response: ServerResponse,
  scheme: Heard['scheme'],
  done: (request: Heard) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  message.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= longestRequest) chunks.push(chunk);
  });
  message.on('error', () => undefined);
  response.on('error', () => undefined);
  message.on('end', () => {
    if (length <= longestRequest) done(heard(message, scheme, chunks));
    else response.writeHead(413, { connection: 'close' }).end();
  });
}

function heard(message: IncomingMessage, scheme: Heard['scheme'], chunks: Buffer[]): Heard {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: message.method ?? 'GET',
    scheme,
    url,
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers: message.headers,
    body: chunks.length === 0 ? '' : Buffer.concat(chunks).toString('utf8'),
  };
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
