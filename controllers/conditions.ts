/** Conditions of our kinds: the runtime's rules with the types and reasons that `crds/conditions.ts` declares. */
import type { ConditionType, Reason, Condition as StoredCondition } from '../crds/conditions.ts';
import { type Condition, type ConditionStatus, getCondition, setCondition } from '../operator/runtime/conditions.ts';
import { cutTo } from '../operator/runtime/event-object.ts';
import { type Progress, type Standing, setProgress, setReady } from '../operator/runtime/progress.ts';

const mostBytes = 1000;

/** Why something is as it is, for people. */
export interface Cause {
  reason: Reason;
  message: string;
}

/** A cause, and who must act next: `Working` = time or another object, `Stuck` = a person. */
export interface Problem extends Cause {
  standing: Exclude<Standing, 'Settled'>;
}

/** The conditions of one object, being brought up to date. Nothing is changed in place. */
export class Conditions {
  readonly list: readonly Condition[];
  readonly #generation: number;
  readonly #now: Date;

  private constructor(list: readonly Condition[], generation: number, now: Date) {
    this.list = list;
    this.#generation = generation;
    this.#now = now;
  }

  static of(
    object: { metadata: { generation: number }; status?: { conditions?: StoredCondition[] | undefined } },
    now: Date,
  ): Conditions {
    return new Conditions(storedIn(object.status), object.metadata.generation, now);
  }

  get(type: ConditionType): Condition | undefined {
    return getCondition(this.list, type);
  }

  set(type: ConditionType, status: ConditionStatus, { reason, message }: Cause): Conditions {
    const statement = {
      type,
      status,
      reason,
      message: cutTo(message, mostBytes),
      observedGeneration: this.#generation,
    };
    return this.#with(setCondition(this.list, statement, this.#now));
  }

  /** Ready with Reconciling and Stalled, for kinds that live long. */
  ready(standing: Standing, cause: Cause, unknown = false): Conditions {
    return this.#with(setReady(this.list, { ...this.#progress(standing, cause), unknown }, this.#now));
  }

  /** Reconciling and Stalled alone, for runs. */
  progress(standing: Standing, cause: Cause): Conditions {
    return this.#with(setProgress(this.list, this.#progress(standing, cause), this.#now));
  }

  #progress(standing: Standing, { reason, message }: Cause): Progress {
    return { standing, reason, message: cutTo(message, mostBytes), observedGeneration: this.#generation };
  }

  #with(list: readonly Condition[]): Conditions {
    return new Conditions(list, this.#generation, this.#now);
  }
}

/** Conditions as the API server stored them. Ours always have a generation; the schema cannot say so. */
export function storedIn(status: { conditions?: StoredCondition[] | undefined } | undefined): Condition[] {
  return (status?.conditions ?? []).map(condition => ({ observedGeneration: 0, ...condition }) as Condition);
}

/** How long something that is named and not there is waited for before a person is asked. */
export const graceSeconds = 30;

/**
 * A problem that passes when something is applied a moment later: told as work for 30 s, then as stuck. The conditions remember
 * since when.
 */
export function withGrace(cause: Cause, conditions: readonly Condition[], now: Date): Problem {
  const stalled = getCondition(conditions, 'Stalled');
  const reconciling = getCondition(conditions, 'Reconciling');
  if (stalled?.reason === cause.reason) return { ...cause, standing: 'Stuck' };
  const since = reconciling?.reason === cause.reason ? Date.parse(reconciling.lastTransitionTime) : now.getTime();
  return { ...cause, standing: now.getTime() - since >= graceSeconds * 1000 ? 'Stuck' : 'Working' };
}
