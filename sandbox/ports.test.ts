import { createServer } from 'node:net';
import { expect, it } from '@jest/globals';
import { freePorts, portTable } from './ports.ts';

it('gives every program a port of its own', () => {
  const ports = Object.values(portTable(20_000));
  expect(new Set(ports).size).toBe(ports.length);
  expect(Math.min(...ports)).toBe(20_000);
});

it('finds ports that can be listened on', async () => {
  const { apiserver } = await freePorts();
  const server = createServer();
  await new Promise<void>(resolve => server.listen(apiserver, '127.0.0.1', resolve));
  await new Promise(resolve => server.close(resolve));
});
