/**
 * Whether what a person applied before asking for a run has reached what the run is made from. Caches of several kinds run behind each
 * other, so the API server itself is asked; without this, a run asked for right after a change could do the old thing.
 */
import { canonicalJson, lookupVersionName, settingsName } from '../../crds/names.ts';
import type { SyncWorkflowResource } from '../../crds/sync-workflow.ts';
import type { CallOptions } from '../../operator/runtime/api.ts';
import { isTrue } from '../../operator/runtime/conditions.ts';
import type { Cluster } from '../cluster.ts';
import { storedIn } from '../conditions.ts';
import { settingsKey, toConnectionSettings } from '../connection-settings.ts';
import { connectionNames, tableNames } from '../references.ts';
import { type ConfigMap, type CronJob, configMaps, connections, lookupTables } from '../resources.ts';
import { mountedLookups } from '../worker-pod.ts';

/** What has not been published as it was applied last; null: everything has. */
export async function unsettled(
  { api }: Pick<Cluster, 'api'>,
  workflow: SyncWorkflowResource,
  cronJob: CronJob | null,
  call: CallOptions,
): Promise<string | null> {
  const { namespace, name, generation } = workflow.metadata;
  if (workflow.status?.observedGeneration !== generation) return `the workflow '${name}'`;
  // A definition that cannot be published leaves the one before in force.
  if (!isTrue(storedIn(workflow.status), 'Ready')) return null;
  const mounted = mountedLookups(cronJob?.spec.jobTemplate.spec?.template.spec);
  for (const table of tableNames(workflow.spec)) {
    const live = await api.get(lookupTables, { namespace, name: table }, call);
    if (live === null) continue;
    const version = lookupVersionName(table, live.status?.version ?? '');
    const isLooked = live.status?.observedGeneration === live.metadata.generation;
    if (!isLooked || !mounted.some(({ configMap }) => configMap === version)) return `the LookupTable '${table}'`;
  }
  const settings = await api.get(configMaps, { namespace, name: settingsName(name) }, call);
  for (const connection of connectionNames(workflow.spec)) {
    const live = await api.get(connections, { namespace, name: connection }, call);
    if (live !== null && !holds(settings, toConnectionSettings(live))) return `the Connection '${connection}'`;
  }
  return null;
}

function holds(settings: ConfigMap | null, wanted: ReturnType<typeof toConnectionSettings>): boolean {
  if (wanted === null) return true;
  const { connections: held = [] } = JSON.parse(settings?.data?.[settingsKey] ?? '{}') as { connections?: unknown[] };
  return held.some(one => canonicalJson(one) === canonicalJson(wanted));
}
