import { afterEach, expect, it } from '@jest/globals';
import { type HealthOptions, type HealthServer, serveHealth } from './health.ts';

let server: HealthServer;
afterEach(() => server.close());

const metrics = { contentType: 'text/plain; version=0.0.4', metrics: async () => 'up 1\n' };
async function setUp(options: Partial<HealthOptions> = {}): Promise<HealthServer> {
  server = await serveHealth({
    sick: () => [],
    missing: () => [],
    metrics,
    healthPort: 0,
    host: '127.0.0.1',
    ...options,
  });
  return server;
}

async function get(port: number, path: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return `${response.status} ${await response.text()}`;
}

it('serves everything on one port when told no other', async () => {
  const { healthPort, metricsPort } = await setUp();
  expect(metricsPort).toBe(healthPort);
  expect(await get(healthPort, '/healthz')).toBe('200 ok\n');
  expect(await get(healthPort, '/readyz?verbose')).toBe('200 ok\n');
  expect(await get(healthPort, '/metrics')).toBe('200 up 1\n');
  expect(await get(healthPort, '/elsewhere')).toBe('404 not found\n');
});

it('serves metrics on a port of their own', async () => {
  const { healthPort, metricsPort } = await setUp({ metricsPort: 0 });
  expect(metricsPort).not.toBe(healthPort);
  expect(await get(metricsPort, '/metrics')).toBe('200 up 1\n');
  expect(await get(healthPort, '/metrics')).toBe('404 not found\n');
  expect(await get(metricsPort, '/healthz')).toBe('404 not found\n');
});

it('says what is wrong', async () => {
  const { healthPort } = await setUp({
    sick: () => ['a hangs'],
    missing: () => ['b was not listed yet', 'c is stale'],
  });
  expect(await get(healthPort, '/healthz')).toBe('503 a hangs\n');
  expect(await get(healthPort, '/readyz')).toBe('503 b was not listed yet\nc is stale\n');
});

it('survives metrics that cannot be collected', async () => {
  const { healthPort } = await setUp({ metrics: { ...metrics, metrics: () => Promise.reject(new Error('no')) } });
  expect(await get(healthPort, '/metrics')).toBe('500 failed\n');
  expect(await get(healthPort, '/healthz')).toBe('200 ok\n');
});
