/** Time as the runtime sees it, so that tests can hold it in their hands. */
export interface Clock {
  /** Seconds that only ever grow; for durations. Never jumps when somebody sets the machine's clock. */
  readonly monotonic: () => number;
  /** The time of day; for what people read. Never used to decide anything. */
  now(): Date;
  /** Calls back once after the given seconds; the returned function cancels. */
  after(seconds: number, callback: () => void): () => void;
}

/** setTimeout fires at once above 2^31-1 ms, so longer waits are cut into pieces of this many seconds. */
const longestTimerSeconds = 2_000_000;

export const systemClock: Clock = {
  monotonic: () => performance.now() / 1000,
  now: () => new Date(),
  after(seconds, callback) {
    const due = performance.now() / 1000 + seconds;
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const left = due - performance.now() / 1000;
      const wait = Math.min(Math.max(left, 0), longestTimerSeconds);
      timer = setTimeout(() => (left > longestTimerSeconds ? arm() : callback()), wait * 1000);
    };
    arm();
    return () => clearTimeout(timer);
  },
};

/** Resolves after the given seconds, or at once when the signal aborts: the caller looks at the signal afterwards. */
export function sleep(clock: Clock, seconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise(resolve => {
    const wake = (): void => {
      cancel();
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.after(seconds, wake);
    signal?.addEventListener('abort', wake, { once: true });
  });
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
}
