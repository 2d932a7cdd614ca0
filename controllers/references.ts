/** What tasks refer to, of a workflow's spec or of a plan made from it. Each name once, sorted. */
import type { SyncWorkflowResource } from '../crds/sync-workflow.ts';

type Tasks = Pick<SyncWorkflowResource['spec'], 'tasks'>;

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

export const connectionNames = ({ tasks }: Tasks): string[] =>
  sorted(tasks.flatMap(({ from, to }) => [from.connectionRef.name, to.connectionRef.name]));

export const tableNames = ({ tasks }: Tasks): string[] =>
  sorted(tasks.flatMap(({ mapping }) => (mapping ?? []).flatMap(({ lookup }) => lookup?.name ?? [])));
