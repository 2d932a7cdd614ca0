/** What acts at once on the runs of a workflow, and what a revision refers to: pure. */
import type { ConnectionResource } from '../../crds/connection.ts';
import type { LookupTableResource } from '../../crds/lookup-table.ts';
import { lookupVersionName, settingsName } from '../../crds/names.ts';
import { type ConnectionSettings, type Plan, settings as settingsSchema } from '../../crds/plan.ts';
import type { SyncWorkflowResource } from '../../crds/sync-workflow.ts';
import { ownedBy } from '../../operator/runtime/resource.ts';
import { settingsKey, settingsText, toConnectionSettings, toMountedConnection } from '../connection-settings.ts';
import { labelsOf, workflowLabel } from '../labels.ts';
import { connectionNames, tableNames } from '../references.ts';
import { type ConfigMap, type CronJob, syncWorkflows } from '../resources.ts';
import { type MountedConnection, type MountedLookup, mountedCaBundle, mountedLookups } from '../worker-pod.ts';

/** What a plan's runs use. */
export interface Inputs {
  connections: { settings: ConnectionSettings; mounted: MountedConnection }[];
  lookups: MountedLookup[];
}

export interface Found {
  connections: ReadonlyMap<string, ConnectionResource>;
  tables: ReadonlyMap<string, LookupTableResource>;
  /** As they stand: what has vanished since goes on as it was. */
  settings: ConfigMap | undefined;
  cronJob: CronJob | undefined;
}

/** The inputs of a plan; null while something it names has never been seen. */
export function inputsOf(plan: Plan, found: Found): Inputs | null {
  const connections = connectionNames(plan).map(name => connectionOf(name, found));
  const lookups = tableNames(plan).map(name => lookupOf(name, found));
  if (connections.includes(null) || lookups.includes(null)) return null;
  return { connections: connections.filter(one => one !== null), lookups: lookups.filter(one => one !== null) };
}

function connectionOf(name: string, found: Found): Inputs['connections'][number] | null {
  const resource = found.connections.get(name);
  const settings = resource === undefined ? null : toConnectionSettings(resource);
  if (resource !== undefined && settings !== null) return { settings, mounted: toMountedConnection(resource) };
  const before = settingsIn(found.settings);
  const place = before.findIndex(connection => connection.name === name);
  const last = before[place];
  if (last === undefined) return null;
  const caBundle = mountedCaBundle(podOf(found.cronJob), place);
  const mounted = { name, secret: last.secret, ...(caBundle === undefined ? {} : { caBundle }) };
  return { settings: last, mounted };
}

function lookupOf(table: string, { tables, cronJob }: Found): MountedLookup | null {
  const version = tables.get(table)?.status?.version;
  if (version !== undefined) return { table, configMap: lookupVersionName(table, version) };
  return mountedLookups(podOf(cronJob)).find(lookup => lookup.table === table) ?? null;
}

const podOf = (cronJob: CronJob | undefined) => cronJob?.spec.jobTemplate.spec?.template.spec;

function settingsIn(configMap: ConfigMap | undefined): ConnectionSettings[] {
  try {
    return settingsSchema.safeParse(JSON.parse(configMap?.data?.[settingsKey] ?? '')).data?.connections ?? [];
  } catch {
    return []; // not JSON
  }
}

export function toSettings(workflow: SyncWorkflowResource, { connections }: Inputs): ConfigMap {
  const { name, namespace } = workflow.metadata;
  return {
    metadata: {
      name: settingsName(name),
      namespace,
      labels: labelsOf('settings', { [workflowLabel]: name }),
      ownerReferences: [ownedBy(syncWorkflows, workflow)],
    },
    data: {
      [settingsKey]: settingsText(
        workflow.spec.suspend,
        connections.map(({ settings }) => settings),
      ),
    },
  };
}
