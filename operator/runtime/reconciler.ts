import type { Logger } from './log.ts';
import type { Writes } from './writes.ts';

/** Names one object. Cluster-scoped objects have the namespace `''`. */
export interface Request {
  readonly namespace: string;
  readonly name: string;
}

/** What the loop should do next. Nothing given: wait for the next change. */
export interface Result {
  /** Look again after this many seconds. Counts as success and clears the back-off. */
  readonly requeueAfterSeconds?: number;
}

/** What one reconcile gets besides its request. */
export interface ReconcileContext {
  /** Aborted when the reconcile's time is up, the lease is lost or the program ends. Pass it to every call. */
  readonly signal: AbortSignal;
  /** Carries controller, namespace, name and reconcileID. */
  readonly log: Logger;
  /** Tell it what was written; the next reconcile of this request waits until the caches show it. */
  readonly writes: Writes;
}

/**
 * Makes the world look like the request's object says. Level-triggered: it is never told what changed, reads everything
 * from the caches, and may be called again at any moment.
 *
 * An error thrown is retried with back-off; a TerminalError waits for the next change. The same request never runs twice
 * at a time. The object may be gone: then there is usually nothing to do.
 */
export type Reconcile = (request: Request, context: ReconcileContext) => Promise<Result | undefined>;

/** Trying again is useless until something changes: a spec that cannot work, a refused right that needs a person. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}

/** One string per object, for maps and queues. */
export const toKey = ({ namespace, name }: Request): string => `${namespace}/${name}`;

export function toRequest(key: string): Request {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
