/** How a run is asked to stop: first at the next boundary, then, when its time is up, in the middle of a request. */

export interface Stop {
  /** Claim and read nothing more. */
  soft: AbortSignal;
  /** Give up requests that are in flight. */
  hard: AbortSignal;
}

/** `ask` is called once by whoever wants the run to stop; requests in flight have `graceMs` to end. */
export function openStop(graceMs: number): Stop & { ask: () => void } {
  const soft = new AbortController();
  const hard = new AbortController();
  return {
    soft: soft.signal,
    hard: hard.signal,
    ask: () => {
      soft.abort();
      setTimeout(() => hard.abort(), graceMs).unref();
    },
  };
}

/** Stops also, and at once, when a signal such as the loss of a lease says so. */
export function orAtOnce({ soft, hard }: Stop, signal: AbortSignal): Stop {
  return { soft: AbortSignal.any([soft, signal]), hard: AbortSignal.any([hard, signal]) };
}
