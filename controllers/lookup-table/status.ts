/** The status of a table: pure. */
import type { LookupTableResource } from '../../crds/lookup-table.ts';
import type { LookupContent } from '../../crds/plan.ts';
import { Conditions, type Problem } from '../conditions.ts';
import { reconcileRequest } from '../labels.ts';
import { isReversible } from './content.ts';

export type TableStatus = NonNullable<LookupTableResource['status']>;

export interface Observed {
  /** Why the present content is not published; null: it is. */
  problem: Problem | null;
  content: LookupContent;
  usedBy: { count: number; names: string[] };
}

/** What is published stays published: a table that turned bad keeps the version that runs use. */
export function toStatus(table: LookupTableResource, { problem, content, usedBy }: Observed, now: Date): TableStatus {
  const before = table.status ?? {};
  const { entries, reversible, version } =
    problem === null
      ? { entries: content.entries.length, reversible: isReversible(content), version: content.hash }
      : before;
  return {
    observedGeneration: table.metadata.generation,
    conditions: [...ready(table, problem, version, now).list],
    lastHandledReconcileAt: table.metadata.annotations?.[reconcileRequest],
    entries,
    reversible,
    version,
    usedBy,
  };
}

function ready(table: LookupTableResource, problem: Problem | null, version: string | undefined, now: Date) {
  const conditions = Conditions.of(table, now);
  if (problem === null)
    return conditions.ready('Settled', { reason: 'Reconciled', message: `runs use the version '${version}'` });
  const meanwhile = version === undefined ? '' : `; runs go on with the version '${version}'`;
  return conditions.ready(problem.standing, { reason: problem.reason, message: `${problem.message}${meanwhile}` });
}
