/** The shops and back offices of a sandbox: a simulator each, as a process, with its data. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { controlApi } from './control-api.ts';
import type { Files } from './credentials.ts';
import { jsonOrNull } from './json.ts';
import { type Places, repository } from './places.ts';
import { ready, start } from './process.ts';

/** The host by which manifests know each system; its folder under `connectors/` has the same name. */
export const hosts = {
  magento: 'shop.example.com',
  sage300: 'sage.example.com',
} as const;

export const systems = Object.keys(hosts) as (keyof typeof hosts)[];

const addresses = z.object({ url: z.string(), control: z.string() });
export type Simulators = Record<string, z.output<typeof addresses>>;

/** Starts one simulator per system, on a port and the next one; done when all answer. */
export async function startSimulators(places: Places, firstPort: number, tls: Files): Promise<Simulators> {
  const started = systems.map(async (system, n) => {
    const port = firstPort + 2 * n;
    return [system, await startSimulator(system, port, places, tls)] as const;
  });
  return Object.fromEntries(await Promise.all(started));
}

async function startSimulator(system: string, port: number, places: Places, tls: Files) {
  const program = start(
    {
      name: system,
      command: process.execPath,
      args: [
        join(repository, 'connectors', system, 'simulator', 'main.ts'),
        `--port=${port}`,
        `--control-port=${port + 1}`,
        `--tls-cert=${tls.certificate}`,
        `--tls-key=${tls.key}`,
      ],
    },
    places,
  );
  let said: z.output<typeof addresses> | undefined;
  await ready(
    program,
    async () => {
      said = announced(await readFile(program.log, 'utf8'));
      return said !== undefined;
    },
    60,
  );
  return addresses.parse(said);
}

/** A simulator that is ready says where it is, in one line of JSON among whatever else it says. */
export function announced(output: string): z.output<typeof addresses> | undefined {
  for (const line of output.split('\n')) {
    if (!line.startsWith('{')) continue;
    const parsed = addresses.safeParse(jsonOrNull(line));
    if (parsed.success) return parsed.data;
  }
  return undefined;
}

const data = z.record(z.string(), z.array(z.record(z.string(), z.unknown())));

/** Fills every simulator with `sandbox/data/<system>.json`, collection by collection in the order of the file. */
export async function seed(simulators: Simulators): Promise<void> {
  await Promise.all(
    Object.entries(simulators).map(async ([system, { control }]) => {
      const path = join(import.meta.dirname, 'data', `${system}.json`);
      const collections = data.parse(JSON.parse(await readFile(path, 'utf8')));
      for (const [name, entities] of Object.entries(collections)) await controlApi(control).seed(name, entities);
    }),
  );
}
