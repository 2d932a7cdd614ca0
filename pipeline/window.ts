/** Which changes a run reads. Times are those of the source's own clock. */
import type { Window } from '../connectors/contract.ts';

export type { Window };

export interface WindowRules {
  /** The last import time: up to where the source is known to be read. */
  watermark: Date | null;
  /** The source's clock, now. */
  sourceTime: Date;
  /** Changes younger than this may not be visible yet; the next run reads them. */
  settleSeconds: number;
  /** Changes may have become visible this late; what is read twice is recognised by its hash. */
  overlapSeconds: number;
  /** Nothing before it is ever read. */
  startDate?: string;
}

export function windowOf({ watermark, sourceTime, settleSeconds, overlapSeconds, startDate }: WindowRules): Window {
  const to = new Date(sourceTime.getTime() - settleSeconds * 1000);
  // `from` is exclusive, a start date is not.
  const floor = startDate === undefined ? null : new Date(new Date(startDate).getTime() - 1);
  const again = watermark === null ? null : new Date(watermark.getTime() - overlapSeconds * 1000);
  const from =
    floor !== null && again !== null ? new Date(Math.max(floor.getTime(), again.getTime())) : (again ?? floor);
  return { from, to };
}

/** Nothing can have changed inside: a clock was set back, or the start date lies ahead. */
export const isEmpty = ({ from, to }: Window): boolean => from !== null && from >= to;
