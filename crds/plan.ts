/**
 * What a worker is given: the plan (a published revision), the settings (which act at once), lookup tables and, for a requested run,
 * the request. Each is a file mounted into the worker; both programs read and write them through these schemas.
 */
import { z } from 'zod';
import { onNoEntry } from './lookup-table.ts';
import { syncWorkflow } from './sync-workflow.ts';

const workflowSpec = syncWorkflow.spec;

/** `plan/plan.json`: the user's input of one workflow, less values equal to a default and less what acts at once. */
export const plan = z.object({
  format: z.literal(1),
  workflow: z.object({ namespace: z.string(), name: z.string() }),
  revision: z.string(),
  runDeadlineSeconds: workflowSpec.shape.runDeadlineSeconds,
  resourceClass: workflowSpec.shape.resourceClass,
  tasks: workflowSpec.shape.tasks,
});
export type Plan = z.output<typeof plan>;

/** One connection as a run uses it. `secret` is the name of its Secret, for messages only. */
const connectionSettings = z.object({
  name: z.string(),
  system: z.string(),
  config: z.record(z.string(), z.unknown()),
  secret: z.string(),
  limits: z
    .object({ concurrent: z.int().optional(), requests: z.int().optional(), windowSeconds: z.int().optional() })
    .optional(),
  fingerprint: z.string(),
  sameSystemAs: z.string().optional(),
});
export type ConnectionSettings = z.output<typeof connectionSettings>;

/** `settings/settings.json`: read once at the start of a run. */
export const settings = z.object({
  suspend: z.boolean(),
  connections: z.array(connectionSettings),
  limits: z.object({
    leaseSeconds: z.int().min(5).default(60),
    settleSeconds: z.int().min(0).default(2),
    tries: z.int().min(1).default(5),
  }),
});
export type Settings = z.output<typeof settings>;

/** `lookups/<table>.json`: one content of one table. */
export const lookupContent = z.object({
  table: z.string(),
  hash: z.string(),
  onNoEntry,
  default: z.string().optional(),
  entries: z.array(z.object({ from: z.string(), to: z.string() })),
});
export type LookupContent = z.output<typeof lookupContent>;

/** `request/request.json`: who asked for this run. Absent or empty = a scheduled Sync. */
export const request = z.object({
  run: z.string(),
  type: z.enum(['Sync']),
  trigger: z.enum(['Manual', 'Schedule']),
});
export type RunRequest = z.output<typeof request>;

/** Where a host is really reached: the chart's `egress.routes`. `network/routes.json`. */
export const routes = z.array(
  z.object({ host: z.string(), port: z.int().min(1).max(65_535), to: z.string(), plainHttp: z.boolean().optional() }),
);

/** Files below the mount directory of a worker, and the keys they have in the objects they come from. */
export const mounts = {
  root: '/supercargo',
  plan: 'plan/plan.json',
  settings: 'settings/settings.json',
  lookups: 'lookups',
  request: 'request/request.json',
  secrets: 'secrets',
  ca: 'ca',
  ledger: 'ledger/url',
  routes: 'network/routes.json',
  networkCa: 'network/ca.pem',
} as const;

/**
 * Environment of a worker. A directory's variable holds the path of its mount, so that a node may put the mounts elsewhere; without it
 * the directory lies below `root` as `mounts` says. `secret` and `ca` are followed by the connection's place in `settings.connections`,
 * from 0, and hold the mounts `secrets/<connection>` and `ca/<connection>`.
 */
export const environment = {
  root: 'SUPERCARGO_ROOT',
  plan: 'SUPERCARGO_PLAN_DIR',
  settings: 'SUPERCARGO_SETTINGS_DIR',
  lookups: 'SUPERCARGO_LOOKUPS_DIR',
  request: 'SUPERCARGO_REQUEST_DIR',
  ledger: 'SUPERCARGO_LEDGER_DIR',
  network: 'SUPERCARGO_NETWORK_DIR',
  secret: 'SUPERCARGO_SECRET_',
  ca: 'SUPERCARGO_CA_',
  /** The run id where no request names one: the label batch.kubernetes.io/controller-uid. */
  runId: 'SUPERCARGO_RUN_ID',
  /** The termination message path. */
  report: 'SUPERCARGO_REPORT',
  logLevel: 'SUPERCARGO_LOG_LEVEL',
} as const;

/** First argument of a worker; without one it runs. `probe` is followed by the name of a connection. */
export const workerModes = ['report', 'probe'] as const;

/** The annotation of a pod that carries the request. */
export const requestAnnotation = 'supercargo.dev/request';

/** What a worker's exit code says. */
export const exitCodes = {
  Finished: 0,
  Defect: 1,
  InvalidConfiguration: 20,
  CredentialsRefused: 21,
  ConnectionDown: 30,
  LedgerUnavailable: 40,
  TryAgain: 75,
  Stopped: 143,
} as const;
