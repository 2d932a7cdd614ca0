import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Address, listen } from '../test/servers/listener.ts';
import type { HttpRequest, Surroundings } from './contract.ts';
import { type HttpOptions, openHttp } from './http.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Answerer = (response: ServerResponse, request: { url: string; n: number }) => void;

/** A server that answers by a function of the request's number, and a client that may reach it. */
async function world(
  answerer: Answerer,
  more: { surroundings?: Partial<Surroundings>; options?: Partial<HttpOptions>; tls?: Address['tls'] } = {},
) {
  let n = 0;
  const heard: string[] = [];
  const server = await listen(
    (request, response) => {
      heard.push(`${request.method} ${request.url}`);
      answerer(response, { url: request.url, n: ++n });
    },
    { tls: more.tls },
  );
  closing.push(() => server.close());
  const pauses: number[] = [];
  const { hostname, port, protocol } = new URL(server.url);
  const http = openHttp({
    secretName: 'shop',
    allowedHosts: `${hostname}:${port}`,
    concurrent: 2,
    surroundings: {
      routes: [{ host: hostname, port: Number(port), to: `${hostname}:${port}`, plainHttp: protocol === 'http:' }],
      certificateAuthorities: [],
      now: () => new Date('2026-11-25T10:00:00Z'),
      random: () => 0.5,
      sleep: async ms => {
        pauses.push(ms);
      },
      ...more.surroundings,
    },
    ...more.options,
  });
  closing.push(() => http.close());
  const ask = (request: Partial<HttpRequest> = {}, path = '/x', signal = new AbortController().signal) =>
    http.request({ method: 'GET', url: new URL(path, server.url), repeatable: true, ...request }, signal);
  return { http, ask, heard, pauses, url: server.url };
}

const json = (response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));

describe('an answer', () => {
  test('is parsed, with its headers, and counted', async () => {
    const { ask, http } = await world(response => json(response, 200, { a: 1 }, { 'x-a': 'b' }));
    expect(await ask()).toMatchObject({ status: 200, body: { a: 1 }, headers: { 'x-a': 'b' } });
    expect(http.requests()).toEqual({ 200: 1 });
  });

  test('from 400 up comes back for the connector to read', async () => {
    const { ask } = await world(response => json(response, 404, { error: { code: 'RecordNotFound' } }));
    expect(await ask()).toMatchObject({ status: 404, body: { error: { code: 'RecordNotFound' } } });
  });

  test('without a body has none', async () => {
    const { ask } = await world(response => response.writeHead(204).end());
    expect((await ask()).body).toBeUndefined();
  });

  test('keeps cookies apart', async () => {
    const { ask } = await world(response => response.writeHead(204, { 'set-cookie': ['a=1; Path=/', 'b=2'] }).end());
    expect((await ask()).headers['set-cookie']).toBe('a=1; Path=/\nb=2');
  });

  test.each([200, 403, 404, 500])(
    'that is a page instead of JSON (%i) is said to be one, without its content',
    async status => {
      const { ask } = await world(response =>
        response.writeHead(status, { 'content-type': 'text/html' }).end('<p>Ann Lee'),
      );
      const error = await ask().catch(error => error);
      expect(error).toMatchObject({ name: 'TransientError', code: 'NotJson', applied: 'unknown' });
      expect(error.message).toMatch(`answered ${status} with text/html`);
      expect(inspect(error)).not.toContain('Ann');
    },
  );

  test('of 401 needs no readable body', async () => {
    const { ask } = await world(response => response.writeHead(401, { 'content-type': 'text/html' }).end('<p>no'));
    expect(await ask()).toMatchObject({ status: 401, body: undefined });
  });

  test('that redirects is a wrong URL, and is not followed', async () => {
    const { ask, heard } = await world(response =>
      response.writeHead(301, { location: 'https://www.example.com/secret?q' }).end(),
    );
    const error = await ask().catch(error => error);
    expect(error).toMatchObject({ name: 'ConfigError', code: 'InvalidConfiguration' });
    expect(error.message).toMatch(/redirects to https:\/\/www\.example\.com;/);
    expect(heard).toHaveLength(1);
  });

  test('nested without end is refused', async () => {
    const { ask } = await world(response =>
      response.writeHead(200, { 'content-type': 'text/json2' }).end('['.repeat(100) + ']'.repeat(100)),
    );
    await expect(ask()).rejects.toMatchObject({ code: 'NotJson' });
  });

  test('larger than the limit is refused', async () => {
    const { ask } = await world(response => json(response, 200, 'x'.repeat(33 * 1024 * 1024)));
    await expect(ask()).rejects.toMatchObject({ code: 'Intermittent' });
  });
});

describe('trying again', () => {
  test.each([429, 502, 503, 504])('%i is tried again when that does no harm', async status => {
    const { ask, pauses } = await world((response, { n }) => json(response, n < 3 ? status : 200, {}));
    expect((await ask()).status).toBe(200);
    expect(pauses).toEqual(status === 429 ? expect.arrayContaining([1000]) : [750, 1500]);
  });

  test.each([429, 502, 503, 504])('%i after a write that must not be repeated is told at once', async status => {
    const { ask, heard } = await world(response => json(response, status, {}));
    await ask({ method: 'POST', repeatable: false, body: '{}' }).catch(() => undefined);
    expect(heard).toHaveLength(1);
  });

  test('ends after three tries', async () => {
    const { ask, http } = await world(response => json(response, 503, {}));
    expect((await ask()).status).toBe(503);
    expect(http.requests()).toEqual({ 503: 3 });
  });

  test('the connector may name other answers that mean it', async () => {
    const { ask } = await world((response, { n }) => json(response, n < 2 ? 500 : 200, {}));
    expect((await ask({ repeatIf: ({ status }) => status === 500 })).status).toBe(200);
  });

  test('each try has headers of its own', async () => {
    let made = 0;
    const { ask } = await world((response, { n }) => json(response, n < 3 ? 503 : 200, {}));
    await ask({ headers: () => ({ authorization: `nonce ${++made}` }) });
    expect(made).toBe(3);
  });

  test.each([
    { value: '7', want: 7000 },
    { value: '0.5', want: 500 },
    { value: 'Wed, 25 Nov 2026 10:00:30 GMT', want: 30_000 },
    { value: 'Wed, 25 Nov 2026 09:00:00 GMT', want: 0 },
    { value: 'soon', want: 1000 },
    { value: '', want: 1000 },
  ])('Retry-After "$value" waits $want ms', async ({ value, want }) => {
    const { ask, pauses } = await world((response, { n }) =>
      json(response, n < 2 ? 429 : 200, {}, { 'retry-after': value }),
    );
    await ask();
    expect(pauses[0]).toBe(want);
  });

  test.each([
    { value: '901', want: 901 },
    { value: '99999999', want: 99_999_999 },
    { value: 'Thu, 26 Nov 2026 10:00:00 GMT', want: 86_400 },
  ])('Retry-After "$value" ends the request', async ({ value, want }) => {
    const { ask, heard } = await world(response => json(response, 429, {}, { 'retry-after': value }));
    await expect(ask()).rejects.toMatchObject({ code: 'RateLimit', applied: 'no', retryAfterSeconds: want });
    expect(heard).toHaveLength(1);
  });

  test('429 to the end is a rate limit, whatever page comes with it', async () => {
    const { ask } = await world(response =>
      response.writeHead(429, { 'content-type': 'text/html' }).end('<p>slow down'),
    );
    await expect(ask()).rejects.toMatchObject({ name: 'TransientError', code: 'RateLimit', retryAfterSeconds: 1 });
  });

  test('the pause that a server asks for holds for the other requests too', async () => {
    const { ask, pauses } = await world((response, { n }) =>
      json(response, n === 1 ? 429 : 200, {}, { 'retry-after': '5' }),
    );
    await ask();
    await ask();
    expect(pauses.filter(ms => ms > 4000)).toHaveLength(3);
  });
});

describe('a connection that fails', () => {
  test('before it is made had no effect, and is tried again', async () => {
    const server = createTcpServer();
    const port = await new Promise<number>(resolve =>
      server.listen(0, () => resolve((server.address() as { port: number }).port)),
    );
    await new Promise(resolve => server.close(resolve));
    const { http } = await world(() => undefined, {
      surroundings: { routes: [{ host: 'shop.test', port: 443, to: `127.0.0.1:${port}` }] },
      options: { allowedHosts: 'shop.test' },
    });
    const request = { method: 'POST' as const, url: new URL('https://shop.test/x'), repeatable: false };
    const error = await http.request(request, new AbortController().signal).catch(error => error);
    expect(error).toMatchObject({
      code: 'ConnectionDown',
      applied: 'no',
      message: 'POST shop.test: cannot connect (ECONNREFUSED)',
    });
    expect(http.requests()).toEqual({ error: 3 });
  });

  test('after the request was sent may have had one', async () => {
    const { ask, heard } = await world(response => response.socket?.resetAndDestroy());
    await expect(ask({ method: 'POST', repeatable: false, body: '{}' })).rejects.toMatchObject({
      code: 'ConnectionDown',
      applied: 'unknown',
    });
    expect(heard).toHaveLength(1);
  });

  test('is tried again if that does no harm', async () => {
    const { ask, heard } = await world((response, { n }) =>
      n < 3 ? response.socket?.resetAndDestroy() : json(response, 200, {}),
    );
    expect((await ask({ method: 'PATCH', body: '{}' })).status).toBe(200);
    expect(heard).toHaveLength(3);
  });

  test('in the middle of the answer is tried again', async () => {
    const { ask } = await world((response, { n }) => {
      if (n > 1) return json(response, 200, {});
      response.writeHead(200, { 'content-length': 100 }).write('{"a":', () => response.socket?.destroy());
    });
    expect((await ask()).status).toBe(200);
  });

  test('JSON that ends in the middle is tried again too', async () => {
    const { ask } = await world((response, { n }) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(n > 1 ? '{}' : '{"a":'),
    );
    expect((await ask()).body).toEqual({});
  });

  test('a server that drips is left at the deadline', async () => {
    const { ask } = await world(
      response => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const timer = setInterval(() => response.write(' '), 5);
        response.on('close', () => clearInterval(timer));
      },
      { surroundings: { requestDeadlineMs: 60 } },
    );
    await expect(ask({ repeatable: false })).rejects.toMatchObject({ code: 'ConnectionDown', applied: 'unknown' });
  });
});

describe('stopping', () => {
  test('ends a request that waits for its answer', async () => {
    const { ask, heard } = await world(() => undefined);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 30);
    await expect(ask({}, '/x', stop.signal)).rejects.toMatchObject({ name: 'TransientError', applied: 'unknown' });
    expect(heard).toHaveLength(1);
  });

  test('ends a pause', async () => {
    const { ask } = await world(response => json(response, 429, {}, { 'retry-after': '600' }), {
      surroundings: {
        sleep: (_ms, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject)),
      },
    });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 30);
    await expect(ask({}, '/x', stop.signal)).rejects.toMatchObject({ name: 'TransientError', applied: 'no' });
  });

  test('sends nothing any more', async () => {
    const { ask, heard } = await world(response => json(response, 200, {}));
    await expect(ask({}, '/x', AbortSignal.abort())).rejects.toMatchObject({ applied: 'no' });
    expect(heard).toHaveLength(0);
  });
});

describe('concurrency', () => {
  test('no more requests are under way than allowed', async () => {
    let open = 0;
    let most = 0;
    const { ask } = await world(response => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open--;
        json(response, 200, {});
      }, 10);
    });
    await Promise.all(Array.from({ length: 10 }, () => ask()));
    expect(most).toBe(2);
  });
});

describe('where requests may go', () => {
  test('a host that the Secret does not name gets none', async () => {
    const { http, heard, url } = await world(response => json(response, 200, {}), {
      options: { allowedHosts: 'shop.example.com' },
    });
    const asked = http.request({ method: 'GET', url: new URL(url), repeatable: true }, new AbortController().signal);
    await expect(asked).rejects.toMatchObject({ name: 'ConfigError', code: 'HostNotAllowed' });
    expect(heard).toHaveLength(0);
  });

  test('a name with an address that is not public is refused when it is resolved', async () => {
    const { http } = await world(() => undefined, { options: { allowedHosts: 'localhost' } });
    const asked = http.request(
      { method: 'GET', url: new URL('https://localhost/'), repeatable: true },
      new AbortController().signal,
    );
    await expect(asked).rejects.toMatchObject({ name: 'ConfigError', code: 'AddressNotAllowed' });
  });

  test('a user name in the URL is refused and not repeated', async () => {
    const { http } = await world(() => undefined, { options: { allowedHosts: 'shop.test' } });
    const url = new URL('https://ann:geheim@shop.test/');
    const error = await http
      .request({ method: 'GET', url, repeatable: true }, new AbortController().signal)
      .catch(error => error);
    expect(error).toMatchObject({ code: 'InvalidConfiguration' });
    expect(inspect(error)).not.toMatch(/geheim|ann/);
  });
});

describe('TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'supercargo-http-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const made =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=shop.test -addext subjectAltName=DNS:shop.test';
  execFileSync('openssl', [...made.split(' '), '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const pem = readFileSync(cert, 'utf8');
  const tls = { cert: pem, key: readFileSync(key, 'utf8') };

  async function askOverTls(host: string, certificateAuthorities: string[]) {
    const { http, url } = await world(response => json(response, 200, {}), { tls });
    const routed = openHttp({
      secretName: 'shop',
      allowedHosts: host,
      concurrent: 1,
      surroundings: {
        routes: [{ host, port: 443, to: new URL(url).host }],
        certificateAuthorities,
        now: () => new Date(),
        random: () => 0,
        sleep: async () => undefined,
      },
    });
    closing.push(
      () => routed.close(),
      () => http.close(),
    );
    return routed.request(
      { method: 'GET', url: new URL(`https://${host}/`), repeatable: true },
      new AbortController().signal,
    );
  }

  test('a re-routed host keeps its name, and an added authority is trusted', async () => {
    expect((await askOverTls('shop.test', [pem])).status).toBe(200);
  });

  test.each([
    { host: 'shop.test', authorities: [], code: 'DEPTH_ZERO_SELF_SIGNED_CERT', why: 'nobody vouches for it' },
    { host: 'other.test', authorities: [pem], code: 'ERR_TLS_CERT_ALTNAME_INVALID', why: 'the name is another' },
  ])(
    'a certificate is refused where $why, also when the environment switches checks off',
    async ({ host, authorities, code }) => {
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
      closing.push(() => delete process.env.NODE_TLS_REJECT_UNAUTHORIZED);
      await expect(askOverTls(host, authorities)).rejects.toMatchObject({
        code: 'ConnectionDown',
        applied: 'no',
        message: expect.stringContaining(code),
      });
    },
  );
});
