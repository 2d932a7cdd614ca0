/** What is there of a sandbox, for people. */
import { isAvailable } from './operator.ts';
import { placesOf, readSandbox, type Sandbox } from './places.ts';
import { isAlive, noted } from './process.ts';

export interface Status {
  /** Everything that was started is there. */
  up: boolean;
  lines: string[];
}

export async function status(name = 'default'): Promise<Status> {
  const places = placesOf(name);
  const sandbox = await readSandbox(places);
  if (sandbox === null) return { up: false, lines: [`There is no sandbox "${name}".`] };
  const processes = await noted(places.processes);
  const rows = Object.entries(sandbox.pids).map(([program, pid]) => {
    const process = processes.get(program);
    return { program, pid, alive: process !== undefined && process.pid === pid && isAlive(process) };
  });
  const up = rows.every(row => row.alive);
  const lines = [
    ...rows.map(({ program, pid, alive }) => `${program.padEnd(26)}${alive ? `running (pid ${pid})` : 'ended'}`),
    `${'operator'.padEnd(26)}${await operatorState(sandbox)}`,
  ];
  return { up, lines };
}

async function operatorState(sandbox: Sandbox): Promise<string> {
  switch (await isAvailable(sandbox)) {
    case true:
      return 'available';
    case false:
      return 'not available';
    case null:
      return 'not installed, or the API server does not answer';
  }
}
