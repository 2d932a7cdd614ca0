/** One workflow: its definition is checked and published, its CronJob kept, its runs taken in. The only file here with effects. */
import type { Plan } from '../../crds/plan.ts';
import type { SyncWorkflowResource } from '../../crds/sync-workflow.ts';
import { isInvalid } from '../../operator/runtime/api-error.ts';
import { getCondition } from '../../operator/runtime/conditions.ts';
import type { Reconcile, ReconcileContext, Result } from '../../operator/runtime/reconciler.ts';
import { keyOf } from '../../operator/runtime/resource.ts';
import { type Cluster, podsOf, systemNamed, within } from '../cluster.ts';
import { graceSeconds, type Problem, storedIn, withGrace } from '../conditions.ts';
import { jobEnd } from '../job-end.ts';
import { revisionAnnotation } from '../labels.ts';
import type { CronJob } from '../resources.ts';
import { keep, keepStatus, make, problemOf } from '../writing.ts';
import { type Definition, type Finding, firstFinding } from './checks.ts';
import { onDemand, type Timing, timingOf, toCronJob } from './cron-job.ts';
import { planIn, toRevision } from './plan.ts';
import { type Ended, isToBeAdopted, quietTicks, reportsOf } from './reports.ts';
import { nextTick, parseSchedule } from './schedule.ts';
import { type Found, inputsOf, toSettings } from './settings.ts';
import { notTakenIn, type Reported, toStatus, type WorkflowStatus } from './status.ts';

/** What one reconcile knows, growing from step to step. */
interface Work {
  readonly cluster: Cluster;
  readonly context: ReconcileContext;
  readonly workflow: SyncWorkflowResource;
  readonly now: Date;
  found: Found;
  /** What runs shall use. */
  plan: Plan | null;
  /** The first thing that is wrong. */
  problem: Problem | null;
  /** It is wrong only until something that is being applied arrives. */
  passing: boolean;
  error: unknown;
  /** A report waits for its SyncRun. */
  deferring: boolean;
}

/** A step does its part for the plan that runs shall use, and answers with what is wrong with the present generation. */
type Step = { does: string; run(work: Work): Promise<Problem | null> };

const steps: Step[] = [
  { does: 'definition', run: check },
  { does: 'ConfigMap of the revision', run: publish },
  { does: 'ConfigMap of the settings', run: supply },
  { does: 'CronJob', run: schedule },
];

/** A workflow applied together with what it refers to is given this long before its status says that something is missing. */
const arrivalSeconds = 3;
const nameTakenSeconds = 60;

export const reconcile =
  (cluster: Cluster): Reconcile =>
  async (request, context) => {
    const workflow = cluster.caches.syncWorkflows.get(request);
    const subject = { kind: 'SyncWorkflow', ...request };
    if (workflow === undefined) cluster.metrics.forget(subject);
    if (workflow === undefined || workflow.metadata.deletionTimestamp !== undefined) return undefined;
    const work = begin(cluster, context, workflow);
    for (const step of steps) if (!(await take(step, work))) break;
    if (work.passing && isArriving(work)) return { requeueAfterSeconds: 1 };
    const status = await observe(work);
    if (work.error !== undefined) throw work.error;
    return next(work, status);
  };

function begin(cluster: Cluster, context: ReconcileContext, workflow: SyncWorkflowResource): Work {
  const { caches, now } = cluster;
  const { namespace } = workflow.metadata;
  const named = { namespace, name: workflow.metadata.name };
  const found: Found = {
    connections: new Map(caches.connections.list(namespace).map(one => [one.metadata.name, one])),
    tables: new Map(caches.lookupTables.list(namespace).map(one => [one.metadata.name, one])),
    settings: caches.configMaps.get(keyOf(toSettings(workflow, { connections: [], lookups: [] }))),
    cronJob: caches.cronJobs.get(named),
  };
  return {
    cluster,
    context,
    workflow,
    now: now(),
    found,
    plan: null,
    problem: null,
    passing: false,
    error: undefined,
    deferring: false,
  };
}

/** False: what follows cannot be done now. */
async function take(step: Step, work: Work): Promise<boolean> {
  try {
    const problem = await step.run(work);
    work.problem ??= problem;
    return true;
  } catch (error) {
    const problem = problemOf(error, step.does);
    if (problem === null) throw error;
    work.problem ??= problem;
    if (problem.reason === 'ProgressingWithRetry') work.error = error;
    return false;
  }
}

async function check(work: Work): Promise<Problem | null> {
  const { workflow, found, now } = work;
  const definition: Definition = { spec: workflow.spec, connections: found.connections, tables: found.tables };
  const finding = firstFinding(definition);
  if (finding === null) return null;
  work.passing = finding.passing === true;
  return toProblem(finding, workflow, now);
}

function toProblem({ reason, message, passing }: Finding, workflow: SyncWorkflowResource, now: Date): Problem {
  if (reason === 'DependencyNotReady') return { reason, message, standing: 'Working' };
  if (passing) return withGrace({ reason, message }, storedIn(workflow.status), now);
  return { reason, message, standing: 'Stuck' };
}

/** A definition without a problem becomes the plan; else the one that runs use already stays. */
async function publish(work: Work): Promise<null> {
  const { cluster, context, workflow, found } = work;
  const { configMaps } = cluster.caches;
  if (work.problem === null) {
    const revision = toRevision(workflow);
    await make(cluster, configMaps, revision, context);
    work.plan = planIn(revision);
  } else {
    const published = found.cronJob?.metadata.annotations?.[revisionAnnotation] ?? '';
    work.plan = planIn(configMaps.get({ namespace: workflow.metadata.namespace, name: published }));
  }
  return null;
}

async function supply({ cluster, context, workflow, found, plan }: Work): Promise<null> {
  const inputs = plan === null ? null : inputsOf(plan, found);
  if (inputs === null) return null;
  await keep(cluster, cluster.caches.configMaps, toSettings(workflow, inputs), context);
  return null;
}

async function schedule(work: Work): Promise<Problem | null> {
  const { cluster, context, workflow, found, plan } = work;
  const inputs = plan === null ? null : inputsOf(plan, found);
  if (plan === null || inputs === null) return null;
  const timing = timingFor(work);
  try {
    const wanted = toCronJob(workflow, plan, { inputs, timing, worker: cluster.worker });
    found.cronJob = await keep(cluster, cluster.caches.cronJobs, wanted, context);
    return null;
  } catch (error) {
    const problem = refusedTiming(error, timing);
    if (problem === null) throw error;
    return problem;
  }
}

/** A schedule that cannot be used leaves the one before in place; suspending works all the same. */
function timingFor({ workflow, problem, found }: Work): Timing {
  const wanted = timingOf(workflow.spec);
  const before = found.cronJob?.spec;
  if (before === undefined || !/^Invalid(Schedule|TimeZone)$/.test(problem?.reason ?? '')) return wanted;
  const suspend = wanted.suspend || before.schedule === onDemand;
  return { schedule: before.schedule, timeZone: before.timeZone ?? 'Etc/UTC', suspend };
}

/** What the API server knows better than we do. */
function refusedTiming(error: unknown, { schedule: text, timeZone }: Timing): Problem | null {
  const fields = isInvalid(error) ? (error.details.causes ?? []).map(({ field }) => field) : [];
  const standing = 'Stuck';
  if (fields.includes('spec.timeZone'))
    return { reason: 'InvalidTimeZone', message: `\`timeZone\` '${timeZone}' is not known`, standing };
  if (fields.includes('spec.schedule'))
    return { reason: 'InvalidSchedule', message: `\`schedule\` '${text}' is not understood`, standing };
  return null;
}

function isArriving({ workflow, now }: Work): boolean {
  const ageSeconds = (now.getTime() - Date.parse(workflow.metadata.creationTimestamp)) / 1000;
  // A clock that is behind must not make it new for long.
  return (workflow.status?.observedGeneration ?? -1) < 0 && Math.abs(ageSeconds) < arrivalSeconds;
}

/** The one write of the status, and what is told when it changed. */
async function observe(work: Work): Promise<WorkflowStatus> {
  const { cluster, context, workflow, found, now, problem } = work;
  const { caches, metrics } = cluster;
  const revision = publishedIn(work);
  const runs = caches.syncRuns.byIndex('workflow', within(workflow, workflow.metadata.name));
  const ended = endedJobs(work);
  const reported = reportsOf(ended, now);
  work.deferring = ended.some(({ job, end }) => isToBeAdopted(job, end, now));
  const nextTick = nextTickOf(workflow, found.cronJob, now);
  const status = toStatus(workflow, { problem, revision, nextTick, reported, runs }, now);
  const subject = { kind: 'SyncWorkflow', ...keyOf(workflow) };
  metrics.workflow(subject);
  metrics.conditions(subject, storedIn(status));
  metrics.workflowTimes(subject, { lastSuccess: status.lastSuccessTime, next: status.nextScheduleTime });
  const quiet = notTakenIn(workflow.status ?? {}, quietTicks(ended));
  if (await keepStatus(cluster, caches.syncWorkflows, workflow, status, context)) {
    tell(work, status);
    for (const ending of quiet) countQuietTick(work, ending);
  }
  return status;
}

/** What runs use. A revision that somebody removed serves none, and comes back only when the definition is right. */
function publishedIn({ cluster, workflow, found, problem }: Work): string | undefined {
  const name = found.cronJob?.metadata.annotations?.[revisionAnnotation];
  if (name === undefined || problem === null) return name;
  const { namespace } = workflow.metadata;
  return cluster.caches.configMaps.get({ namespace, name }) === undefined ? undefined : name;
}

/** Jobs of the workflow that have ended, as far as the caches show it. */
function endedJobs({ cluster: { caches }, workflow }: Work): Ended[] {
  const jobs = caches.jobs.byIndex('workflow', within(workflow, workflow.metadata.name));
  return jobs.map(job => ({ job, end: jobEnd(job, podsOf(caches, job)) }));
}

/** Of what the CronJob controller has in hands: a schedule that is refused does not count. */
function nextTickOf({ spec }: SyncWorkflowResource, cronJob: CronJob | undefined, now: Date): Date | null {
  if (cronJob === undefined || cronJob.spec.suspend || spec.suspend) return null;
  const parsed = parseSchedule(cronJob.spec.schedule);
  return parsed.schedule === undefined ? null : nextTick(parsed.schedule, cronJob.spec.timeZone ?? 'Etc/UTC', now);
}

/** Runs that leave a SyncRun are counted with it. */
function countQuietTick({ cluster, workflow }: Work, ending: Reported): void {
  const { namespace } = workflow.metadata;
  const subject = { kind: 'SyncWorkflow', ...keyOf(workflow) };
  cluster.metrics.runEnded(subject, ending, 'Schedule');
  cluster.metrics.requests(namespace, ending.report, systemNamed(cluster.caches, namespace));
}

/** Events tell what changed, and nothing on a reconcile that changed nothing. */
function tell({ cluster, workflow, problem }: Work, status: WorkflowStatus): void {
  const { publishedRevision } = status;
  if (publishedRevision !== undefined && publishedRevision !== workflow.status?.publishedRevision) {
    const note = `runs use '${publishedRevision}' from now on`;
    cluster.events.record({ regarding: workflow, type: 'Normal', reason: 'Published', action: 'Publish', note });
  }
  const before = getCondition(storedIn(workflow.status), 'Ready');
  if (problem?.standing !== 'Stuck' || (before?.status === 'False' && before.reason === problem.reason)) return;
  const { reason, message: note } = problem;
  cluster.events.record({ regarding: workflow, type: 'Warning', reason, action: 'Publish', note });
}

function next({ now, problem, deferring }: Work, { nextScheduleTime }: WorkflowStatus): Result | undefined {
  const waits: number[] = [];
  if (nextScheduleTime !== undefined) waits.push((Date.parse(nextScheduleTime) - now.getTime()) / 1000 + 0.5);
  if (problem?.standing === 'Working') waits.push(graceSeconds);
  if (deferring) waits.push(2);
  if (problem?.reason === 'NameTaken') waits.push(nameTakenSeconds);
  return waits.length === 0 ? undefined : { requeueAfterSeconds: Math.max(1, Math.min(...waits)) };
}
