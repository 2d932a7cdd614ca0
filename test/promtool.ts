/** Debian's promtool: the one on the PATH, or else taken out of the package `prometheus` into the user's cache, without installing it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Path of the program. Throws with what to install where there is neither the program nor apt-get. */
export function promtool(): string {
  if (spawnSync('promtool', ['--version']).status === 0) return 'promtool';
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'supercargo', 'promtool');
  const program = join(folder, 'usr/bin/promtool');
  if (!existsSync(program)) unpack(folder);
  return program;
}

function unpack(folder: string): void {
  mkdirSync(join(folder, '..'), { recursive: true });
  const scratch = mkdtempSync(`${folder}-`);
  try {
    if (process.getuid?.() === 0) execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
    execFileSync('apt-get', ['download', '-qq', 'prometheus'], { cwd: scratch, stdio: 'ignore' });
    const archive = readdirSync(scratch).find(file => file.endsWith('.deb')) ?? '';
    execFileSync('dpkg', ['-x', join(scratch, archive), join(scratch, 'unpacked')]);
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(scratch, 'unpacked'), folder);
  } catch (error) {
    throw new Error("promtool is missing and could not be had by apt-get: install Debian's package `prometheus`", {
      cause: error,
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
