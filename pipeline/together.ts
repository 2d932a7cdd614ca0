/** Work that goes on side by side and ends side by side. */

/** Runs all; the first failure, or `stop`, asks the others to halt at their next boundary. Returns, or throws, when all have ended. */
export async function together(stop: AbortSignal, works: ((halt: AbortSignal) => Promise<void>)[]): Promise<void> {
  const failed = new AbortController();
  const halt = AbortSignal.any([stop, failed.signal]);
  const failures: unknown[] = [];
  await Promise.all(
    works.map(work =>
      work(halt).catch(error => {
        failures.push(error);
        failed.abort();
      }),
    ),
  );
  if (failures.length > 0) throw failures[0];
}

/** Tells a consumer that there is more to take, or that there will be no more. */
export interface Feed {
  ended(): boolean;
  /** Resolves at the next `more` or `end`; at once after the end. */
  wait(): Promise<void>;
  more(): void;
  end(): void;
}

export function openFeed(): Feed {
  let over = false;
  let next = Promise.withResolvers<void>();
  const wake = () => {
    next.resolve();
    next = Promise.withResolvers<void>();
  };
  return {
    ended: () => over,
    wait: () => (over ? Promise.resolve() : next.promise),
    more: wake,
    end: () => {
      over = true;
      wake();
    },
  };
}
