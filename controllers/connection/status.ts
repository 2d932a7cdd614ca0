/** The status of a connection, from its spec's fate and what probes and runs found: pure. */
import type { ConditionType, Reason } from '../../crds/conditions.ts';
import type { ConnectionResource } from '../../crds/connection.ts';
import type { ConditionStatus } from '../../operator/runtime/conditions.ts';
import { getCondition } from '../../operator/runtime/conditions.ts';
import type { Standing } from '../../operator/runtime/progress.ts';
import { type Cause, Conditions, storedIn } from '../conditions.ts';
import { fingerprintOf } from '../connection-settings.ts';
import { reconcileRequest } from '../labels.ts';
import type { Answer } from './answer.ts';

export type ConnectionStatus = NonNullable<ConnectionResource['status']>;

/** What is known of the present generation. */
export type Finding =
  | { kind: 'invalid'; cause: Cause }
  | { kind: 'answered'; answer: Answer; byProbe: boolean }
  /** A probe goes on; `waiting`: why it does not start. */
  | { kind: 'probing'; waiting: Cause | null; since: string | undefined }
  /** Nothing new. */
  | { kind: 'unchanged' };

export interface Observed {
  finding: Finding;
  usedBy: { count: number; names: string[] };
}

export function toStatus(connection: ConnectionResource, { finding, usedBy }: Observed, now: Date): ConnectionStatus {
  const before = connection.status ?? {};
  const { generation, annotations } = connection.metadata;
  const request = annotations?.[reconcileRequest];
  const isHandled = finding.kind === 'invalid' || (finding.kind === 'answered' && finding.byProbe);
  const answer = finding.kind === 'answered' ? finding.answer : undefined;
  return {
    observedGeneration: generation,
    conditions: [...conditionsOf(connection, finding, now).list],
    lastHandledReconcileAt: isHandled ? request : before.lastHandledReconcileAt,
    fingerprint: fingerprintOf(connection.spec) ?? before.fingerprint,
    lastProbeTime: answer?.time ?? before.lastProbeTime,
    systemVersion: answer?.version ?? before.systemVersion,
    usedBy,
  };
}

function conditionsOf(connection: ConnectionResource, finding: Finding, now: Date): Conditions {
  const conditions = Conditions.of(connection, now);
  switch (finding.kind) {
    case 'invalid':
      return unknown(conditions, notProbed).ready('Stuck', finding.cause);
    case 'answered':
      return isAnswered(connection) && saysNothing(finding.answer) ? conditions : answered(conditions, finding.answer);
    case 'probing':
      return probing(conditions, finding.waiting, isAnswered(connection));
    case 'unchanged':
      return conditions;
  }
}

const notProbed: Cause = { reason: 'NotProbed', message: 'the system has not been asked yet' };

const unknown = (conditions: Conditions, cause: Cause): Conditions =>
  conditions.set('Reachable', 'Unknown', cause).set('CredentialsValid', 'Unknown', cause);

/** A probe that was never let start ended by its deadline: why it did not start is told already. */
const saysNothing = ({ cause, reachable }: Answer): boolean =>
  reachable === undefined && cause.reason === 'DeadlineExceeded';

/** What an earlier probe of the same generation found holds until the next one ends. */
function probing(conditions: Conditions, waiting: Cause | null, known: boolean): Conditions {
  if (waiting !== null) return withoutAnswer(conditions, waiting);
  if (known) return conditions;
  const cause: Cause = { reason: 'Progressing', message: 'a probe asks the system' };
  return unknown(conditions, notProbed).ready('Working', cause, true);
}

function answered(conditions: Conditions, { reachable, credentials, cause }: Answer): Conditions {
  if (reachable === undefined) return withoutAnswer(conditions, cause);
  const asked = conditions
    .set('Reachable', reachable ? 'True' : 'False', reachable ? ok('Probed', 'the system answered') : cause)
    .set('CredentialsValid', ...credentialsOf(credentials, cause));
  if (credentials === false || cause.reason === 'Forbidden') return asked.ready('Stuck', cause);
  const message = reachable ? 'the system answered' : 'the definition is usable; the system does not answer at present';
  return asked.ready('Settled', { reason: 'Reconciled', message });
}

const ok = (reason: Reason, message: string): Cause => ({ reason, message });

function credentialsOf(credentials: boolean | undefined, cause: Cause): [ConditionStatus, Cause] {
  if (credentials === undefined) return ['Unknown', cause];
  return credentials ? ['True', ok('CredentialsAccepted', 'the system accepted the credentials')] : ['False', cause];
}

/** Something that the worker mounts is missing: it starts by itself when that comes. */
const missing: readonly Reason[] = ['ConfigMapNotFound', 'SecretNotFound'];

/** The worker started and found something that a person must put right. */
const wrong: readonly Reason[] = [
  'AddressNotAllowed',
  'AllowedHostsMissing',
  'CredentialsRefused',
  'Forbidden',
  'HostNotAllowed',
  'InvalidConfiguration',
  'PlainHttpNotAllowed',
  'SecretKeyMissing',
];

function withoutAnswer(conditions: Conditions, cause: Cause): Conditions {
  const isStuck = [...missing, ...wrong].includes(cause.reason);
  const standing: Standing = isStuck ? 'Stuck' : 'Working';
  return unknown(conditions, cause).ready(standing, cause, !isStuck);
}

const condition = ({ status }: ConnectionResource, type: ConditionType) => getCondition(storedIn(status), type);

/** Whether something is known of the present generation. */
export function isAnswered(connection: ConnectionResource): boolean {
  const reachable = condition(connection, 'Reachable');
  return reachable?.observedGeneration === connection.metadata.generation && reachable.reason !== 'NotProbed';
}

/** Whether a person asked for another look, and it has not been taken. */
export function isRequested({ metadata, status }: ConnectionResource): boolean {
  const request = metadata.annotations?.[reconcileRequest];
  return request !== undefined && request !== status?.lastHandledReconcileAt;
}

/** Bounds of the pause before a connection without a good answer is asked again. */
const soonest = 30;
const latest = 300;
/** The same for what a person may bring at any moment. */
const latestForMissing = 60;

/**
 * In how many seconds a probe is due; null: not by itself. What may pass without a touch is asked after as long a pause as it has been
 * so. What a person must put right is not: the next run finds it right, or a request. Refused credentials least of all: accounts get
 * locked.
 */
export function dueInSeconds(connection: ConnectionResource, now: Date): number | null {
  if (!isAnswered(connection) || isRequested(connection)) return 0;
  const reachable = condition(connection, 'Reachable');
  const ready = condition(connection, 'Ready');
  const isGood = reachable?.status === 'True' && ready?.status === 'True';
  if (isGood || wrong.some(reason => reason === ready?.reason)) return null;
  const last = Date.parse(connection.status?.lastProbeTime ?? '1970-01-01');
  const since = Date.parse(reachable?.lastTransitionTime ?? '1970-01-01');
  const longest = missing.some(reason => reason === ready?.reason) ? latestForMissing : latest;
  const pause = Math.min(Math.max((last - since) / 1000, soonest), longest);
  return Math.max(0, pause - (now.getTime() - last) / 1000);
}
