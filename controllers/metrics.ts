/** What Prometheus is told about resources and runs. A resource's series go when the resource goes. No label holds a record's key. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { type Outcome, outcomes } from '../crds/outcomes.ts';
import type { Report } from '../crds/report.ts';
import type { Condition } from '../operator/runtime/conditions.ts';
import type { Ending } from './job-end.ts';

/** A resource: what its series are remembered by. */
export interface Subject {
  kind: string;
  namespace: string;
  name: string;
}

export type RunTrigger = 'Manual' | 'Schedule';

/** Seconds, from a quiet tick to the longest deadline. */
const runBuckets = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 86_400];

const conditionStates = ['True', 'False', 'Unknown'] as const;

/** The outcome of a record as the report's counts call it. */
const countOf = (outcome: Outcome) =>
  outcome.toLowerCase() as 'created' | 'updated' | 'skipped' | 'staged' | 'held' | 'failed' | 'pending';

type Labels = Record<string, string>;

export class DomainMetrics {
  readonly #condition: Gauge;
  readonly #lastSuccess: Gauge;
  readonly #nextSchedule: Gauge;
  readonly #runs: Counter;
  readonly #duration: Histogram;
  readonly #records: Counter;
  readonly #requests: Counter;
  /** By resource, how to take its series away. */
  readonly #series = new Map<string, Map<string, () => void>>();

  constructor(registry: Registry, version: string) {
    const registers = [registry];
    const workflow = ['namespace', 'workflow'];
    this.#condition = new Gauge({
      name: 'supercargo_resource_condition',
      help: '1 for the status that a condition of a resource has, 0 for the others',
      labelNames: ['kind', 'namespace', 'name', 'type', 'status'],
      registers,
    });
    this.#lastSuccess = new Gauge({
      name: 'supercargo_last_success_timestamp_seconds',
      help: 'When the last run of a workflow without a failure ended',
      labelNames: workflow,
      registers,
    });
    this.#nextSchedule = new Gauge({
      name: 'supercargo_next_schedule_timestamp_seconds',
      help: 'When the schedule of a workflow fires next',
      labelNames: workflow,
      registers,
    });
    this.#runs = new Counter({
      name: 'supercargo_runs_total',
      help: 'Runs that ended, by result and by what started them',
      labelNames: [...workflow, 'result', 'trigger'],
      registers,
    });
    this.#duration = new Histogram({
      name: 'supercargo_run_duration_seconds',
      help: 'How long the worker of a run was at work',
      labelNames: [...workflow, 'result'],
      buckets: runBuckets,
      registers,
    });
    this.#records = new Counter({
      name: 'supercargo_records_total',
      help: 'Records of runs, by task and by what became of them',
      labelNames: [...workflow, 'task', 'outcome'],
      registers,
    });
    this.#requests = new Counter({
      name: 'supercargo_remote_requests_total',
      help: 'Requests to a system, by answer',
      labelNames: ['namespace', 'connection', 'system', 'code'],
      registers,
    });
    const build = { version, node_version: process.version };
    new Gauge({
      name: 'supercargo_build_info',
      help: 'Always 1; the labels say what is running',
      labelNames: Object.keys(build),
      registers,
    }).set(build, 1);
  }

  conditions(subject: Subject, conditions: readonly Condition[]): void {
    for (const { type, status } of conditions) {
      for (const state of conditionStates) {
        const labels = { ...subject, type, status: state };
        this.#condition.set(labels, state === status ? 1 : 0);
        this.#remember(subject, this.#condition, labels);
      }
    }
    this.#forgetConditions(subject, conditions);
  }

  /** A condition that went, as Stalled does, takes its series along. */
  #forgetConditions(subject: Subject, conditions: readonly Condition[]): void {
    for (const [key, remove] of this.#series.get(keyOf(subject)) ?? []) {
      const [name, labels] = JSON.parse(key) as [string, Labels];
      const isGone = !conditions.some(({ type }) => type === labels.type);
      if (name !== nameOf(this.#condition) || !isGone) continue;
      remove();
      this.#series.get(keyOf(subject))?.delete(key);
    }
  }

  /** Counters of a workflow begin at zero, so that the first failure is an increase. */
  workflow(subject: Subject): void {
    const labels = { namespace: subject.namespace, workflow: subject.name };
    for (const result of ['Succeeded', 'Partial', 'Failed'])
      for (const trigger of ['Manual', 'Schedule']) this.#count(this.#runs, subject, { ...labels, result, trigger }, 0);
  }

  workflowTimes(subject: Subject, times: { lastSuccess: string | undefined; next: string | undefined }): void {
    const labels = { namespace: subject.namespace, workflow: subject.name };
    this.#time(this.#lastSuccess, subject, labels, times.lastSuccess);
    this.#time(this.#nextSchedule, subject, labels, times.next);
  }

  #time(gauge: Gauge, subject: Subject, labels: Labels, time: string | undefined): void {
    if (time === undefined) gauge.remove(labels);
    else {
      gauge.set(labels, Date.parse(time) / 1000);
      this.#remember(subject, gauge, labels);
    }
  }

  /** To be called once for each run that ended. */
  runEnded(workflow: Subject, { result, report }: Pick<Ending, 'result' | 'report'>, trigger: RunTrigger): void {
    const labels = { namespace: workflow.namespace, workflow: workflow.name };
    this.#count(this.#runs, workflow, { ...labels, result, trigger }, 1);
    if (report === null) return;
    this.#duration.observe({ ...labels, result }, report.durationSeconds);
    this.#remember(workflow, this.#duration, { ...labels, result });
    for (const { name: task, counts } of report.tasks) {
      for (const outcome of outcomes)
        this.#count(this.#records, workflow, { ...labels, task, outcome }, counts[countOf(outcome)]);
    }
  }

  /** To be called once for each report. `systems` gives the system of a connection by its name. */
  requests(namespace: string, { connections }: Report, systems: (connection: string) => string | undefined): void {
    for (const { name, requests } of connections) {
      const system = systems(name);
      if (system === undefined) continue;
      const subject = { kind: 'Connection', namespace, name };
      for (const [code, count] of Object.entries(requests))
        this.#count(this.#requests, subject, { namespace, connection: name, system, code }, count);
    }
  }

  #count(counter: Counter, subject: Subject, labels: Labels, by: number): void {
    counter.inc(labels, by);
    this.#remember(subject, counter, labels);
  }

  /** The resource is gone. */
  forget(subject: Subject): void {
    for (const remove of this.#series.get(keyOf(subject))?.values() ?? []) remove();
    this.#series.delete(keyOf(subject));
  }

  #remember(subject: Subject, metric: { remove(labels: Labels): void }, labels: Labels): void {
    const series = this.#series.get(keyOf(subject)) ?? new Map<string, () => void>();
    series.set(JSON.stringify([nameOf(metric), labels]), () => metric.remove(labels));
    this.#series.set(keyOf(subject), series);
  }
}

const keyOf = ({ kind, namespace, name }: Subject): string => `${kind}/${namespace}/${name}`;

/** prom-client does not declare it. */
const nameOf = (metric: object): string => (metric as { name: string }).name;
