/** What the steps of one run's reconcile share. */
import type { SyncRunResource } from '../../crds/sync-run.ts';
import type { ReconcileContext } from '../../operator/runtime/reconciler.ts';
import type { Cluster } from '../cluster.ts';
import type { Stand } from './status.ts';

export interface Work {
  readonly cluster: Cluster;
  readonly context: ReconcileContext;
  readonly run: SyncRunResource;
  readonly now: Date;
}

/** Where a run stands, and when to look again; `stand: null`: not worth a word yet. */
export interface Looked {
  stand: Stand | null;
  againSeconds?: number;
}
