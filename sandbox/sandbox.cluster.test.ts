import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { controlApi } from './control-api.ts';
import { down } from './down.ts';
import { placesOf, readSandbox, type Sandbox } from './places.ts';
import { identify, isAlive, noted } from './process.ts';
import { status } from './status.ts';
import { up } from './up.ts';

const name = 'sandbox-test';
const places = placesOf(name);
const quiet = { name, say: () => {} };
const minutes = 60_000;

let sandbox: Sandbox;
afterAll(() => down(name).then(() => {}), 2 * minutes);

/** Everything that runs for the sandbox: programs and the processes of its pods. */
const processes = async () => [...(await noted(places.dir)).values()].filter(isAlive);

it(
  'comes up with everything and says where it is',
  async () => {
    sandbox = await up(quiet);
    expect(await readSandbox(places)).toEqual(sandbox);
    const { up: isUp, lines } = await status(name);
    expect(lines.at(-1)).toMatch(/^operator +available$/);
    expect(isUp).toBe(true);
    expect((await fetch(sandbox.metrics)).status).toBe(200);
    expect(await controlApi(sandbox.simulators.magento?.control ?? '').all('customers')).toHaveLength(22);
    expect(await readFile(places.audit, 'utf8')).toContain('"level":"Metadata"');
  },
  3 * minutes,
);

it(
  'is left as it is by a second up',
  async () => {
    expect(await up(quiet)).toEqual(sandbox);
  },
  2 * minutes,
);

it(
  'comes up again after everything of it was killed, pods included',
  async () => {
    const before = await processes();
    expect(before.length).toBeGreaterThan(Object.keys(sandbox.pids).length);
    for (const pid of Object.values(sandbox.pids)) process.kill(pid, 'SIGKILL');
    const again = await up({ ...quiet, empty: true });
    expect(before.filter(isAlive)).toEqual([]);
    expect(Object.values(again.pids)).not.toEqual(Object.values(sandbox.pids));
    expect(await controlApi(again.simulators.magento?.control ?? '').all('customers')).toEqual([]);
    sandbox = again;
  },
  3 * minutes,
);

it(
  'ends all of its processes and nobody else, even where a pid has passed to another',
  async () => {
    const bystander = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    const { pid = 0 } = bystander;
    await writeFile(join(places.processes, 'ended-long-ago.pid'), JSON.stringify({ ...identify(pid), start: '1' }));
    const before = await processes();
    try {
      expect(await down(name)).toBe(true);
      expect(before.filter(isAlive)).toEqual([]);
      expect(identify(pid)).not.toBeNull();
      expect(await readdir(places.dir)).toEqual(['logs']);
      expect(await down(name)).toBe(false);
      expect((await status(name)).up).toBe(false);
    } finally {
      bystander.kill();
    }
  },
  minutes,
);
