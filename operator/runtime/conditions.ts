import { toTime } from './times.ts';

/** metav1.Condition. */
export interface Condition {
  type: string;
  status: ConditionStatus;
  /** Why, in CamelCase; never empty. */
  reason: string;
  message: string;
  observedGeneration: number;
  lastTransitionTime: string;
}

export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** What a controller says about a condition; the rest is kept by setCondition. */
export type Statement = Omit<Condition, 'lastTransitionTime'>;

export const getCondition = (conditions: readonly Condition[], type: string): Condition | undefined =>
  conditions.find(condition => condition.type === type);

export const isTrue = (conditions: readonly Condition[], type: string): boolean =>
  getCondition(conditions, type)?.status === 'True';

/** A new list, sorted by type, with this condition in it. The transition time moves only when the status flips. */
export function setCondition(conditions: readonly Condition[], statement: Statement, now: Date): Condition[] {
  const before = getCondition(conditions, statement.type);
  const flipped = before?.status !== statement.status;
  const lastTransitionTime = flipped ? toTime(now) : before.lastTransitionTime;
  const others = removeCondition(conditions, statement.type);
  return [...others, { ...statement, lastTransitionTime }].sort((a, b) => (a.type < b.type ? -1 : 1));
}

export const removeCondition = (conditions: readonly Condition[], type: string): Condition[] =>
  conditions.filter(condition => condition.type !== type);
