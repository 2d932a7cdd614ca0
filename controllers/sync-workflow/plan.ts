/** A workflow as a revision: the user's own words less defaults and less what acts at once. Pure. */
import { z } from 'zod';
import { contentHash, revisionName } from '../../crds/names.ts';
import { type Plan, plan as planSchema } from '../../crds/plan.ts';
import type { SyncWorkflowResource } from '../../crds/sync-workflow.ts';
import { ownedBy } from '../../operator/runtime/resource.ts';
import { labelsOf, workflowLabel } from '../labels.ts';
import { type ConfigMap, syncWorkflows } from '../resources.ts';

export const planKey = 'plan.json';

/** The revision of a workflow as its ConfigMap. Equal content has an equal name, whatever release of the operator made it. */
export function toRevision(workflow: SyncWorkflowResource): ConfigMap {
  const { name, namespace } = workflow.metadata;
  const { runDeadlineSeconds, resourceClass, tasks } = planSchema.shape;
  const content = withoutDefaults(z.object({ runDeadlineSeconds, resourceClass, tasks }), workflow.spec);
  const revision = revisionName(name, contentHash(content));
  const plan = { format: 1, workflow: { namespace, name }, revision, ...(content as object) };
  return {
    metadata: {
      name: revision,
      namespace,
      labels: labelsOf('revision', { [workflowLabel]: name }),
      ownerReferences: [ownedBy(syncWorkflows, workflow)],
    },
    immutable: true,
    data: { [planKey]: `${JSON.stringify(plan, null, 2)}\n` },
  };
}

/** The plan in a revision's ConfigMap; null where this release cannot read it. */
export function planIn(revision: ConfigMap | undefined): Plan | null {
  try {
    return planSchema.safeParse(JSON.parse(revision?.data?.[planKey] ?? '')).data ?? null;
  } catch {
    return null; // not JSON
  }
}

/** What the schema knows of a value, less members equal to their default. */
function withoutDefaults(schema: z.ZodType, value: unknown): unknown {
  if (schema instanceof z.ZodOptional) return withoutDefaults(schema.unwrap() as z.ZodType, value);
  if (schema instanceof z.ZodDefault) {
    const isDefault = JSON.stringify(schema.def.defaultValue) === JSON.stringify(value);
    return isDefault ? undefined : withoutDefaults(schema.unwrap() as z.ZodType, value);
  }
  if (schema instanceof z.ZodArray && Array.isArray(value))
    return value.map(item => withoutDefaults(schema.element as z.ZodType, item));
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null) return value;
  const members = Object.entries(schema.shape as Record<string, z.ZodType>).map(
    ([key, member]) => [key, withoutDefaults(member, (value as Record<string, unknown>)[key])] as const,
  );
  return Object.fromEntries(members.filter(([, member]) => member !== undefined));
}
