/** Every condition type and every reason, each declared once with a sentence. The reference page is made from this. */
import { z } from 'zod';

export const conditions = z
  .array(
    z.object({
      type: z.string().max(60).describe('What the condition is about'),
      status: z.enum(['True', 'False', 'Unknown']).describe('True, False or Unknown'),
      observedGeneration: z.int().optional().describe('The generation of the spec it was decided on'),
      lastTransitionTime: z.iso.datetime().describe('When the status last changed'),
      reason: z.string().max(100).describe('Why, in one word'),
      message: z.string().max(1024).describe('Why, in a sentence: what to do, where something can be done'),
    }),
  )
  .max(20)
  .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] })
  .optional()
  .describe('The state of the object, one line per question');

export type Condition = NonNullable<z.output<typeof conditions>>[number];

export const conditionTypes = {
  Ready: 'The definition of this generation is applied and usable.',
  Reconciling: 'Work on it goes on. Present only while True.',
  Stalled: 'Nothing goes on without a person. Present only while True.',
  Suspended: 'Runs are suspended by spec.suspend.',
  LastRunSucceeded: 'The last finished run ended without a failure. Unknown before the first run.',
  OpenFailures: 'Records have failed and the failures are still open.',
  Succeeded: 'The run finished well (True), badly (False), or has not finished (Unknown).',
  Reachable: 'The system answered at the last probe or run.',
  CredentialsValid: 'The system accepted the credentials at the last probe or run.',
} as const;

export type ConditionType = keyof typeof conditionTypes;

export const reasons = {
  // definitions
  Reconciled: 'Everything this generation asks for is in place.',
  Progressing: 'The operator has begun to look at it.',
  ProgressingWithRetry: 'Something that passes by itself failed; it is tried again.',
  DependencyNotReady: 'Something it refers to is not ready yet.',
  InvalidSpec: 'The spec cannot work as it stands.',
  InvalidSchedule: 'The schedule is no cron expression of five fields, or never fires.',
  InvalidTimeZone: 'The time zone is not in the IANA database.',
  InvalidMapping: 'A mapping rule names a field that does not exist, or its expression does not compile.',
  MappingIncomplete: 'A field that the destination requires has no mapping rule.',
  CapabilityMissing: 'The system or stream cannot do what the workflow asks for.',
  StreamNotFound: 'The system has no such stream.',
  ConnectionNotFound: 'The workflow names a Connection that does not exist.',
  LookupTableNotFound: 'The workflow names a LookupTable that does not exist.',
  NameTaken: 'An object of the name we need exists and is not ours.',
  Suspended: 'spec.suspend is true.',
  NotSuspended: 'spec.suspend is not true.',
  NoOpenFailures: 'No record has an open failure.',
  RecordsOpen: 'Records have open failures; each is in the run that found it.',
  NotRun: 'No run has finished yet.',
  // runs
  Waiting: 'The run waits for another run of the same workflow to end.',
  Started: 'The Job of the run was made.',
  Running: 'The worker of the run is at work.',
  Succeeded: 'The run finished and no record failed.',
  RecordsFailed: 'The run finished and some records failed.',
  Busy: 'Another run of the same workflow held the lease.',
  WorkflowSuspended: 'The workflow is suspended, so the run did nothing.',
  WorkflowNotFound: 'The run names a SyncWorkflow that does not exist.',
  WorkflowNotReady: 'The workflow has never been published.',
  InvalidConfiguration: 'The worker found a setting that cannot work.',
  SecretNotFound: 'The Secret with the credentials does not exist.',
  ConfigMapNotFound: 'A ConfigMap that the worker needs does not exist.',
  SecretKeyMissing: 'The Secret with the credentials lacks a key.',
  CredentialsRefused: 'The system refused the credentials.',
  Forbidden: 'The system accepted the credentials but not the request: a right is missing.',
  AllowedHostsMissing: 'The Secret lacks the key allowedHosts.',
  HostNotAllowed: 'The host is not among the allowedHosts of the Secret.',
  AddressNotAllowed: 'The host has an address that is not public and has no route in the chart.',
  PlainHttpNotAllowed: 'The URL is plain http and has no route in the chart that allows it.',
  SourceChanged: 'The source connection now points to another system than before.',
  DestinationChanged: 'The destination connection now points to another system than before.',
  ConnectionDown: 'A system did not answer.',
  LedgerUnavailable: 'The ledger database did not answer.',
  DeadlineExceeded: 'The run took longer than its deadline.',
  BackoffLimitExceeded: 'The worker failed too often.',
  OutOfMemory: 'The worker used more memory than its resource class allows.',
  Interrupted: 'The worker ended before the run did.',
  Cancelled: 'A person cancelled the run.',
  CountMismatch: 'The counts of the run do not add up.',
  ErrorShare: 'Too large a share of the records failed.',
  Defect: 'A fault of the program; the log of the worker has the details.',
  LostReport: 'The worker ended and its report was lost.',
  PodRefused: 'The API server refused the pod.',
  QuotaExceeded: 'A quota of the namespace leaves no room for the pod.',
  PolicyRefused: 'A policy of the cluster refused the pod.',
  Unschedulable: 'No node has room for the pod.',
  ImagePull: 'The image of the worker cannot be pulled.',
  // connections
  Probed: 'The system answered.',
  NotProbed: 'The system has not been asked yet.',
  CredentialsAccepted: 'The system accepted the credentials.',
} as const;

export type Reason = keyof typeof reasons;
