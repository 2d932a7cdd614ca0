import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect, jest, test } from '@jest/globals';
import { ask } from './client.ts';

jest.setTimeout(30_000);

const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
const credentials = join(folder, 'credentials.json');
writeFileSync(credentials, JSON.stringify({ username: 'OTHER', password: 'other-password' }));

const basic = (user: string) => ({
  authorization: `Basic ${Buffer.from(user).toString('base64')}`,
  'content-type': 'application/json',
});
const customers = '/Sage300WebApi/v1.0/-/SAMLTD/AR/ARCustomers';

test.each([
  ['magento', [], '/rest/V1/customers/search?searchCriteria=', { authorization: 'Bearer example-access-token' }],
  ['sage300', [], customers, basic('WEBAPI:example-password')],
  ['sage300', ['--credentials', credentials], customers, basic('OTHER:other-password')],
])('%s %j says where it listens and ends on SIGTERM', async (system, args, path, headers) => {
  const main = join(import.meta.dirname, `../../connectors/${system}/simulator/main.ts`);
  const child = spawn(process.execPath, [main, '--port', '0', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise(resolve => child.once('exit', resolve));
  const line = await new Promise<string>(resolve => createInterface({ input: child.stdout }).once('line', resolve));
  const { url, control } = JSON.parse(line);
  expect((await ask(`${url}${path}`, { headers })).status).toBe(200);
  expect((await ask(`${control}/collections`)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('wrong arguments end it with the usage', async () => {
  const main = join(import.meta.dirname, '../../connectors/magento/simulator/main.ts');
  const child = spawn(process.execPath, [main, '--port', 'many'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const words = await text(child.stderr);
  expect(words).toContain('usage');
  expect(child.exitCode ?? (await new Promise(resolve => child.once('exit', resolve)))).toBe(2);
});
