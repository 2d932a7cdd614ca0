import { describe, expect, it } from '@jest/globals';
import { aReport } from '../../test/builders/resources.ts';
import type { Ending } from '../job-end.ts';
import { answerOfProbe, answerOfRun } from './answer.ts';

describe('what was found', () => {
  const ending = (more: Partial<Ending>): Ending => ({
    result: 'Failed',
    cause: { reason: 'Defect', message: 'x' },
    report: null,
    completionTime: '2026-03-01T10:02:00Z',
    attempt: 1,
    ...more,
  });

  it('by a probe without a word follows from its exit code', () => {
    const refused = ending({ cause: { reason: 'CredentialsRefused', message: 'x' } });
    expect(answerOfProbe('magento', refused)).toMatchObject({ reachable: true, credentials: false });
    const down = ending({ cause: { reason: 'ConnectionDown', message: 'x' } });
    expect(answerOfProbe('magento', down)).toMatchObject({ reachable: false });
    expect(answerOfProbe('magento', ending({})).reachable).toBeUndefined();
  });

  it('by a run counts for the connections it tells of', () => {
    expect(answerOfRun('magento', aReport())).toMatchObject({
      reachable: true,
      credentials: true,
      time: '2026-03-01T10:00:45Z',
    });
    expect(answerOfRun('sage300', aReport())).toBeNull();
  });
});
