/**
 * Programs of a sandbox as processes of their own: they outlive the command that started them, and only they are ever ended. A pid
 * is used again by the system, a pid with its start time is not; each is noted in a file, as the process node notes its containers.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { jsonOrNull } from './json.ts';
import { inherited } from './settings.ts';

/** `start` and `boot` are compared, never understood. */
const identity = z.object({ pid: z.int().min(2), start: z.string(), boot: z.string() });
export type Identity = z.output<typeof identity>;

export interface Program {
  name: string;
  command: string;
  args: string[];
  /** Another user, when we are root. */
  user?: { uid: number; gid: number };
}

export interface Started extends Program {
  pid: number;
  log: string;
  /** Why it is no longer there: its exit code or signal. Undefined while it runs. */
  ended(): string | undefined;
}

/** Where the notes and logs of a sandbox's programs lie. */
export interface ProcessPlaces {
  processes: string;
  logs: string;
}

/** Starts a program that outlives us, its output in `<logs>/<name>.log`, noted in `<processes>/<name>.pid`. */
export function start(program: Program, places: ProcessPlaces): Started {
  mkdirSync(places.logs, { recursive: true });
  mkdirSync(places.processes, { recursive: true });
  const log = join(places.logs, `${program.name}.log`);
  const output = openSync(log, 'a');
  const child = spawn(program.command, program.args, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', output, output],
    env: inherited(),
    ...program.user,
  });
  closeSync(output);
  const ended = endOf(child);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program.command} cannot be started`);
  const found = identify(pid);
  if (found !== null) writeFileSync(join(places.processes, `${program.name}.pid`), JSON.stringify(found));
  child.unref();
  return { ...program, pid, log, ended };
}

function endOf(child: ChildProcess): () => string | undefined {
  let end: string | undefined;
  child.on('exit', (code, signal) => {
    end = signal === null ? `exit code ${code}` : `signal ${signal}`;
  });
  child.on('error', error => {
    end = error.message;
  });
  return () => end;
}

/** Waits until the check says yes. Fails when the program ends or the time is over, with the end of the program's log. */
export async function ready(program: Started, check: () => Promise<boolean>, seconds: number): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; !(await check()); await sleep(50)) {
    const end = program.ended();
    if (end !== undefined) throw new Error(`${program.name} ended with ${end}${await lastLines(program.log)}`);
    if (Date.now() > deadline) {
      throw new Error(`${program.name} is not ready after ${seconds} s${await lastLines(program.log)}`);
    }
  }
}

/** The end of a log, to be appended to a message. */
export async function lastLines(log: string, count = 15): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  const lines = text.trimEnd().split('\n').slice(-count);
  return `; the end of ${log}:\n${lines.map(line => `  ${line}`).join('\n')}`;
}

/** Who the process with this pid is; null when there is none, or it has ended and only waits to be forgotten (a zombie). */
export function identify(pid: number): Identity | null {
  try {
    const start =
      process.platform === 'linux'
        ? startTimeOf(readFileSync(`/proc/${pid}/stat`, 'utf8'))
        : execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return start === null ? null : { pid, start, boot: bootId() };
  } catch {
    return null; // no such process
  }
}

/** Field 22 of /proc/<pid>/stat. The second field is the program's name in brackets and may hold brackets itself. */
export function startTimeOf(stat: string): string | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? null : (fields[19] ?? null);
}

function bootId(): string {
  return process.platform === 'linux' ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() : '';
}

export function isAlive(known: Identity): boolean {
  const found = identify(known.pid);
  return found !== null && found.start === known.start && found.boot === known.boot;
}

/** The processes noted below a directory, by the name of the note. A note that cannot be read stands for no process. */
export async function noted(directory: string): Promise<Map<string, Identity>> {
  const found = new Map<string, Identity>();
  for await (const path of glob('**/*.pid', { cwd: directory })) {
    const text = await readFile(join(directory, path), 'utf8').catch(() => '');
    const parsed = identity.safeParse(jsonOrNull(text));
    if (parsed.success) found.set(join(dirname(path), basename(path, '.pid')), parsed.data);
  }
  return found;
}

/** Asks the processes and what they started to end, and ends them by force when the grace is over. */
export async function stop(processes: Identity[], signal: NodeJS.Signals, graceMs: number): Promise<void> {
  for (const one of processes) signalGroup(one, signal);
  for (const deadline = Date.now() + graceMs; processes.some(isAlive) && Date.now() < deadline; ) await sleep(20);
  for (const one of processes) signalGroup(one, 'SIGKILL');
  while (processes.some(isAlive)) await sleep(10);
}

/** Each was started as the leader of its own group. */
function signalGroup(one: Identity, signal: NodeJS.Signals): void {
  if (!isAlive(one)) return;
  try {
    process.kill(-one.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // ended in between
  }
}
