/** `npm run demo`: the story of a customer who changes something in the shop, on a sandbox of its own. */
import { parseArgs } from 'node:util';
import { acts } from './demo-acts.ts';
import { down } from './down.ts';
import { duration, progress } from './progress.ts';
import { up } from './up.ts';

const name = 'demo';

const { values } = parseArgs({ options: { exit: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });

async function main(): Promise<void> {
  const begun = performance.now();
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  try {
    await down(name); // a story begins at the beginning
    await story(interrupted.signal);
    console.log(`\nThe story took ${duration(performance.now() - begun)}.`);
    if (!values.exit && !interrupted.signal.aborted) await untilStopped(interrupted.signal);
  } catch (error) {
    console.error(`\nThe demo ended early: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  } finally {
    await down(name);
  }
}

async function story(signal: AbortSignal): Promise<void> {
  const say = (line: string) => console.log(line);
  say(
    'Supercargo keeps a shop and the books in step. This demo starts both, simulated, and a real Kubernetes control plane.\n',
  );
  const sandbox = await up({ name, say });
  process.env.KUBECONFIG = sandbox.kubeconfig;
  const tell = progress(say);
  for (const [index, act] of acts.entries()) {
    if (signal.aborted) return;
    say(`\n── ${index + 1}. ${act.title}\n`);
    say(await tell(act.wait, () => act.play(sandbox, signal)));
  }
}

async function untilStopped(signal: AbortSignal): Promise<void> {
  console.log('It stays up until Ctrl-C.');
  const alive = setInterval(() => {}, 60_000);
  await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
  clearInterval(alive);
}

if (values.help) {
  console.log(
    'npm run demo [-- --exit]\n\nTells the story and stays up until Ctrl-C; with --exit it ends after the story.',
  );
} else {
  await main();
}
