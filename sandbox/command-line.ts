/** The words of `npm run sandbox`, and what each of them calls. */
import { Command, Option } from 'commander';

export interface Actions {
  up: (options: { name: string; empty?: true; operator: boolean }) => Promise<void>;
  down: (options: { name: string }) => Promise<void>;
  status: (options: { name: string }) => Promise<void>;
}

export function commandLine(actions: Actions): Command {
  const program = new Command('npm run sandbox --')
    .usage('up|down|status [options]')
    .description(
      'A Kubernetes control plane with a node, a database and simulated shops and back offices, on this machine.',
    )
    .showHelpAfterError('(--help tells more)');
  const name = () => new Option('--name <name>', 'which sandbox; several may run at once').default('default');
  program
    .command('up')
    .description('start it, or bring a running one up to date with this checkout')
    .addOption(name())
    .addOption(new Option('--node <kind>', 'what runs the pods').choices(['process']).default('process'))
    .option('--empty', 'leave the simulated systems without data')
    .option('--no-operator', 'install everything but the pod of the operator, to run one by hand')
    .action(actions.up);
  program.command('down').description('end it and remove its data').addOption(name()).action(actions.down);
  program
    .command('status')
    .description('tell what is there of it; exit code 1 when it is not up')
    .addOption(name())
    .action(actions.status);
  return program;
}
