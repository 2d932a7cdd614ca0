import type { ApiError } from './api-error.ts';

/** How far the request has come. */
export interface Tries {
  readonly method: string;
  /** Tries made so far, the failed one included. */
  readonly tries: number;
  /** What is left of the request's deadline. */
  readonly secondsLeft: number;
  /** From 0 to 1. */
  readonly random: number;
}

const mostTries = 10;

/**
 * Seconds until the same request may be sent again, or undefined when the caller should hear of the failure. Only what
 * was certainly not processed, or may be done twice, is sent again; everything else is left to the reconcile's back-off.
 */
export function secondsUntilRetry(failure: ApiError, made: Tries): number | undefined {
  if (made.tries >= mostTries) return undefined;
  const wait = failure.status === 0 ? afterCut(failure, made) : afterAnswer(failure, made);
  return wait !== undefined && wait < made.secondsLeft ? wait : undefined;
}

/** 401 once: the token was replaced since it was read. 429 and 503 as the server asks, or a little later. */
function afterAnswer({ status, retryAfterSeconds }: ApiError, { tries, random }: Tries): number | undefined {
  if (status === 401) return tries === 1 ? 0 : undefined;
  const asked = status === 429 ? (retryAfterSeconds ?? 1) : status === 503 ? retryAfterSeconds : undefined;
  return asked === undefined ? undefined : asked * (1 + random / 2);
}

/** A kept connection may be cut in the moment we use it. A create is not repeated: it may have happened. */
function afterCut({ cause }: ApiError, { method, tries }: Tries): number | undefined {
  const { code }: Partial<NodeJS.ErrnoException> = Object(cause);
  const cut = code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
  return cut && tries === 1 && method !== 'POST' ? 0 : undefined;
}
