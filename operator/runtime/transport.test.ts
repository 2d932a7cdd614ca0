import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from './clock.ts';
import { Transport } from './transport.ts';

type Answering = (request: IncomingMessage, response: ServerResponse, count: number) => void;

let server: Server;
let transport: Transport;
afterEach(async () => {
  await transport.close();
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

/** A connection to something that speaks HTTP, for what the real API server does not do on demand. */
async function setUp(answer: Answering) {
  let count = 0;
  server = createServer((request, response) => answer(request, response, ++count));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const tried: string[] = [];
  let tokens = 0;
  transport = new Transport(
    {
      server: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/prefix/`),
      tls: {},
      credentials: async () => ({ authorization: `Bearer token-${tokens}` }),
      forgetCredentials: () => {
        tokens++;
      },
    },
    {
      userAgent: 'test',
      clock: systemClock,
      random: () => 0,
      observer: {
        tried: ({ method, code }) => tried.push(`${method} ${code}`),
        retried: ({ code }) => tried.push(`again ${code}`),
      },
    },
  );
  return { transport, tried };
}

it('waits as the server asks and tries again', async () => {
  const { transport, tried } = await setUp((_request, response, count) => {
    if (count > 1) response.end('fine');
    else response.writeHead(429, { 'retry-after': '1' }).end();
  });
  const began = performance.now();
  expect(await transport.text({ method: 'GET', path: '/x' })).toBe('fine');
  expect(performance.now() - began).toBeGreaterThan(990);
  expect(tried).toEqual(['GET 429', 'again 429', 'GET 200']);
});

it('reads the credentials again after a 401, and keeps a path that the server stands under', async () => {
  const seen: string[] = [];
  const { transport } = await setUp(({ headers, url }, response) => {
    seen.push(`${headers.authorization} ${url}`);
    response.writeHead(headers.authorization === 'Bearer token-1' ? 200 : 401).end('fine');
  });
  expect(await transport.text({ method: 'GET', path: '/x', query: { limit: 5, continue: undefined } })).toBe('fine');
  expect(seen).toEqual(['Bearer token-0 /prefix/x?limit=5', 'Bearer token-1 /prefix/x?limit=5']);
});

describe('gives up', () => {
  const silent: Answering = () => {};

  it('when the deadline is over', async () => {
    const { transport, tried } = await setUp(silent);
    const answer = transport.text({ method: 'GET', path: '/x', deadlineSeconds: 0.2 });
    await expect(answer).rejects.toMatchObject({ name: 'ApiError', status: 0, reason: 'Timeout' });
    expect(tried).toEqual(['GET <error>']);
  });

  it('when the answer drips: the deadline counts for the body too', async () => {
    const { transport } = await setUp((_request, response) => {
      const drip = setInterval(() => response.write('.'), 50);
      response.on('close', () => clearInterval(drip));
    });
    const answer = transport.text({ method: 'GET', path: '/x', deadlineSeconds: 0.3 });
    await expect(answer).rejects.toMatchObject({ status: 0, reason: 'Timeout' });
  });

  it('when the caller does, with his reason', async () => {
    const { transport } = await setUp(silent);
    const caller = new AbortController();
    const answer = transport.text({ method: 'GET', path: '/x', signal: caller.signal });
    caller.abort(new Error('no longer wanted'));
    await expect(answer).rejects.toThrow('no longer wanted');
  });

  it('when what answers is no API server', async () => {
    const { transport } = await setUp((_request, response) => response.writeHead(502).end('<html>Bad gateway</html>'));
    const answer = transport.text({ method: 'GET', path: '/x' });
    await expect(answer).rejects.toMatchObject({
      status: 502,
      reason: 'Unknown',
      message: 'the API server answered 502',
    });
  });
});

describe('a connection that is cut before the answer', () => {
  const cutFirst: Answering = ({ socket }, response, count) =>
    void (count === 1 ? socket.destroy() : response.end('fine'));

  it('is replaced at once', async () => {
    const { transport, tried } = await setUp(cutFirst);
    expect(await transport.text({ method: 'PATCH', path: '/x', body: {} })).toBe('fine');
    expect(tried).toEqual(['PATCH <error>', 'again <error>', 'PATCH 200']);
  });

  it('is told when it carried a create', async () => {
    const { transport, tried } = await setUp(cutFirst);
    await expect(transport.text({ method: 'POST', path: '/x', body: {} })).rejects.toMatchObject({
      status: 0,
      reason: 'Unreachable',
    });
    expect(tried).toEqual(['POST <error>']);
  });
});
