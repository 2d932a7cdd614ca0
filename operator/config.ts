/** The environment of the operator, read once, here and nowhere else. What is wrong is said with the variable's name. */
import { z } from 'zod';
import type { InCluster } from './runtime/kubeconfig.ts';

const name = z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be the name of a namespace');
const namespaces = z
  .string()
  .transform(text => [...new Set(text.split(',').map(part => part.trim()))].filter(part => part !== '').sort())
  .pipe(z.array(name).min(1, 'must name at least one namespace, separated by commas'));
const port = z.coerce
  .number('must be a port')
  .int('must be a port')
  .min(0, 'must be a port')
  .max(65_535, 'must be a port');
const count = (min: number, max: number) => {
  const range = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number(range).int(range).min(min, range).max(max, range);
};

const schema = z.object({
  SUPERCARGO_NAMESPACES: namespaces.optional(),
  SUPERCARGO_POD_NAMESPACE: name,
  SUPERCARGO_POD_NAME: z.string().min(1),
  SUPERCARGO_WORKER_IMAGE: z.string().min(1),
  SUPERCARGO_WORKER_PULL_POLICY: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
  SUPERCARGO_SERVICE_ACCOUNT: z.string().min(1).optional(),
  SUPERCARGO_HEALTH_PORT: port.default(8081),
  SUPERCARGO_METRICS_PORT: port.default(8080),
  SUPERCARGO_RELIST_SECONDS: count(1, 86_400).default(600),
  SUPERCARGO_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  SUPERCARGO_CONCURRENCY: count(1, 64).default(4),
  // Set by the cluster in every pod; elsewhere the kubeconfig tells where the API server is.
  KUBERNETES_SERVICE_HOST: z.string().optional(),
  KUBERNETES_SERVICE_PORT: z.string().default('443'),
});

export interface Config {
  /** The namespaces served. */
  namespaces: string[];
  /** The operator's own. */
  podNamespace: string;
  podName: string;
  worker: { image: string; pullPolicy: 'Always' | 'IfNotPresent' | 'Never' };
  healthPort: number;
  metricsPort: number;
  relistSeconds: number;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  concurrency: number;
  /** Absent outside of a pod: the kubeconfig tells where the API server is. */
  inCluster: InCluster | undefined;
}

class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** Throws a ConfigurationError that names every variable that is wrong. An empty variable is an absent one. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new ConfigurationError(parsed.error.issues.map(sentence(given)).join('; '));
  const value = parsed.data;
  return {
    namespaces: value.SUPERCARGO_NAMESPACES ?? [value.SUPERCARGO_POD_NAMESPACE],
    podNamespace: value.SUPERCARGO_POD_NAMESPACE,
    podName: value.SUPERCARGO_POD_NAME,
    worker: { image: value.SUPERCARGO_WORKER_IMAGE, pullPolicy: value.SUPERCARGO_WORKER_PULL_POLICY },
    healthPort: value.SUPERCARGO_HEALTH_PORT,
    metricsPort: value.SUPERCARGO_METRICS_PORT,
    relistSeconds: value.SUPERCARGO_RELIST_SECONDS,
    logLevel: value.SUPERCARGO_LOG_LEVEL,
    concurrency: value.SUPERCARGO_CONCURRENCY,
    inCluster: inClusterOf(value),
  };
}

const sentence =
  (given: Record<string, string | undefined>) =>
  ({ path, message }: z.core.$ZodIssue): string => {
    const variable = String(path[0]);
    return given[variable] === undefined ? `${variable} must be set` : `${variable} '${given[variable]}': ${message}`;
  };

function inClusterOf(value: z.output<typeof schema>): InCluster | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: apiPort } = value;
  return host === undefined ? undefined : { host, port: apiPort, serviceAccountDir: value.SUPERCARGO_SERVICE_ACCOUNT };
}
