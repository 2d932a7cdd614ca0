/** `npm run map -- -f <manifests> <record.json>`: what would a record become, and why? Without a cluster, and nothing is sent. */
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { z } from 'zod';
import type { CanonicalRecord, DestinationFacts, SourceFacts } from '../../connectors/contract.ts';
import { catalogue } from '../../connectors/index.ts';
import { fingerprint, systemOf } from '../../crds/connection.ts';
import { compileMapping } from '../../crds/mapping.ts';
import { didYouMean } from '../../crds/nearest.ts';
import type { Task } from '../../crds/sync-workflow.ts';
import { hostOf } from '../connection.ts';
import { explain } from './explain.ts';
import { type LookupTable, toLookupTable } from './lookup.ts';
import { ManifestError, type Manifests, readManifests } from './manifests.ts';
import { recordMapper } from './mapping.ts';

/** Bad manifests, records or arguments; 1 = a record would not be sent. */
const misuse = 2;

const program = new Command('map')
  .usage('-f <file or folder>... [options] <record.json>')
  .description(
    'Shows what a record of the source would become in the destination: every field with its value, the rule and the row of the\n' +
      'lookup table that made it, or why it would fail. Needs no cluster and sends nothing.\n\n' +
      'record.json holds one canonical record, or an array of them: the fields of the source stream as the reference page of its\n' +
      'connector lists them (key, updatedTime, email, firstName …), not what the shop itself answers.',
  )
  .argument('<record.json>', 'one canonical record, or an array of them')
  .requiredOption(
    '-f, --file <path>',
    'manifests: a file, or a folder whose *.yaml are read; may be given several times',
    (file: string, before: string[] | undefined) => [...(before ?? []), file],
  )
  .option('--workflow <name>', 'which SyncWorkflow, if there are several')
  .option('--task <name>', 'which task, if the workflow has several')
  .addHelpText(
    'after',
    `
Example:
  npm run map -- -f examples/magento-to-sage300 examples/magento-to-sage300/records/customer.json

Exit code: 0 every record would be sent, 1 some would not, ${misuse} manifests, record or arguments cannot be used.`,
  )
  .configureOutput({ outputError: (text, write) => write(text) })
  .exitOverride(error => process.exit(error.exitCode === 0 ? 0 : misuse));

interface Options {
  file: string[];
  workflow?: string;
  task?: string;
}

async function main(): Promise<number> {
  program.parse();
  const options = program.opts<Options>();
  const manifests = await readManifests(options.file);
  const workflow = pick('SyncWorkflow', manifests.workflows, options.workflow, '--workflow');
  const tasks = new Map(workflow.value.tasks.map(task => [task.name, task]));
  const task = pick(`task of ${workflow.name}`, tasks, options.task, '--task').value;
  const source = endOf(task.from, manifests, 'source');
  const destination = endOf(task.to, manifests, 'destination');
  const { mapping, problems } = compileMapping(task.mapping ?? [], source.facts, destination.facts);
  if (mapping === null)
    throw new ManifestError(problems.map(({ reason, message }) => `${reason}: ${message}`).join('\n'));
  const map = recordMapper(mapping, tablesOf(mapping.tables, manifests), destination.facts);
  const records = await readRecords(program.args[0] ?? '', source.facts);
  const run = { time: new Date().toISOString() };
  const mapped = records.map(record => ({ key: record.key, ...map({ record, source: source.origin, run }) }));
  for (const one of mapped) {
    process.stdout.write(`${workflow.name}, task ${task.name}, record ${one.key}\n\n${explain(one)}\n\n`);
  }
  return mapped.some(({ problem }) => problem !== null) ? 1 : 0;
}

function pick<T>(what: string, all: ReadonlyMap<string, T>, wanted: string | undefined, option: string) {
  const names = [...all.keys()];
  const name = wanted ?? (names.length === 1 ? names[0] : undefined);
  const value = name === undefined ? undefined : all.get(name);
  if (name !== undefined && value !== undefined) return { name, value };
  if (names.length === 0) throw new ManifestError(`no ${what} in the files given with -f`);
  if (wanted === undefined)
    throw new ManifestError(`more than one ${what}: choose with ${option}: ${names.join(', ')}`);
  throw new ManifestError(`no ${what} is called ${wanted}: ${didYouMean(wanted, names)}`);
}

function endOf<Part extends 'source' | 'destination'>(
  end: Task['from'] | Task['to'],
  { connections }: Manifests,
  part: Part,
) {
  const { name } = end.connectionRef;
  const spec = connections.get(name);
  const found = spec && systemOf(spec);
  if (!spec || !found) throw new ManifestError(`Connection ${name} is not in the files given with -f; add its file`);
  const facts: Record<string, { source?: SourceFacts; destination?: DestinationFacts }> =
    catalogue[found.system].facts.streams;
  const stream = facts[end.stream]?.[part];
  if (!stream) throw new ManifestError(`${found.system} has no stream ${end.stream} as a ${part}`);
  return {
    facts: stream as Part extends 'source' ? SourceFacts : DestinationFacts,
    origin: { system: found.system, host: hostOf({ system: found.system, fingerprint: fingerprint(spec) }) },
  };
}

function tablesOf(names: string[], { tables }: Manifests): Map<string, LookupTable> {
  return new Map(
    names.map(name => {
      const spec = tables.get(name);
      if (!spec) throw new ManifestError(`LookupTable ${name} is not in the files given with -f; add its file`);
      const { entries, onNoEntry, default: fallback } = spec;
      return [
        name,
        toLookupTable({
          table: name,
          hash: '',
          entries,
          onNoEntry,
          ...(fallback === undefined ? {} : { default: fallback }),
        }),
      ];
    }),
  );
}

async function readRecords(file: string, { record }: SourceFacts): Promise<CanonicalRecord[]> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new ManifestError(`${file}: cannot be read`);
  });
  const all = z.array(record).safeParse([parsed(file, text)].flat());
  if (all.success) return all.data as CanonicalRecord[];
  const problems = all.error.issues.map(
    ({ path: [place, ...field], message }) => `${file}: record ${Number(place) + 1}: ${field.join('.')}: ${message}`,
  );
  throw new ManifestError(problems.join('\n'));
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ManifestError(`${file}: is no JSON: ${error instanceof Error ? error.message : 'not understood'}`);
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ManifestError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = misuse;
}
