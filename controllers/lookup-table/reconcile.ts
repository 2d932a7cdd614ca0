/** One table: it is checked, its content published as a version, its users counted. The only file here with effects. */
import type { LookupTableResource } from '../../crds/lookup-table.ts';
import type { LookupContent } from '../../crds/plan.ts';
import { getCondition } from '../../operator/runtime/conditions.ts';
import type { Reconcile, ReconcileContext } from '../../operator/runtime/reconciler.ts';
import type { Cluster } from '../cluster.ts';
import { type Problem, storedIn } from '../conditions.ts';
import { tableNames } from '../references.ts';
import { usedBy } from '../used-by.ts';
import { keepStatus, make, problemOf } from '../writing.ts';
import { firstFinding, toContent, toVersion } from './content.ts';
import { type TableStatus, toStatus } from './status.ts';

const retrySeconds = 60;

export const reconcile =
  (cluster: Cluster): Reconcile =>
  async (request, context) => {
    const table = cluster.caches.lookupTables.get(request);
    if (table === undefined) cluster.metrics.forget({ kind: 'LookupTable', ...request });
    if (table === undefined || table.metadata.deletionTimestamp !== undefined) return undefined;
    const content = toContent(table);
    const problem = check(content) ?? (await publish(cluster, table, content, context));
    await observe(cluster, table, { content, problem }, context);
    return problem?.reason === 'InvalidSpec' || problem === null ? undefined : { requeueAfterSeconds: retrySeconds };
  };

function check(content: LookupContent): Problem | null {
  const finding = firstFinding(content);
  return finding === null ? null : { ...finding, standing: 'Stuck' };
}

async function publish(
  cluster: Cluster,
  table: LookupTableResource,
  content: LookupContent,
  context: ReconcileContext,
): Promise<Problem | null> {
  try {
    await make(cluster, cluster.caches.configMaps, toVersion(table, content), context);
    return null;
  } catch (error) {
    const problem = problemOf(error, 'ConfigMap of the table');
    if (problem === null) throw error;
    return problem;
  }
}

/** The one write of the status, and what is told when it changed. */
async function observe(
  cluster: Cluster,
  table: LookupTableResource,
  { content, problem }: { content: LookupContent; problem: Problem | null },
  context: ReconcileContext,
): Promise<void> {
  const { name, namespace } = table.metadata;
  const users = usedBy(cluster.caches.syncWorkflows.list(namespace), tableNames, name);
  const status = toStatus(table, { problem, content, usedBy: users }, cluster.now());
  cluster.metrics.conditions({ kind: 'LookupTable', namespace, name }, storedIn(status));
  if (await keepStatus(cluster, cluster.caches.lookupTables, table, status, context))
    tell(cluster, table, status, problem);
}

function tell(cluster: Cluster, table: LookupTableResource, status: TableStatus, problem: Problem | null): void {
  if (status.version !== undefined && status.version !== table.status?.version) {
    const note = `runs use the version '${status.version}' from now on`;
    cluster.events.record({ regarding: table, type: 'Normal', reason: 'Published', action: 'Publish', note });
  }
  const before = getCondition(storedIn(table.status), 'Ready');
  if (problem === null || (before?.status === 'False' && before.reason === problem.reason)) return;
  const { reason, message: note } = problem;
  cluster.events.record({ regarding: table, type: 'Warning', reason, action: 'Publish', note });
}
