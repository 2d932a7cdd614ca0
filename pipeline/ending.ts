/** How a run ends: every error becomes an exit code, a result and a reason in this one place. */
import { ConfigError, RecordError, TransientError } from '../connectors/errors.ts';
import type { Reason } from '../crds/conditions.ts';
import type { OutcomeReason, Result } from '../crds/outcomes.ts';
import { exitCodes } from '../crds/plan.ts';
import type { Report } from '../crds/report.ts';
import { LedgerUnavailable } from './stage/database.ts';
import { LeaseLost } from './stage/lease.ts';

/** The run may not start as it is configured; a person must act. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly reason: Reason;
  constructor(reason: Reason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** We were told to stop and work is left. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Too many writes failed for reasons that are not the records'. */
export class TooManyFailures extends Error {
  override readonly name = 'TooManyFailures';
}

export interface Ending {
  exit: number;
  result: Result;
  reason?: Reason;
  /** Our own words: no text from outside. */
  message?: string;
  /** Why records that were not sent are pending. */
  pending?: OutcomeReason;
  /** Nobody will go on with this run: it is closed in the ledger. */
  final: boolean;
}

export function endingOf(error: unknown): Ending {
  if (error instanceof ConfigError || error instanceof Refused) {
    const reason = error instanceof ConfigError ? error.code : error.reason;
    const exit = reason === 'CredentialsRefused' ? exitCodes.CredentialsRefused : exitCodes.InvalidConfiguration;
    return { exit, result: 'Failed', reason, message: error.message, final: true };
  }
  if (error instanceof TransientError) return transient(error);
  // Of a read: it is not known which record is meant, so nothing can go on without it.
  if (error instanceof RecordError) return transient({ code: 'Intermittent', message: error.message });
  if (error instanceof TooManyFailures) {
    const { message } = error;
    return {
      exit: exitCodes.TryAgain,
      result: 'Failed',
      reason: 'ErrorShare',
      message,
      pending: 'ConnectionDown',
      final: false,
    };
  }
  if (error instanceof LedgerUnavailable) {
    const { message } = error;
    return { exit: exitCodes.LedgerUnavailable, result: 'Failed', reason: 'LedgerUnavailable', message, final: false };
  }
  if (error instanceof LeaseLost || error instanceof Stopped) {
    const exit = error instanceof Stopped ? exitCodes.Stopped : exitCodes.TryAgain;
    return { exit, result: 'Interrupted', reason: 'Interrupted', message: error.message, final: false };
  }
  const message = 'a fault of the program; the log of the worker has the details';
  return { exit: exitCodes.Defect, result: 'Failed', reason: 'Defect', message, final: false };
}

function transient({ code, message }: Pick<TransientError, 'code' | 'message'>): Ending {
  const down = code === 'ConnectionDown' || code === 'NotJson';
  return {
    exit: down ? exitCodes.ConnectionDown : exitCodes.TryAgain,
    result: 'Failed',
    reason: 'ConnectionDown',
    message,
    pending: code === 'RateLimit' ? 'RateLimit' : 'ConnectionDown',
    final: false,
  };
}

/** The exit code of a run that ended before, from what it said. */
export function exitOf({ result, reason }: Pick<Report, 'result' | 'reason'>): number {
  if (result !== 'Failed') return exitCodes.Finished;
  if (reason === 'CredentialsRefused') return exitCodes.CredentialsRefused;
  return reason === 'CountMismatch' ? exitCodes.Defect : exitCodes.InvalidConfiguration;
}
