/** One connection: it is checked, probed, and what probes and runs found is told. The only file here with effects. */
import type { ConnectionResource } from '../../crds/connection.ts';
import { isForbidden } from '../../operator/runtime/api-error.ts';
import { getCondition } from '../../operator/runtime/conditions.ts';
import type { Reconcile, ReconcileContext } from '../../operator/runtime/reconciler.ts';
import { type Cluster, within } from '../cluster.ts';
import { storedIn } from '../conditions.ts';
import { toConnectionSettings } from '../connection-settings.ts';
import { endOf, endTimeOf, reportOf, runIdOf, workerStateOf } from '../job-end.ts';
import { connectionLabel, jobNameLabel } from '../labels.ts';
import { endOfJob, nextLookSeconds, whyWaiting } from '../looking.ts';
import { whyRefused } from '../not-starting.ts';
import { connectionNames } from '../references.ts';
import type { Job } from '../resources.ts';
import { usedBy } from '../used-by.ts';
import { keepStatus, make } from '../writing.ts';
import { type Answer, answerOfProbe, answerOfRun } from './answer.ts';
import { firstFinding } from './checks.ts';
import { answers, toProbe } from './probe.ts';
import { type ConnectionStatus, dueInSeconds, type Finding, isAnswered, isRequested, toStatus } from './status.ts';

/** What one reconcile works with. */
interface Work {
  readonly cluster: Cluster;
  readonly context: ReconcileContext;
  readonly connection: ConnectionResource;
  readonly now: Date;
}

/** A step answers with what it found; the first that found something is told. */
type Step = (work: Work) => Finding | null | Promise<Finding | null>;

const steps: Step[] = [check, takeProbe, takeRuns, probe];

/** An answer that says the same as before moves the time of the last answer only this often. */
const refreshSeconds = 3600;

export const reconcile =
  (cluster: Cluster): Reconcile =>
  async (request, context) => {
    const connection = cluster.caches.connections.get(request);
    if (connection === undefined) cluster.metrics.forget({ kind: 'Connection', ...request });
    if (connection === undefined || connection.metadata.deletionTimestamp !== undefined) return undefined;
    const work: Work = { cluster, context, connection, now: cluster.now() };
    let finding: Finding | null = null;
    for (const step of steps) finding ??= await step(work);
    const status = await observe(work, finding ?? { kind: 'unchanged' });
    return next(work, finding, status);
  };

function check({ connection }: Work): Finding | null {
  const cause = firstFinding(connection.spec);
  return cause === null ? null : { kind: 'invalid', cause };
}

/** Probes of this connection, the newest last. */
function probesOf({ cluster, connection }: Work): Job[] {
  const all = cluster.caches.jobs.byIndex('connection', within(connection, connection.metadata.name));
  const created = ({ metadata }: Job) => metadata.creationTimestamp ?? '';
  return all.filter(job => answers(job, connection)).sort((a, b) => (created(a) < created(b) ? -1 : 1));
}

/** A probe that ended and was not taken in yet. */
async function takeProbe(work: Work): Promise<Finding | null> {
  const { cluster, context, connection } = work;
  const ended = probesOf(work).findLast(job => endOf(job) !== undefined);
  const time = ended === undefined ? undefined : endTimeOf(ended);
  if (ended === undefined || time === undefined) return null;
  if (isAnswered(connection) && !isRequested(connection) && !isNewer(time, connection)) return null;
  const end = await endOfJob(cluster, ended, context.signal);
  if (end === 'Going') return null;
  const answer = end === 'Lost' ? { asked: time, time, cause: lost } : answerOfProbe(connection.metadata.name, end);
  return { kind: 'answered', answer, byProbe: true };
}

const lost = { reason: 'LostReport', message: 'the probe ended and its report was lost; it is repeated' } as const;

const isNewer = (time: string, { status }: ConnectionResource): boolean => time > (status?.lastProbeTime ?? '');

/** What the last run that used it found, where that is news. */
function takeRuns({ cluster, connection, now }: Work): Finding | null {
  if (!isAnswered(connection) || isRequested(connection)) return null;
  const { caches } = cluster;
  const { name, namespace } = connection.metadata;
  const told = caches.pods.byIndex('connection', within(connection, name)).flatMap(pod => {
    const job = caches.jobs.get({ namespace, name: pod.metadata.labels?.[jobNameLabel] ?? '' });
    const isRun = job !== undefined && job.metadata.labels?.[connectionLabel] === undefined;
    const report = isRun ? reportOf(workerStateOf(pod)?.terminated, runIdOf(job)) : null;
    return report === null || report.reason === 'Forbidden' ? [] : (answerOfRun(name, report) ?? []);
  });
  const answer = told.sort((a, b) => (a.time < b.time ? -1 : 1)).at(-1);
  // A run that began before the last answer may have worked with an older Secret or URL.
  if (answer === undefined || !isNewer(answer.asked, connection)) return null;
  const age = (now.getTime() - Date.parse(connection.status?.lastProbeTime ?? '1970-01-01')) / 1000;
  return age < refreshSeconds && saysTheSame(answer, connection) ? null : { kind: 'answered', answer, byProbe: false };
}

function saysTheSame({ reachable, credentials }: Answer, { status }: ConnectionResource): boolean {
  const is = (type: string) => getCondition(storedIn(status), type)?.status;
  const same = (value: boolean | undefined, type: string) =>
    value === undefined || is(type) === (value ? 'True' : 'False');
  return same(reachable, 'Reachable') && same(credentials, 'CredentialsValid');
}

/** The probe that is due is made; one that goes on is looked at. */
async function probe(work: Work): Promise<Finding | null> {
  const { cluster, context, connection, now } = work;
  const going = probesOf(work).findLast(one => endOf(one) === undefined);
  if (going === undefined && dueInSeconds(connection, now) !== 0) return null;
  try {
    const job = going ?? (await makeProbe(work));
    const waiting = await whyWaiting(cluster, job, context.signal);
    return { kind: 'probing', waiting, since: job.metadata.creationTimestamp };
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return {
      kind: 'probing',
      waiting: whyRefused('probe', error.message),
      since: connection.metadata.creationTimestamp,
    };
  }
}

/** Tried again for the same generation and request, it needs another name. */
async function makeProbe({ cluster, context, connection }: Work): Promise<Job> {
  const settings = toConnectionSettings(connection);
  if (settings === null) throw new TypeError('a connection that passed its checks has no settings');
  const isRetry = isAnswered(connection) && !isRequested(connection);
  const lastTry = isRetry ? connection.status?.lastProbeTime : undefined;
  const wanted = toProbe(connection, settings, { lastTry, worker: cluster.worker });
  return (await make(cluster, cluster.caches.jobs, wanted, context)).object;
}

/** The one write of the status, and what is told when it changed. */
async function observe(work: Work, finding: Finding): Promise<ConnectionStatus> {
  const { cluster, context, connection, now } = work;
  const { caches, metrics } = cluster;
  const { name, namespace } = connection.metadata;
  const users = usedBy(caches.syncWorkflows.list(namespace), connectionNames, name);
  const status = toStatus(connection, { finding, usedBy: users }, now);
  metrics.conditions({ kind: 'Connection', namespace, name }, storedIn(status));
  if (await keepStatus(cluster, caches.connections, connection, status, context)) tell(work, status);
  return status;
}

/** Only a change of Ready or Reachable is told. */
function tell({ cluster, connection }: Work, status: ConnectionStatus): void {
  for (const type of ['Reachable', 'Ready'] as const) {
    const before = getCondition(storedIn(connection.status), type);
    const after = getCondition(storedIn(status), type);
    if (after === undefined || (before?.status === after.status && before.reason === after.reason)) continue;
    const isNews = after.status === 'False' || (type === 'Reachable' && after.status === 'True');
    if (!isNews) continue;
    const { reason, message: note } = after;
    const kind = after.status === 'True' ? 'Normal' : 'Warning';
    cluster.events.record({ regarding: connection, type: kind, reason, action: 'Probe', note });
  }
}

function next({ cluster, connection }: Work, finding: Finding | null, status: ConnectionStatus) {
  const now = cluster.now();
  if (finding?.kind === 'invalid') return undefined;
  if (finding?.kind === 'probing') return { requeueAfterSeconds: nextLookSeconds(finding.since, now) };
  const due = dueInSeconds({ ...connection, status }, now);
  return due === null ? undefined : { requeueAfterSeconds: Math.max(1, due) };
}
