/** Runs of one workflow take turns, in the order in which they were asked for: pure. */
import type { SyncRunResource } from '../../crds/sync-run.ts';

export const isFinished = ({ status }: SyncRunResource): boolean => status?.result !== undefined;

/** The run that this one waits for; null when it is its turn. Scheduled runs are kept apart by the lease. */
export function waitsFor(run: SyncRunResource, all: readonly SyncRunResource[]): SyncRunResource | null {
  const others = all.filter(
    other =>
      other.metadata.uid !== run.metadata.uid &&
      other.spec.adoptedJob === undefined &&
      other.metadata.deletionTimestamp === undefined &&
      !isFinished(other) &&
      (other.status?.jobRef !== undefined || isBefore(other, run)),
  );
  return others.sort((a, b) => (isBefore(a, b) ? -1 : 1))[0] ?? null;
}

/** Creation times have whole seconds; within one the uid decides, for all alike. */
function isBefore({ metadata: a }: SyncRunResource, { metadata: b }: SyncRunResource): boolean {
  if (a.creationTimestamp !== b.creationTimestamp) return a.creationTimestamp < b.creationTimestamp;
  return a.uid < b.uid;
}
