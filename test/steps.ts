/** What is checked, in order: the fast steps first, so that a typo does not wait for a control plane. */
export interface Step {
  name: string;
  command: string[];
  /** Where jest writes its counts; a step without it counts as one check. */
  counts?: string;
  /** Part of `npm run check`. */
  fast: boolean;
}

const jest = ['node', '--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--silent=false'];

const suite = (project: string, file: string, ...more: string[]): Pick<Step, 'command' | 'counts'> => ({
  command: [...jest, '--selectProjects', project, '--json', `--outputFile=${file}`, ...more],
  counts: file,
});

export function steps(scratch: string): Step[] {
  return [
    { name: 'types', command: ['tsc', '-p', '.'], fast: true },
    { name: 'format and lint', command: ['biome', 'ci', '.'], fast: true },
    { name: 'promises and types in use', command: ['oxlint', '--type-aware', '.'], fast: true },
    {
      name: 'import rules',
      command: [
        'depcruise',
        '--config',
        '.dependency-cruiser.json',
        ...['client', 'connectors', 'controllers', 'crds', 'operator', 'pipeline', 'sandbox', 'test'],
      ],
      fast: true,
    },
    { name: 'dead code', command: ['knip'], fast: true },
    { name: 'generated files', command: ['node', 'test/generated.ts'], fast: true },
    { name: 'unit tests', ...suite('unit', `${scratch}/unit.json`), fast: true },
    { name: 'worker and ledger', ...suite('integration', `${scratch}/integration.json`), fast: false },
    { name: 'contracts of the vendors', command: ['node', 'test/contracts/check.ts'], fast: false },
    { name: 'node of the sandbox', command: ['go', '-C', 'sandbox/cluster', 'test', './node/...'], fast: false },
    { name: 'journeys', ...suite('cluster', `${scratch}/cluster.json`, '--runInBand'), fast: false },
  ];
}
