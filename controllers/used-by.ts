/** Which workflows use an object, as its status tells it: how many, and the first ten names. */
import type { SyncWorkflowResource } from '../crds/sync-workflow.ts';

const mostNames = 10;

export function usedBy(
  workflows: readonly SyncWorkflowResource[],
  uses: (spec: SyncWorkflowResource['spec']) => string[],
  name: string,
): { count: number; names: string[] } {
  const users = workflows.filter(({ spec }) => uses(spec).includes(name)).map(({ metadata }) => metadata.name);
  return { count: users.length, names: users.sort().slice(0, mostNames) };
}
