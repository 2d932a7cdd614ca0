/** SyncWorkflow: what moves, from where to where, how often. */
import { z } from 'zod';
import { age, defineKind, message, type Resource, ready } from './kind.ts';
import { rule } from './mapping-rule.ts';
import { counts } from './outcomes.ts';
import { name, reference, statusBase, time } from './references.ts';

export const method = z.enum(['None', 'Update', 'Create', 'CreateAndUpdate']);

const source = z
  .object({
    connectionRef: reference(50, 'Connection to read from'),
    stream: name(40, 'The stream to read, for example customers'),
    startDate: z
      .string()
      .max(30)
      .regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/)
      .optional()
      .describe('The first run reads records changed from this date or time (UTC) on; absent: all'),
    overlapSeconds: z
      .int()
      .min(0)
      .max(86_400)
      .optional()
      .describe('How far before the last import time a run reads again; default: the lag of the connector'),
  })
  .describe('Where the records come from');

const destination = z
  .object({
    connectionRef: reference(50, 'Connection to write to'),
    stream: name(40, 'The stream to write, for example customers'),
  })
  .describe('Where the records go to');

const task = z.object({
  name: name(40, 'Name of the task, unique in the workflow'),
  from: source,
  to: destination,
  method: method.describe(
    'What happens to a record that was read: kept only (None), changes of existing ones (Update), new ones (Create), or both',
  ),
  match: z
    .array(z.array(z.string().min(1).max(60)).min(1).max(4).meta({ 'x-kubernetes-list-type': 'atomic' }))
    .max(4)
    .meta({ 'x-kubernetes-list-type': 'atomic' })
    .optional()
    .describe(
      'How a record without a link is found: alternatives, each a list of fields that must all be equal; [] = by link only',
    ),
  onMissing: z
    .enum(['Fail', 'Skip'])
    .default('Fail')
    .describe('With method Update: what becomes of a record that the destination does not have'),
  mapping: z
    .array(rule)
    .max(100)
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['set'] })
    .optional()
    .describe('Rules, one per destination field; a field without a rule takes the source field of the same name'),
});

const spec = z.object({
  schedule: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('When it runs, as a cron expression of five fields; absent: on demand'),
  timeZone: z.string().min(1).max(60).default('Etc/UTC').describe('IANA name of the time zone of the schedule'),
  suspend: z.boolean().default(false).describe('Nothing runs, also by hand; a running run ends'),
  runDeadlineSeconds: z.int().min(60).max(86_400).default(3600).describe('A run that takes longer is ended'),
  resourceClass: z
    .enum(['Small', 'Medium', 'Large'])
    .default('Small')
    .describe('Memory of the worker: Small 256Mi, Medium 512Mi, Large 1Gi'),
  tasks: z
    .array(task)
    .min(1)
    .max(8)
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
    .describe('What moves, in this order'),
});

const taskStatus = z.object({
  name: z.string().max(40).describe('Name of the task'),
  lastImportTime: time('Up to where the source is known to be read').optional(),
  counts: counts.optional(),
});

const runReference = z.object({
  name: z.string().max(63).describe('Name of the SyncRun'),
  uid: z.string().max(36).describe('Its uid'),
});

const status = z.object({
  ...statusBase,
  publishedRevision: z.string().max(63).optional().describe('The revision that runs use: the name of its ConfigMap'),
  lastRunTime: time('When the last run started').optional(),
  lastSuccessTime: time('When the last run without a failure ended').optional(),
  nextScheduleTime: time('When the schedule fires next').optional(),
  lastRunRef: runReference.optional().describe('The last finished run'),
  activeRunRef: runReference.optional().describe('The run that goes on'),
  lastResult: z.string().max(30).optional().describe('Result of the last finished run'),
  lastReportTime: time(
    'When the run of the last report that was taken in started, by the clock of the ledger',
  ).optional(),
  lastSeq: z.int().optional().describe('Number of the last run whose report was taken in'),
  tasks: z
    .array(taskStatus)
    .max(8)
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
    .optional()
    .describe('What is known of each task'),
  openFailures: z.int().min(0).optional().describe('Records whose failure is open'),
  held: z
    .object({
      count: z.int().min(0).describe('Records that wait for a condition'),
      oldestTime: time('Since when the oldest of them waits').optional(),
    })
    .optional()
    .describe('Records that wait for a condition'),
});

export const syncWorkflow = defineKind({
  kind: 'SyncWorkflow',
  plural: 'syncworkflows',
  singular: 'syncworkflow',
  shortNames: ['swf'],
  description: 'What moves between two systems, how it is mapped, and when',
  maxNameLength: 40,
  spec,
  specRules: [],
  status,
  columns: [
    ready,
    {
      name: 'Last Run Ok',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="LastRunSucceeded")].status',
      description: 'Whether the last run ended without a failure',
    },
    {
      name: 'Open Failures',
      type: 'integer',
      jsonPath: '.status.openFailures',
      description: 'Records whose failure is open',
    },
    { name: 'Suspended', type: 'boolean', jsonPath: '.spec.suspend', description: 'Nothing runs' },
    { name: 'Schedule', type: 'string', jsonPath: '.spec.schedule', description: 'When it runs' },
    { name: 'Last Run', type: 'date', jsonPath: '.status.lastRunTime', description: 'When the last run started' },
    { name: 'Last Success', type: 'date', jsonPath: '.status.lastSuccessTime', description: 'When one last succeeded' },
    {
      name: 'Next Run',
      type: 'string',
      jsonPath: '.status.nextScheduleTime',
      wide: true,
      description: 'When the next one starts',
    },
    {
      name: 'Active',
      type: 'string',
      jsonPath: '.status.activeRunRef.name',
      wide: true,
      description: 'The run that goes on',
    },
    {
      name: 'Reason',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
      description: 'Why it is, or is not, Ready',
    },
    message,
    {
      name: 'Revision',
      type: 'string',
      jsonPath: '.status.publishedRevision',
      wide: true,
      description: 'What runs use',
    },
    age,
  ],
  selectableFields: ['.spec.suspend'],
});

export type SyncWorkflowResource = Resource<typeof syncWorkflow>;
export type Task = SyncWorkflowResource['spec']['tasks'][number];
export type Method = z.output<typeof method>;
