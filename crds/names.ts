/** Names made from other names, and the hash that makes a content its own name. */
import { createHash } from 'node:crypto';

/** JSON with sorted keys: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** Ten characters that stand for a content. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 10);
}

/** The ConfigMap of a revision. */
export const revisionName = (workflow: string, hash: string) => `${workflow}-${hash}`;

/** The ConfigMap of one content of a lookup table. */
export const lookupVersionName = (table: string, hash: string) => `${table}-${hash}`;

/** The ConfigMap with the settings of a workflow. */
export const settingsName = (workflow: string) => `${workflow}-settings`;

/** The Job of a requested run: never the name of a scheduled one, which ends in digits only. */
export function requestedJobName(run: string, uid: string): string {
  const digits = uid.replace(/-/g, '');
  const start = Math.max(0, [...digits].findIndex(character => /[a-f]/.test(character)) - 4);
  const suffix = digits.slice(start, start + 5);
  return `${run}-${/[a-f]/.test(suffix) ? suffix : `${suffix.slice(0, 4)}x`}`;
}

/** The SyncRun of a scheduled Job. */
export const adoptedRunName = (job: string, uid: string) =>
  job.length <= 50 ? job : `${job.slice(0, 44)}-${uid.slice(0, 5)}`;

/** The Job that asks for a lost report again. Names of Jobs end at 63 characters. */
export const reportJobName = (job: string, uid: string) =>
  `${job.length <= 56 ? job : `${job.slice(0, 50)}-${uid.slice(0, 5)}`}-report`;

/** The Job that probes a connection, and the ConfigMap with its settings; the hash says for what. */
export const probeName = (connection: string, hash: string) => `${connection}-probe-${hash.slice(0, 6)}`;
