/** What the environment says; nothing else in the sandbox reads it. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Settings {
  /** Where things that take long to make are kept for the next sandbox. */
  cache: string;
  /** A directory with the programs of the control plane; it must be complete. */
  clusterBinaries?: string;
  /** The same by a name that other projects use too, often with fewer programs: then it is passed over. */
  kubebuilderAssets?: string;
}

export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const caches = env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return {
    cache: join(caches, 'supercargo'),
    ...(env.SUPERCARGO_CLUSTER_BINARIES && { clusterBinaries: env.SUPERCARGO_CLUSTER_BINARIES }),
    ...(env.KUBEBUILDER_ASSETS && { kubebuilderAssets: env.KUBEBUILDER_ASSETS }),
  };
}

/** What our programs inherit: nothing that would let the user's settings, or a test runner's, change what they do. */
export function inherited(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = env;
  return { TZ: 'UTC', ...(PATH && { PATH }), ...(HOME && { HOME }), ...(TMPDIR && { TMPDIR }) };
}
