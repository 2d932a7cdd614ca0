/** `npm run sandbox -- up|down|status`: a whole world on one machine. */
import { commandLine } from './command-line.ts';
import { down } from './down.ts';
import { nextSteps } from './next-steps.ts';
import { status } from './status.ts';
import { up } from './up.ts';

const program = commandLine({
  async up({ name, empty = false, operator }) {
    const begun = performance.now();
    const sandbox = await up({ name, empty, operator });
    console.log(nextSteps(name, sandbox, performance.now() - begun));
  },
  async down({ name }) {
    console.log((await down(name)) ? `The sandbox "${name}" is down.` : `There is no sandbox "${name}".`);
  },
  async status({ name }) {
    const { up, lines } = await status(name);
    console.log(lines.join('\n'));
    process.exitCode = up ? 0 : 1;
  },
});

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
