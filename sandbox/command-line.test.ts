import { expect, it } from '@jest/globals';
import type { CommanderError } from 'commander';
import { commandLine } from './command-line.ts';

/** What was called with what; a refusal by its code. */
async function called(...words: string[]): Promise<unknown> {
  let call: unknown;
  const note = (command: string) => async (options: object) => {
    call = { command, ...options };
  };
  const program = commandLine({ up: note('up'), down: note('down'), status: note('status') });
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  }
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    return (error as CommanderError).code;
  }
  return call;
}

it.each([
  [
    'a sandbox without a word is the default one',
    ['up'],
    { command: 'up', name: 'default', operator: true, node: 'process' },
  ],
  [
    'every option has its place',
    ['up', '--name', 'two', '--empty', '--no-operator'],
    { command: 'up', name: 'two', empty: true, operator: false, node: 'process' },
  ],
  [
    'the process node can be asked for',
    ['up', '--node', 'process'],
    { command: 'up', name: 'default', operator: true, node: 'process' },
  ],
  ['down takes a name', ['down', '--name', 'two'], { command: 'down', name: 'two' }],
  ['status takes a name', ['status', '--name', 'two'], { command: 'status', name: 'two' }],
  ['a node that does not exist is refused', ['up', '--node', 'cloud'], 'commander.invalidArgument'],
  ['an option with a typo is refused', ['up', '--emty'], 'commander.unknownOption'],
  ['an unknown word is refused', ['restart'], 'commander.unknownCommand'],
])('%s', async (_why, words, want) => {
  expect(await called(...words)).toEqual(want);
});
