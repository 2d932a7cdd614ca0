import type { Clock } from './clock.ts';
import { type Result, TerminalError } from './reconciler.ts';

/** How one reconcile ended. */
export type Attempt =
  | { readonly ended: 'well'; readonly requeueAfterSeconds: number | undefined }
  | { readonly ended: FailureKind; readonly error: unknown };

/**
 * - `error`: something outside refused or broke.
 * - `terminal`: the reconcile says that trying again is useless.
 * - `panic`: a mistake in our code.
 * - `timeout`: it took longer than allowed.
 * - `stopped`: the program ends.
 */
export type FailureKind = 'error' | 'terminal' | 'panic' | 'timeout' | 'stopped';

export interface Limits {
  readonly clock: Clock;
  readonly timeoutSeconds: number;
  /** Aborts when the program ends. */
  readonly working: AbortSignal;
}

/**
 * Runs one reconcile to its end, whatever it throws. When its time is over its signal aborts; it is still waited for,
 * because a second one beside it would be worse than a late one.
 */
export async function attempt(
  reconcile: (signal: AbortSignal) => Promise<Result | undefined>,
  { clock, timeoutSeconds, working }: Limits,
): Promise<Attempt> {
  const late = new AbortController();
  const cancel = clock.after(timeoutSeconds, () => late.abort(new Error(`took longer than ${timeoutSeconds} s`)));
  try {
    const result = await reconcile(AbortSignal.any([late.signal, working]));
    return { ended: 'well', requeueAfterSeconds: result?.requeueAfterSeconds };
  } catch (error) {
    if (working.aborted) return { ended: 'stopped', error };
    if (late.signal.aborted) return { ended: 'timeout', error: late.signal.reason };
    return { ended: kindOf(error), error };
  } finally {
    cancel();
  }
}

function kindOf(error: unknown): FailureKind {
  if (error instanceof TerminalError) return 'terminal';
  const mistakes = [TypeError, ReferenceError, RangeError, SyntaxError];
  return !(error instanceof Error) || mistakes.some(mistake => error instanceof mistake) ? 'panic' : 'error';
}
