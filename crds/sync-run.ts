/** SyncRun: one execution of a workflow. */
import { z } from 'zod';
import { age, defineKind, type Resource } from './kind.ts';
import { counts, results } from './outcomes.ts';
import { name, reference, statusBase, time } from './references.ts';

const spec = z.object({
  workflowRef: reference(40, 'SyncWorkflow to run'),
  type: z.enum(['Sync']).default('Sync').describe('What the run does: Sync moves what has changed'),
  adoptedJob: z
    .object({
      name: name(63, 'Name of the Job'),
      uid: z.string().max(36).describe('Its uid'),
    })
    .optional()
    .describe('Set by the operator for a run that a schedule started: the Job it stands for'),
  ttlSecondsAfterFinished: z
    .int()
    .min(0)
    .max(31_536_000)
    .optional()
    .describe('Remove the run this many seconds after it finished; absent: keep it'),
});

const taskCounts = z.object({
  name: z.string().max(40).describe('Name of the task'),
  counts,
  reasons: z.record(z.string().max(60), z.int()).optional().describe('Records by reason or code'),
  watermarkBefore: time('Last import time before the run').optional(),
  watermarkAfter: time('Last import time after the run').optional(),
});

export const failure = z.object({
  task: z.string().max(40).describe('Name of the task'),
  key: z.string().max(100).describe('Id of the record in the source'),
  code: z.string().max(60).describe('Why it failed'),
  field: z.string().max(60).optional().describe('The field it failed on'),
});

const status = z.object({
  ...statusBase,
  result: z.enum(results).optional().describe('How the run ended'),
  counts: counts.optional(),
  tasks: z
    .array(taskCounts)
    .max(8)
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
    .optional()
    .describe('Counts and last import times of each task'),
  failures: z
    .array(failure)
    .max(20)
    .meta({ 'x-kubernetes-list-type': 'atomic' })
    .optional()
    .describe('The first failures; ids only'),
  revision: z.string().max(63).optional().describe('The revision the run used'),
  lookups: z
    .array(
      z.object({
        name: z.string().max(50).describe('Name of the LookupTable'),
        version: z.string().max(63).describe('Hash of the content used'),
      }),
    )
    .max(100)
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
    .optional()
    .describe('The lookup tables the run used'),
  seq: z.int().optional().describe('Number of the run in its workflow'),
  trigger: z.enum(['Manual', 'Schedule']).optional().describe('Who started it'),
  jobRef: z
    .object({ name: z.string().max(63).describe('Name of the Job') })
    .optional()
    .describe('The Job that does the work'),
  scheduledTime: time('The tick it was started for').optional(),
  startTime: time('When its Job started').optional(),
  completionTime: time('When it ended').optional(),
  durationSeconds: z.int().min(0).optional().describe('How long the worker was at work'),
  attempt: z.int().min(1).optional().describe('Which pod of the Job reported'),
});

export const syncRun = defineKind({
  kind: 'SyncRun',
  plural: 'syncruns',
  singular: 'syncrun',
  shortNames: ['run'],
  description: 'One execution of a SyncWorkflow; create one to run it now',
  maxNameLength: 50,
  spec,
  specRules: [{ rule: 'self == oldSelf', message: 'a run is immutable: create another one' }],
  status,
  columns: [
    { name: 'Workflow', type: 'string', jsonPath: '.spec.workflowRef.name', description: 'The workflow it runs' },
    {
      name: 'Succeeded',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="Succeeded")].status',
      description: 'True, False, or Unknown while it runs',
    },
    {
      name: 'Reason',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="Succeeded")].reason',
      description: 'Why',
    },
    { name: 'Read', type: 'integer', jsonPath: '.status.counts.read', description: 'Records read' },
    { name: 'Updated', type: 'integer', jsonPath: '.status.counts.updated', description: 'Updated in the destination' },
    { name: 'Skipped', type: 'integer', jsonPath: '.status.counts.skipped', description: 'Not sent' },
    { name: 'Failed', type: 'integer', jsonPath: '.status.counts.failed', description: 'Failed' },
    { name: 'Duration', type: 'integer', jsonPath: '.status.durationSeconds', description: 'Seconds at work' },
    {
      name: 'Created',
      type: 'integer',
      jsonPath: '.status.counts.created',
      wide: true,
      description: 'Created in the destination',
    },
    {
      name: 'Held',
      type: 'integer',
      jsonPath: '.status.counts.held',
      wide: true,
      description: 'Waiting for a condition',
    },
    {
      name: 'Job',
      type: 'string',
      jsonPath: '.status.jobRef.name',
      wide: true,
      description: 'The Job that does the work',
    },
    {
      name: 'Message',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="Succeeded")].message',
      wide: true,
      description: 'Why, in a sentence',
    },
    age,
  ],
  selectableFields: ['.spec.workflowRef.name'],
});

export type SyncRunResource = Resource<typeof syncRun>;
