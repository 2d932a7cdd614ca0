import { type Condition, removeCondition, type Statement, setCondition } from './conditions.ts';

/**
 * Where an object stands, in the three states kstatus, Helm, Flux and Argo CD know.
 * - `Settled`: nothing to do. For long-living kinds Ready=True.
 * - `Working`: being worked on, or retried. Ready=False, or Unknown when nothing is known yet.
 * - `Stuck`: no progress without a person. Ready=False.
 */
export type Standing = 'Settled' | 'Working' | 'Stuck';

export interface Progress {
  readonly standing: Standing;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
}

/**
 * The pair Reconciling and Stalled: each present only while True, never both. Run kinds use this alone; long-living kinds
 * use setReady.
 */
export function setProgress(conditions: readonly Condition[], progress: Progress, now: Date): Condition[] {
  const { standing, ...said } = progress;
  const present = { Settled: undefined, Working: 'Reconciling', Stuck: 'Stalled' }[standing];
  let next = [...conditions];
  for (const type of ['Reconciling', 'Stalled']) {
    next = type === present ? setCondition(next, { type, status: 'True', ...said }, now) : removeCondition(next, type);
  }
  return next;
}

/** Ready together with Reconciling and Stalled, so that the three never contradict each other. */
export function setReady(
  conditions: readonly Condition[],
  progress: Progress & { readonly unknown?: boolean },
  now: Date,
): Condition[] {
  const { standing, reason, message, observedGeneration, unknown = false } = progress;
  const status: Statement['status'] = standing === 'Settled' ? 'True' : unknown ? 'Unknown' : 'False';
  const ready: Statement = { type: 'Ready', status, reason, message, observedGeneration };
  return setProgress(setCondition(conditions, ready, now), { standing, reason, message, observedGeneration }, now);
}
