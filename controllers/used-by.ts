/** Which workflows use an object, as its status tells it: how many, and the first ten names. */

import type { SyncWorkflowResource } from '../crds/sync-workflow.ts';
import { intentChanged } from '../operator/runtime/triggers.ts';

const mostNames = 10;

/** A workflow counts once it has been looked at, so that its own setting up comes first. */
const isLookedAt = ({ status }: SyncWorkflowResource): boolean => (status?.observedGeneration ?? -1) >= 0;

/** What of a change in a workflow matters to those it uses. */
export const useChanged = (before: SyncWorkflowResource, after: SyncWorkflowResource): boolean =>
  intentChanged(before, after) || isLookedAt(before) !== isLookedAt(after);

export function usedBy(
  workflows: readonly SyncWorkflowResource[],
  uses: (spec: SyncWorkflowResource['spec']) => string[],
  name: string,
): { count: number; names: string[] } {
  const users = workflows
    .filter(workflow => isLookedAt(workflow) && uses(workflow.spec).includes(name))
    .map(({ metadata }) => metadata.name);
  return { count: users.length, names: users.sort().slice(0, mostNames) };
}
