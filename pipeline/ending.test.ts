import { describe, expect, it } from '@jest/globals';
import { ConfigError, RecordError, TransientError } from '../connectors/errors.ts';
import { type Ending, endingOf, exitOf, Refused, Stopped, TooManyFailures } from './ending.ts';
import { LedgerUnavailable } from './stage/database.ts';
import { LeaseLost } from './stage/lease.ts';

const transient = (code: TransientError['code']) => new TransientError(code, 'm', { applied: 'no' });

describe('endingOf', () => {
  const rows: { name: string; error: unknown; want: Partial<Ending> }[] = [
    {
      name: 'refused credentials end the Job: more log-ins would lock the user',
      error: new ConfigError('CredentialsRefused', 'm'),
      want: { exit: 21, result: 'Failed', reason: 'CredentialsRefused', final: true },
    },
    {
      name: 'a missing key of a Secret waits for a person',
      error: new ConfigError('SecretKeyMissing', 'm'),
      want: { exit: 20, reason: 'SecretKeyMissing', final: true },
    },
    {
      name: 'another system behind a connection waits for a person',
      error: new Refused('SourceChanged', 'm'),
      want: { exit: 20, reason: 'SourceChanged', message: 'm', final: true },
    },
    {
      name: 'a system that is down heals by itself, and its records wait',
      error: transient('ConnectionDown'),
      want: { exit: 30, result: 'Failed', reason: 'ConnectionDown', pending: 'ConnectionDown', final: false },
    },
    {
      name: 'a page in place of JSON is a system that is down',
      error: transient('NotJson'),
      want: { exit: 30, pending: 'ConnectionDown' },
    },
    {
      name: 'a system that asks for a long pause gets it',
      error: transient('RateLimit'),
      want: { exit: 75, pending: 'RateLimit' },
    },
    { name: 'something passing is tried again', error: transient('Intermittent'), want: { exit: 75, final: false } },
    {
      name: 'a read that a record spoils is tried again: nobody knows which one',
      error: new RecordError('SourceUnreadable', 'm'),
      want: { exit: 75, final: false },
    },
    { name: 'a systemic share of failures is tried again', error: new TooManyFailures('m'), want: { exit: 75 } },
    {
      name: 'a ledger that is away',
      error: new LedgerUnavailable('m'),
      want: { exit: 40, reason: 'LedgerUnavailable', final: false },
    },
    { name: 'a signal with work left', error: new Stopped('m'), want: { exit: 143, result: 'Interrupted' } },
    { name: 'a lost lease', error: new LeaseLost('m'), want: { exit: 75, result: 'Interrupted', final: false } },
    {
      name: 'anything else is a fault of ours, and its text stays out of status: it may quote a record',
      error: new TypeError('a@b.test is not a function'),
      want: { exit: 1, reason: 'Defect', message: 'a fault of the program; the log of the worker has the details' },
    },
  ];
  for (const { name, error, want } of rows) it(name, () => expect(endingOf(error)).toMatchObject(want));
});

describe('exitOf', () => {
  const rows = [
    { report: { result: 'Partial', reason: 'RecordsFailed' }, want: 0 },
    { report: { result: 'Interrupted', reason: 'Interrupted' }, want: 0 },
    { report: { result: 'Failed', reason: 'CredentialsRefused' }, want: 21 },
    { report: { result: 'Failed', reason: 'DestinationChanged' }, want: 20 },
    { report: { result: 'Failed', reason: 'CountMismatch' }, want: 1 },
  ] as const;
  for (const { report, want } of rows) {
    it(`${report.result} with ${report.reason} is ${want} again`, () => expect(exitOf(report)).toBe(want));
  }
});
