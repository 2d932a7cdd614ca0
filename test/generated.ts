/** Generates once more and fails where a file changed: what is committed must be what the kinds and permissions say. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folders = ['charts/supercargo/templates', 'docs/reference'];

function contents(): Map<string, string> {
  const files = folders.flatMap(folder =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name)),
  );
  return new Map(files.map(file => [file, readFileSync(file, 'utf8')]));
}

const before = contents();
const ended = spawnSync('npm', ['run', '--silent', 'generate'], { stdio: 'inherit' });
const after = contents();
const changed = [...new Set([...before.keys(), ...after.keys()])].filter(file => before.get(file) !== after.get(file));
for (const file of changed) console.error(`${file} was not what \`npm run generate\` makes: commit the new one`);
process.exitCode = ended.status === 0 && changed.length === 0 ? 0 : 1;
