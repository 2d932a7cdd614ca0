import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ask, type Call, type Reply } from './client.ts';
import { Clock } from './clock.ts';
import type { Collection, Entity } from './collection.ts';
import { type Answer, type Heard, jsonAnswer } from './exchange.ts';
import type { JournalEntry } from './journal.ts';
import { type Simulator, startSimulator } from './simulator.ts';
import type { System } from './system.ts';

/** Generous: the machine may be busy. */
jest.setTimeout(30_000);

/** A system of boxes: GET reads one, PUT fills it, DELETE takes it away and has nothing to say. */
class Boxes implements System, Collection {
  readonly name = 'boxes';
  readonly secrets = ['open-sesame'];
  readonly collections = [this];
  readonly #boxes = new Map<string, Entity>();

  get count(): number {
    return this.#boxes.size;
  }

  answer({ method, path, body }: Heard): Answer {
    const key = path.slice(1);
    if (method === 'PUT') {
      this.put(key, JSON.parse(body));
      return { ...jsonAnswer(200, { done: true }), applied: true, records: 1 };
    }
    if (method === 'DELETE') return { status: 204, applied: this.remove(key) };
    const found = this.#boxes.get(key);
    return found ? jsonAnswer(200, found, { records: 1 }) : this.refuse(404);
  }

  refuse(status: number): Answer {
    return jsonAnswer(status, { refused: status });
  }

  reset(): void {
    this.#boxes.clear();
  }

  shown(): Iterable<Entity> {
    return this.#boxes.values();
  }

  seed(entities: readonly Entity[]): void {
    for (const entity of entities) this.#boxes.set(String(entity.key), entity);
  }

  put(key: string, values: Entity): Entity {
    const entity = { ...this.#boxes.get(key), ...values, key };
    this.#boxes.set(key, entity);
    return entity;
  }

  remove(key: string): boolean {
    return this.#boxes.delete(key);
  }
}

let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator(new Boxes(), new Clock(), {});
});
afterEach(() => simulator.close());

const call = (path: string, options?: Call): Promise<Reply> => ask(`${simulator.url}${path}`, options);
const control = async (
  path: string,
  body?: unknown,
  method = body === undefined ? 'GET' : 'POST',
): Promise<unknown> => {
  const reply = await ask(`${simulator.control}${path}`, { method, body });
  expect(reply.status).toBe(200);
  return reply.body;
};
const journal = async (query = ''): Promise<JournalEntry[]> =>
  ((await control(`/journal${query}`)) as { entries: JournalEntry[] }).entries;
const put = (path = '/a', body: Entity = { size: 1 }): Promise<Reply> => call(path, { method: 'PUT', body });
const status = async (): Promise<number> => (await call('/a')).status;

describe('faults', () => {
  const rows = [
    { do: { do: 'status' }, want: { status: 500, body: { refused: 500 } }, applied: false, sent: 500 },
    {
      do: { do: 'status', status: 503, headers: { 'Retry-After': '7' }, body: 'later' },
      want: { status: 503, body: 'later' },
      applied: false,
      sent: 503,
    },
    {
      do: { do: 'status', status: 409, body: { no: 1 } },
      want: { status: 409, body: { no: 1 } },
      applied: false,
      sent: 409,
    },
    { do: { do: 'html' }, want: { status: 200, body: expect.stringContaining('<html>') }, applied: false, sent: 200 },
    { do: { do: 'reset-before' }, want: null, applied: false, sent: null },
    { do: { do: 'reset-after' }, want: null, applied: true, sent: null },
    { do: { do: 'truncate' }, want: null, applied: true, sent: 200 },
    { do: { do: 'delay', ms: 30 }, want: { status: 200, body: { done: true } }, applied: true, sent: 200 },
    { do: { do: 'drip', ms: 1 }, want: { status: 200, body: { done: true } }, applied: true, sent: 200 },
  ];

  test.each(rows)('$do.do $do.status', async ({ do: fault, want, applied, sent }) => {
    await control('/faults', { match: { method: 'PUT', path: '^/a$' }, ...fault });
    if (want) expect(await put()).toMatchObject(want);
    else await expect(put()).rejects.toThrow();
    expect(await status()).toBe(applied ? 200 : 404);
    expect(await journal()).toMatchObject([{ fault: fault.do, status: sent, applied }, { fault: null }]);
  });

  test('late: answered 504 at once, applied afterwards, and the journal learns of it', async () => {
    await control('/faults', { do: 'late', ms: 500 });
    expect((await put()).status).toBe(504);
    expect(await status()).toBe(404);
    expect(await journal('?limit=1')).toMatchObject([{ status: 504, applied: false }]);
    await new Promise(resolve => setTimeout(resolve, 600));
    expect(await status()).toBe(200);
    expect(await journal('?limit=1')).toMatchObject([{ status: 504, applied: true }]);
  });

  test('truncate leaves nothing of an answer without a body', async () => {
    await put();
    await control('/faults', { match: { method: 'DELETE' }, do: 'truncate' });
    await expect(call('/a', { method: 'DELETE' })).rejects.toThrow();
    expect(await status()).toBe(404);
  });

  test('a fault that cannot be sent ends the connection and nothing else', async () => {
    await control('/faults', { do: 'status', headers: { 'no header': 'x' } });
    const error = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    await expect(status()).rejects.toThrow();
    error.mockRestore();
    expect(await status()).toBe(404);
  });

  test('skip lets requests pass, times repeats, other paths and verbs are spared', async () => {
    await control('/faults', { match: { method: 'get', path: 'a$' }, skip: 1, times: 2, do: 'status', status: 418 });
    await put();
    const statuses = [];
    for (const path of ['/a', '/b', '/a', '/a', '/a']) statuses.push((await call(path)).status);
    expect(statuses).toEqual([200, 404, 418, 418, 200]);
  });

  test('a fault that is none is refused with the reason', async () => {
    for (const fault of [{ do: 'explode' }, { do: 'html', match: { path: '(' } }, { do: 'html', often: 3 }]) {
      const reply = await ask(`${simulator.control}/faults`, { method: 'POST', body: fault });
      expect(reply).toMatchObject({ status: 400, body: { error: expect.any(String) } });
    }
    expect(await control('/faults')).toEqual([]);
  });

  test('DELETE takes back what has not happened', async () => {
    await control('/faults', { do: 'status' });
    await ask(`${simulator.control}/faults`, { method: 'DELETE' });
    expect(await status()).toBe(404);
  });
});

describe('limits', () => {
  const together = (count: number) => Promise.all(Array.from({ length: count }, () => status()));

  test('beyond concurrent and queue the system refuses in its own words', async () => {
    await control('/limits', { concurrent: 1, queue: 1, latencyMs: 400 });
    expect((await together(4)).sort()).toEqual([404, 404, 429, 429]);
    expect((await journal()).filter(entry => entry.status === 429)).toMatchObject([{ answer: { refused: 429 } }, {}]);
  });

  test('requests per window', async () => {
    await control('/limits', { requests: 2, windowSeconds: 1 });
    const first = await together(3);
    await new Promise(resolve => setTimeout(resolve, 1100));
    const second = await together(2);
    expect([first.sort(), second]).toEqual([
      [404, 404, 429],
      [404, 404],
    ]);
  });

  test('time per request and per record', async () => {
    await put();
    await control('/limits', { latencyMs: 20, perRecordMs: 30 });
    const start = performance.now();
    await status();
    expect(performance.now() - start).toBeGreaterThan(45);
  });
});

describe('the journal', () => {
  test('has every request in order, with bodies and answers, and pages', async () => {
    await put('/a', { size: 1 });
    await call('/a?x=1');
    await call('/b');
    const entries = await journal();
    expect(entries).toMatchObject([
      { n: 1, method: 'PUT', url: '/a', status: 200, applied: true, body: { size: 1 }, answer: { done: true } },
      { n: 2, method: 'GET', url: '/a?x=1', status: 200, applied: false, body: null },
      { n: 3, status: 404 },
    ]);
    expect(await journal('?after=1&limit=1')).toEqual([entries[1]]);
    expect(await control('/journal?limit=0')).toMatchObject({
      entries: [],
      total: 3,
      dropped: 0,
      counts: { 200: 2, 404: 1 },
    });
  });

  test('shows no credentials: not by name, not by value, not in addresses', async () => {
    const headers = { authorization: 'Bearer open-sesame' };
    await call('/a?access_token=abc&q=open-sesame', {
      method: 'PUT',
      headers,
      body: { password: 'x1', note: 'open-sesame', deep: [{ token: 'y2' }] },
    });
    const text = JSON.stringify(await journal());
    for (const secret of ['open-sesame', 'abc', 'x1', 'y2']) expect(text).not.toContain(secret);
    expect((await journal())[0]).toMatchObject({
      url: '/a?access_token=***&q=***',
      body: { password: '***', note: '***' },
    });
  });

  test('keeps length and hash of a long answer', async () => {
    await put('/a', { text: 'x'.repeat(20_000) });
    await call('/a');
    expect((await journal())[1]?.answer).toEqual({
      length: 20_021,
      hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
  });

  test('is empty after a reset, and its numbers go on', async () => {
    await put();
    await control('/reset', {});
    await status();
    expect(await journal()).toMatchObject([{ n: 2, status: 404 }]);
  });
});

describe('the control API', () => {
  test('collections: counts, entities, seed, put, delete', async () => {
    expect(await control('/collections/boxes', [{ key: 'a' }, { key: 'b/c', size: 2 }])).toEqual({ count: 2 });
    expect(await control('/collections')).toEqual({ boxes: 2 });
    expect(await control('/collections/boxes/b/c', { size: 3 }, 'PUT')).toEqual({ key: 'b/c', size: 3 });
    expect(await control('/collections/boxes/b%2Fc', { weight: 1 }, 'PUT')).toEqual({ key: 'b/c', size: 3, weight: 1 });
    expect(await control('/collections/boxes/a', undefined, 'DELETE')).toEqual({});
    expect(await control('/collections/boxes')).toEqual([{ key: 'b/c', size: 3, weight: 1 }]);
  });

  test.each([
    ['DELETE', '/collections/boxes/none', 404],
    ['GET', '/collections/none', 404],
    ['GET', '/nothing', 404],
    ['POST', '/clock', 400],
    ['POST', '/collections/boxes', 400],
  ])('%s %s is answered %d', async (method, path, want) => {
    expect(await ask(`${simulator.control}${path}`, { method, body: '{"x":1}' })).toMatchObject({ status: want });
  });

  test('the clock shifts the Date header, the journal keeps the real time', async () => {
    await control('/clock', { skewSeconds: 5400 });
    const { headers } = await call('/a');
    const ahead = new Date(String(headers.date)).getTime() - Date.now();
    expect(Math.abs(ahead - 5_400_000)).toBeLessThan(5_000);
    expect(Math.abs(new Date((await journal())[0]?.time ?? '').getTime() - Date.now())).toBeLessThan(5_000);
  });

  test('reset takes back state, faults, limits and clock', async () => {
    await put();
    await control('/faults', { do: 'status' });
    await control('/limits', { requests: 0 });
    await control('/clock', { skewSeconds: 60 });
    await control('/reset', {});
    expect(await control('/collections')).toEqual({ boxes: 0 });
    expect(await status()).toBe(404);
    expect(await control('/clock')).toMatchObject({ skewSeconds: 0 });
  });
});
