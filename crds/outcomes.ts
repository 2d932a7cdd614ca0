/** What may become of a record, with every reason and code, and how outcomes are counted. */
import { z } from 'zod';

export const outcomes = ['Created', 'Updated', 'Skipped', 'Staged', 'Held', 'Failed', 'Pending'] as const;
export type Outcome = (typeof outcomes)[number];

/** Why a record was skipped, staged or held, or why it is pending. */
export const outcomeReasons = {
  Unchanged: 'Nothing that is mapped has changed since the last write.',
  Stale: 'A newer version of it was read before.',
  SourceMissing: 'It had failed before, and the source does not have it any more.',
  DestinationMissing: 'The destination does not have it and the task says onMissing: Skip.',
  MethodNone: 'The method is None: read and kept.',
  NotCreated: 'It is new and the method is Update.',
  NotUpdated: 'It exists and the method is Create.',
  AmbiguousMatch: 'More than one record of the destination matches.',
  MissingLookup: 'A lookup table with onNoEntry: Hold has no entry for a value.',
  ConnectionDown: 'A system did not answer before the record was sent.',
  Cancelled: 'The run was cancelled before the record was sent.',
  RateLimit: 'The system asked to wait longer than the run may.',
} as const;
export type OutcomeReason = keyof typeof outcomeReasons;

/** Why a record failed. */
export const failureCodes = {
  MissingLookup: 'A lookup table has no entry for a value.',
  DestinationMissing: 'The destination does not have the record and the method does not create it.',
  Mapping: 'An expression failed on this record, or its result has the wrong type.',
  Validation: 'A value does not fit the destination field.',
  Required: 'A required field has no value.',
  NotFound: 'The destination refused it: something it refers to does not exist there.',
  Duplicate: 'The destination refused it as a duplicate.',
  ConflictingChange: 'Somebody changed the record in the destination at the same time.',
  SourceUnreadable: 'The source cannot show this record.',
  Intermittent: 'The system failed on it and may not fail the next time.',
} as const;
export type FailureCode = keyof typeof failureCodes;

const count = z.int().min(0);

export const counts = z
  .object({
    read: count.describe('Records read'),
    created: count.describe('Created in the destination'),
    updated: count.describe('Updated in the destination'),
    skipped: count.describe('Not sent, because nothing had to be'),
    staged: count.describe('Kept and waiting for a person'),
    held: count.describe('Waiting for a condition'),
    failed: count.describe('Failed'),
    pending: count.describe('Not dealt with: only in a run that did not finish'),
  })
  .describe('read = created + updated + skipped + staged + held + failed + pending');

export type Counts = z.output<typeof counts>;

export const noCounts: Counts = {
  read: 0,
  created: 0,
  updated: 0,
  skipped: 0,
  staged: 0,
  held: 0,
  failed: 0,
  pending: 0,
};

/** Whether the counts add up. */
export function addsUp(c: Counts): boolean {
  return c.read === c.created + c.updated + c.skipped + c.staged + c.held + c.failed + c.pending;
}

export function sum(all: Counts[]): Counts {
  const total = { ...noCounts };
  for (const one of all) {
    for (const key of Object.keys(total) as (keyof Counts)[]) total[key] += one[key];
  }
  return total;
}

export const results = ['Succeeded', 'Partial', 'Failed', 'Cancelled', 'Interrupted', 'Busy', 'Suspended'] as const;
export type Result = (typeof results)[number];
