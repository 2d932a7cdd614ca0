/** Where a sandbox keeps its things, and the file that tells everybody else. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export const repository = join(import.meta.dirname, '..');

const simulator = z.object({
  url: z.string().describe('Where the simulated system answers'),
  control: z.string().describe('Where it is told what to do and asked what happened'),
});

/** `.sandbox/<name>/sandbox.json`: a fixed interface. Paths are absolute. */
const sandbox = z.object({
  kubeconfig: z.string(),
  kubectl: z.string(),
  namespace: z.string(),
  ledger: z.string(),
  node: z.enum(['process']),
  simulators: z.record(z.string(), simulator),
  metrics: z.string(),
  pids: z.record(z.string(), z.int()),
});
export type Sandbox = z.output<typeof sandbox>;

export interface Places {
  name: string;
  dir: string;
  sandboxJson: string;
  lock: string;
  logs: string;
  /** Notes of the programs we started. */
  processes: string;
  ports: string;
  certificates: string;
  etcd: string;
  /** A link to where PostgreSQL keeps its files. */
  postgres: string;
  audit: string;
  kubeconfig: string;
  /** Of the process node: pods, claims, and notes of the containers' processes. */
  node: string;
  images: string;
  /** The bundled programs, one directory per content. */
  bundles: string;
  values: string;
  helm: string;
}

/** Throws on a name that would not do for a directory. */
export function placesOf(name: string): Places {
  if (!/^[a-z0-9][a-z0-9-]{0,30}$/.test(name)) {
    throw new Error(`"${name}" is no name for a sandbox: lower-case letters, digits and hyphens, at most 31`);
  }
  const all = join(repository, '.sandbox');
  const dir = join(all, name);
  const inside = (path: string) => join(dir, path);
  return {
    name,
    dir,
    sandboxJson: inside('sandbox.json'),
    lock: join(all, `${name}.lock`), // outlives the directory
    logs: inside('logs'),
    processes: inside('processes'),
    ports: inside('ports.json'),
    certificates: inside('certificates'),
    etcd: inside('etcd'),
    postgres: inside('postgres'),
    audit: inside('audit.log'),
    kubeconfig: inside('kubeconfig'),
    node: inside('node'),
    images: inside('images.json'),
    bundles: inside('bundles'),
    values: inside('values.json'),
    helm: inside('helm'),
  };
}

/** What `sandbox.json` says; null when there is none. */
export async function readSandbox(places: Places): Promise<Sandbox | null> {
  try {
    return sandbox.parse(JSON.parse(await readFile(places.sandboxJson, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`${places.sandboxJson} cannot be understood; \`npm run sandbox -- down\` removes it`, {
      cause: error,
    });
  }
}
